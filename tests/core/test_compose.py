"""A reply on the wire: to the right person, in the right thread, and nothing in it that a hostile mail put there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.compose import compose, is_stale, reply_subject
from agent.core.model import Action, Address, DraftProposal, ParsedMessage, Slot, Verdict, Wording
from agent.core.profile import Account, Profile
from tests.core.some import NOW, REF, at, slot, some_matter, some_message

ACCOUNT = Account(
    name="work",
    addresses=("robin@hale.example", "Jobs@hale.example"),
    profile=Profile(name="Robin Hale", zone="Europe/Berlin"),
)
YES = Verdict(action=Action.ACCEPT)
LONG_ID = f"<{'CAGx7Q' * 12}@mail.northwind.example>"[:83] + ">"


def reply(
    message: ParsedMessage | None = None,
    verdict: Verdict = YES,
    body: str = "Hi Dana,\n\nyes.\n\nRobin Hale\n",
    account: Account = ACCOUNT,
    **matter: Any,
) -> DraftProposal:
    wording = Wording(body, "en/accept", "en")
    return compose(message or some_message(), some_matter(**matter), verdict, wording, account, NOW)


def parsed(proposal: DraftProposal) -> EmailMessage:
    """The octets as the standard library's modern parser reads them; it records what is wrong as defects."""
    message = message_from_bytes(proposal.octets, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def raw_headers(octets: bytes) -> dict[str, str]:
    """Each header once, unfolded as RFC 5322 2.2.3 says and not decoded any further."""
    head = octets.partition(b"\r\n\r\n")[0].decode("utf-8")
    unfolded = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    pairs = [line.split(": ", 1) for line in unfolded]
    assert len({name for name, _ in pairs}) == len(pairs), "a header stands there twice"
    return dict(pairs)


def lint(octets: bytes) -> None:
    """What RFC 5322 and RFC 2045 demand of every message we leave."""
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", octets), "a bare CR or LF"
    assert b"\x00" not in octets
    head, _, body = octets.partition(b"\r\n\r\n")
    assert all(len(line) <= 998 for line in octets.split(b"\r\n")), "a line over 998 octets"
    assert all(line.strip() for line in head.split(b"\r\n")), "a line of nothing but space within the headers"
    headers = raw_headers(octets)
    allowed = {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    }  # fmt: skip
    assert set(headers) <= allowed
    assert set(headers) >= allowed - {"To", "In-Reply-To", "References"}
    assert re.fullmatch(r"<[^<>\s]+@[^<>\s]+>", headers["Message-ID"])
    for name in ("In-Reply-To", "References"):
        assert re.fullmatch(r"<[^<>\s]+>( <[^<>\s]+>)*", headers.get(name, "<a@b>")), f"{name}: {headers[name]!r}"
    assert parsedate_to_datetime(headers["Date"]) == NOW
    assert headers["MIME-Version"] == "1.0"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Transfer-Encoding"] in ("7bit", "quoted-printable")
    assert body.isascii()


# ------------------------------------------------------------------------------------------------ an ordinary reply


def test_a_reply_reads_back_as_it_was_meant() -> None:
    proposal = reply(some_message(references=("<first@northwind.example>",)))
    lint(proposal.octets)
    message = parsed(proposal)

    assert message["From"] == "Robin Hale <robin@hale.example>"
    assert message["To"] == "Dana Whitfield <dana@northwind.example>"
    assert message["Subject"] == "Re: Your application"
    assert message["In-Reply-To"] == "<invitation.1@northwind.example>"
    assert message["References"] == "<first@northwind.example> <invitation.1@northwind.example>"
    assert message.get_content().replace("\r\n", "\n") == "Hi Dana,\n\nyes.\n\nRobin Hale\n"
    assert (proposal.account, proposal.source, proposal.answered_id) == (
        "work",
        REF,
        "<invitation.1@northwind.example>",
    )
    assert proposal.message_id == message["Message-ID"]


def test_the_same_input_gives_the_same_octets_and_another_action_another_id() -> None:
    assert reply() == reply()
    assert reply(verdict=Verdict(action=Action.DECLINE)).message_id != reply().message_id
    assert reply(some_message(message_id="<2@x.example>")).message_id != reply().message_id
    assert re.fullmatch(r"<cordially\.[0-9a-f]{32}@hale\.example>", reply().message_id)


def test_a_body_beyond_ascii_and_its_long_lines_survive() -> None:
    body = "Dear Zoë,\n\n" + "Ça ira très bien — à jeudi. " * 60 + "\n\nRobin  \n.\nFrom here\n"
    proposal = reply(body=body)
    lint(proposal.octets)

    assert parsed(proposal).get_content().replace("\r\n", "\n") == body
    assert raw_headers(proposal.octets)["Content-Transfer-Encoding"] == "quoted-printable"


def test_the_body_holds_our_words_only() -> None:
    message = some_message(text="Hi Robin, the secret of our house is soup.")

    assert b"soup" not in reply(message).octets


# ------------------------------------------------------------------------------------------------ who


def test_the_answer_goes_where_a_reply_reaches_a_person_by_the_name_they_use() -> None:
    relay = (Address("Dana via Relay", "thread-81@relay.example"),)

    assert reply(some_message(reply_to=relay), reply_to="thread-81@relay.example").to == relay
    assert reply(reply_to="DANA@northwind.example").to == (Address("Dana Whitfield", "DANA@northwind.example"),)
    assert reply(reply_to="hr@northwind.example", contact_name=None).to == (Address("", "hr@northwind.example"),)


def test_the_answer_never_goes_to_the_user() -> None:
    proposal = reply(reply_to="ROBIN@hale.example")
    lint(proposal.octets)

    assert proposal.to == ()
    assert "To" not in raw_headers(proposal.octets)


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, "robin@hale.example"),
        ({"delivered_to": ("list@x.example", "jobs@HALE.example")}, "Jobs@hale.example"),
        ({"to": (), "cc": (Address("", "jobs@hale.example"),)}, "Jobs@hale.example"),
        ({"to": (Address("", "undisclosed@x.example"),)}, "robin@hale.example"),
    ],
)
def test_the_answer_comes_from_the_address_the_mail_was_sent_to(fields: dict[str, Any], address: str) -> None:
    assert reply(some_message(**fields)).sender == Address("Robin Hale", address)


