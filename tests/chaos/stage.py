"""What a chaos run happens on: a controller that comes and goes, agents of both kinds, and the evidence."""

import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from cluster import BIN, Cluster, wait_until  # after the path

import database
from checker import Checker
from facts import Facts
from process_watch import attempt_processes
from proxy import FaultProxy

CLIENT = BIN.parent / "tests" / "bin" / "chaos_client"
PROGRAM = pathlib.Path(__file__).resolve().parent / "program.py"
LEASE_SECONDS = 3
KILL_DELAY_SECONDS = 1

# The controller gives up its own turn for no longer than this before it forgives the gap (server/engine).
FORGIVEN_GAP_SECONDS = 2

# Enough losses for any nemesis: a trial fails for what its program does, or not at all.
RETRIES = {"lost": 100000, "failed": 100000}


class Skip(Exception):
    """This machine does not allow the scenario; the message says why."""


def grid(points):
    """Parameters of a grid with at least so many points, and their true number."""
    side = max(2, round(points ** 0.5))
    other = -(-points // side)
    return {"a": {"values": list(range(side))}, "b": {"values": list(range(other))}}, side * other


class Stage(Cluster):
    """Used from several threads: those of the nemeses and the main one. One at a time handles the controller."""

    lease_ttl = f"{LEASE_SECONDS}s"

    def __init__(self, folder, seed, proxied=False, disk_megabytes=None):
        self.open(folder)
        self.seed = seed
        self.violations = []
        self.facts = Facts(self.violations)
        self.history = self.folder / "history.jsonl"
        self.data = self.folder / "data"
        self.ending = threading.Event()  # set: nemeses cut their rests short
        self.members = {}  # name -> (command, process) of every agent and client
        self.starts_of_controller = 0
        self.copies = 0
        self.database_numbers = {}
        self.mounted = False
        if disk_megabytes is not None:
            self._mount(disk_megabytes)
        self.proxy = FaultProxy(self.address, seed) if proxied else None
        if self.proxy:
            self.reach = self.proxy.address

    def _mount(self, megabytes):
        self.data.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", self.data], check=True)
        self.mounted = True

    def close(self):
        self.ending.set()
        self.end_all()
        if self.proxy:
            self.proxy.close()
        if self.mounted:
            database.copy(self.data, self.folder / "data-at-the-end")
            subprocess.run(["umount", "--lazy", self.data], check=True)

    def rest(self, seconds):
        self.ending.wait(seconds)

    # The controller.

    def launch_controller(self, *prefix):
        self.starts_of_controller += 1
        super().launch_controller(*prefix)

    def start_controller(self):
        self.launch_controller()
        wait_until(lambda: self.address_file.exists() or self.controller.poll() is not None, "sweepd serves")
        assert self.controller.poll() is None, f"sweepd did not start: {self.log_of('sweepd')[-3000:]}"

    def ensure_controller(self):
        if self.controller is None or self.controller.poll() is not None:
            self.start_controller()

    # Agents. Each can be killed and started again under its name.

    def add(self, name, *command):
        self.members[name] = (command, self.spawn(name, *command))

    def restart(self, name):
        command, process = self.members[name]
        if process.poll() is None:
            process.kill()
        process.wait()
        self.members[name] = (command, self.spawn(name, *command))

    def add_client(self, name, *arguments, agents=16):
        self.add(name, CLIENT, "--controller", self.reach, "--history", self.history, "--name", name, "--agents",
                 agents, "--seed", self.seed, "--nap-s", LEASE_SECONDS * 1.5, *arguments)

    def add_agent(self, name, *arguments):
        self.add(name, BIN / "sweep-agent", "--controller", self.reach, "--name", name, "--work-dir",
                 self.folder / "work" / name, "--kill-delay", f"{KILL_DELAY_SECONDS}s", "--connect-timeout", "0s",
                 *arguments)

    def end_member(self, name, code=0):
        """Waits for a member that ends by itself."""
        process = self.members[name][1]
        wait_until(lambda: process.poll() is not None, f"{name} ends")
        if process.returncode != code:
            self.violations.append(f"{name} ended with exit code {process.returncode}: {self.log_of(name)[-2000:]}")

    def end_members(self):
        for name in self.members:
            self.end_member(name)

    def dismiss_clients(self):
        """Tells every member to end what it does; exit codes do not count."""
        for _, process in self.members.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for name, (_, process) in self.members.items():
            wait_until(lambda process=process: process.poll() is not None, f"{name} ends")

    def create_chaos_sweep(self, method, parameters, **keys):
        keys.setdefault("retries", RETRIES)
        return self.create(method, parameters, program=PROGRAM, **keys)

    def state_of(self, sweep_id):
        """The sweep's state; None while the controller does not answer."""
        done = subprocess.run([str(BIN / "sweepctl"), "--controller", self.address, "--timeout", "2s", "show", sweep_id,
                               "-o", "json"], capture_output=True, text=True)
        if done.returncode != 0:
            return None
        return json.loads(done.stdout)["state"]

    def wait_for_state(self, sweep_id, state, patience):
        """Polls until it is so. A member that gave up, or a violation that was found, ends the waiting."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and not self.violations:
            if self.state_of(sweep_id) == state:
                return
            for name, (_, process) in self.members.items():
                if (process.poll() or 0) > 0:
                    self.violations.append(f"{name} gave up with exit code {process.returncode}: "
                                           f"{self.log_of(name)[-2000:]}")
            time.sleep(0.2)
        if not self.violations:
            self.violations.append(f"sweep {sweep_id} is not {state} after {patience} s: {self.state_of(sweep_id)}")

    def start_watcher(self, sweep_id):
        """Follows the sweep's events over every fault until it is over; check_watcher compares."""
        self.watcher = self.spawn("watcher", BIN / "sweepctl", "--controller", self.reach, "watch", sweep_id, "-o",
                                  "jsonl", "--reconnect", "10m")

    def expect_no_processes(self):
        """Invariant 12: soon after the last attempt is over, nothing of any is left."""
        deadline = time.monotonic() + KILL_DELAY_SECONDS + 1
        while (left := attempt_processes(self.ledger)) and time.monotonic() < deadline:
            time.sleep(0.05)
        if left:
            self.violations.append(f"processes of attempts are left: {left}")

    def await_watcher(self):
        """The watcher needs the controller to see the end of the sweep: call it before the controller is stopped."""
        wait_until(lambda: self.watcher.poll() is not None, "the watcher ends")

    def check_watcher(self, checker):
        lines = [line for line in self.log_of("watcher").splitlines() if line.startswith("{")]
        watched = [(e["revision"], e["kind"], e["trial"] or 0, e["attempt"] or 0) for e in map(json.loads, lines)]
        stored = [event[1:] for event in checker.db.events]
        if self.watcher.returncode != 0 or watched != stored:
            self.violations.append(f"the watcher ended with {self.watcher.returncode} and saw {len(watched)} events of "
                                   f"{len(stored)}: {self.log_of('watcher')[-1000:]}")

    # Evidence.

    def read_facts(self):
        self.facts.read(self.history)
        self.facts.read(self.ledger)

    def check(self):
        """Checks the state that the controller, which must not be running, left behind; returns the checker."""
        self.copies += 1
        folder = self.folder / f"copy-{self.copies}"
        path = database.copy(self.data, folder)
        self.read_facts()
        before = len(self.violations)
        checker = Checker(database.Database(path), self.facts, self.violations)
        checker.check()
        kinds = collections.Counter(event[2] for event in checker.db.events)
        self.database_numbers = {"sweeps": len(checker.db.sweeps), "trials": len(checker.db.trials),
                                 "attempts": len(checker.db.attempts), "requeues": kinds["TRIAL_REQUEUED"],
                                 "lost": kinds["TRIAL_LOST"], "revived": kinds["TRIAL_REVIVED"]}
        if len(self.violations) == before:
            shutil.rmtree(folder)
        return checker

    def check_at_rest(self, most_sweeps=20):
        """The last check: the database, and all that sweepctl tells of the same state. Returns the checker."""
        if self.controller.poll() is None:
            self.kill_controller()
        checker = self.check()
        self.start_controller()
        for sweep_id in list(checker.sweep_ids.values())[-most_sweeps:]:
            checker.check_ctl(self, sweep_id)
        self.controller.send_signal(signal.SIGTERM)
        if self.controller.wait(timeout=60) != 0:
            self.violations.append(f"sweepd ended with exit code {self.controller.returncode} on SIGTERM")
        return checker


def may_mount():
    """Whether tmpfs can be mounted for this process alone: run.py has moved into a mount namespace of its own."""
    return os.environ.get("CHAOS_NAMESPACE") == "1"


def may_trace():
    """Whether strace can make system calls of a child fail."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    tried = subprocess.run([strace, "-f", "--seccomp-bpf", "-e", "trace=fdatasync", "-o", "/dev/null", "true"],
                           capture_output=True)
    return tried.returncode == 0
