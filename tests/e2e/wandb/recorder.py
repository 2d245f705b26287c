"""Stands in for somebody's train.py: keeps its command line and reports a falling value under the sweep's metric."""

import json
import os
import sys

with open(os.environ["RECORDED_ARGV"], "a") as record:
    record.write(json.dumps(sys.argv) + "\n")
name = os.environ.get("SWEEP_METRIC")
if name:
    with open(os.environ["SWEEP_METRICS_FILE"], "a") as metrics:
        for step in range(4):
            metrics.write(json.dumps({"step": step, name: 1.0 / (step + 1)}) + "\n")
