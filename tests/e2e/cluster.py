"""Real binaries on this machine: a controller, agents and the command line client.

Nothing here sleeps for a fixed time to let something happen: `wait_until` asks again until a condition holds, and the
training program (trainer.py) waits for files that the test makes.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BIN = pathlib.Path(os.environ["SWEEPD_BIN_DIR"]).resolve()
TRAINER = pathlib.Path(__file__).resolve().parent / "trainer.py"
PATIENCE_SECONDS = 120


def wait_until(condition, what):
    """Returns the first true value of condition(); fails when none comes."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


def free_address():
    """A free address on a port that the kernel gives to nobody by itself, so that it is still free after a restart."""
    while True:
        port = random.randrange(15000, 30000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return f"127.0.0.1:{port}"


class Cluster:
    """A controller and agents in one folder. Errors of what is asked of it are AssertionErrors."""

    lease_ttl = "60s"
    controller_flags = ()
    open_files = None  # the controller's limit; None: this process's

    def open(self, folder):
        self.folder = pathlib.Path(folder)
        self.processes = []
        self.gate = self.folder / "gate"
        self.ledger = self.folder / "ledger"
        self.address = free_address()
        self.reach = self.address  # where agents are told to find the controller
        self.controller = None

    def end_all(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def spawn(self, name, *arguments):
        log = open(self.folder / f"{name}.log", "ab")
        environment = dict(os.environ, XDG_STATE_HOME=str(self.folder / "state"), E2E_GATE=str(self.gate),
                           E2E_LEDGER=str(self.ledger))
        process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env=environment, cwd=self.folder)
        log.close()
        self.processes.append(process)
        return process

    def log_of(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def launch_controller(self, *prefix):
        """Starts sweepd, always on the same address, and does not wait. `prefix`: a program to run it under."""
        self.address_file = self.folder / "address"
        self.address_file.unlink(missing_ok=True)
        limited = () if self.open_files is None else ("sh", "-c", f'ulimit -n {self.open_files}; exec "$0" "$@"')
        self.controller = self.spawn("sweepd", *prefix, *limited, BIN / "sweepd", "--data-dir", self.folder / "data",
                                     "--listen", self.address, "--address-file", self.address_file, "--lease-ttl",
                                     self.lease_ttl, *self.controller_flags)

    def start_controller(self):
        self.launch_controller()
        wait_until(lambda: self.address_file.exists() or self.controller.poll() is not None, "sweepd serves")
        assert self.controller.poll() is None, self.log_of("sweepd")
        assert self.address_file.read_text().strip() == self.address

    def kill_controller(self):
        self.controller.kill()
        self.controller.wait()

    def start_agent(self, name, *arguments):
        return self.spawn(name, BIN / "sweep-agent", "--controller", self.reach, "--name", name, *arguments)

    def ctl(self, *arguments, expect=0):
        """Runs sweepctl and returns its standard output; its exit code must be `expect`."""
        done = subprocess.run([str(BIN / "sweepctl"), "--controller", self.address, *[str(a) for a in arguments]],
                              capture_output=True, text=True, cwd=self.folder, timeout=PATIENCE_SECONDS)
        assert done.returncode == expect, f"sweepctl {arguments} exits {done.returncode}: {done.stdout}\n{done.stderr}"
        self.stderr = done.stderr
        return done.stdout

    def ctl_json(self, *arguments):
        return json.loads(self.ctl(*arguments, "-o", "json"))

    def create(self, method, parameters, program=TRAINER, **keys):
        """Creates a sweep over the training program that minimises "loss", and returns its id."""
        spec = {"method": method, "metric": {"name": "loss", "goal": "minimize"}, "program": str(program),
                "command": ["${env}", "python3", "${program}", "${args}"], "parameters": parameters, **keys}
        path = self.folder / "sweep.yaml"
        path.write_text(json.dumps(spec))
        return self.ctl("create", path, "-o", "id").strip()

    def sweep(self, sweep_id):
        return self.ctl_json("show", sweep_id)

    def trials(self, sweep_id):
        return self.ctl_json("trials", sweep_id)

    def open_gate(self):
        self.gate.touch()

    def starts(self):
        """What trainer.py wrote at its starts: one line "trial attempt" each."""
        return self.ledger.read_text().splitlines() if self.ledger.exists() else []


class ClusterTest(Cluster, unittest.TestCase):
    """One fresh folder, controller and set of agents for each test."""

    def setUp(self):
        self.open(tempfile.mkdtemp(prefix="sweepd-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.addCleanup(self.kill_everything)
        self.start_controller()

    def kill_everything(self):
        self.end_all()
        if self._outcome_failed():
            for log in sorted(self.folder.glob("*.log")):
                print(f"--- {log.name}\n{log.read_text(errors='replace')[-4000:]}")

    def _outcome_failed(self):
        result = getattr(self._outcome, "result", None)
        return bool(result and (result.errors or result.failures))

    def assert_exits(self, process, code, name):
        try:
            process.wait(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.fail(f"{name} goes on: {self.log_of(name)[-3000:]}")
        self.assertEqual(process.returncode, code, self.log_of(name)[-3000:])


def terminate(process):
    process.send_signal(signal.SIGTERM)
