"""A TCP proxy that spoils connections on purpose, in a thread of this process.

A fault is set for a share of the connections, now open or opened while it lasts. Bytes that a fault swallowed are never
sent later: such a connection ends when the fault does, because what follows would be nonsense.
"""

import asyncio
import random
import socket
import struct
import threading

CHUNK = 64 << 10
FAULTS = ("drop", "delay", "half_open", "lose_replies", "refuse")
LONGEST_DELAY_SECONDS = 0.4


class Connection:
    def __init__(self, client, server):
        self.writers = (client, server)
        self.fault = None
        self.spoilt = False  # bytes are missing

    def cut(self):
        for writer in self.writers:
            reset(writer)


def reset(writer):
    """Closes with a reset rather than an orderly end; nothing happens to what is closed already."""
    if writer.transport.is_closing():
        return
    raw = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class FaultProxy:
    """Listens on a port of its own and forwards to `target` ("HOST:PORT"). Methods are thread-safe."""

    def __init__(self, target, seed):
        self.target = target.split(":")
        self.random = random.Random(f"{seed}/proxy")
        self.connections = set()
        self.tasks = set()
        self.refusing = False
        self.spoilt = 0
        self.loop = asyncio.new_event_loop()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:{}".format(self.listener.getsockname()[1])
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def begin(self, fault, share):
        """Sets `fault` on about `share` of the connections until end()."""
        self.loop.call_soon_threadsafe(self._begin, fault, share)

    def end(self):
        self.loop.call_soon_threadsafe(self._end)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()

    def _serve(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_server(self._accept, sock=self.listener))
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.listener.close()
        self.loop.close()

    def _begin(self, fault, share):
        self.refusing = fault == "refuse"
        for connection in list(self.connections):
            if self.random.random() >= share:
                continue
            self.spoilt += 1
            if fault == "drop":
                connection.cut()
            else:
                connection.fault = fault

    def _end(self):
        self.refusing = False
        for connection in list(self.connections):
            connection.fault = None
            if connection.spoilt:
                connection.cut()

    async def _accept(self, reader, writer):
        if self.refusing:
            return reset(writer)
        try:
            server_reader, server_writer = await asyncio.open_connection(*self.target)
        except OSError:
            return reset(writer)
        connection = Connection(writer, server_writer)
        self.connections.add(connection)
        try:
            await asyncio.gather(self._pump(connection, reader, server_writer, False),
                                 self._pump(connection, server_reader, writer, True))
        finally:
            connection.cut()
            self.connections.discard(connection)

    async def _pump(self, connection, reader, writer, replies):
        try:
            while data := await reader.read(CHUNK):
                if connection.fault == "delay":
                    await asyncio.sleep(self.random.random() * LONGEST_DELAY_SECONDS)
                if connection.fault == "half_open" or connection.spoilt:
                    connection.spoilt = True
                    continue
                if connection.fault == "lose_replies" and replies:
                    break
                writer.write(data)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            pass
        connection.cut()
