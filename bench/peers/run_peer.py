#!/usr/bin/env python3
"""Runs another project's optimiser on the tasks of `quality`, and appends to a file of results what it lacks.

One process, one thread. Lines are those of `quality run`, with the version of the library.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import heapq
import importlib
import json
import pathlib
import sys
import time
import warnings

from quality import Quality

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

# Name in the results -> module, class.
PEERS = {
    "optuna-tpe": ("optuna_peers", "Tpe"),
    "optuna-gp": ("optuna_peers", "Gp"),
    "ax": ("ax_peer", "Ax"),
    "hebo": ("hebo_peer", "Hebo"),
    "vizier-gp": ("vizier_peer", "Vizier"),
    "smac": ("smac_peer", "Smac"),
}


def read_keys(path):
    """(task, method, seed) of what the file holds; a last line that was cut off is removed."""
    if not path.exists():
        return set()
    text = path.read_bytes()
    whole = text[: text.rfind(b"\n") + 1]
    if whole != text:
        os.truncate(path, len(whole))
    records = [json.loads(line) for line in whole.splitlines()]
    return {(r["task"], r["method"], r["seed"]) for r in records}


def run(quality, task, seed, peer):
    """One study in virtual time, as in bench/quality/virtual_run.h."""
    record = {"objective": [], "truth": [], "suggest_ms": [], "tell_ms": []}
    assignments = set()
    open_trials = []
    now = 0.0
    started = 0
    optimum = None
    budget = task["budget"]
    while True:
        while started < budget and len(open_trials) < task["workers"]:
            asked = time.perf_counter()
            suggestion = peer.ask()
            if suggestion is None:
                budget = started
                break
            record["suggest_ms"].append(1e3 * (time.perf_counter() - asked))
            started += 1
            handle, assignment = suggestion
            assignments.add(json.dumps(assignment, sort_keys=True))
            answer = quality.evaluate(task, seed, started, assignment)
            optimum = answer["optimum"]
            heapq.heappush(open_trials, (now + answer["duration"], started, handle, answer))
        if not open_trials:
            break
        now, _, handle, answer = heapq.heappop(open_trials)
        record["objective"].append(answer["objective"])
        record["truth"].append(answer["truth"])
        told = time.perf_counter()
        peer.tell(handle, answer["objective"])
        record["tell_ms"].append(1e3 * (time.perf_counter() - told))
    return record | {"optimum": optimum, "distinct": len(assignments)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", required=True, choices=PEERS)
    parser.add_argument("--suite", default="", help="for example A,B; default: all")
    parser.add_argument("--half", default="all", choices=["all", "tuning", "heldout"])
    parser.add_argument("--task", default="", help="names; default: all")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--quality", default=str(REPOSITORY / "build/nogrpc/bin/quality"), help="the program")
    flags = parser.parse_args()

    warnings.filterwarnings("ignore")
    module_name, class_name = PEERS[flags.peer]
    module = importlib.import_module(module_name)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    quality = Quality(flags.quality)
    tasks = quality.tasks(flags.suite, flags.half, flags.task)
    held = read_keys(flags.out)
    with flags.out.open("a") as out:
        for seed in range(flags.first_seed, flags.first_seed + flags.seeds):
            for task in tasks:
                if (task["name"], flags.peer, seed) in held:
                    continue
                began = time.monotonic()
                record = run(quality, task, seed, getattr(module, class_name)(task, seed))
                head = {key: task[key] for key in ("suite", "half", "workers", "resolution")}
                head |= {"task": task["name"], "method": flags.peer, "seed": seed, "version": module.VERSION}
                out.write(json.dumps(head | record) + "\n")
                out.flush()
                print(f"{flags.peer} {task['name']} {seed}: {time.monotonic() - began:.1f} s", flush=True)
    quality.close()


if __name__ == "__main__":
    main()
