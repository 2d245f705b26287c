"""Scenarios of load: many agents, real and scripted, while something goes wrong all the time.

Each takes a fresh folder, the seed and what run.py was asked for, and returns the stage, with the violations in it, and
numbers for the summary.
"""

import random
import time

import nemesis
from stage import LEASE_SECONDS, Stage, grid, wait_until
from sweep_feeder import SweepFeeder

CHECK_EVERY_CYCLES = 100
SHARE_KILLED_WHILE_STARTING = 0.15
LONGEST_START_SECONDS = 0.15
LONGEST_UPTIME_SECONDS = 0.5
# Some lives are long enough for leases to end.
SHARE_OF_LONG_LIVES = 0.015
DISK_MEGABYTES = 256


def kill_cycles(folder, seed, cycles=15, report=print, **_):
    """SIGKILL at random moments, under load, while sweeps come and go."""
    stage = Stage(folder, seed)
    rng = random.Random(f"{seed}/kills")
    try:
        stage.start_controller()
        stage.add_client("scripted", "--mischief", "0.02", agents=24)
        feeder = SweepFeeder(stage, seed)
        feeder.start()
        for cycle in range(1, cycles + 1):
            _live_and_die(stage, rng)
            if cycle % CHECK_EVERY_CYCLES == 0:
                checker = stage.check()
                report(f"{cycle} cycles, {len(checker.db.trials)} trials, {len(stage.violations)} violations")
            if stage.violations:
                break
            stage.launch_controller()
        stage.ensure_controller()
        feeder.stop()
        feeder.close_sweeps()
        stage.dismiss_clients()
        feeder.compare(stage.check_at_rest())
    finally:
        stage.close()
    return stage, {"cycles": cycles}


def _live_and_die(stage, rng):
    if rng.random() < SHARE_KILLED_WHILE_STARTING:
        time.sleep(rng.uniform(0, LONGEST_START_SECONDS))
    else:
        wait_until(lambda: stage.address_file.exists() or stage.controller.poll() is not None, "sweepd serves")
        long = rng.random() < SHARE_OF_LONG_LIVES
        time.sleep(LEASE_SECONDS * rng.uniform(1, 2) if long else rng.uniform(0, LONGEST_UPTIME_SECONDS))
    if stage.controller.poll() is not None:
        stage.violations.append(f"sweepd ended by itself with {stage.controller.returncode}: "
                                f"{stage.log_of('sweepd')[-2000:]}")
    stage.kill_controller()


def assaulted_grid(folder, seed, points=300, names=tuple(nemesis.NEMESES), pause_ms=20, agents=48, real_agents=3,
                   report=print, patience=1500, **_):
    """A grid under nemeses: each point is accepted exactly once."""
    names, skipped = nemesis.possible(names)
    for sentence in skipped:
        report(sentence)
    stage = Stage(folder, seed, proxied=True, disk_megabytes=DISK_MEGABYTES if "enospc" in names else None)
    try:
        stage.start_controller()
        parameters, size = grid(points)
        sweep = stage.create_chaos_sweep("grid", parameters)
        stage.add_client("scripted", "--until-done", "--mischief", "0.02", "--pause-ms", pause_ms, sweep,
                         agents=agents // 2)
        stage.add_client("others", "--until-done", "--mischief", "0.02", "--pause-ms", pause_ms, sweep,
                         agents=agents - agents // 2)
        for i in range(real_agents):
            stage.add_agent(f"agent{i}", sweep, "--slots", "2")
        stage.start_watcher(sweep)
        assault = nemesis.Assault(stage, names)
        assault.start()
        stage.wait_for_state(sweep, "FINISHED", patience)
        assault.stop()
        stage.end_members()
        stage.expect_no_processes()
        stage.await_watcher()
        checker = stage.check_at_rest()
        stage.check_watcher(checker)
        accepted = sum(trial["state"] == "SUCCEEDED" for trial in checker.db.trials)
        if (accepted, len(checker.db.trials)) != (size, size):
            stage.violations.append(f"{accepted} of {len(checker.db.trials)} trials succeeded; the grid has {size}")
        for name, strikes in assault.strikes.items():
            if strikes == 0 and points >= 1000:
                stage.violations.append(f"nemesis {name} never struck")
    finally:
        stage.close()
    return stage, {"points": size, "accepted": accepted, **{f"nemesis {n}": s for n, s in assault.strikes.items()}}


def proxy(folder, seed, **keys):
    """The network alone: drops, delays, half-open connections, lost replies, refusals."""
    network = tuple(name for name, (lane, _) in nemesis.NEMESES.items() if lane == "network")
    return assaulted_grid(folder, seed, **{"names": network, **keys})


def kill_agents(folder, seed, **keys):
    """Agents of both kinds are killed and come back."""
    return assaulted_grid(folder, seed, **{"names": ("kill-agent",), **keys})


def zombies(folder, seed, points=60, **_):
    """Agents nap and come back, abandon, fail, give back and repeat themselves; one sweep has a max_parallel."""
    stage = Stage(folder, seed)
    try:
        stage.start_controller()
        sweeps = [stage.create_chaos_sweep("grid", grid(points)[0]),
                  stage.create_chaos_sweep("grid", grid(points)[0], max_parallel=3)]
        for i, sweep in enumerate(sweeps):
            stage.add_client(f"scripted{i}", "--until-done", "--mischief", "0.6", sweep, agents=8)
        for sweep in sweeps:
            stage.wait_for_state(sweep, "FINISHED", 120)
        stage.end_members()
        stage.check_at_rest()
    finally:
        stage.close()
    return stage, {}
