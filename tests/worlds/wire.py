"""A wire between a mail program and an IMAP server that records every command and can be made to fail.

One fault fires once, so that a client which connects again gets through. Two threads carry the octets of a connection;
what comes from the server is passed on line by line. After STARTTLS the wire can neither read nor change anything.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n$")
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it passed: its tag, its name (``UID FETCH``, upper case) and its first line."""

    tag: bytes
    name: str
    line: bytes


class _Reader:
    """Reads the commands out of what a client sends; literals are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._skip = 0
        self._goes_on = False
        self._answers_a_challenge = False

    def feed(self, octets: bytes) -> list[Command]:
        self._rest += octets
        commands = []
        while self._rest:
            skipped = min(self._skip, len(self._rest))
            self._rest, self._skip = self._rest[skipped:], self._skip - skipped
            line, end, rest = self._rest.partition(b"\n")
            if self._skip or not end:
                break
            self._rest = rest
            commands += self._begun_by(line + end)
        return commands

    def _begun_by(self, line: bytes) -> list[Command]:
        begins = not (self._goes_on or self._answers_a_challenge)
        literal = _LITERAL.search(line)
        self._skip = int(literal[1]) if literal else 0
        self._goes_on = literal is not None
        self._answers_a_challenge = False
        if not begins:
            return []
        words = line.upper().split()
        if len(words) == 1:
            return [Command(b"", words[0].decode(), line)]
        name = b" ".join(words[1:3] if words[1] == b"UID" else words[1:2]).decode()
        self._answers_a_challenge = name == "AUTHENTICATE"
        return [Command(line.split()[0], name, line)]


class _Cut(Exception):
    """A fault has fired: the connection ends here. ``last`` still passes."""

    def __init__(self, last: bytes = b"") -> None:
        super().__init__()
        self.last = last


class _Connection:
    def __init__(self, wire: Wire, client: socket.socket, server: socket.socket) -> None:
        self.wire = wire
        self.client = client
        self.server = server
        self.reader = _Reader()
        self.sent: dict[bytes, str] = {}
        self.threads = [
            threading.Thread(target=self._carry, args=(client, server, self._to_server), daemon=True),
            threading.Thread(target=self._carry, args=(server, client, self._to_client), daemon=True),
        ]
        self._unfinished = b""
        self._left: int | None = None
        self._is_encrypted = False

    def _carry(self, source: socket.socket, target: socket.socket, treat: Callable[[bytes], bytes]) -> None:
        try:
            while octets := source.recv(65536):
                self.wire.thawed.wait()
                self._pass_on(target, treat(octets))
        except _Cut as cut:
            with contextlib.suppress(OSError):
                target.sendall(cut.last)
        except OSError:
            pass
        self.end()

    def _pass_on(self, target: socket.socket, octets: bytes) -> None:
        if self.wire.trickling and target is self.client:
            for place in range(len(octets)):
                target.sendall(octets[place : place + 1])
                self.wire.pause()
        else:
            target.sendall(octets)

    def _to_server(self, octets: bytes) -> bytes:
        with self.wire.lock:
            if self._is_encrypted:
                return octets
            if self._left is not None:
                return self._last_few(octets)
            if (fault := self.wire.cutting_before) and fault in octets:
                self.wire.cutting_before = None
                raise _Cut(octets[: octets.index(fault)])
            if (within := self.wire.cutting_within) and within[0] in octets:
                self.wire.cutting_within = None
                place = octets.index(within[0])
                self._left = within[1]
                self.record(octets)
                return octets[:place] + self._last_few(octets[place:])
            self.record(octets)
            return octets

    def _last_few(self, octets: bytes) -> bytes:
        assert self._left is not None
        if len(octets) >= self._left:
            raise _Cut(octets[: self._left])
        self._left -= len(octets)
        return octets

    def record(self, octets: bytes) -> None:
        for command in self.reader.feed(octets):
            self.wire.commands.append(command)
            self.sent[command.tag] = command.name

    def _to_client(self, octets: bytes) -> bytes:
        with self.wire.lock:
            if self._is_encrypted:
                return octets
            *lines, self._unfinished = (self._unfinished + octets).split(b"\n")
            passed = b""
            for line in lines:
                answered = self.sent.get(line.split(b" ")[0])
                if answered is not None and answered == self.wire.swallowing:
                    self.wire.swallowing = None
                    raise _Cut(passed)
                self._is_encrypted = answered == "STARTTLS"
                passed += self.wire.rewritten(line + b"\n")
            return passed

    def end(self, *, reset: bool = False) -> None:
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                if reset:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                end.shutdown(socket.SHUT_RDWR)
        for end in (self.client, self.server):
            end.close()


class Wire:
    """The wire itself. Connect to ``port`` on loopback; end it with ``close``."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self.commands: list[Command] = []
        self.lock = threading.Lock()
        self.thawed = threading.Event()
        self.thawed.set()
        self.trickling = False
        self.cutting_before: bytes | None = None
        self.cutting_within: tuple[bytes, int] | None = None
        self.swallowing: str | None = None
        self._rewriting: list[tuple[re.Pattern[bytes], bytes]] = []
        self._connections: list[_Connection] = []
        self._out = False
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._out or self._ended.is_set():
                client.close()
                continue
            server = socket.create_connection(self._server)
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _Connection(self, client, server)
            self._connections.append(connection)
            for thread in connection.threads:
                thread.start()

    # ---------------------------------------------------------------------------------------------- what passed

    @property
    def names(self) -> list[str]:
        """The names of the commands that passed, in their order."""
        return [command.name for command in self.commands]

    def lines(self, name: str) -> list[str]:
        """The first lines of the commands of this name."""
        return [command.line.decode("latin-1").strip() for command in self.commands if command.name == name]

    # ---------------------------------------------------------------------------------------------- faults

    def cut_before(self, octets: bytes) -> None:
        """End the connection in which the client sends these octets, just before they reach the server."""
        self.cutting_before = octets

    def cut_within(self, octets: bytes, after: int) -> None:
        """End the connection in which the client sends these octets once ``after`` octets from there on have passed."""
        self.cutting_within = (octets, after)

    def swallow_answer(self, name: str) -> None:
        """Let the next command of this name be carried out, and end the connection instead of passing its answer on."""
        self.swallowing = name

    def rewrite(self, pattern: bytes, replacement: bytes) -> None:
        """Change what every line of the server says from now on (an empty line is not passed on)."""
        with self.lock:
            self._rewriting.append((re.compile(pattern), replacement))

    def rewritten(self, line: bytes) -> bytes:
        """A line of the server as the client gets it."""
        for pattern, replacement in self._rewriting:
            line = pattern.sub(replacement, line)
        return line

    def freeze(self) -> None:
        """Let nothing through in either direction, with all connections open (half-open)."""
        self.thawed.clear()

    def trickle(self) -> None:
        """Pass on what the server says octet by octet."""
        self.trickling = True

    def pause(self) -> None:
        """The time between two octets of a trickle; over at once when the wire ends."""
        self._ended.wait(0.002)

    def break_connections(self, *, reset: bool = False) -> None:
        """End all connections there are; one that is made meanwhile lives on."""
        for connection in tuple(self._connections):
            connection.end(reset=reset)

    def go_out(self) -> None:
        """End all connections and let no new one come about."""
        self._out = True
        self.break_connections()

    def come_back(self) -> None:
        """Let new connections come about, and forget the faults that did not fire."""
        self._out = False
        self.thawed.set()
        self.trickling = False
        self.cutting_before = self.cutting_within = self.swallowing = None

    def close(self) -> None:
        """End all connections and threads."""
        self._ended.set()
        self.thawed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(5)
        self.break_connections()
        for connection in self._connections:
            for thread in connection.threads:
                thread.join(5)
