"""What agents that end leave behind, delivered by those that come after them."""

import math
import pathlib
import re
import signal
import struct
import time
import unittest

from cluster import ClusterTest, wait_until

ONE = {"a": {"value": 1}, "gated": {"value": 1}}

# Kinds of records in a spool; see agent/spool_record.h.
REPORT = 2
FINISH = 5

# Well below the lease's time to live: what happens sooner does not happen because the lease ran out.
AT_ONCE_SECONDS = 30


def spools(work):
    return [path for path in work.glob(".spool/*/*") if path.name != "lock"]


def record_kinds(path):
    """The kinds of the whole records of a spool."""
    data = path.read_bytes()
    kinds = []
    place = 0
    while place + 8 < len(data):
        end = place + 8 + struct.unpack_from("<I", data, place)[0]
        if end > len(data):
            break
        kinds.append(data[place + 8])
        place = end
    return kinds


def programs_of(work):
    """Process ids of programs whose output folder lies in the work folder."""
    mark = f"SWEEP_OUTPUT_DIR={work}/".encode()
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def memory_peak(pid):
    """The most bytes of memory that the process had; None when it is gone."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    peak = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(peak[1]) * 1024 if peak else None


class WorkerTest(ClusterTest):
    """Agents in work folders of the test's own."""

    def start_worker(self, name, *arguments, work="work"):
        return self.start_agent(name, *arguments, "--work-dir", self.folder / work, "--kill-delay", "5s")

    def work(self, name="work"):
        return self.folder / name

    def await_spooled_result(self):
        wait_until(lambda: [s for s in spools(self.work()) if FINISH in record_kinds(s)], "the result is spooled")

    def assert_one_result(self, sweep, attempt):
        trial, = self.trials(sweep)
        self.assertEqual((trial["state"], trial["attempt"]), ("SUCCEEDED", attempt))
        self.assertEqual(self.starts(), [f"1 {number}" for number in range(1, attempt + 1)])
        self.assertEqual(self.sweep(sweep)["state"], "FINISHED")
        self.assertAlmostEqual(trial["objective"], 1 + 1 / 3)
        self.assertEqual(spools(self.work()), [])


