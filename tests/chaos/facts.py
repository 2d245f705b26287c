"""What clients were told and what programs computed, read from the histories as they grow.

chaos_client writes its history, program.py its ledger; both are JSON lines. A Facts reads on where it stopped, and
keeps what the database must agree with. What contradicts itself without any database is a violation at once.
"""

import collections
import dataclasses
import json
import struct

OK = 0
CONTINUE = 1  # DIRECTIVE_CONTINUE
# Codes after which a call is sent again: CANCELLED, UNKNOWN and INTERNAL (from the transport when no reason is given),
# DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, UNAVAILABLE.
REPEATED_CODES = {4, 8, 10, 14}
TRANSPORT_CODES = {1, 2, 13}
RESOURCE_EXHAUSTED = 8
UNAVAILABLE = 14


@dataclasses.dataclass
class Attempt:
    """What is known of one attempt from outside. Times are seconds of the monotonic clock."""

    losses: bytes = None      # of its execution, as doubles; None: not executed, or its agent died before
    noise: bytes = None
    assignment: str = None    # JSON with sorted keys
    request_id: str = None
    agent_id: str = None
    token: str = None
    granted: float = None     # when the lease's first answer was there
    acked: int = 0            # reports that were acknowledged
    acked_at: float = 0       # when that was known
    finish: tuple = None      # (outcome, state) of the acknowledged FinishTrial
    lost: float = None        # when LEASE_LOST was first answered
    last_ok: float = 0        # begin of the last report or heartbeat that was accepted


class Facts:
    def __init__(self, violations):
        self.violations = violations  # list of strings, shared with the checker
        self.attempts = collections.defaultdict(Attempt)  # by (sweep, trial, attempt)
        self.requests = {}  # request_id -> (sweep, trial, attempt)
        self.agents = {}    # agent_id -> name
        self.counts = collections.Counter()
        self.offsets = {}

    def read(self, path):
        """Takes the lines that were added since the last time; a line without its end waits."""
        if not path.exists():
            return
        with open(path, "rb") as lines:
            lines.seek(self.offsets.get(path, 0))
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                self.offsets[path] = self.offsets.get(path, 0) + len(line)
                self.take(json.loads(line))

    def take(self, line):
        if line["kind"] == "execution":
            return self._take_execution(line)
        self.counts["calls"] += 1
        self.counts["retries"] += line["try"] > 1
        if line["code"] == OK:
            self.counts["acknowledged"] += 1
            return getattr(self, "_take_" + line["rpc"])(line)
        self._take_error(line)

    def _say(self, text):
        self.violations.append(text)

    def _take_execution(self, line):
        self.counts["executions"] += 1
        attempt = self.attempts[key_of(line)]
        if attempt.losses is not None:
            self._say(f"{name_of(key_of(line))} was executed twice, by {line['agent']} too")
        attempt.losses = struct.pack(f"<{len(line['losses'])}d", *line["losses"])
        if "noise" in line:
            attempt.noise = b"".join(bytes.fromhex(bits)[::-1] for bits in line["noise"])
        if "assignment" in line:
            attempt.assignment = canonical(line["assignment"])

    def _take_error(self, line):
        reason = line["reason"]
        if reason == "LEASE_LOST":
            self.counts["lease_lost"] += 1
            # After a result was acknowledged, everything else about that attempt is refused.
            if "attempt" in line and self.attempts[key_of(line)].finish is None:
                attempt = self.attempts[key_of(line)]
                attempt.lost = attempt.lost or line["ended"]
            return
        self.counts["disk_full"] += line["code"] == RESOURCE_EXHAUSTED
        self.counts["store_failed"] += line["code"] == UNAVAILABLE and "the store failed" in line["message"]
        if line["code"] in REPEATED_CODES or (line["code"] in TRANSPORT_CODES and not reason):
            return
        self._say(f"unexpected answer to {line['rpc']} of {line['agent']}: code {line['code']} {reason} "
                  f"{line['message']!r}: {line}")

    def _take_RegisterAgent(self, line):
        self.agents[line["agent_id"]] = line["agent"]

    def _take_RequestTrial(self, line):
        if line["answer"] != "lease":
            return
        self.counts["leases"] += 1
        key = key_of(line)
        attempt = self.attempts[key]
        if self.requests.setdefault(line["request_id"], key) != key:
            self._say(f"request {line['request_id']} was answered with {self.requests[line['request_id']]} and {key}")
        if attempt.request_id not in (None, line["request_id"]):
            self._say(f"{name_of(key)} was given to two requests: {attempt.request_id} and {line['request_id']}")
        if attempt.token not in (None, line["token"]):
            self._say(f"{name_of(key)} has two tokens")
        attempt.request_id, attempt.agent_id, attempt.token = line["request_id"], line["agent_id"], line["token"]
        attempt.assignment = canonical(json.loads(line["assignment"]))
        attempt.granted = attempt.granted or line["ended"]

    def _take_ReportMetrics(self, line):
        key = key_of(line)
        attempt = self.attempts[key]
        if line["acked"] < line["last"]:
            self._say(f"{name_of(key)}: reports up to {line['last']} were answered with acked {line['acked']}")
        if line["acked"] < attempt.acked and line["began"] > attempt.acked_at:
            self._say(f"{name_of(key)}: acked {attempt.acked} and later {line['acked']}")
        if line["acked"] > attempt.acked:
            attempt.acked, attempt.acked_at = line["acked"], line["ended"]
        if line["directive"] == CONTINUE:
            self._note_accepted(key, attempt, line)

    def _take_Heartbeat(self, line):
        if line["directives"] == [CONTINUE]:
            self._note_accepted(key_of(line), self.attempts[key_of(line)], line)

    def _take_FinishTrial(self, line):
        key = key_of(line)
        attempt = self.attempts[key]
        answer = (line["outcome"], line["state"])
        if attempt.finish is None:
            # Not a mark of the current attempt: it may be the stored answer of a try whose reply was lost, long ago.
            attempt.finish = answer
        elif attempt.finish != answer and line["state"] != "CANCELLED":
            self._say(f"{name_of(key)}: FinishTrial was answered {attempt.finish} and, repeated, {answer}")

    def _note_accepted(self, key, attempt, line):
        if attempt.lost is not None and line["began"] > attempt.lost:
            self._say(f"{name_of(key)}: {line['rpc']} was accepted after LEASE_LOST: {line}")
        attempt.last_ok = max(attempt.last_ok, line["began"])

    def check_fences(self):
        """Nothing of an attempt is accepted once a later one was leased."""
        granted = collections.defaultdict(dict)
        for (sweep, trial, number), attempt in self.attempts.items():
            if attempt.granted is not None:
                granted[sweep, trial][number] = attempt.granted
        for (sweep, trial), numbers in granted.items():
            for number in sorted(numbers)[1:]:
                for earlier in range(1, number):
                    last_ok = self.attempts[sweep, trial, earlier].last_ok if (sweep, trial, earlier) in \
                        self.attempts else 0
                    if last_ok > numbers[number]:
                        self._say(f"{name_of((sweep, trial, earlier))} was accepted after attempt {number} was leased")


def key_of(line):
    return line["sweep"], line["trial"], line["attempt"]


def name_of(key):
    return "sweep {} trial {} attempt {}".format(*key)


def canonical(assignment):
    return json.dumps(assignment, sort_keys=True)
