"""The external checker: facts against one state of the database, and against what sweepctl says.

Every check appends a sentence for each violation to `violations`; none of them trusts a number that the controller
computed where it can be counted again.
"""

import collections
import itertools
import json
import math
import struct

from facts import canonical, name_of
from replay import OPEN, TERMINAL, Replay

COUNTED = ["PENDING", "RUNNING", "LOST", "SUCCEEDED", "FAILED", "STOPPED", "CANCELLED"]

# Exit code of "sweepctl watch" for a sweep without a result.
NO_SUCCESS = 6


class Checker:
    """Checks one state. Facts must be no newer than the state: they were read before it was copied, or at rest."""

    def __init__(self, database, facts, violations):
        self.db = database
        self.facts = facts
        self.violations = violations
        self.sweep_ids = {key: sweep["id"] for key, sweep in database.sweeps.items()}
        self.trials_by_key = {trial["trial_key"]: trial for trial in database.trials}
        self.trials_of = collections.defaultdict(list)
        for trial in database.trials:
            self.trials_of[trial["sweep_key"]].append(trial)
        self.attempts_of = collections.defaultdict(list)
        for attempt in database.attempts:
            self.attempts_of[attempt["trial_key"]].append(attempt)
        self.attempts = {self.attempt_key(attempt): attempt for attempt in database.attempts}

    def check(self):
        self.check_file()
        self.check_acknowledged()
        self.check_requests()
        self.check_attempts()
        self.check_curves()
        self.check_objectives()
        self.check_sweeps()
        self.check_events()
        self.facts.check_fences()

    def say(self, text):
        self.violations.append(text)

    def attempt_key(self, attempt):
        trial = self.trials_by_key[attempt["trial_key"]]
        return self.sweep_ids[trial["sweep_key"]], trial["number"], attempt["number"]

    def check_file(self):
        if self.db.integrity != ["ok"]:
            self.say(f"integrity_check: {self.db.integrity[:5]}")
        if self.db.foreign_keys:
            self.say(f"foreign_key_check: {self.db.foreign_keys[:5]}")

    def check_acknowledged(self):
        """Invariant 1: every acknowledged fact is there."""
        for agent_id, name in self.facts.agents.items():
            if agent_id not in self.db.agents:
                self.say(f"agent {name} ({agent_id}) was registered and is gone")
        for key, known in self.facts.attempts.items():
            attempt = self.attempts.get(key)
            if attempt is None:
                self.say(f"{name_of(key)} was leased and is gone")
                continue
            trial = self.trials_by_key[attempt["trial_key"]]
            self._check_attempt(key, known, attempt, trial)

    def _check_attempt(self, key, known, attempt, trial):
        if known.request_id is not None and (attempt["request_id"], attempt["agent_id"]) != \
                (known.request_id, known.agent_id):
            self.say(f"{name_of(key)} belongs to another request or agent than it was given to")
        if known.assignment is not None and canonical(json.loads(trial["assignment"])) != known.assignment:
            self.say(f"{name_of(key)} ran with {known.assignment}, stored is {trial['assignment']}")
        if attempt["acked_sequence"] < known.acked:
            self.say(f"{name_of(key)}: {known.acked} reports were acknowledged, {attempt['acked_sequence']} are stored")
        if known.finish is None:
            return
        outcome, state = known.finish
        expected = {"COMPLETED": "SUCCEEDED", "FAILED": "FAILED", "PREEMPTED": "PREEMPTED"}[outcome]
        if attempt["state"] != expected:
            self.say(f"{name_of(key)} ended {outcome} and is {attempt['state']}")
        if state in TERMINAL and (trial["state"], trial["attempt"]) != (state, key[2]):
            self.say(f"{name_of(key)} made the trial {state}, which is {trial['state']} by {trial['attempt']}")

    def check_requests(self):
        """Invariant 4: a request that came again had no further effect."""
        times = collections.Counter((attempt["agent_id"], attempt["request_id"]) for attempt in self.db.attempts)
        for (agent, request), count in times.items():
            if count > 1:
                self.say(f"request {request} of agent {agent} made {count} attempts")

    def check_attempts(self):
        """Invariants 2 and 3: epochs grow by one, one attempt is live, one result is accepted."""
        for trial in self.db.trials:
            where = f"sweep {self.sweep_ids[trial['sweep_key']]} trial {trial['number']}"
            attempts = self.attempts_of[trial["trial_key"]]
            if [attempt["number"] for attempt in attempts] != list(range(1, trial["attempt"] + 1)):
                self.say(f"{where}: attempts {[a['number'] for a in attempts]}, current is {trial['attempt']}")
            states = collections.Counter(attempt["state"] for attempt in attempts)
            if states["RUNNING"] != (trial["state"] == "RUNNING"):
                self.say(f"{where} is {trial['state']} with {states['RUNNING']} running attempts")
            if states["SUCCEEDED"] + states["STOPPED"] != (trial["state"] in ("SUCCEEDED", "STOPPED")):
                self.say(f"{where} is {trial['state']} with {states['SUCCEEDED']} accepted results")
            if trial["state"] in ("SUCCEEDED", "STOPPED") and attempts and attempts[-1]["state"] != trial["state"]:
                self.say(f"{where} is {trial['state']}, its last attempt {attempts[-1]['state']}")
            lost = states["LOST"] + states["PREEMPTED"]
            # An attempt that is lost when its sweep is cancelled becomes CANCELLED and stays counted as lost.
            may_be_lost = {lost, lost + 1} if states["CANCELLED"] else {lost}
            if trial["lost_attempts"] not in may_be_lost or trial["failed_attempts"] != states["FAILED"]:
                self.say(f"{where} counts {trial['lost_attempts']} lost and {trial['failed_attempts']} failed "
                         f"attempts; there are {lost} and {states['FAILED']}")

    def check_curves(self):
        """Invariant 6: sequences 1..acked, and the values that the program of that attempt computed."""
        for attempt in self.db.attempts:
            key = self.attempt_key(attempt)
            acked = attempt["acked_sequence"]
            curves = self.db.points.get(attempt["attempt_key"], {})
            known = self.facts.attempts.get(key)
            for metric, (sequences, values) in curves.items():
                if sequences != list(range(1, acked + 1)):
                    self.say(f"{name_of(key)}: {metric} has sequences {sequences}, acknowledged are {acked}")
                computed = getattr(known, {"loss": "losses"}.get(metric, metric), None) if known else None
                if computed is None or not computed.startswith(bytes(values)):
                    self.say(f"{name_of(key)}: {metric} is not what its program computed: {values.hex()}, "
                             f"{computed and computed.hex()}")
            if acked and "loss" not in curves:
                self.say(f"{name_of(key)}: {acked} reports without values")
            if attempt["state"] == "SUCCEEDED" and (known is None or known.losses is None or
                                                    acked * 8 != len(known.losses)):
                self.say(f"{name_of(key)} succeeded with {acked} reports, its program computed "
                         f"{known and known.losses and len(known.losses) // 8}")

    def check_objectives(self):
        for trial in self.db.trials:
            sweep = self.db.sweeps[trial["sweep_key"]]
            attempts = self.attempts_of[trial["trial_key"]]
            curve = self.db.points.get(attempts[-1]["attempt_key"], {}).get("loss") if attempts else None
            expected = aggregate(sweep["spec"]["metric"], doubles(curve[1])) if curve else None
            stored = struct.unpack("<d", trial["objective"])[0] if trial["objective"] else None
            if expected != stored:
                self.say(f"sweep {sweep['id']} trial {trial['number']}: objective {stored}, its curve says {expected}")

    def check_sweeps(self):
        """Invariants 3, 8 and 9: counters, caps, grid points."""
        for key, sweep in self.db.sweeps.items():
            trials = self.trials_of[key]
            where = f"sweep {sweep['id']}"
            counted = collections.Counter(trial["state"] for trial in trials)
            stored = {state: sweep[state.lower()] for state in COUNTED}
            if stored != {state: counted[state] for state in COUNTED}:
                self.say(f"{where}: counters {stored}, recount {dict(counted)}")
            if [trial["number"] for trial in trials] != list(range(1, len(trials) + 1)):
                self.say(f"{where}: trials are not numbered 1..{len(trials)}")
            spec = sweep["spec"]
            if spec.get("run_cap") is not None and len(trials) > spec["run_cap"]:
                self.say(f"{where}: {len(trials)} trials, run_cap {spec['run_cap']}")
            if sweep["state"] in ("FINISHED", "CANCELLED") and any(counted[state] for state in OPEN):
                self.say(f"{where} is {sweep['state']} with open trials: {dict(counted)}")
            if spec["method"] == "grid":
                self._check_grid(where, sweep, trials)
            elif spec["method"] == "random" and len(trials) != sweep["suggestions"]:
                self.say(f"{where}: {sweep['suggestions']} suggestions, {len(trials)} trials")

    def _check_grid(self, where, sweep, trials):
        assignments = collections.Counter(canonical(json.loads(trial["assignment"])) for trial in trials)
        for assignment, count in assignments.items():
            if count > 1:
                self.say(f"{where}: {count} trials of the point {assignment}")
        points = {canonical(point) for point in grid_points(sweep["spec"]["parameters"])}
        if not points.issuperset(assignments):
            self.say(f"{where}: a trial is no point of the grid: {sorted(set(assignments) - points)[:3]}")
        if sweep["reason"] == "SPACE_EXHAUSTED" and len(assignments) != len(points):
            self.say(f"{where} ended with {len(assignments)} of {len(points)} points")

    def check_events(self):
        """Invariants 5, 8 and 10: contiguous revisions, legal transitions, max_parallel, and where they lead."""
        for sweep_key, events in itertools.groupby(self.db.events, key=lambda event: event[0]):
            replay = Replay(self.db.sweeps[sweep_key], self.say)
            for _, revision, kind, trial, attempt in events:
                replay.take(revision, kind, trial, attempt)
            replay.compare(self.trials_of[sweep_key])

    def check_ctl(self, cluster, sweep_id):
        """The same state through sweepctl; the controller must be at rest."""
        key = next(key for key, known in self.sweep_ids.items() if known == sweep_id)
        sweep, trials = self.db.sweeps[key], self.trials_of[key]
        shown = cluster.sweep(sweep_id)
        if shown["counts"] != {**{state.lower(): sweep[state.lower()] for state in COUNTED}, "total": len(trials)}:
            self.say(f"sweepctl show {sweep_id}: counts {shown['counts']}")
        listed = [(t["number"], t["state"], t["attempt"], t["objective"], canonical(t["assignment"]))
                  for t in cluster.trials(sweep_id)]
        stored = [(t["number"], t["state"], t["attempt"], t["objective"] and doubles(t["objective"])[0],
                   canonical(json.loads(t["assignment"]))) for t in trials]
        if listed != stored:
            self.say(f"sweepctl trials {sweep_id} differs from the database: "
                     f"{[pair for pair in itertools.zip_longest(listed, stored) if pair[0] != pair[1]][:3]}")
        self._check_best(cluster, sweep_id, sweep, trials, shown)
        if sweep["state"] in ("FINISHED", "CANCELLED"):
            succeeded = any(trial["state"] == "SUCCEEDED" for trial in trials)
            lines = cluster.ctl("watch", sweep_id, "-o", "jsonl", expect=0 if succeeded else NO_SUCCESS).splitlines()
            watched = [(e["revision"], e["kind"], e["trial"] or 0, e["attempt"] or 0) for e in map(json.loads, lines)]
            if watched != [event[1:] for event in self.db.events if event[0] == key]:
                self.say(f"sweepctl watch {sweep_id} differs from the stored events")

    def _check_best(self, cluster, sweep_id, sweep, trials, shown):
        """Invariant 7, from the curves rather than from stored objectives."""
        finite = [(doubles(t["objective"])[0], t["number"]) for t in trials
                  if t["state"] in ("SUCCEEDED", "STOPPED") and t["objective"] and math.isfinite(
                      doubles(t["objective"])[0])]
        if not finite:
            if shown["best"] is not None:
                self.say(f"sweep {sweep_id} has a best trial without any result: {shown['best']}")
            return
        sign = -1 if sweep["spec"]["metric"]["goal"] == "maximize" else 1
        value, best = min(finite, key=lambda pair: (sign * pair[0], pair[1]))
        if shown["best"] != {"trial": best, "objective": value}:
            self.say(f"sweep {sweep_id}: best {shown['best']}, true best is trial {best} with {value}")
        answer = cluster.ctl_json("best", sweep_id)
        if (answer["number"], answer["objective"]) != (best, value):
            self.say(f"sweepctl best {sweep_id}: trial {answer['number']}, true best is {best}")


def doubles(data):
    return list(struct.unpack(f"<{len(data) // 8}d", bytes(data)))


def aggregate(metric, losses):
    """The objective of a curve of finite losses."""
    if metric.get("aggregation", "best") == "last":
        return losses[-1]
    return max(losses) if metric["goal"] == "maximize" else min(losses)


def grid_points(parameters):
    """Every assignment of a grid whose parameters are lists of values and constants."""
    names = sorted(parameters)
    choices = [parameters[name].get("values", [parameters[name].get("value")]) for name in names]
    return (dict(zip(names, point)) for point in itertools.product(*choices))
