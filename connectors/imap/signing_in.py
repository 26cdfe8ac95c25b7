"""Making a connection and signing in: no password leaves before the channel is safe."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
from typing import cast

import imapclient

from connectors.base import ConnectorError, Refused
from connectors.imap.answers import alerts_in
from connectors.imap.errors import cut_off, in_our_words, not_signed_in, unreachable
from connectors.imap.guard import stand_guard
from connectors.imap.session import Client, Session
from connectors.imap.settings import Settings

_ATOM = re.compile(r"[A-Za-z0-9._+@=-]+")


def sign_in(settings: Settings, account: str, secret: str, alerts: list[str]) -> Session:
    """A new connection with the user signed in; no password leaves before the channel is safe."""
    client = _connect(settings)
    try:
        _log_in(client, settings, account, secret)
        alerts += alerts_in(client._imap)
        # Only now: servers tell more to those who are signed in, and what they told before no longer holds.
        with in_our_words("CAPABILITY"):
            return Session(client, frozenset(client.capabilities()), alerts)
    except ConnectorError:
        with contextlib.suppress(OSError):
            client.shutdown()
        raise


def _connect(settings: Settings) -> Client:
    timeouts = settings.timeouts
    try:
        client = cast(
            Client,
            imapclient.IMAPClient(
                settings.host,
                settings.port,
                ssl=settings.security == "tls",
                ssl_context=_tls(settings) if settings.security == "tls" else None,
                timeout=cast(float, imapclient.SocketTimeout(timeouts.connect, timeouts.answer)),
            ),
        )
    except (OSError, imaplib.IMAP4.error) as fault:
        raise unreachable(settings, fault) from fault
    stand_guard(client._imap)
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if settings.security == "starttls":
        _start_tls(client, settings)
    return client


def _start_tls(client: Client, settings: Settings) -> None:
    try:
        client.starttls(_tls(settings))
    except (OSError, imaplib.IMAP4.error) as fault:
        with contextlib.suppress(OSError):
            client.shutdown()
        raise unreachable(settings, fault) from fault


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as fault:
        raise Refused(
            f'ca_file = "{settings.ca_file}" cannot be read as certificates ({type(fault).__name__})'
        ) from fault


def _log_in(client: Client, settings: Settings, account: str, secret: str) -> None:
    """LOGIN, or AUTHENTICATE PLAIN where the name or password holds what LOGIN cannot carry (RFC 4616)."""
    try:
        if _ATOM.fullmatch(settings.user) and secret.isascii() and secret.isprintable():
            client.login(settings.user, secret)
        else:
            client.plain_login(settings.user, secret)
    except (imaplib.IMAP4.error, OSError, ValueError) as fault:
        # imapclient makes a lost connection look like a wrong password; what it was stands in the context.
        if isinstance(fault.__context__ or fault, (imaplib.IMAP4.abort, OSError, ValueError)):
            raise cut_off(settings, fault, secret) from None
        raise not_signed_in(settings, account, fault, secret) from None
