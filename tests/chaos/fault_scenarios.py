"""Scenarios of one fault each, in which everything else is quiet and the course of events is known.

They take and return the same as those of load_scenarios.py.
"""

import os
import random
import signal

import nemesis
from process_watch import ProcessWatch, attempt_processes
from stage import (FORGIVEN_GAP_SECONDS, KILL_DELAY_SECONDS, LEASE_SECONDS, Skip, Stage, grid, may_mount, may_trace,
                   wait_until)


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
        stage.expect_no_processes()
        checker = stage.check_at_rest()
        _expect_attempts(stage, checker, [1, 1, 2, 2])
    finally:
        stage.close()
    return stage, {}


def _expect_attempts(stage, checker, expected):
    outcome = sorted((trial["state"], trial["attempt"]) for trial in checker.db.trials)
    if outcome != [("SUCCEEDED", attempt) for attempt in expected]:
        stage.violations.append(f"trials ended as {outcome}, not SUCCEEDED in {expected}")


def enospc(folder, seed, **_):
    """A full disk: writes are refused, heartbeats are not, no lease ends, and space is all that is needed to go on."""
    if not may_mount():
        raise Skip("tmpfs cannot be mounted in a mount namespace here")
    stage = Stage(folder, seed, disk_megabytes=16)
    try:
        stage.start_controller()
        held = stage.create_chaos_sweep("grid", {"a": {"values": [1, 2, 3]}, "gated": {"value": 1}})
        stage.add_agent("holder", held, "--slots", "3")
        wait_until(lambda: len(stage.starts()) == 3, "three trials run")
        pid = stage.controller.pid
        load = stage.create_chaos_sweep("grid", grid(100000)[0])
        nemesis.fill(stage.data / "filler")
        # Slowly: a fast client fills such a small disk for good.
        stage.add_client("scripted", "--pause-ms", 100, load)
        wait_until(lambda: stage.read_facts() or stage.facts.counts["disk_full"] > 0, "a write is refused")
        stage.rest(2 * LEASE_SECONDS)
        counts = stage.sweep(held)["counts"]
        if (counts["running"], counts["lost"]) != (3, 0):
            stage.violations.append(f"leases ended on a full disk: {counts}")
        if "does not answer" in stage.log_of("holder"):
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
        if stage.facts.counts["store_failed"] == 0:
            stage.violations.append("nobody was told UNAVAILABLE because the store failed")
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
        stage.expect_no_processes()
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
