"""Caring for a controller's state with the real binaries: check, back up, restore, and survive kills."""

import json
import sqlite3
import subprocess
import unittest

from cluster import BIN, PATIENCE_SECONDS, ClusterTest, terminate, wait_until


class StorageCare(ClusterTest):
    def sweepd(self, *arguments, expect=0):
        """Runs a command of sweepd beside whatever else runs, and returns what it says."""
        done = subprocess.run([str(BIN / "sweepd"), *[str(a) for a in arguments]], capture_output=True, text=True,
                              cwd=self.folder, timeout=PATIENCE_SECONDS)
        self.assertEqual(done.returncode, expect, f"sweepd {arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    def move_to(self, folder):
        """Goes on with a controller on another data directory."""
        (self.folder / "data").rename(self.folder / "data.before")
        folder.rename(self.folder / "data")
        self.start_controller()

    def all_of(self, sweep):
        return {"sweep": self.sweep(sweep), "trials": self.trials(sweep),
                "events": self.ctl("watch", sweep, "-o", "jsonl")}

    def run_grid(self, points):
        sweep = self.create("grid", {"a": {"values": list(range(points))}})
        agent = self.start_agent(f"agent-{sweep}", sweep, "--slots", "2")
        self.assert_exits(agent, 0, f"agent-{sweep}")
        return sweep

    def test_a_backup_over_the_network_is_restored_to_a_new_folder_with_the_same_content(self):
        sweep = self.run_grid(6)
        before = self.all_of(sweep)
        said = self.ctl_json("backup", "copy.sqlite3")
        self.assertEqual((said["sweeps"], said["trials"]), (1, 6))
        copy = self.folder / "copy.sqlite3"
        self.assertEqual(said["bytes"], copy.stat().st_size)
        self.assertEqual(copy.stat().st_mode & 0o777, 0o600)
        self.assertNotIn((self.folder / "data" / "lease.key").read_bytes(), copy.read_bytes())
        self.ctl("backup", "copy.sqlite3", expect=2)
        self.run_grid(2)
        self.kill_controller()
        self.assertIn("1 sweeps, 6 trials", self.sweepd("restore", "--data-dir", "new", "copy.sqlite3"))
        self.assertIn("all is well", self.sweepd("check", "--data-dir", "new"))
        self.move_to(self.folder / "new")
        self.assertEqual(len(self.ctl_json("list")), 1)
        self.assertEqual(self.all_of(sweep), before)

    def test_backups_under_load_are_sound_and_so_is_what_a_kill_leaves(self):
        sweep = self.create("random", {"a": {"min": 0.0, "max": 1.0}}, run_cap=200)
        agents = [self.start_agent(f"agent{i}", sweep, "--slots", "4") for i in range(2)]
        for i in range(5):
            wait_until(lambda: self.sweep(sweep)["counts"]["succeeded"] >= 3 * i, "trials go on")
            copy = self.folder / f"copy{i}.sqlite3"
            if i % 2:
                self.ctl("backup", copy)
            else:
                self.sweepd("backup", "--data-dir", "data", copy)
            self.assertIn("all is well", self.sweepd("check", "--data-dir", "data"))
            self.sweepd("restore", "--data-dir", f"restored{i}", copy)
            self.assertIn("all is well", self.sweepd("check", "--data-dir", f"restored{i}"))
            if i == 2:
                self.kill_controller()
                self.assertIn("all is well", self.sweepd("check", "--data-dir", "data"))
                self.start_controller()
        for agent in agents:
            terminate(agent)
        for i, agent in enumerate(agents):
            agent.wait(timeout=PATIENCE_SECONDS)

    def test_agents_go_on_after_a_restore_beside_the_same_lease_key(self):
        sweep = self.create("grid", {"a": {"values": [1, 2]}, "gated": {"value": 1}})
        agent = self.start_agent("agent", sweep, "--slots", "2")
        wait_until(lambda: len(self.starts()) == 2, "two trials run")
        self.ctl("backup", "copy.sqlite3")
        self.kill_controller()
        said = self.sweepd("restore", "--data-dir", "data", "copy.sqlite3", "--replace")
        self.assertIn("2 attempts were running", said)
        self.assertIn("their agents go on", said)
        self.start_controller()
        self.open_gate()
        self.assert_exits(agent, 0, "agent")
        self.assertEqual([(t["state"], t["attempt"]) for t in self.trials(sweep)], [("SUCCEEDED", 1)] * 2)

    def test_restore_refuses_a_running_controller_and_a_database_that_is_there(self):
        self.ctl("backup", "copy.sqlite3")
        self.assertIn(str(self.controller.pid),
                      self.sweepd("restore", "--data-dir", "data", "copy.sqlite3", "--replace", expect=1))
        self.kill_controller()
        self.assertIn("--replace", self.sweepd("restore", "--data-dir", "data", "copy.sqlite3", expect=1))
        self.sweepd("restore", "--data-dir", "data", "copy.sqlite3", "--replace")
        aside = list((self.folder / "data").glob("sweepd.sqlite3.replaced-*Z"))
        self.assertEqual(len(aside), 1)

    def test_check_names_the_row_and_restore_refuses_it(self):
        sweep = self.run_grid(3)
        terminate(self.controller)
        self.assert_exits(self.controller, 0, "sweepd")
        with sqlite3.connect(self.folder / "data" / "sweepd.sqlite3") as database:
            database.execute("UPDATE trials SET objective = objective + 1 WHERE number = 2")
            database.execute("UPDATE sweeps SET succeeded = 7")
        database.close()
        said = self.sweepd("check", "--data-dir", "data", expect=1)
        self.assertIn(f"sweeps/{sweep}/trials/2: its objective is", said)
        self.assertIn(f"sweeps/{sweep}: counts", said)
        said = json.loads(self.sweepd("check", "--data-dir", "data", "--quick", "-o", "json", expect=1))
        self.assertEqual([c["place"] for c in said["complaints"]], [f"sweeps/{sweep}"])
        self.sweepd("backup", "--data-dir", "data", "copy.sqlite3")
        self.assertIn("complaints", self.sweepd("restore", "--data-dir", "new", "copy.sqlite3", expect=1))
        self.sweepd("restore", "--data-dir", "new", "copy.sqlite3", "--force")
        self.sweepd("check", "--data-dir", "nowhere", expect=2)

    def test_foreign_newer_and_damaged_files_are_refused(self):
        terminate(self.controller)
        self.assert_exits(self.controller, 0, "sweepd")
        path = self.folder / "data" / "sweepd.sqlite3"
        good = path.read_bytes()

        def start_on(content):
            path.write_bytes(content)
            said = self.sweepd("--data-dir", "data", "--listen", "127.0.0.1:0", expect=1)
            self.sweepd("restore", "--data-dir", "new", path, expect=1)
            self.assertEqual(path.read_bytes(), content)
            return said

        newer = bytearray(good)
        newer[60:64] = (99).to_bytes(4, "big")
        foreign = bytearray(good)
        foreign[68:72] = (7).to_bytes(4, "big")
        middle = len(good) // 2 // 4096 * 4096
        damaged = good[:middle] + b"\x5a" * 4096 + good[middle + 4096:]
        self.assertIn("newer version", start_on(bytes(newer)))
        self.assertIn("another program", start_on(bytes(foreign)))
        self.assertIn("is damaged", start_on(damaged))
        self.assertIn("is damaged", start_on(b"no database at all" * 1000))

    def test_a_log_file_takes_the_log(self):
        terminate(self.controller)
        self.assert_exits(self.controller, 0, "sweepd")
        log = self.folder / "own.log"
        controller = self.spawn("logged", BIN / "sweepd", "--data-dir", self.folder / "data", "--listen", "127.0.0.1:0",
                                "--log-file", log)
        wait_until(lambda: log.exists() and "serving" in log.read_text(), "it serves and says so")
        terminate(controller)
        self.assert_exits(controller, 0, "logged")
        self.assertIn("shutting down", log.read_text())
        self.assertEqual(self.log_of("logged"), "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