class RestartedAgents(WorkerTest):
    def test_a_result_of_the_time_without_a_controller_is_accepted_once(self):
        sweep = self.create("random", ONE, run_cap=1)
        agent = self.start_worker("agent", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the trial runs")
        self.kill_controller()
        self.open_gate()
        self.await_spooled_result()
        self.start_controller()
        self.assert_exits(agent, 0, "agent")
        self.assert_one_result(sweep, attempt=1)

    def test_a_killed_agents_result_is_delivered_by_its_successor(self):
        sweep = self.create("random", ONE, run_cap=1)
        victim = self.start_worker("victim", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the trial runs")
        self.kill_controller()
        self.open_gate()
        self.await_spooled_result()
        victim.kill()
        victim.wait()
        self.assertEqual(record_kinds(spools(self.work())[0]).count(REPORT), 3)
        self.start_controller()
        successor = self.start_worker("successor", sweep)
        self.assert_exits(successor, 0, "successor")
        self.assert_one_result(sweep, attempt=1)
        self.assertIn("an attempt of an earlier agent is delivered", self.log_of("successor"))

    def test_a_curve_has_neither_hole_nor_repeat_after_controller_and_agent_were_killed(self):
        (self.folder / "halves.py").write_text(TWO_HALVES)
        sweep = self.create("random", {"a": {"value": 1}}, run_cap=1, program=str(self.folder / "halves.py"))
        victim = self.start_worker("victim", sweep)
        wait_until(self.starts, "the trial runs")
        points = lambda: self.ctl_json("trial", "show", sweep, 1, "--metrics")
        wait_until(lambda: len(points()) == 500, "the first half is stored")
        self.kill_controller()
        self.open_gate()
        self.await_spooled_result()
        victim.kill()
        victim.wait()
        self.start_controller()
        successor = self.start_worker("successor", sweep)
        self.assert_exits(successor, 0, "successor")
        curve = points()
        self.assertEqual([point["step"] for point in curve], list(range(1001)))
        self.assertEqual([point["value"] for point in curve[:1000]], [math.sin(step) / 3 for step in range(1000)])
        self.assertEqual(self.starts(), ["begun"])
        self.assertEqual(self.trials(sweep)[0]["attempt"], 1)

    def test_a_killed_agents_trial_is_given_back_at_once(self):
        sweep = self.create("random", ONE, run_cap=1)
        victim = self.start_worker("victim", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the trial runs")
        killed = time.monotonic()
        victim.kill()
        victim.wait()
        successor = self.start_worker("successor", sweep)
        wait_until(lambda: self.starts() == ["1 1", "1 2"], "the trial runs again")
        self.assertLess(time.monotonic() - killed, AT_ONCE_SECONDS)
        self.open_gate()
        self.assert_exits(successor, 0, "successor")
        self.assert_one_result(sweep, attempt=2)

    def test_an_interrupted_agent_leaves_its_trial_to_its_next_start(self):
        sweep = self.create("random", ONE, run_cap=1)
        agent = self.start_worker("agent", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the trial runs")
        self.kill_controller()
        for said in ("no new trials", "ending", "killing"):  # the third Ctrl-C leaves the least time for goodbyes
            agent.send_signal(signal.SIGINT)
            wait_until(lambda: said in self.log_of("agent"), said)
        self.assert_exits(agent, 128 + signal.SIGINT, "agent")
        self.assertIn("it waits in the work folder", self.log_of("agent"))
        self.start_controller()
        self.open_gate()
        successor = self.start_worker("successor", sweep)
        self.assert_exits(successor, 0, "successor")
        self.assert_one_result(sweep, attempt=2)

    def test_a_work_folder_that_cannot_be_used_is_a_clear_error(self):
        agent = self.start_agent("agent", "--work-dir", "/dev/null/work")
        self.assert_exits(agent, 2, "agent")
        self.assertIn("/dev/null/work", self.log_of("agent"))


# Reports 500 points, the same again once it may, and fails to finish its last line.
TWO_HALVES = """
import math, os, time
open(os.environ["E2E_LEDGER"], "a").write("begun\\n")
with open(os.environ["SWEEP_METRICS_FILE"], "a", buffering=1) as metrics:
    for step in range(1000):
        while step == 500 and not os.path.exists(os.environ["E2E_GATE"]):
            time.sleep(0.02)
        metrics.write('{"step": %d, "loss": %r}\\n' % (step, math.sin(step) / 3))
    metrics.write('{"step": 1000, "loss": NaN}\\n{"step": 1001, "lo')
"""

# Writes 100,000 metric lines and 50 MB of output as fast as it can.
FLOOD = """
import os, sys
open(os.environ["E2E_LEDGER"], "a").write("begun\\n")
with open(os.environ["SWEEP_METRICS_FILE"], "a") as metrics:
    for step in range(100_000):
        metrics.write('{"step": %d, "loss": %d, "other": 0.5}\\n' % (step, 100_000 - step))
for _ in range(500):
    sys.stdout.write(("x" * 99 + "\\n") * 1000)
"""


class Floods(WorkerTest):
    def test_an_agent_stays_small_when_a_program_floods_it_while_the_controller_is_away(self):
        (self.folder / "flood.py").write_text(FLOOD)
        sweep = self.create("random", {"a": {"value": 1}}, run_cap=1, program=str(self.folder / "flood.py"))
        agent = self.start_worker("agent", sweep)
        wait_until(self.starts, "the program floods")
        self.kill_controller()
        self.await_spooled_result()
        self.start_controller()
        peak = 0
        while agent.poll() is None:
            peak = memory_peak(agent.pid) or peak
            time.sleep(0.01)
        self.assert_exits(agent, 0, "agent")
        trial, = self.trials(sweep)
        self.assertEqual((trial["state"], trial["attempt"], trial["objective"]), ("SUCCEEDED", 1, 1))
        self.assertGreater(peak, 0)
        self.assertLess(peak, 64 << 20)


class Zombies(WorkerTest):
    lease_ttl = "3s"

    def lose_the_lease(self, sweep):
        wait_until(lambda: self.sweep(sweep)["counts"]["lost"] == 1, "the lease ends")
        heir = self.start_worker("heir", sweep, work="heir")
        wait_until(lambda: self.starts() == ["1 1", "1 2"], "the heir runs the trial")
        return heir

    def finish(self, sweep, heir):
        self.open_gate()
        self.assert_exits(heir, 0, "heir")
        self.assert_one_result(sweep, attempt=2)

    def test_what_a_dead_agent_left_is_discarded_when_its_trial_is_somebody_elses(self):
        sweep = self.create("random", ONE, run_cap=1)
        victim = self.start_worker("victim", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the trial runs")
        victim.kill()
        victim.wait()
        heir = self.lose_the_lease(sweep)
        zombie = self.start_worker("zombie", sweep)
        wait_until(lambda: "the lease was lost" in self.log_of("zombie"), "the zombie is told")
        wait_until(lambda: not spools(self.work()), "its spool is gone")
        self.finish(sweep, heir)
        self.assert_exits(zombie, 0, "zombie")

    def test_an_agent_that_hung_kills_a_program_whose_lease_is_lost(self):
        sweep = self.create("random", ONE, run_cap=1)
        zombie = self.start_worker("zombie", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the trial runs")
        zombie.send_signal(signal.SIGSTOP)
        heir = self.lose_the_lease(sweep)
        self.assertEqual(len(programs_of(self.work())), 1)
        zombie.send_signal(signal.SIGCONT)
        wait_until(lambda: not programs_of(self.work()), "the zombie's program is killed")
        wait_until(lambda: "the lease was lost" in self.log_of("zombie"), "the log says why")
        self.finish(sweep, heir)
        self.assert_exits(zombie, 0, "zombie")


if __name__ == "__main__":
    unittest.main(verbosity=2)
