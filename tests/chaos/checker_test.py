"""The checker must see what it is there to see: one clean run, then one thing wrong at a time in a copy of it."""

import contextlib
import copy
import os
import pathlib
import shutil
import sqlite3
import tempfile
import unittest

os.environ.setdefault("CHAOS_NAMESPACE", "0")

import database
from checker import Checker
from facts import Facts
from stage import Stage

SUCCEEDED_ATTEMPT = "(SELECT max(attempt_key) FROM attempts WHERE state = 'SUCCEEDED')"
A_TRIAL = "(SELECT min(trial_key) FROM trials WHERE state = 'SUCCEEDED')"

# What is done to the database -> what the checker must say.
HARMS = {
    "a lost attempt": (f"DELETE FROM attempts WHERE attempt_key = {SUCCEEDED_ATTEMPT}", "was leased and is gone"),
    "a lost agent": ("DELETE FROM agents WHERE agent_key = 1", "was registered and is gone"),
    "a request that took effect twice": (
        "UPDATE attempts SET (agent_id, request_id) = (SELECT agent_id, request_id FROM attempts WHERE attempt_key = 1) "
        "WHERE attempt_key = 2", "made 2 attempts"),
    "lost reports": (f"UPDATE attempts SET acked_sequence = 2 WHERE attempt_key = {SUCCEEDED_ATTEMPT}",
                     "reports were acknowledged, 2 are stored"),
    "a hole in a curve": (f"DELETE FROM metric_points WHERE sequence = 3 AND attempt_key = {SUCCEEDED_ATTEMPT}",
                          "has sequences"),
    "a value that is not bit-exact": (
        f"UPDATE metric_points SET value = value + 1e-16 WHERE sequence = 1 AND attempt_key = {SUCCEEDED_ATTEMPT} AND "
        "name_key = (SELECT name_key FROM metric_names WHERE name = 'loss')", "is not what its program computed"),
    "a result that was undone": (f"UPDATE trials SET state = 'PENDING' WHERE trial_key = {A_TRIAL}", "made the trial"),
    "another attempt's result": (f"UPDATE trials SET attempt = attempt + 1 WHERE trial_key = {A_TRIAL}",
                                 "current is 2"),
    "an objective of nowhere": (f"UPDATE trials SET objective = 0.5 WHERE trial_key = {A_TRIAL}", "its curve says"),
    "a counter": ("UPDATE sweeps SET succeeded = succeeded + 1", "recount"),
    "a point that ran twice": (f"UPDATE trials SET assignment = (SELECT assignment FROM trials WHERE number = 2) WHERE "
                               "number = 1", "2 trials of the point"),
    "a hole in the history": ("DELETE FROM events WHERE revision = 5", "revision 6 follows 4"),
    "an illegal transition": ("UPDATE events SET kind = 'TRIAL_REVIVED' WHERE revision = "
                              "(SELECT min(revision) FROM events WHERE kind = 'TRIAL_STARTED')", "in state PENDING"),
    "too many at a time": ("UPDATE sweep_definitions SET spec = json_set(spec, '$.max_parallel', 1)",
                           "max_parallel is 1"),
    "too many trials": ("UPDATE sweep_definitions SET spec = json_set(spec, '$.run_cap', 3)", "run_cap 3"),
    "a sweep that is over too early": (f"UPDATE trials SET state = 'LOST' WHERE trial_key = {A_TRIAL}",
                                       "is FINISHED with open trials"),
}


class TheChecker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sweepd-chaos-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        stage = Stage(folder, 1)
        try:
            stage.start_controller()
            sweep = stage.create_chaos_sweep("grid", {"a": {"values": list(range(12))}})
            stage.add_client("scripted", "--until-done", sweep, agents=4)
            stage.end_members()
            stage.kill_controller()
            cls.state = database.copy(stage.data, folder / "state")
            stage.read_facts()
        finally:
            stage.close()
        cls.facts = stage.facts

    def violations(self, script="", facts=None):
        with tempfile.TemporaryDirectory() as folder:
            path = database.copy(self.state.parent, pathlib.Path(folder) / "state")
            with contextlib.closing(sqlite3.connect(path)) as db:
                db.executescript(script)
                db.commit()
            found = []
            facts = facts or copy.deepcopy(self.facts)
            facts.violations = found
            Checker(database.Database(path), facts, found).check()
            return found

    def test_finds_nothing_in_a_clean_state(self):
        self.assertEqual(self.violations(), [])

    def test_finds_each_harm_to_the_database(self):
        for name, (script, expected) in HARMS.items():
            with self.subTest(name):
                found = self.violations(script)
                self.assertTrue(any(expected in violation for violation in found), found)

    def test_finds_a_report_that_was_accepted_after_the_trial_was_leased_again(self):
        facts = copy.deepcopy(self.facts)
        sweep, trial, _ = next(iter(facts.attempts))
        facts.attempts[sweep, trial, 2].granted = facts.attempts[sweep, trial, 1].last_ok - 1
        found = self.violations(facts=facts)
        self.assertTrue(any("was accepted after attempt 2 was leased" in violation for violation in found), found)

    def test_finds_contradictions_between_answers(self):
        call = {"kind": "call", "agent": "a", "began": 1, "ended": 2, "code": 0, "try": 1, "sweep": "s", "trial": 1,
                "attempt": 1}
        lease = {**call, "rpc": "RequestTrial", "answer": "lease", "agent_id": "i", "token": "t", "assignment": "{}"}
        cases = {
            "was given to two requests": [{**lease, "request_id": "r1"}, {**lease, "request_id": "r2"}],
            "was answered with": [{**lease, "request_id": "r1"}, {**lease, "request_id": "r1", "attempt": 2}],
            "FinishTrial was answered": [
                {**call, "rpc": "FinishTrial", "outcome": "COMPLETED", "state": state} for state in
                ("SUCCEEDED", "FAILED")],
            "accepted after LEASE_LOST": [
                {**call, "rpc": "ReportMetrics", "code": 9, "reason": "LEASE_LOST", "message": ""},
                {**call, "rpc": "ReportMetrics", "began": 3, "last": 2, "acked": 2, "directive": 1}],
            "acked 4 and later 2": [
                {**call, "rpc": "ReportMetrics", "last": 4, "acked": 4, "directive": 1},
                {**call, "rpc": "ReportMetrics", "began": 3, "last": 2, "acked": 2, "directive": 1}],
            "was executed twice": [{**call, "kind": "execution", "losses": [0.1]}] * 2,
            "unexpected answer": [{**call, "rpc": "Heartbeat", "code": 13, "reason": "BROKEN", "message": ""}],
        }
        for expected, lines in cases.items():
            with self.subTest(expected):
                found = []
                facts = Facts(found)
                for line in lines:
                    facts.take(line)
                self.assertTrue(any(expected in violation for violation in found), found)


if __name__ == "__main__":
    unittest.main(verbosity=2)
