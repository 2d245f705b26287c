"""Results of `quality run` and run_peer.py: what was read, and its regret.

The regret of a run after n trials is the least truth (the objective without noise) among its first n finished trials,
less the optimum, and not less than the task's resolution. A run without a success so far has the largest regret that
anybody had on the task.
"""

import collections
import json
import math

import numpy as np

SEVEN = ["branin2", "hartmann6", "ackley5", "levy6", "rosen4", "michal5", "styb8"]


class Results:
    """Every run, by (task, method, seed)."""

    def __init__(self, paths):
        self.runs = {}
        for path in paths:
            with open(path, encoding="utf-8") as lines:
                for line in lines:
                    # A run that is being written while it is read has no newline yet.
                    if line.endswith("\n"):
                        run = json.loads(line)
                        self.runs[run["task"], run["method"], run["seed"]] = run
        self.tasks = {}
        self.versions = {}
        self._seeds = collections.defaultdict(set)
        for (task, method, seed), run in self.runs.items():
            about = {key: run[key] for key in ("suite", "half", "workers", "resolution")}
            self.tasks.setdefault(task, about | {"trials": 0})
            self.tasks[task]["trials"] = max(self.tasks[task]["trials"], len(run["truth"]))
            self.versions.setdefault(method, run.get("version", ""))
            self._seeds[task, method].add(seed)
        self._curves = {}
        self._worst = {}
        for key, run in self.runs.items():
            curve = self._raw_curve(run)
            self._curves[key] = curve
            finite = curve[np.isfinite(curve)]
            if finite.size:
                self._worst[key[0]] = max(self._worst.get(key[0], 0), finite.max())

    @staticmethod
    def _raw_curve(run):
        truth = np.array([math.inf if t is None else t for t in run["truth"]], dtype=float)
        return np.maximum(np.minimum.accumulate(truth) - run["optimum"], run["resolution"])

    def methods(self):
        return sorted(self.versions)

    def seeds(self, task, method):
        return self._seeds.get((task, method), set())

    def common_seeds(self, task, methods):
        return sorted(set.intersection(*[self.seeds(task, method) for method in methods]))

    def curve(self, task, method, seed):
        """The regret after 1, 2, ... trials, to the task's budget: a run that ended earlier keeps its last value."""
        curve = self._curves[task, method, seed]
        curve = np.where(np.isfinite(curve), curve, self._worst.get(task, 1.0))
        missing = self.tasks[task]["trials"] - len(curve)
        return np.concatenate([curve, np.full(missing, curve[-1])]) if missing else curve

    def regrets(self, task, method, seeds, trials=None):
        """The regret of each seed after so many trials; default: all."""
        trials = trials or self.tasks[task]["trials"]
        return np.array([self.curve(task, method, seed)[trials - 1] for seed in seeds])

    def chosen_regrets(self, task, method, seeds):
        """The regret of the trial whose objective, with its noise, was the best: what a user would pick."""
        regrets = []
        for seed in seeds:
            run = self.runs[task, method, seed]
            told = [math.inf if o is None else o for o in run["objective"]]
            chosen = int(np.argmin(told))
            truth = run["truth"][chosen]
            regret = self._worst.get(task, 1.0) if truth is None else truth - run["optimum"]
            regrets.append(max(regret, run["resolution"]))
        return np.array(regrets)

    def waiting_times(self, method, suites):
        """Milliseconds that a trial waited for its suggestion, where a library works when it is told a result with that.

        Only of tasks with one worker.
        """
        times = []
        for (task, name, _), run in self.runs.items():
            if name != method or self.tasks[task]["suite"] not in suites or self.tasks[task]["workers"] != 1:
                continue
            asked = np.array(run["suggest_ms"])
            told = np.array(run.get("tell_ms", []))
            if told.size:
                asked[1:] += told[: len(asked) - 1]
            times.append(asked)
        return np.concatenate(times) if times else np.array([])

    def group(self, suite, half=None):
        """Names of the tasks of a suite, and of a half of it."""
        return [
            name
            for name, task in self.tasks.items()
            if task["suite"] == suite and (half is None or task["half"] == half)
        ]
