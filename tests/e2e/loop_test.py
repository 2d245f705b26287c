"""The whole loop with real processes: create, run, report, finish, and survive kills."""

import json
import re
import subprocess
import unittest

from cluster import BIN, ClusterTest, terminate, wait_until

UNIT = {"min": 0.0, "max": 1.0}


class TheLoop(ClusterTest):
    def test_a_grid_over_four_agents_runs_each_point_once_and_the_agents_leave(self):
        sweep = self.create("grid", {"a": {"values": [1, 2, 3]}, "b": {"values": [1, 2, 3, 4]}})
        agents = [self.start_agent(f"agent{i}", sweep, "--slots", "2") for i in range(4)]
        for i, agent in enumerate(agents):
            self.assert_exits(agent, 0, f"agent{i}")
        trials = self.trials(sweep)
        self.assertEqual(len(trials), 12)
        self.assertEqual({t["state"] for t in trials}, {"SUCCEEDED"})
        self.assertEqual(len({json.dumps(t["assignment"], sort_keys=True) for t in trials}), 12)
        self.assertEqual(len(self.starts()), 12)
        self.assertEqual(self.sweep(sweep)["state"], "FINISHED")
        best = self.ctl_json("best", sweep)
        self.assertEqual(best["assignment"], {"a": 1, "b": 1})
        self.assertAlmostEqual(best["objective"], 2 + 1 / 3)

    def test_killing_the_controller_loses_and_repeats_nothing(self):
        sweep = self.create("grid", {"a": {"values": list(range(10))}, "gated": {"value": 1}})
        agents = [self.start_agent(f"agent{i}", sweep, "--slots", "2") for i in range(2)]
        wait_until(lambda: len(self.starts()) == 4, "four trials run")
        self.kill_controller()
        self.open_gate()
        self.start_controller()
        for i, agent in enumerate(agents):
            self.assert_exits(agent, 0, f"agent{i}")
        trials = self.trials(sweep)
        self.assertEqual([t["state"] for t in trials], ["SUCCEEDED"] * 10)
        self.assertEqual([t["attempt"] for t in trials], [1] * 10)
        self.assertEqual(sorted(self.starts()), sorted(f"{n} 1" for n in range(1, 11)))
        self.assertEqual(self.sweep(sweep)["state"], "FINISHED")

    def test_the_same_seed_gives_the_same_trials_with_one_agent_with_eight_and_after_a_restart(self):
        def run(agents, restart):
            sweep = self.create("random", {"a": UNIT, "b": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1}},
                                seed=42, run_cap=16)
            running = [self.start_agent(f"{sweep}-{i}", sweep) for i in range(agents)]
            if restart:
                wait_until(lambda: self.sweep(sweep)["counts"]["succeeded"] >= 3, "three trials are done")
                self.kill_controller()
                self.start_controller()
            for i, agent in enumerate(running):
                self.assert_exits(agent, 0, f"{sweep}-{i}")
            return [t["assignment"] for t in self.trials(sweep)]

        reference = run(1, False)
        self.assertEqual(len(reference), 16)
        self.assertEqual(run(8, False), reference)
        self.assertEqual(run(2, True), reference)

    def test_bayes_has_one_trial_in_flight_and_the_waiting_agent_says_why(self):
        sweep = self.create("bayes", {"a": UNIT, "gated": {"value": 1}}, run_cap=6)
        agents = [self.start_agent(f"agent{i}", sweep) for i in range(2)]
        logs = lambda: self.log_of("agent0") + self.log_of("agent1")
        wait_until(lambda: "BAYES_SERIAL" in logs(), "an agent says why it waits")
        self.assertEqual(self.sweep(sweep)["counts"]["running"], 1)
        self.open_gate()
        for i, agent in enumerate(agents):
            self.assert_exits(agent, 0, f"agent{i}")
        self.assertEqual(self.most_in_flight(sweep), 1)
        self.assertEqual(len(self.trials(sweep)), 6)

    def test_bayes_runs_as_many_trials_as_max_parallel_allows(self):
        sweep = self.create("bayes", {"a": UNIT, "gated": {"value": 1}}, run_cap=8, max_parallel=3)
        agent = self.start_agent("agent", sweep, "--slots", "5")
        wait_until(lambda: len(self.starts()) == 3, "three trials run")
        wait_until(lambda: "BAYES_SERIAL" in self.log_of("agent"), "the other slots wait")
        self.open_gate()
        self.assert_exits(agent, 0, "agent")
        self.assertEqual(self.most_in_flight(sweep), 3)
        self.assertEqual(len(self.trials(sweep)), 8)

    def most_in_flight(self, sweep):
        """The largest number of trials that ran at the same time, from the sweep's own history."""
        running = most = 0
        for line in self.ctl("watch", sweep, "-o", "jsonl").splitlines():
            kind = json.loads(line)["kind"]
            running += {"TRIAL_STARTED": 1, "TRIAL_SUCCEEDED": -1, "TRIAL_FAILED": -1}.get(kind, 0)
            most = max(most, running)
        return most

    def test_five_mistakes_are_all_reported_and_nothing_is_created(self):
        path = self.folder / "wrong.yaml"
        path.write_text("method: bayess\nmetric: {name: loss, goal: minimise}\nprogam: train.py\nparameters:\n"
                        "  lr: {min: 3, max: 1}\n  layers: {values: []}\nrun_cap: -5\n")
        self.ctl("create", path, expect=2)
        places = re.findall(r"wrong\.yaml:(\d+):(\d+)", self.stderr)
        self.assertGreaterEqual(len(set(places)), 5, self.stderr)
        self.assertEqual(self.ctl_json("list"), [])

    def test_a_stopped_controller_is_a_clear_error(self):
        terminate(self.controller)
        self.assert_exits(self.controller, 0, "sweepd")
        self.ctl("list", expect=5)
        self.assertIn(self.address, self.stderr)

    def test_a_second_controller_on_the_same_data_is_refused(self):
        done = subprocess.run([str(BIN / "sweepd"), "--data-dir", str(self.folder / "data"), "--listen", "127.0.0.1:0"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.controller.pid), done.stderr)

    def test_cancel_kills_what_runs(self):
        sweep = self.create("random", {"a": UNIT, "gated": {"value": 1}}, run_cap=4)
        agent = self.start_agent("agent", sweep, "--slots", "2", "--kill-delay", "1s")
        wait_until(lambda: len(self.starts()) == 2, "two trials run")
        self.ctl("cancel", sweep)
        self.assert_exits(agent, 0, "agent")
        self.assertEqual({t["state"] for t in self.trials(sweep)}, {"CANCELLED"})
        self.assertEqual(self.sweep(sweep)["state"], "CANCELLED")


class LostAgents(ClusterTest):
    lease_ttl = "3s"

    def test_the_trial_of_a_killed_agent_finishes_elsewhere(self):
        sweep = self.create("random", {"a": UNIT, "gated": {"value": 1}}, run_cap=2)
        victim = self.start_agent("victim", sweep)
        wait_until(lambda: self.starts() == ["1 1"], "the victim runs trial 1")
        victim.kill()
        victim.wait()
        wait_until(lambda: self.sweep(sweep)["counts"]["lost"] == 1, "its lease ends")
        self.open_gate()
        heir = self.start_agent("heir", sweep)
        self.assert_exits(heir, 0, "heir")
        trials = self.trials(sweep)
        self.assertEqual([t["state"] for t in trials], ["SUCCEEDED"] * 2)
        self.assertEqual(trials[0]["attempt"], 2)
        self.assertEqual(self.sweep(sweep)["state"], "FINISHED")


if __name__ == "__main__":
    unittest.main(verbosity=2)
