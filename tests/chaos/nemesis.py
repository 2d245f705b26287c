"""The nemeses: each does one kind of harm, and undoes it unless the harm is that something is gone.

A nemesis is a function of the stage and of a random generator, with a lane. Nemeses of one lane never overlap, those of
different lanes do. To add one: write the function, give it a lane, and add it to NEMESES.
"""

import collections
import os
import random
import signal
import threading
import time
import traceback

from stage import FORGIVEN_GAP_SECONDS, LEASE_SECONDS, may_mount, may_trace

# Between two strikes in a lane. Every restart of the controller gives each lease its full time again; so that those of
# agents that are gone end all the same, some pauses of its lane are longer than that time.
PAUSE_SECONDS = (0.2, 1.2)
LONG_PAUSE_SECONDS = (LEASE_SECONDS * 1.2, LEASE_SECONDS * 1.6)
SHARE_OF_LONG_PAUSES = 0.2

# A sync that is to fail is one of the first so many after a start.
LATEST_SYNC = 120
SYNC_PATIENCE_SECONDS = 20

SHUTDOWN_PATIENCE_SECONDS = 20


def kill_controller(stage, rng):
    stage.kill_controller()
    stage.start_controller()


def end_controller(stage, rng):
    """As a service manager does: SIGTERM, and another start."""
    stage.controller.send_signal(signal.SIGTERM)
    if stage.controller.wait(timeout=SHUTDOWN_PATIENCE_SECONDS) != 0:
        stage.violations.append(f"sweepd ended with exit code {stage.controller.returncode} on SIGTERM")
    stage.start_controller()


def stop_controller(stage, rng):
    stage.controller.send_signal(signal.SIGSTOP)
    stage.rest(FORGIVEN_GAP_SECONDS + rng.uniform(0.2, LEASE_SECONDS))
    stage.controller.send_signal(signal.SIGCONT)


def fail_sync(stage, rng):
    """One fdatasync fails. The process must end by itself and say why; then it is started again without harm."""
    stage.kill_controller()
    end_by_failed_sync(stage, rng.randrange(1, LATEST_SYNC))
    stage.ensure_controller()


def end_by_failed_sync(stage, nth):
    """Returns whether the nth fdatasync came while there was patience."""
    told = len(stage.log_of("sweepd"))
    # Not -D: strace is the child then, and ends with the exit code of what it traces.
    stage.launch_controller("strace", "-f", "--seccomp-bpf", "-e", "trace=fdatasync", "-e",
                            f"inject=fdatasync:error=EIO:when={nth}", "-o", stage.folder / "strace.log")
    process = stage.controller
    deadline = time.monotonic() + SYNC_PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline and not stage.ending.is_set():
        time.sleep(0.02)
    if process.poll() is None:
        end_traced(process)
        return False
    if process.returncode != 1 or "error" not in stage.log_of("sweepd")[told:]:
        stage.violations.append(f"after a failed fdatasync ({nth}) sweepd ended with exit code {process.returncode}: "
                                f"{stage.log_of('sweepd')[told:][-1000:]}")
    return True


def end_traced(process):
    """Kills what strace runs; strace, which holds it, ends with it."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
        for child in children.read().split():
            os.kill(int(child), signal.SIGKILL)
    process.wait()


def fill_disk(stage, rng):
    fill(stage.data / "filler")
    stage.rest(rng.uniform(1.5, LEASE_SECONDS * 1.5))
    (stage.data / "filler").unlink()
    if stage.controller.poll() is not None:
        stage.violations.append(f"sweepd ended on a full disk: {stage.log_of('sweepd')[-1000:]}")
        stage.ensure_controller()


def fill(path):
    with open(path, "wb", buffering=0) as filler:
        for piece in (1 << 20, 4 << 10, 1):
            try:
                while filler.write(b"\0" * piece):
                    pass
            except OSError:
                continue


def kill_agent(stage, rng):
    name = rng.choice(sorted(stage.members))
    if stage.members[name][1].poll() is None:  # not one that has seen the end of its sweep
        stage.restart(name)


def stop_agent(stage, rng):
    """For longer than its leases live: it comes back as a zombie."""
    process = stage.members[rng.choice(sorted(stage.members))][1]
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGSTOP)
    stage.rest(LEASE_SECONDS + rng.uniform(0.5, LEASE_SECONDS))
    process.send_signal(signal.SIGCONT)


def spoil_network(fault):
    def strike(stage, rng):
        stage.proxy.begin(fault, rng.uniform(0.2, 1))
        stage.rest(rng.uniform(0.2, 2))
        stage.proxy.end()
    return strike


# name -> (lane, function)
NEMESES = {
    "kill-controller": ("controller", kill_controller),
    "end-controller": ("controller", end_controller),
    "stop-controller": ("controller", stop_controller),
    "enospc": ("controller", fill_disk),
    "fsync": ("controller", fail_sync),
    "kill-agent": ("agents", kill_agent),
    "stop-agent": ("agents", stop_agent),
    "drop": ("network", spoil_network("drop")),
    "delay": ("network", spoil_network("delay")),
    "half-open": ("network", spoil_network("half_open")),
    "lose-replies": ("network", spoil_network("lose_replies")),
    "refuse": ("network", spoil_network("refuse")),
}


def possible(names):
    """Those of `names` that this machine allows, and a sentence for each that it does not."""
    skipped = {}
    if not may_mount():
        skipped["enospc"] = "tmpfs cannot be mounted in a mount namespace here"
    if not may_trace():
        skipped["fsync"] = "strace is not installed or may not trace here"
    return ([name for name in names if name not in skipped],
            [f"skipped: nemesis {name}: {why}" for name, why in skipped.items() if name in names])


class Assault:
    """Nemeses at work, one thread for each lane, from start() until stop()."""

    def __init__(self, stage, names):
        self.stage = stage
        self.strikes = collections.Counter({name: 0 for name in names})
        self.stopping = threading.Event()
        lanes = collections.defaultdict(list)
        for name in names:
            lanes[NEMESES[name][0]].append(name)
        self.threads = [threading.Thread(target=self._run, args=(lane, members), daemon=True)
                        for lane, members in sorted(lanes.items())]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Lets the strikes under way end, and undo themselves; the controller runs afterwards."""
        self.stopping.set()
        self.stage.ending.set()
        for thread in self.threads:
            thread.join()
        self.stage.ending.clear()
        self.stage.ensure_controller()

    def _run(self, lane, members):
        rng = random.Random(f"{self.stage.seed}/{lane}")
        bag = []
        while True:
            long = lane == "controller" and rng.random() < SHARE_OF_LONG_PAUSES
            if self.stopping.wait(rng.uniform(*(LONG_PAUSE_SECONDS if long else PAUSE_SECONDS))):
                return
            if not bag:
                bag = rng.sample(members, len(members))  # each comes before any comes again
            name = bag.pop()
            try:
                NEMESES[name][1](self.stage, rng)
            except Exception:  # whatever it is, it belongs into the report
                self.stage.violations.append(f"nemesis {name}: {traceback.format_exc()}")
                return
            self.strikes[name] += 1
