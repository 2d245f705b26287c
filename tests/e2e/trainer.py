"""The training program of the end-to-end tests.

Notes its start in $E2E_LEDGER, waits for $E2E_GATE when --gated is given, and reports a loss that depends on its
parameters.
"""

import json
import os
import sys
import time

parameters = dict(argument.removeprefix("--").split("=", 1) for argument in sys.argv[1:])
with open(os.environ["E2E_LEDGER"], "a") as ledger:
    ledger.write(f"{os.environ['SWEEP_TRIAL']} {os.environ['SWEEP_ATTEMPT']}\n")
if parameters.pop("gated", "0") == "1":
    while not os.path.exists(os.environ["E2E_GATE"]):
        time.sleep(0.02)
loss = sum(float(value) ** 2 for value in parameters.values())
with open(os.environ["SWEEP_METRICS_FILE"], "a") as metrics:
    for step in range(3):
        metrics.write(json.dumps({"step": step, "loss": loss + 1.0 / (step + 1)}) + "\n")
