"""Server programs the tests start on loopback; they end with the test, however the test ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from typing import Any

_UNTIL_OUR_END = '"$@" < /dev/null & cat > /dev/null; kill -KILL 0'
"""A shell that runs a program and kills it, with all it has started, once nobody holds the other end of its input."""


def free_port() -> int:
    """A port on loopback nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Server:
    """A running program that greets everyone who connects to a port."""

    def __init__(self, order: Sequence[str], port: int, greeting: bytes, **how: Any) -> None:
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _UNTIL_OUR_END, "sh", *order],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            **how,
        )
        until = time.monotonic() + 20
        while not self._greets(port, greeting):
            if time.monotonic() > until or self._process.poll() is not None:
                self.stop()
                raise RuntimeError(f"{order[0]} did not start")

    def _greets(self, port: int, greeting: bytes) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
            return connection.recv(len(greeting)) == greeting
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.02)
        return False

    def stop(self) -> None:
        """End the program and all it has started, which are a process group of their own."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate(timeout=10)
