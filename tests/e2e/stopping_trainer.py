"""The training program of the tests of early termination.

Reports nine values of --loss. One that is above 1, or NaN, is not worth going on with: the program then waits for the stop
file, notes what it holds in $E2E_LEDGER, and fails; with --deaf=1 it never looks and waits for a signal instead.
"""

import json
import os
import signal
import sys
import time

parameters = dict(argument.removeprefix("--").split("=", 1) for argument in sys.argv[1:])
loss = float(parameters["loss"])
with open(os.environ["SWEEP_METRICS_FILE"], "a") as metrics:
    for epoch in range(9):
        metrics.write(json.dumps({"step": epoch, "loss": loss}) + "\n")
if not loss <= 1:
    if parameters["deaf"] == "1":
        signal.pause()
    while not os.path.exists(os.environ["SWEEP_STOP_FILE"]):
        time.sleep(0.02)
    with open(os.environ["E2E_LEDGER"], "a") as ledger, open(os.environ["SWEEP_STOP_FILE"]) as stop:
        ledger.write(f"{os.environ['SWEEP_TRIAL']} {json.dumps(json.load(stop))}\n")
    sys.exit(3)
