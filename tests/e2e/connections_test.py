"""Connections by the hundreds and thousands to the real sweepd: it keeps serving, whatever they do."""

import contextlib
import resource
import socket
import subprocess
import time
import unittest

from cluster import BIN, ClusterTest, wait_until

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"


class ConnectionsTest(ClusterTest):
    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        super().setUp()
        self.open = contextlib.ExitStack()
        self.addCleanup(self.open.close)

    def connect(self):
        host, port = self.address.split(":")
        return self.open.enter_context(socket.create_connection((host, int(port)), timeout=60))

    def serves_within(self, seconds):
        """Tries sweepctl again and again; returns how long it took to succeed."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            done = subprocess.run([str(BIN / "sweepctl"), "--controller", self.address, "list"], capture_output=True,
                                  text=True, timeout=60)
            if done.returncode == 0:
                return time.monotonic() - began
        self.fail(f"no call succeeded in {seconds} s: {done.stderr}\n{self.log_of('sweepd')[-2000:]}")
        return None


class FewDescriptors(ConnectionsTest):
    open_files = 60

    def test_serves_again_within_five_seconds_after_idle_connections_close(self):
        for _ in range(200):
            self.connect()
        wait_until(lambda: "connections refused" in self.log_of("sweepd"), "connections are refused")
        self.open.close()
        self.serves_within(5)
        self.assertEqual(self.log_of("sweepd").count("connections refused"), 1, "one line a minute")

    def test_writes_while_every_connection_it_may_have_is_taken(self):
        sweep = self.create("grid", {"x": {"values": [1, 2, 3]}, "gated": {"value": 1}})
        agent = self.start_agent("agent", sweep)
        wait_until(lambda: self.starts(), "the agent has begun")
        for _ in range(200):
            self.connect()
        self.open_gate()
        self.assert_exits(agent, 0, "agent")
        self.assertNotIn("unable to open", self.log_of("sweepd"))
        self.open.close()
        self.serves_within(5)
        self.assertEqual(self.sweep(sweep)["counts"]["succeeded"], 3)


class Addresses(ConnectionsTest):
    controller_flags = ("--max-connections-per-address", "8")

    def test_a_second_controller_on_the_port_is_refused_within_a_second(self):
        began = time.monotonic()
        second = subprocess.run([str(BIN / "sweepd"), "--data-dir", str(self.folder / "other"), "--listen",
                                 self.address], capture_output=True, text=True, timeout=60)
        self.assertLess(time.monotonic() - began, 1)
        self.assertEqual(second.returncode, 1)
        self.assertIn("in use", second.stderr)
        self.assertIn("--listen", second.stderr)
        self.serves_within(5)

    def test_an_address_beyond_its_share_is_refused_and_the_log_names_it_and_the_flag(self):
        for _ in range(8):
            self.connect()
        self.assertEqual(self.connect().recv(1), b"")
        log = self.log_of("sweepd")
        self.assertIn("latest=127.0.0.1", log)
        self.assertIn("--max-connections-per-address", log)
        self.open.close()
        self.serves_within(5)

    def test_a_flood_of_streams_on_one_connection_disturbs_nobody(self):
        flood = self.connect()
        # HEADERS frames of GET / with END_STREAM and END_HEADERS, by HPACK's static table, and no end of them.
        frames = b"".join(b"\0\0\3\1\5" + stream.to_bytes(4, "big") + b"\x82\x84\x86" for stream in range(1, 20001, 2))
        with contextlib.suppress(OSError):
            flood.sendall(PREFACE + frames)
        self.serves_within(5)


class Crowd(ConnectionsTest):
    def test_five_thousand_connections_at_once_and_a_call_among_them(self):
        began = time.monotonic()
        for _ in range(5000):
            self.connect()
        connected = time.monotonic() - began
        took = self.serves_within(20)
        print(f"5000 connections in {connected:.2f} s, a call after {took:.2f} s")

    def test_a_flood_of_refused_connections_leaves_the_others_alone(self):
        self.kill_controller()
        self.controller_flags = ("--max-connections-per-address", "4")
        self.start_controller()
        for _ in range(4):
            self.connect()
        refused = [self.connect() for _ in range(1000)]
        for connection in refused:
            self.assertEqual(connection.recv(1), b"")
        self.open.close()
        self.serves_within(5)
        self.assertEqual(self.log_of("sweepd").count("connections refused"), 1, "one line a minute")


if __name__ == "__main__":
    unittest.main()
