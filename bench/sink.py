"""The cheapest SMTP server there can be: it takes what comes and counts it."""

import multiprocessing
import socket
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"


class CountingSink:
    """In a process of its own: ``pid`` for its CPU time, ``count()`` for what has arrived."""

    def __enter__(self) -> Self:
        self._ours, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        self.pid = self._process.pid
        self.port: int = self._ours.recv()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.join()

    def count(self) -> int:
        """How many since the last time. Asked between connections: there is one at a time."""
        self._ours.send(None)
        return int(self._ours.recv())


def _serve(control: Connection) -> None:
    with socket.create_server((HOST, 0)) as server:
        control.send(server.getsockname()[1])
        server.settimeout(0.05)
        count = 0
        while True:
            try:
                connection, _address = server.accept()
            except TimeoutError:
                if control.poll():
                    control.recv()
                    control.send(count)
                    count = 0
                continue
            with connection:
                connection.settimeout(None)
                count += _converse(connection)


def _converse(connection: socket.socket) -> int:
    connection.sendall(b"220 sink\r\n")
    held, count = b"", 0
    while received := connection.recv(65536):
        held += received
        while b"\r\n" in held:
            line, _, held = held.partition(b"\r\n")
            verb = line[:4].upper()
            if verb == b"DATA":
                connection.sendall(b"354 go ahead\r\n")
                while b"\r\n.\r\n" not in held:
                    held += connection.recv(65536)
                held = held.partition(b"\r\n.\r\n")[2]
                count += 1
            elif verb == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return count
            connection.sendall(b"250 sink\r\n")
    return count
