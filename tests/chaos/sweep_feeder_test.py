"""Sweeps that end by themselves between being listed and being cancelled are no violation; anything else is."""

import os
import pathlib
import shutil
import tempfile
import unittest

os.environ.setdefault("CHAOS_NAMESPACE", "0")

from stage import Stage
from sweep_feeder import SweepFeeder


class ListedBefore(SweepFeeder):
    """Its list of open sweeps is as old as `listed`."""

    def __init__(self, stage, *listed):
        super().__init__(stage, 1)
        self.listed = listed

    def _open_sweeps(self):
        return {sweep: "STOPPING" for sweep in self.listed}


class CloseSweeps(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="sweepd-chaos-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        self.stage = Stage(folder, 1)
        self.addCleanup(self.stage.close)
        self.stage.start_controller()

    def create(self):
        return self.stage.create_chaos_sweep("grid", {"a": {"values": [1, 2]}})

    def test_cancels_what_is_open_and_leaves_what_has_finished(self):
        finished, still_open = self.create(), self.create()
        self.stage.ctl("stop", finished)  # nothing runs: it is over at once
        feeder = ListedBefore(self.stage, finished, still_open)
        feeder.close_sweeps()
        self.assertEqual(self.stage.violations, [])
        self.assertEqual(feeder.final, {still_open: "CANCELLED"})
        self.assertEqual(self.stage.state_of(finished), "FINISHED")

    def test_says_so_when_a_sweep_cannot_be_cancelled(self):
        ListedBefore(self.stage, "zzzzzzzz").close_sweeps()
        self.assertEqual(len(self.stage.violations), 1)
        self.assertIn("sweepctl cancel zzzzzzzz exits 3", self.stage.violations[0])


if __name__ == "__main__":
    unittest.main()