@pytest.mark.parametrize(
    "name",
    [
        "Whitfield, Dana",
        'Dana "Dee" Whitfield',
        "Dana A. Whitfield",
        "Zoë Ångström",
        "李小龍",
        "=?utf-8?b?eA==?=",
        "a\\b",
    ],
)
def test_every_name_reads_back(name: str) -> None:
    proposal = reply(some_message(sender=Address(name, "dana@northwind.example")))
    lint(proposal.octets)
    (address,) = parsed(proposal)["To"].addresses

    assert (address.display_name, address.addr_spec) == (name, "dana@northwind.example")


# ------------------------------------------------------------------------------------------------ the thread


@pytest.mark.parametrize("found", [LONG_ID, f"<{'x' * 300}@y.example>", "<ünïcode@grüße.example>", "<no-at-sign>"])
def test_ids_stand_as_they_came_and_are_never_encoded_words(found: str) -> None:
    proposal = reply(some_message(message_id=found, references=(LONG_ID, "<b@x.example>", LONG_ID)))
    lint(proposal.octets)
    headers = raw_headers(proposal.octets)

    assert headers["In-Reply-To"] == found
    assert headers["References"].split(" ") == [*(old for old in (LONG_ID, "<b@x.example>") if old != found), found]
    assert b"=?" not in proposal.octets


def test_the_long_id_is_as_long_as_those_that_break_the_standard_library() -> None:
    assert len(LONG_ID) == 84


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no brackets@x",
        "<two words@x>",
        "<a@b>\r\nBcc: x@y",
        "<a\x00@b>",
        "<\udcff@b>",
        f"<{'x' * 1200}@y>",
        "<a\ufffd@b>",
    ],
)
def test_a_broken_id_is_left_out_and_breaks_nothing(broken: str) -> None:
    proposal = reply(some_message(message_id=broken or None, references=(broken, "<good@x.example>")))
    lint(proposal.octets)
    headers = raw_headers(proposal.octets)

    assert "In-Reply-To" not in headers
    assert headers["References"] == "<good@x.example>"


def test_in_reply_to_stands_in_for_missing_references_if_it_is_one_id() -> None:
    one, two = ("<a@x.example>",), ("<a@x.example>", "<b@x.example>")

    assert reply(some_message(in_reply_to=one)).references == (*one, "<invitation.1@northwind.example>")
    assert reply(some_message(in_reply_to=two)).references == ("<invitation.1@northwind.example>",)


