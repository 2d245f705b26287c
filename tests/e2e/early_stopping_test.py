"""Early termination with real processes: what is not worth its time ends, and nothing else."""

import json
import pathlib
import unittest

from cluster import ClusterTest

TRAINER = pathlib.Path(__file__).resolve().parent / "stopping_trainer.py"
HYPERBAND = {"type": "hyperband", "min_iter": 3, "eta": 3, "strict": True}


class EarlyStopping(ClusterTest):
    def run_sweep(self, losses, deaf, *flags):
        # A grid runs in the order given, one trial after the other.
        sweep = self.create("grid", {"loss": {"values": losses}, "deaf": {"value": deaf}}, program=TRAINER,
                            early_terminate=HYPERBAND)
        agent = self.start_agent("agent", sweep, *flags)
        self.assert_exits(agent, 0, "agent")
        self.assertEqual(self.sweep(sweep)["state"], "FINISHED")
        return sweep

    def test_a_bad_curve_is_stopped_and_a_program_that_looks_learns_why(self):
        sweep = self.run_sweep([0.5, 7, "NaN", 0.25], 0)
        trials = self.trials(sweep)
        self.assertEqual([t["state"] for t in trials], ["SUCCEEDED", "STOPPED", "STOPPED", "SUCCEEDED"])
        self.assertEqual([t["objective"] for t in trials], [0.5, 7, None, 0.25])
        self.assertEqual([t["reason"] for t in trials], [None, "STOPPED_EARLY", "STOPPED_EARLY", None])
        # Decided at the first band, with the report that reached it.
        decisions = [self.ctl_json("trial", "show", sweep, number)["attempts"][0]["stop"] for number in (1, 2, 3, 4)]
        self.assertEqual((decisions[0], decisions[3]), (None, None))
        self.assertEqual({key: decisions[1][key] for key in ("rule", "iteration", "value", "threshold", "trials")},
                         {"rule": "hyperband", "iteration": 3, "value": 7, "threshold": 0.5, "trials": 2})
        self.assertEqual((decisions[2]["value_nonfinite"], decisions[2]["threshold"]), ("Infinity", 7))
        notes = dict(line.split(" ", 1) for line in self.starts())
        self.assertEqual(sorted(notes), ["2", "3"])
        self.assertIn("stopped early", json.loads(notes["2"])["reason"])
        text = self.ctl("trial", "show", sweep, 2)
        self.assertIn("hyperband at iteration 3: 7.0 is worse than 0.5, by 2 trials", text)
        kinds = [json.loads(line)["kind"] for line in self.ctl("watch", sweep, "-o", "jsonl").splitlines()]
        self.assertEqual(kinds.count("TRIAL_STOP_DECIDED"), 2)

    def test_a_program_that_never_looks_is_ended(self):
        sweep = self.run_sweep([0.5, 7], 1, "--stop-soft-time", "100ms")
        self.assertEqual([t["state"] for t in self.trials(sweep)], ["SUCCEEDED", "STOPPED"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
