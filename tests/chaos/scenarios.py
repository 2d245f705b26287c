"""The scenarios of run.py. Each takes the stage it asks for by its keys, and leaves violations in it."""

import os
import random
import signal
import time

import nemesis
from process_watch import ProcessWatch, attempt_processes
from stage import FORGIVEN_GAP_SECONDS, KILL_DELAY_SECONDS, LEASE_SECONDS, Stage, may_mount, may_trace, wait_until
from sweep_feeder import SweepFeeder

CHECK_EVERY_CYCLES = 100
SHARE_KILLED_WHILE_STARTING = 0.15
LONGEST_START_SECONDS = 0.15
LONGEST_UPTIME_SECONDS = 0.5
# Some lives are long enough for leases to end.
SHARE_OF_LONG_LIVES = 0.015
DISK_MEGABYTES = 256


class Skip(Exception):
    """This machine does not allow the scenario; the message says why."""


def grid(points):
    """Parameters of a grid with at least so many points, and their true number."""
    side = max(2, round(points ** 0.5))
    other = -(-points // side)
    return {"a": {"values": list(range(side))}, "b": {"values": list(range(other))}}, side * other


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
        _expect_no_processes(stage)
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


def _expect_no_processes(stage):
    """Invariant 12: soon after the last attempt is over, nothing of any is left."""
    deadline = time.monotonic() + KILL_DELAY_SECONDS + 1
    while (left := attempt_processes(stage.ledger)) and time.monotonic() < deadline:
        time.sleep(0.05)
    if left:
        stage.violations.append(f"processes of attempts are left: {left}")


def proxy(folder, seed, **keys):
    """The network alone: drops, delays, half-open connections, lost replies, refusals."""
    network = tuple(name for name, (lane, _) in nemesis.NEMESES.items() if lane == "network")
    return assaulted_grid(folder, seed, **{"names": network, **keys})


def kill_agents(folder, seed, **keys):
    """Agents of both kinds are killed and come back."""
    return assaulted_grid(folder, seed, **{"names": ("kill-agent",), **keys})


def sigstop(folder, seed, **_):
    """A stopped controller costs no lease; a stopped agent loses its trial and comes back as a zombie."""
    stage = Stage(folder, seed)
    try:
        stage.start_controller()
        sweep = stage.create_chaos_sweep("grid", {"a": {"values": [1, 2, 3, 4]}, "gated": {"value": 1}})
        stage.add_agent("zombie", sweep, "--slots", "2")
        stage.add_agent("heir", sweep, "--slots", "2")
        wait_until(lambda: len(stage.starts()) == 4, "four trials run")

        stage.controller.send_signal(signal.SIGSTOP)
        stage.rest(LEASE_SECONDS + FORGIVEN_GAP_SECONDS)
        stage.controller.send_signal(signal.SIGCONT)
        stage.rest(LEASE_SECONDS / 2)
        counts = stage.sweep(sweep)["counts"]
        if (counts["running"], counts["lost"]) != (4, 0):
            stage.violations.append(f"a stopped controller cost leases: {counts}")

        stage.members["zombie"][1].send_signal(signal.SIGSTOP)
        wait_until(lambda: stage.sweep(sweep)["counts"]["lost"] == 2, "the zombie's leases end")
        stage.add_agent("second-heir", sweep, "--slots", "2")
        wait_until(lambda: len(stage.starts()) == 6, "the lost trials run elsewhere")
        stage.members["zombie"][1].send_signal(signal.SIGCONT)
        wait_until(lambda: "discarded" in stage.log_of("zombie"), "the zombie hears that its leases are lost")
        stage.open_gate()
        stage.wait_for_state(sweep, "FINISHED", 60)
        stage.end_members()
        _expect_no_processes(stage)
        checker = stage.check_at_rest()
        _expect_attempts(stage, checker, [1, 1, 2, 2])
    finally:
        stage.close()
    return stage, {}


def _expect_attempts(stage, checker, expected):
    outcome = sorted((trial["state"], trial["attempt"]) for trial in checker.db.trials)
    if outcome != [("SUCCEEDED", attempt) for attempt in expected]:
        stage.violations.append(f"trials ended as {outcome}, not SUCCEEDED in {expected}")


def zombies(folder, seed, points=60, **_):
    """Agents that fall silent and come back, abandon, fail, give back, and repeat themselves; and few may run at once."""
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


def enospc(folder, seed, strict=False, **_):
    """A full disk: writes are refused, heartbeats are not, no lease ends, and space is all that is needed to go on."""
    if not may_mount():
        raise Skip("tmpfs cannot be mounted in a mount namespace here")
    stage = Stage(folder, seed, disk_megabytes=8)
    try:
        stage.start_controller()
        held = stage.create_chaos_sweep("grid", {"a": {"values": [1, 2, 3]}, "gated": {"value": 1}})
        stage.add_agent("holder", held, "--slots", "3")
        wait_until(lambda: len(stage.starts()) == 3, "three trials run")
        pid = stage.controller.pid
        load = stage.create_chaos_sweep("grid", grid(100000)[0])
        nemesis.fill(stage.data / "filler")
        stage.add_client("scripted", load)
        wait_until(lambda: stage.read_facts() or stage.facts.counts["disk_full"] > 0, "a write is refused")
        stage.rest(2 * LEASE_SECONDS)
        counts = stage.sweep(held)["counts"]
        if (counts["running"], counts["lost"]) != (3, 0):
            stage.violations.append(f"leases ended on a full disk: {counts}")
        if strict and "does not answer" in stage.log_of("holder"):
            stage.violations.append(f"heartbeats were refused on a full disk: {stage.log_of('holder')[-1000:]}")
        (stage.data / "filler").unlink()
        stage.open_gate()
        stage.wait_for_state(held, "FINISHED", 60)
        if stage.controller.poll() is not None or stage.controller.pid != pid:
            stage.violations.append("sweepd did not live through a full disk")
        stage.end_member("holder")
        stage.ctl("cancel", load)
        stage.dismiss_clients()
        checker = stage.check_at_rest()
        attempts = [trial["attempt"] for trial in checker.db.trials if checker.sweep_ids[trial["sweep_key"]] == held]
        if attempts != [1, 1, 1]:
            stage.violations.append(f"a full disk cost attempts: {attempts}")
    finally:
        stage.close()
    return stage, {}


def heartbeats(folder, seed, **_):
    """As enospc, and not a single heartbeat is refused."""
    return enospc(folder, seed, strict=True)


def fsync(folder, seed, rounds=4, **_):
    """A failed fdatasync ends the process; what was acknowledged before is there after a restart."""
    if not may_trace():
        raise Skip("strace is not installed or may not trace here")
    stage = Stage(folder, seed)
    rng = random.Random(f"{seed}/fsync")
    failed = 0
    try:
        stage.start_controller()
        sweep = stage.create_chaos_sweep("grid", grid(100000)[0])
        stage.add_client("scripted", sweep)
        for i in range(rounds):
            stage.kill_controller()
            # The first rounds reach into the start, where the database is opened.
            failed += nemesis.end_by_failed_sync(stage, i + 1 if i < rounds // 2 else rng.randrange(3, 60))
            stage.check()
            stage.start_controller()
        if failed < rounds:
            stage.violations.append(f"only {failed} of {rounds} failed syncs were reached")
        stage.ctl("cancel", sweep)
        stage.dismiss_clients()
        stage.check_at_rest()
    finally:
        stage.close()
    return stage, {"failed syncs": failed}


def processes(folder, seed, **_):
    """Programs that ignore SIGTERM and leave daemons behind are gone soon after their attempt is over."""
    stage = Stage(folder, seed)
    watch = ProcessWatch(stage.ledger)
    try:
        stage.start_controller()
        sweep = stage.create_chaos_sweep("grid", {"a": {"values": [1, 2, 3]}, "stubborn": {"value": 1}})
        stage.add_agent("agent", sweep, "--slots", "3")
        wait_until(lambda: sum(map(len, attempt_processes(stage.ledger).values())) == 6, "programs and daemons run")
        stage.ctl("cancel", sweep)
        stage.end_members()
        wait_until(lambda: not attempt_processes(stage.ledger), "everything is gone")
        watch.stop()
        checker = stage.check_at_rest()
        # The agent hears of the end with its next heartbeat, of which there are six in a lease.
        stage.violations += watch.overdue(checker.attempts, LEASE_SECONDS / 6 + KILL_DELAY_SECONDS + 1)
    finally:
        watch.stop()
        stage.close()
    return stage, {}


def orphans(folder, seed, **_):
    """The same programs when their agent is killed: they must not outlive their attempt either."""
    stage = Stage(folder, seed)
    watch = ProcessWatch(stage.ledger)
    try:
        stage.start_controller()
        sweep = stage.create_chaos_sweep("grid", {"a": {"values": [1]}, "stubborn": {"value": 1}})
        stage.add_agent("agent", sweep)
        wait_until(lambda: sum(map(len, attempt_processes(stage.ledger).values())) == 2, "program and daemon run")
        stage.members["agent"][1].kill()
        wait_until(lambda: stage.sweep(sweep)["counts"]["lost"] == 1, "the lease ends")
        stage.restart("agent")
        wait_until(lambda: len(stage.starts()) == 2, "the trial runs again")
        stage.ctl("cancel", sweep)
        stage.end_members()
        _expect_no_processes(stage)
        watch.stop()
        checker = stage.check_at_rest()
        stage.violations += watch.overdue(checker.attempts, LEASE_SECONDS / 6 + KILL_DELAY_SECONDS + 1)
    finally:
        watch.stop()
        for pids in attempt_processes(stage.ledger).values():
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
        stage.close()
    return stage, {}


SCENARIOS = {
    "kills": kill_cycles,
    "kill-agents": kill_agents,
    "sigstop": sigstop,
    "zombies": zombies,
    "proxy": proxy,
    "enospc": enospc,
    "heartbeats": heartbeats,
    "fsync": fsync,
    "processes": processes,
    "orphans": orphans,
    "full": assaulted_grid,
}
