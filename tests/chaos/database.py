"""A copy of the controller's database, as plain rows: the only place of these tests that knows the schema."""

import contextlib
import json
import shutil
import sqlite3
import struct

NAME = "sweepd.sqlite3"


def copy(data_folder, target):
    """Copies database and log. The controller must not be running, or the two may not belong together."""
    target.mkdir()
    for path in data_folder.glob(NAME + "*"):
        if not path.name.endswith("-shm"):
            shutil.copyfile(path, target / path.name)
    return target / NAME


def number(value, bits):
    """The 8 bytes of a double that is stored as value and, for kinds that SQLite spoils, bits; None for no number."""
    if bits is not None:
        return struct.pack("<q", bits)
    return None if value is None else struct.pack("<d", value)


class Database:
    """All rows of one consistent state. `path` is a copy that nobody else opens."""

    def __init__(self, path):
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.row_factory = sqlite3.Row
            self.integrity = [row[0] for row in db.execute("PRAGMA integrity_check")]
            self.foreign_keys = [tuple(row) for row in db.execute("PRAGMA foreign_key_check")]
            self.sweeps = {row["sweep_key"]: dict(row) for row in db.execute(
                "SELECT s.*, d.spec FROM sweeps AS s JOIN sweep_definitions AS d USING (sweep_key)")}
            for sweep in self.sweeps.values():
                sweep["spec"] = json.loads(sweep["spec"])
            self.trials = [dict(row, objective=number(row["objective"], row["objective_bits"])) for row in db.execute(
                "SELECT * FROM trials ORDER BY sweep_key, number")]
            self.attempts = [dict(row) for row in db.execute("SELECT * FROM attempts ORDER BY trial_key, number")]
            self.events = [tuple(row) for row in db.execute(
                "SELECT sweep_key, revision, kind, trial, attempt FROM events ORDER BY sweep_key, revision")]
            self.agents = {row["id"] for row in db.execute("SELECT id FROM agents")}
            self.points = self._curves(db)

    @staticmethod
    def _curves(db):
        """attempt_key -> metric -> (sequences, the values' bytes one after another), by sequence."""
        curves = {}
        for key, metric, sequence, value, bits in db.execute(
                "SELECT attempt_key, name, sequence, value, value_bits FROM metric_points "
                "JOIN metric_names USING (name_key) ORDER BY attempt_key, name, sequence"):
            sequences, values = curves.setdefault(key, {}).setdefault(metric, ([], bytearray()))
            sequences.append(sequence)
            values += number(value, bits)
        return curves
