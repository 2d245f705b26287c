"""The processes of attempts, found by their environment, and how long each attempt's last one was seen."""

import pathlib
import threading
import time

LOOK_EVERY_SECONDS = 0.1


def attempt_processes(ledger):
    """(sweep, trial, attempt) -> pids, of the programs that write to `ledger` and of all they started."""
    mark = f"E2E_LEDGER={ledger}".encode()
    found = {}
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has ended, or belongs to somebody else
        if mark not in environment:
            continue
        variables = dict(entry.split(b"=", 1) for entry in environment if b"=" in entry)
        if b"SWEEP_ATTEMPT" in variables:
            key = variables[b"SWEEP_ID"].decode(), int(variables[b"SWEEP_TRIAL"]), int(variables[b"SWEEP_ATTEMPT"])
            found.setdefault(key, []).append(int(folder.name))
    return found


class ProcessWatch:
    """Looks again and again in a thread of its own, until stop()."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.last_seen = {}  # (sweep, trial, attempt) -> seconds since the epoch
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.thread.start()

    def _watch(self):
        while not self.stopping.wait(LOOK_EVERY_SECONDS):
            now = time.time()
            for key in attempt_processes(self.ledger):
                self.last_seen[key] = now

    def stop(self):
        self.stopping.set()
        self.thread.join()

    def overdue(self, attempts, allowed_seconds):
        """Sentences about attempts of `attempts` (key -> row with `ended`) whose processes outlived it for longer."""
        late = []
        for key, seen in self.last_seen.items():
            ended = attempts[key]["ended"]
            if ended is not None and seen > ended / 1e6 + allowed_seconds:
                late.append("a process of sweep {} trial {} attempt {} lived {:.1f} s after its end".format(
                    *key, seen - ended / 1e6))
        return late