def test_of_a_long_conversation_the_first_id_and_the_last_are_kept() -> None:
    ids = tuple(f"<{number}@x.example>" for number in range(50))
    references = reply(some_message(references=ids)).references

    assert len(references) == 20
    assert references[:2] == ("<0@x.example>", "<32@x.example>")
    assert references[-1] == "<invitation.1@northwind.example>"


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Interview", "Re: Interview"),
        ("Re: Interview", "Re: Interview"),
        ("RE : Interview", "RE : Interview"),
        ("AW: Gespräch", "AW: Gespräch"),
        ("Antw: Gesprek", "Antw: Gesprek"),
        ("SV: Intervju", "SV: Intervju"),
        ("Odp: Rozmowa", "Odp: Rozmowa"),
        ("Re[2]: Interview", "Re[2]: Interview"),
        ("回复：面试", "回复：面试"),
        ("Ref: 81", "Re: Ref: 81"),
        ("Recruiting: next steps", "Re: Recruiting: next steps"),
        ("", "Re:"),
        ("two\r\nBcc: x@y.example", "Re: two Bcc: x@y.example"),
    ],
)
def test_the_subject_is_answered_once_in_any_language(subject: str, answer: str) -> None:
    proposal = reply(some_message(subject=subject))
    lint(proposal.octets)

    assert reply_subject(subject) == answer
    assert proposal.subject == answer
    assert parsed(proposal)["Subject"] == answer


@pytest.mark.parametrize("word", ["Größe ", "面試", "👩‍💻 ", "plain ", "x" * 500])
def test_a_long_subject_is_folded_and_no_character_is_cut(word: str) -> None:
    subject = (word * 200)[:900].strip()
    proposal = reply(some_message(subject=subject))
    lint(proposal.octets)
    value = raw_headers(proposal.octets)["Subject"]

    assert str(make_header(decode_header(value))) == reply_subject(subject)
    assert all(len(found) <= 75 for found in re.findall(r"=\?\S+\?=", value))
    assert all(len(line) <= 78 for line in proposal.octets.partition(b"\r\n\r\n")[0].split(b"\r\n"))


# ------------------------------------------------------------------------------------------------ hostile values

_hostile = st.text(
    alphabet=st.one_of(st.sampled_from('\r\n\x00:<>@ ",;=?\\\u2028\u202e\x85é面'), st.characters()), max_size=60
)


@given(name=_hostile, subject=_hostile, email=_hostile, found=_hostile, body=_hostile)
@settings(max_examples=150, deadline=None)
def test_no_value_of_a_mail_can_begin_a_header(name: str, subject: str, email: str, found: str, body: str) -> None:
    message = some_message(
        sender=Address(name, email), subject=subject, message_id=found or None, references=(found, f"<{found}>")
    )
    account = replace(ACCOUNT, profile=replace(ACCOUNT.profile, name=name))
    for to in (email, f"{email}@x.example"):
        proposal = reply(message, body=body, account=account, reply_to=to, contact_name=name)
        lint(proposal.octets)
        assert parseaddr(raw_headers(proposal.octets)["From"])[1] == "robin@hale.example"


# ------------------------------------------------------------------------------------------------ how long it holds


def test_an_acceptance_holds_until_the_time_it_takes() -> None:
    proposal = reply(verdict=Verdict(action=Action.ACCEPT, slot=slot(26, 14)), deadline=date(2026, 11, 25))

    assert not is_stale(proposal, at(26, 13, 59))
    assert is_stale(proposal, at(26, 14))


def test_offered_times_hold_until_the_first_of_them() -> None:
    assert reply(verdict=Verdict(action=Action.ACCEPT, offer=(slot(27, 9), slot(26, 9)))).good_until == at(26, 9)


def test_a_promise_holds_to_the_end_of_its_day_and_a_deadline_too() -> None:
    promise = reply(verdict=Verdict(action=Action.HOLD, hold_until=date(2026, 11, 24)), deadline=date(2026, 11, 26))

    assert not is_stale(promise, at(24, 23, 59))
    assert is_stale(promise, at(25, 0))
    assert reply(deadline=date(2026, 11, 26)).good_until == at(27, 0)


def test_words_that_speak_of_no_time_never_go_stale_and_nothing_is_born_stale() -> None:
    assert not is_stale(reply(), NOW + timedelta(days=900))
    born_late = reply(
        verdict=Verdict(action=Action.ACCEPT, slot=Slot(NOW - timedelta(hours=1))), deadline=date(2026, 1, 1)
    )
    assert not is_stale(born_late, NOW)
    assert reply(deadline=date.max).good_until is None


def test_the_date_is_the_moment_of_writing_in_the_users_zone() -> None:
    written = compose(
        some_message(), some_matter(), YES, Wording("x", "t", "en"), ACCOUNT, datetime(2026, 7, 1, 8, tzinfo=UTC)
    )

    assert raw_headers(written.octets)["Date"] == "Wed, 01 Jul 2026 10:00:00 +0200"
