"""What the user wrote about an IMAP account, checked."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from connectors.base import Opening, Refused

PORTS = {"tls": 993, "starttls": 143, "plain": 143}
"""The ways to a server and the port each has by default (RFC 8314 section 3.2, RFC 3501 section 2.1)."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds the connector waits at the most: for a connection, for an answer, in one IDLE, between two polls.

    A first IDLE is short: what a server sends together with its word that IDLE has begun lies unread in a buffer until
    IDLE ends. The others stay below the 10 minutes after which home routers forget a silent connection (RFC 2177 allows
    29 minutes).
    """

    connect: float = 20.0
    answer: float = 60.0
    first_idle: float = 20.0
    idle: float = 9 * 60.0
    poll: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One account on one server. ``drafts``, ``sent`` and ``trash`` are None where the server is to tell them."""

    host: str
    port: int
    security: str
    user: str
    ca_file: str | None = None
    folders: tuple[str, ...] = ("INBOX",)
    drafts: str | None = None
    sent: str | None = None
    trash: str | None = None
    timeouts: Timeouts = field(default_factory=Timeouts)


def settings_from(opening: Opening) -> Settings:
    """The settings of an account; raises Refused with the key that is wrong."""
    written = opening.settings
    security = str(written.get("security") or "tls")
    if security not in PORTS:
        raise Refused(f'security = "{security}" is not known; it must be one of {", ".join(PORTS)}')
    host = _text(written, "host")
    if not host:
        raise Refused("host is missing: the name of the IMAP server")
    if security == "plain" and not is_loopback(host):
        raise Refused(f'security = "plain" would send the password to {host} unencrypted; use "tls" or "starttls"')
    return Settings(
        host=host,
        port=int(written.get("port") or PORTS[security]),
        security=security,
        user=_text(written, "user") or next(iter(opening.addresses), ""),
        ca_file=_text(written, "ca_file"),
        folders=_folders(written.get("folders")),
        drafts=_text(written, "drafts"),
        sent=_text(written, "sent"),
        trash=_text(written, "trash"),
        timeouts=_timeouts(written.get("timeouts")),
    )


def is_loopback(host: str) -> bool:
    """True for this machine itself (RFC 6761 section 6.3 for its name)."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _text(written: Mapping[str, Any], key: str) -> str | None:
    value = written.get(key)
    return None if value is None else _one_line(str(value), key)


def _one_line(value: str, key: str) -> str:
    """A value that may stand in a command: a line break in it would begin another command."""
    if not value.isprintable():
        raise Refused(f"{key} holds a control character")
    return value


def _folders(written: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_one_line(str(name), "folders") for name in written or ())) or ("INBOX",)


def _timeouts(written: Mapping[str, float] | None) -> Timeouts:
    known = {each.name for each in fields(Timeouts)}
    if unknown := sorted(set(written or ()) - known):
        raise Refused(f"timeouts.{unknown[0]} is not known; there are {', '.join(sorted(known))}")
    return Timeouts(**{key: float(value) for key, value in (written or {}).items()})
