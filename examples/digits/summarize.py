#!/usr/bin/env python3
"""Prints one table row for each file of trials that `sweepctl trials SWEEP -o jsonl` wrote: what the sweep found.

The file's name without its suffix names the row. A higher objective is better. Standard library only.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path

COLUMNS = ("method", "trials", "succeeded", "best val_acc", "best parameters", "found by trial", "after seconds", "sweep took")


def parse_time(text):
    """RFC 3339 in UTC; finer than a microsecond is cut off."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:00)", text)
    if not match:
        raise ValueError(f"not a time in UTC: {text!r}")
    fraction = (match.group(2) or "0").ljust(6, "0")[:6]
    return datetime.strptime(f"{match.group(1)}.{fraction}", "%Y-%m-%dT%H:%M:%S.%f")


def format_parameter(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def row_of(path):
    with open(path, encoding="utf-8") as lines:
        trials = [json.loads(line) for line in lines if line.strip()]
    succeeded = [trial for trial in trials if trial["state"] == "SUCCEEDED"]
    name = Path(path).stem
    if not succeeded:
        return (name, str(len(trials)), "0", "-", "-", "-", "-", "-")
    begin = min(parse_time(trial["started"]) for trial in trials if trial["started"])
    end = max(parse_time(trial["ended"]) for trial in trials if trial["ended"])
    best = max(succeeded, key=lambda trial: (trial["objective"], -trial["number"]))
    parameters = ", ".join(f"{key}={format_parameter(value)}" for key, value in sorted(best["assignment"].items()))
    return (
        name,
        str(len(trials)),
        str(len(succeeded)),
        f"{best['objective']:.4f}",
        parameters,
        f"#{best['number']}",
        f"{(parse_time(best['ended']) - begin).total_seconds():.1f}",
        f"{(end - begin).total_seconds():.1f} s",
    )


def print_table(rows):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: summarize.py TRIALS.jsonl...")
    rows = [row_of(path) for path in sys.argv[1:]]
    print_table([COLUMNS, tuple("-" * len(title) for title in COLUMNS), *rows])


if __name__ == "__main__":
    main()
