#!/usr/bin/env python3
"""Breaks a real sweepd on purpose and checks from outside that it keeps its promises.

    tests/chaos/run.py --cycles 1000 --seed 7           SIGKILL cycles under load
    tests/chaos/run.py --grid 10000 --nemesis full      a grid under every nemesis, through the fault proxy
    tests/chaos/run.py --scenario enospc                one scenario; --list shows them

Exit code 0: no violation. 1: violations, printed with the folder that keeps the evidence. 77: not possible here.
"""

import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SKIPPED = 77
MOST_VIOLATIONS_SHOWN = 20


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", help="the scenario; default: kills with --cycles, full with --grid")
    parser.add_argument("--list", action="store_true", help="print the scenarios and nemeses")
    parser.add_argument("--cycles", type=int, help="SIGKILL cycles of the scenario kills")
    parser.add_argument("--grid", type=int, help="points of the grid of full, proxy and kill-agents")
    parser.add_argument("--nemesis", default="full", help="full, or names with commas between them")
    parser.add_argument("--seed", type=int, help="of everything that is drawn; default: a fresh one")
    parser.add_argument("--pause-ms", type=float, help="longest pause of scripted agents between calls")
    parser.add_argument("--agents", type=int, help="scripted agents")
    parser.add_argument("--real-agents", type=int, help="sweep-agents with two slots each")
    parser.add_argument("--patience", type=int, help="seconds for a grid to finish")
    parser.add_argument("--bin-dir", default=os.environ.get("SWEEPD_BIN_DIR", ROOT / "build" / "release" / "bin"))
    parser.add_argument("--keep", action="store_true", help="keep the folder of a clean run too")
    return parser.parse_args()


def enter_namespace():
    """Goes on in namespaces of its own where that is possible: no mount and no process outlives the run."""
    if "CHAOS_NAMESPACE" in os.environ:
        return
    for user in ([], ["-r"]):
        unshare = ["unshare", *user, "-m", "-p", "--fork", "--kill-child", "--mount-proc"]
        if subprocess.run([*unshare, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode == 0:
            os.environ["CHAOS_NAMESPACE"] = "1"
            os.execvp("unshare", [*unshare, sys.executable, *sys.argv])
    os.environ["CHAOS_NAMESPACE"] = "0"


def show(stage, numbers, seconds):
    counts = stage.facts.counts
    rows = {**numbers, "controller starts": stage.starts_of_controller, "calls": counts["calls"],
            "acknowledged": counts["acknowledged"], "retries": counts["retries"], "leases": counts["leases"],
            "executions": counts["executions"], "LEASE_LOST": counts["lease_lost"],
            "refused on a full disk": counts["disk_full"], **stage.database_numbers, "seconds": round(seconds, 1),
            "violations": len(stage.violations)}
    for name, value in rows.items():
        print(f"  {name:<24} {value:>12}")


def end_on_signal(*_):
    sys.exit("ended by a signal")  # an exception: what was started is ended on the way out


def list_all(scenarios, nemeses):
    for name, scenario in scenarios.items():
        print(f"{name:<12} {scenario.__doc__.splitlines()[0]}")
    print("nemeses:", ", ".join(nemeses))


def scenario_keys(options):
    """What was asked for; a scenario has its own defaults for the rest."""
    names = None if options.nemesis == "full" else options.nemesis.split(",")
    keys = {"cycles": options.cycles, "points": options.grid, "pause_ms": options.pause_ms, "agents": options.agents,
            "real_agents": options.real_agents, "patience": options.patience, "names": names}
    return {key: value for key, value in keys.items() if value is not None}


def conclude(stage, folder, options, seed):
    if stage.violations:
        for violation in stage.violations[:MOST_VIOLATIONS_SHOWN]:
            print(f"VIOLATION {violation}")
        again = "" if options.seed is not None else f" --seed {seed}"
        print(f"evidence: {folder}; again: {' '.join(sys.argv)}{again}")
        return 1
    if not options.keep:
        shutil.rmtree(folder)
    return 0


def main():
    options = parse()
    signal.signal(signal.SIGTERM, end_on_signal)
    os.environ["SWEEPD_BIN_DIR"] = str(options.bin_dir)
    enter_namespace()
    from nemesis import NEMESES  # these read the environment
    from scenarios import SCENARIOS
    from stage import Skip
    if options.list:
        list_all(SCENARIOS, NEMESES)
        return 0
    name = options.scenario or ("kills" if options.cycles else "full")
    keys = scenario_keys(options)
    unknown = {name} - set(SCENARIOS) | set(keys.get("names", [])) - set(NEMESES)
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}; --list shows the scenarios and nemeses", file=sys.stderr)
        return 2

    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 31)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sweepd-chaos-"))
    print(f"scenario {name}, seed {seed}, folder {folder}", flush=True)
    began = time.monotonic()
    report = lambda text: print(f"  {time.monotonic() - began:6.1f} s  {text}", flush=True)
    try:
        stage, numbers = SCENARIOS[name](folder, seed, report=report, **keys)
    except Skip as skip:
        print(f"skipped: {skip}")
        shutil.rmtree(folder)
        return SKIPPED
    except BaseException:
        print(f"the run itself failed, with seed {seed}; evidence: {folder}", flush=True)
        raise
    show(stage, numbers, time.monotonic() - began)
    return conclude(stage, folder, options, seed)


if __name__ == "__main__":
    sys.exit(main())
