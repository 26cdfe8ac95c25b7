"""What can go wrong with an IMAP server, as the three errors of a connector, in words for the user.

imaplib has exceptions of its own beside OSError; ``no`` and ``bad`` answers come as ``error``, a broken connection as
``abort``. A text never holds the password, even where a server repeats what it was sent.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4

from imapclient.exceptions import CapabilityError, IllegalStateError, ProtocolError

from connectors.base import ConnectorError, Refused, SignInNeeded, Unavailable
from connectors.imap.settings import Settings

LONGEST_WORDS = 300
"""Characters of a server's own words that are shown."""

FOR_NOW = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "THROTTLED", "CORRUPTION"})
"""Response codes of an answer that may be another one later (RFC 5530; THROTTLED is Yahoo's)."""

_CODE = re.compile(r"\[([A-Z-]+)\b")
_ANSWER = re.compile(r" failed: | command error: ")
_BYTES = re.compile(r"^b(['\"])(.*)\1$", re.DOTALL)

_ONE_FOR_APPS = (
    "it takes an app password, not the password of the account; make one in the security settings of the account"
)
_NO_PASSWORDS = "Microsoft takes no password for IMAP any more, only a sign-in through its own page"
SIGN_IN_HINTS = (
    (("gmail.com", "googlemail.com"), f"{_ONE_FOR_APPS} (two-step verification must be on)"),
    (("yahoo.com", "aol.com", "fastmail.com", "zoho.com", "zoho.eu"), _ONE_FOR_APPS),
    (("mail.me.com", "icloud.com"), f"{_ONE_FOR_APPS}; the user is the part before the @"),
    (("gmx.net", "gmx.com", "web.de"), "IMAP must first be switched on in the settings of the mailbox on the web"),
    (("office365.com", "outlook.com"), _NO_PASSWORDS),
)
"""What people trip over when they sign in, by the end of the host's name."""


class Lost(Unavailable):
    """The connection is no longer good; what was asked last may or may not have been done."""


@contextmanager
def in_our_words(task: str) -> Iterator[None]:
    """Turn whatever imapclient and imaplib raise into Lost, Unavailable or Refused; ``task`` says what was tried."""
    try:
        yield
    except ConnectorError:
        raise
    except (CapabilityError, IMAP4.readonly) as fault:
        raise Refused(f"{task}: {fault}") from fault
    except (IMAP4.abort, OSError) as fault:
        raise Lost(f"{task}: the connection was lost ({_words(fault)})") from fault
    except (ProtocolError, IllegalStateError, ValueError, LookupError, TypeError, AssertionError) as fault:
        raise Lost(f"{task}: the server's answer could not be read ({type(fault).__name__})") from fault
    except IMAP4.error as fault:
        raise _refusal(task, _words(fault)) from fault


def _refusal(task: str, words: str) -> ConnectorError:
    """What a NO or BAD comes to. imaplib raises the same where it has lost the thread, as in a line without an end."""
    if not _ANSWER.search(words):
        return Lost(f"{task}: the connection is out of step ({words})")
    return (Unavailable if code_of(words) in FOR_NOW else Refused)(f"{task}: {words}")


def code_of(words: str) -> str:
    """The response code of a server's answer (RFC 3501 section 7.1), empty where there is none."""
    match = _CODE.search(words)
    return match.group(1) if match else ""


def unreachable(settings: Settings, fault: Exception) -> ConnectorError:
    """Why no connection came about. A certificate may be good again in another network, so that is no refusal."""
    where = f"{settings.host}:{settings.port}"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return Unavailable(
            f"{where} shows a certificate that cannot be trusted ({fault.verify_message}). Is this the right host, and "
            "no network with a log-in page? A server with a certificate of its own needs ca_file in the config."
        )
    if isinstance(fault, ssl.SSLError):
        why = fault.reason or "no greeting"
        return Unavailable(f'{where} does not speak TLS ({why}). Port 143 usually wants security = "starttls".')
    if isinstance(fault, CapabilityError):
        return Refused(f'{where} offers no STARTTLS, and without it no password is sent. Try security = "tls".')
    return Unavailable(f"{where} cannot be reached ({_words(fault)})")


def cut_off(settings: Settings, fault: Exception, secret: str) -> ConnectorError:
    """The connection was lost while the user signed in, which says nothing about the password."""
    return Unavailable(f"{settings.host} ended the connection while signing in ({_without(secret, _words(fault))})")


def _without(secret: str, words: str) -> str:
    return words.replace(secret, "***") if secret else words


def not_signed_in(settings: Settings, account: str, fault: Exception, secret: str) -> ConnectorError:
    """Why the server let nobody in: the user's turn, unless it says that it is too busy."""
    words = _without(secret, _words(fault))
    if code_of(words) in FOR_NOW | {"OVERQUOTA"} or "too many" in words.lower():
        return Unavailable(f"{settings.host} does not let {settings.user} in for now: {words}")
    hint = next((hint for ends, hint in SIGN_IN_HINTS if settings.host.lower().endswith(ends)), "")
    why = f" Note: {hint}." if hint else ""
    return SignInNeeded(
        f"{settings.host} does not accept the password of {settings.user}: {words}.{why} "
        f"Set it with: cordially account password {account}"
    )


def _words(fault: Exception) -> str:
    """What a fault or a server says, on one line."""
    words = str(fault) or type(fault).__name__
    bare = _BYTES.match(words)
    return " ".join((bare.group(2) if bare else words).split())[:LONGEST_WORDS].rstrip(".")
