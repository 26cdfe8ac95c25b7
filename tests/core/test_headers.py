from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from agent.core.headers import (
    decode_words,
    read_addresses,
    read_block,
    read_date,
    read_ids,
    read_parameters,
)
from agent.core.model import Address
from tests.core.raw import RECEIVED_AT


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?Gespr=C3=A4ch_morgen?=", "Gespräch morgen"),
        ("=?UTF-8?B?R2VzcHLDpGNo?= morgen", "Gespräch morgen"),
        ("=?utf-8?q?Gespr=C3?=\t=?utf-8?q?=A4ch?=", "Gespräch"),
        ("=?utf-8?q?Gespr=C3?= =?UTF-8?b?pGNo?=", "Gespräch"),
        ("=?iso-8859-1?q?caf=E9?= =?utf-8?q?_=C3=BC?=", "café ü"),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        ("=?x-nonsense?q?abc?=", "abc"),
        ("=?utf-8*de?q?Gru=C3=9F?=", "Gruß"),
        ("=?utf-8?b?R3J1w58?=", "Gruß"),
        ("=?utf-8?q?open end", "=?utf-8?q?open end"),
        ("two   spaces\t and a tab", "two spaces and a tab"),
    ],
)
def test_encoded_words_are_decoded(raw: str, text: str) -> None:
    assert decode_words(raw) == text


def test_eight_bit_fields_are_read_as_utf_8_or_as_western_letters() -> None:
    octets = "Subject: Grüße\nX-Other: ".encode() + "Grüße".encode("cp1252") + b"\n\nbody"
    headers = read_block(octets, 0, len(octets)).headers

    assert headers.text("subject") == "Grüße"
    assert headers.text("x-other") == "Grüße"


def test_a_line_that_is_no_field_does_not_hide_the_fields_behind_it() -> None:
    octets = b"From jane Mon Mar  3 10:00:00 2025\nSubject: one\nwhat is this\nFrom: jane@x.test\n\nbody"
    block = read_block(octets, 0, len(octets))

    assert block.broken
    assert block.headers.raw("from") == "jane@x.test"
    assert octets[block.body_start :] == b"body"


def test_a_body_that_follows_without_a_blank_line_is_kept() -> None:
    octets = b"Subject: one\nHello Bob,\nhow are you\n\nJane"
    block = read_block(octets, 0, len(octets))

    assert octets[block.body_start :] == b"Hello Bob,\nhow are you\n\nJane"


@pytest.mark.parametrize(
    ("value", "addresses"),
    [
        ("jane@x.test", [Address("", "jane@x.test")]),
        ("Jane Doe <jane@x.test>", [Address("Jane Doe", "jane@x.test")]),
        ('"Doe, Jane" <jane@x.test>, bob@y.test', [Address("Doe, Jane", "jane@x.test"), Address("", "bob@y.test")]),
        ("jane@x.test (Jane (the) Doe)", [Address("Jane the Doe", "jane@x.test")]),
        ("=?utf-8?q?J=C3=A4ne=2C_Doe?= <jane@x.test>", [Address("Jäne, Doe", "jane@x.test")]),
        ('"=?utf-8?q?J=C3=A4ne?=" <jane@x.test>', [Address("Jäne", "jane@x.test")]),
        (r'"Jane \"JD\" Doe" <jane@x.test>', [Address('Jane "JD" Doe', "jane@x.test")]),
        ("Team: jane@x.test, Bob <bob@y.test>;", [Address("", "jane@x.test"), Address("Bob", "bob@y.test")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.test,@b.test:jane@x.test>", [Address("", "jane@x.test")]),
        ("<jane @x.test>", [Address("", "jane@x.test")]),
        ("'jane@x.test' <jane@x.test>", [Address("jane@x.test", "jane@x.test")]),
        ("Jane Doe", []),
        ("", []),
        ("<>", []),
    ],
)
def test_addresses_are_read(value: str, addresses: list[Address]) -> None:
    assert list(read_addresses(value)[0]) == addresses


@pytest.mark.parametrize(
    "value",
    ["jane@acme.test <evil@x.test>", "<jane@acme.test> <evil@x.test>", "Jane jane@acme.test evil@x.test"],
)
def test_a_sender_with_two_addresses_is_the_last_and_suspect(value: str) -> None:
    addresses, suspect = read_addresses(value)

    assert [address.email for address in addresses] == ["evil@x.test"]
    assert suspect


@pytest.mark.parametrize("value", ["jane@x.test <jane@x.test>", '"jane@acme.test" <jane@x.test>', "Jane <jane@x.test>"])
def test_a_sender_that_can_be_read_in_one_way_only_is_not_suspect(value: str) -> None:
    assert read_addresses(value)[1] is False


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x.test>", ("<a@x.test>",)),
        ("<a@x.test>\n <b@x.test> <a@x.test>", ("<a@x.test>", "<b@x.test>")),
        ("<a@x\n .test>", ("<a@x.test>",)),
        ("a@x.test", ("<a@x.test>",)),
        ("Your message of Monday <a@x.test>", ("<a@x.test>",)),
        ("=?us-ascii?q?=3Ca=40x=2Etest=3E?=", ("<a@x.test>",)),
        ("<[broken]@@x>", ("<[broken]@@x>",)),
        ("no id here", ()),
        ("<>", ()),
    ],
)
def test_message_ids_are_read(value: str, ids: tuple[str, ...]) -> None:
    assert read_ids(value) == ids


