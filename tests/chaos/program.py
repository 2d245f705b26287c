"""The training program of the real agents in the chaos tests.

Draws losses that no other execution has, notes them on disk in $E2E_LEDGER before it reports the first, then reports
one after another. --gated=1 waits for $E2E_GATE before the reports. --stubborn=1 ignores SIGTERM and leaves a child
that does the same in a session of its own, and both stay until they are killed.
"""

import json
import os
import random
import signal
import sys
import time

REPORTS = 6
LONGEST_WAIT_SECONDS = 300


def wait_for(condition):
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def note(losses):
    line = {"kind": "execution", "sweep": os.environ["SWEEP_ID"], "trial": int(os.environ["SWEEP_TRIAL"]),
            "attempt": int(os.environ["SWEEP_ATTEMPT"]), "agent": "program", "pid": os.getpid(), "losses": losses,
            "assignment": json.loads(os.environ["SWEEP_PARAMS"])}
    ledger = os.open(os.environ["E2E_LEDGER"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(ledger, (json.dumps(line) + "\n").encode())
    os.fsync(ledger)
    os.close(ledger)


def main():
    parameters = dict(argument.removeprefix("--").split("=", 1) for argument in sys.argv[1:])
    if parameters.get("stubborn") == "1":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            wait_for(lambda: False)
            return
    losses = [random.SystemRandom().random() for _ in range(REPORTS)]
    note(losses)
    if parameters.get("stubborn") == "1":
        wait_for(lambda: False)
    if parameters.get("gated") == "1":
        wait_for(lambda: os.path.exists(os.environ["E2E_GATE"]))
    with open(os.environ["SWEEP_METRICS_FILE"], "a") as metrics:
        for step, loss in enumerate(losses):
            metrics.write(json.dumps({"step": step, "loss": loss}) + "\n")
            metrics.flush()


main()
