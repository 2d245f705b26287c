"""Keeps sweeps open while the controller comes and goes, and pauses, resumes, stops and cancels some."""

import json
import random
import subprocess
import threading

from stage import BIN

PAUSE_SECONDS = 0.1
ACTIVE_SWEEPS = 3
COMMAND_PROBABILITY = 0.1
# Exit codes of sweepctl.
REFUSED = 4
UNREACHABLE = 5


class SweepFeeder:
    """One thread from start() to stop(). Answers that came are facts, which compare() looks for."""

    def __init__(self, stage, seed):
        self.stage = stage
        self.random = random.Random(f"{seed}/feeder")
        self.created = []
        self.final = {}  # sweep -> state that was acknowledged and lasts
        self.paused = set()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._feed, daemon=True)

    def start(self):
        self.thread.start()

    def stop(self):
        self.stopping.set()
        self.thread.join()

    def close_sweeps(self):
        """Ends what is open, with a controller that stays. A sweep may finish by itself before its turn comes."""
        for sweep in self._open_sweeps() or []:
            done = self._run("cancel", sweep)
            if done.returncode == 0:
                self.final[sweep] = "CANCELLED"
            elif done.returncode != REFUSED or self.stage.state_of(sweep) != "FINISHED":
                self.stage.violations.append(f"sweepctl cancel {sweep} exits {done.returncode}: {done.stderr}")

    def compare(self, checker):
        states = {sweep["id"]: sweep["state"] for sweep in checker.db.sweeps.values()}
        for sweep in self.created:
            if sweep not in states:
                self.stage.violations.append(f"sweep {sweep} was created and is gone")
        for sweep, state in self.final.items():
            if states.get(sweep) != state:
                self.stage.violations.append(f"sweep {sweep} was {state} and is {states.get(sweep)}")

    def _feed(self):
        while not self.stopping.wait(PAUSE_SECONDS):
            opened = self._open_sweeps()
            if opened is None:
                continue
            if list(opened.values()).count("ACTIVE") < ACTIVE_SWEEPS:
                self._create()
            elif self.random.random() < COMMAND_PROBABILITY:
                self._command(self.random.choice(sorted(opened)))

    def _run(self, *arguments, stdin=None):
        return subprocess.run([str(BIN / "sweepctl"), "--controller", self.stage.address, *arguments], input=stdin,
                              capture_output=True, text=True, timeout=120)

    def _open_sweeps(self):
        """id -> state; None when the controller is away."""
        done = self._run("list", "-s", "ACTIVE", "-s", "PAUSED", "-s", "STOPPING", "-o", "json")
        return {sweep["id"]: sweep["state"] for sweep in json.loads(done.stdout)} if done.returncode == 0 else None

    def _create(self):
        spec = {"metric": {"name": "loss", "goal": self.random.choice(["minimize", "maximize"]),
                           "aggregation": self.random.choice(["best", "last"])},
                "program": "scripted", "retries": {"lost": self.random.choice([0, 2, 1000]), "failed": 2}}
        unit = {"min": 0.0, "max": 1.0}
        kind = self.random.choice(["grid", "grid", "random", "bayes"])
        if kind == "grid":
            spec |= {"method": "grid", "parameters": {"a": {"values": list(range(100))},
                                                      "b": {"values": ["x", "y", True, None, 1.5, 2]}}}
        elif kind == "random":
            spec |= {"method": "random", "parameters": {"a": unit, "b": unit}, "run_cap": 500}
        else:
            spec |= {"method": "bayes", "parameters": {"a": unit}, "run_cap": 12, "max_parallel": 2}
        if kind != "bayes" and self.random.random() < 0.5:
            spec["max_parallel"] = self.random.randrange(2, 12)
        done = self._run("create", "-", "-o", "id", stdin=json.dumps(spec))
        if done.returncode == 0:
            self.created.append(done.stdout.strip())
        elif done.returncode != UNREACHABLE:
            self.stage.violations.append(f"sweepctl create exits {done.returncode}: {done.stderr}")

    def _command(self, sweep):
        if sweep in self.paused:
            if self._run("resume", sweep).returncode == 0:
                self.paused.discard(sweep)
            return
        verb = self.random.choice(["pause", "pause", "stop", "cancel"])
        if self._run(verb, sweep).returncode != 0:
            return  # it was over, or the controller was away and nothing is known
        if verb == "pause":
            self.paused.add(sweep)
        elif verb == "cancel":
            self.final[sweep] = "CANCELLED"