def test_of_very_many_references_the_first_and_the_last_are_kept() -> None:
    ids = read_ids(" ".join(f"<{number}@x.test>" for number in range(5000)))

    assert len(ids) == 100
    assert (ids[0], ids[-1]) == ("<0@x.test>", "<4999@x.test>")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Mon, 03 Mar 2025 10:00:00 +0100", "2025-03-03T10:00:00+01:00"),
        ("3 Mar 2025 10:00 EST", "2025-03-03T10:00:00-05:00"),
        ("Mon, 3 Mar 25 10:00:00 GMT", "2025-03-03T10:00:00+00:00"),
        ("Mon, 3 Mar 2025 10:00:00 -0000", "2025-03-03T10:00:00+00:00"),
        ("Mon, 3 Mar 2025 10:00:00 UT", "2025-03-03T10:00:00+00:00"),
        ("Mon, 3 Mar 2025 10:00:00 PDT", "2025-03-03T10:00:00-07:00"),
        ("Mon, 3 Mar 2025 10:00:00 CET", "2025-03-03T10:00:00+01:00"),
        ("Mon, 3 Mar 2025 10:00:00 +0530 (IST)", "2025-03-03T10:00:00+05:30"),
        ("2025-03-03T10:00:00Z", "2025-03-03T10:00:00+00:00"),
    ],
)
def test_a_date_keeps_the_offset_it_was_written_with(value: str, moment: str) -> None:
    assert read_date(value, RECEIVED_AT) == (datetime.fromisoformat(moment), "")


@pytest.mark.parametrize(
    ("value", "defect"),
    [
        ("", "date-missing"),
        ("tomorrow", "date-broken"),
        ("Mon, 31 Feb 2025 10:00:00 +0100", "date-broken"),
        ("Mon, 3 Mar 2025 10:00:00 +9999", "date-broken"),
        ("Thu, 1 Jan 1970 00:00:00 +0000", "date-absurd"),
        ("Fri, 7 Mar 2025 10:00:00 +0000", "date-absurd"),
        ("9" * 5000, "date-broken"),
    ],
)
def test_a_date_that_cannot_be_is_no_date(value: str, defect: str) -> None:
    assert read_date(value, RECEIVED_AT) == (None, defect)


def test_a_clock_two_days_ahead_is_still_believed() -> None:
    ahead = RECEIVED_AT + timedelta(days=2)

    assert read_date(ahead.strftime("%d %b %Y %H:%M:%S +0000"), RECEIVED_AT)[0] == ahead.astimezone(UTC)


@pytest.mark.parametrize(
    ("value", "main", "parameters"),
    [
        ("text/plain; charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ('TEXT/Plain ; Charset="utf-8"; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
        ('attachment; filename="a;b\\"c.txt"', "attachment", {"filename": 'a;b"c.txt'}),
        ("attachment; filename*=utf-8''L%C3%A4nge.pdf", "attachment", {"filename": "Länge.pdf"}),
        ('attachment; filename*0="long "; filename*1="name.pdf"', "attachment", {"filename": "long name.pdf"}),
        ("attachment; filename*1*=%C3%A4.pdf; filename*0*=utf-8'de'L", "attachment", {"filename": "Lä.pdf"}),
        ('multipart/mixed; boundary="open', "multipart/mixed", {"boundary": "open"}),
        ("", "", {}),
    ],
)
def test_parameters_are_read(value: str, main: str, parameters: dict[str, str]) -> None:
    assert read_parameters(value) == (main, parameters)


@pytest.mark.parametrize(
    "value",
    [
        "(" * 30_000,
        "<" * 30_000,
        '"' * 30_001,
        ';a="' * 8_000,
        "=?" * 15_000,
        "=?a?q?" * 5_000,
        ": ," * 10_000,
        "a@" * 9_000,
    ],
)
def test_hostile_fields_take_little_time(value: str) -> None:
    began = process_time()
    read_addresses(value)
    read_parameters(value)
    read_ids(value)
    decode_words(value)

    assert process_time() - began < 0.5
