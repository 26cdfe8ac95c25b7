"""Any message gets through the whole story: no octets raise, whatever they pretend to be."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.core.profile import Account, Moving, Profile
from agent.pipeline import consider
from agent.ports import Desk
from agent.store import in_memory_store
from agent.wiring import desk_over
from connectors.base import MessageRef, RawMessage
from tests.corpus.load import READER, pairs

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
PROFILE = Profile(
    name="Robin Achterberg",
    zone="Europe/Berlin",
    goals=("lead a platform team",),
    roles_wanted=("platform",),
    home="Berlin",
    relocation=Moving.NO,
    work_permits=("DE",),
    needs_sponsorship_elsewhere=True,
)
ACCOUNT = Account(name="here", addresses=READER, profile=PROFILE)
MAILS = [pair.octets for pair in pairs()]
PIECES = [
    b"9999-12-31 23:59",
    b"0001-01-01",
    b"\x00",
    b"\xff\xfe",
    b"=?utf-8?b?/w==?=",
    b"Date: Fri, 31 Dec 9999 23:59:59 -2359\r\n",
    b"From: \r\n",
    b"Reply-To: <>\r\n",
    b"To: robin@achterberg.example, <\r\n",
    b"\r\n\r\n",
    b"--",
    b"\xed\xa0\x80",
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:99991231T235959Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    b"by 31 December 9999",
    b"{{ 7 * 7 }}",
    b"{% raw %}",
    b"$9999999999999999999999 a year",
    b"Content-Type: text/html; charset=\xf0\r\n\r\n<div>" * 3,
]
MOMENTS = st.datetimes(
    min_value=NOW.replace(year=1971, tzinfo=None), max_value=NOW.replace(year=9997, tzinfo=None), timezones=st.just(UTC)
)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A mail of the corpus with pieces cut out of it and odd ones put in."""
    octets = draw(st.sampled_from(MAILS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(octets)))
        end = min(len(octets), start + draw(st.integers(0, 200)))
        octets = octets[:start] + draw(st.sampled_from(PIECES) | st.binary(max_size=40)) + octets[end:]
    return octets


def through(octets: bytes, now: datetime) -> None:
    """Follow one message, keep it, and follow it once more, as after a restart."""
    with in_memory_store() as store:
        desk: Desk = desk_over(store, print, now=lambda: now)
        raw = RawMessage(MessageRef("here", "INBOX", "1"), now, frozenset(), octets, len(octets))
        case = consider(raw, ACCOUNT, desk)
        store.keep(case, at=now)
        consider(raw, ACCOUNT, desk)
        assert case.proposal is None or case.proposal.octets


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(octets=st.binary(max_size=2_000))
@example(octets=b"")
def test_any_octets_get_through(octets: bytes) -> None:
    through(octets, NOW)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(octets=spoiled(), now=st.just(NOW) | MOMENTS)
def test_any_spoiled_mail_gets_through_at_any_time(octets: bytes, now: datetime) -> None:
    through(octets, now)
