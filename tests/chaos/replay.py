"""The history of a sweep, replayed: which events may follow which, and the state that they lead to."""

OPEN = {"PENDING", "RUNNING", "LOST"}
TERMINAL = {"SUCCEEDED", "FAILED", "STOPPED", "CANCELLED"}

# Event of a trial -> (states it may come in, the state it leaves).
TRIAL_EVENTS = {
    "TRIAL_CREATED": ({None}, "PENDING"),
    "TRIAL_STARTED": ({"PENDING", "LOST"}, "RUNNING"),
    "TRIAL_IMPROVED": ({"RUNNING"}, "RUNNING"),
    "TRIAL_LOST": ({"RUNNING"}, "LOST"),
    "TRIAL_REVIVED": ({"LOST"}, "RUNNING"),
    "TRIAL_REQUEUED": ({"RUNNING", "LOST"}, "PENDING"),
    "TRIAL_SUCCEEDED": ({"RUNNING"}, "SUCCEEDED"),
    "TRIAL_FAILED": ({"RUNNING", "LOST", "PENDING"}, "FAILED"),
    "TRIAL_STOPPED": ({"RUNNING"}, "STOPPED"),
    "TRIAL_CANCELLED": (OPEN, "CANCELLED"),
}
SWEEP_EVENTS = {
    "SWEEP_CREATED": ({None}, "ACTIVE"),
    "SWEEP_PAUSED": ({"ACTIVE"}, "PAUSED"),
    "SWEEP_RESUMED": ({"PAUSED", "STOPPING", "FINISHED"}, "ACTIVE"),
    "SWEEP_STOPPING": ({"ACTIVE", "PAUSED"}, "STOPPING"),
    "SWEEP_FINISHED": ({"ACTIVE", "PAUSED", "STOPPING"}, "FINISHED"),
    "SWEEP_CANCELLED": ({"ACTIVE", "PAUSED", "STOPPING"}, "CANCELLED"),
}


class Replay:
    """Replays the events of one sweep."""

    def __init__(self, sweep, say):
        self.sweep = sweep
        self.where = f"sweep {sweep['id']}"
        self.say = say
        self.revision = 0
        self.state = None
        self.trials = {}  # number -> [state, attempt]
        self.running = 0

    def take(self, revision, kind, trial, attempt):
        if revision != self.revision + 1:
            self.say(f"{self.where}: revision {revision} follows {self.revision}")
        self.revision = revision
        if kind in SWEEP_EVENTS:
            may, becomes = SWEEP_EVENTS[kind]
            if self.state not in may:
                self.say(f"{self.where}: {kind} at revision {revision} in state {self.state}")
            self.state = becomes
        elif kind in TRIAL_EVENTS:
            self._take_trial(revision, kind, trial, attempt)
        elif kind not in ("SUGGESTION_DEGRADED", "TRIAL_STOP_DECIDED"):
            self.say(f"{self.where}: unknown event {kind}")

    def _take_trial(self, revision, kind, trial, attempt):
        may, becomes = TRIAL_EVENTS[kind]
        known = self.trials.setdefault(trial, [None, 0])
        if known[0] not in may:
            self.say(f"{self.where} trial {trial}: {kind} at revision {revision} in state {known[0]}")
        expected = known[1] + (kind == "TRIAL_STARTED")
        if attempt != expected:
            self.say(f"{self.where} trial {trial}: {kind} at revision {revision} names attempt {attempt}, "
                     f"not {expected}")
        self.running += (becomes == "RUNNING") - (known[0] == "RUNNING")
        self.trials[trial] = [becomes, attempt]
        most = self.sweep["spec"].get("max_parallel")
        if most is not None and becomes == "RUNNING" and known[0] != "RUNNING" and self.running > most:
            self.say(f"{self.where}: {self.running} trials run after {kind} of trial {trial} at revision {revision}, "
                     f"max_parallel is {most}")

    def compare(self, trials):
        if (self.revision, self.state) != (self.sweep["revision"], self.sweep["state"]):
            self.say(f"{self.where} is {self.sweep['state']} at revision {self.sweep['revision']}; its events lead to "
                     f"{self.state} at {self.revision}")
        stored = {trial["number"]: [trial["state"], trial["attempt"]] for trial in trials}
        if stored != self.trials:
            different = {number: (stored.get(number), self.trials.get(number))
                         for number in set(stored) | set(self.trials) if stored.get(number) != self.trials.get(number)}
            self.say(f"{self.where}: states differ from what events say: {dict(list(different.items())[:5])}")
