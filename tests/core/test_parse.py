from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.mime import LONGEST_MESSAGE
from agent.core.model import Address, Link, ParsedMessage, RegionKind
from agent.core.parse import parse
from connectors.base import RawMessage
from tests.core.raw import RECEIVED_AT, SOME_HEADER, letter, multipart, of, raw

PLAIN = "Content-Type: text/plain; charset=utf-8\n\nThe plain text.\n"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>The <b>HTML</b> text.</p>\n"
ICS = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:7
DTSTART:20250303T100000Z
SUMMARY:Talk
DESCRIPTION:About you
END:VEVENT
END:VCALENDAR
"""
CALENDAR = f"Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\n{ICS}"


def test_a_letter_is_read_whole() -> None:
    message = letter(
        "Hello Bob,\n\nsee https://x.test/a.\n\n> old\n",
        "Subject: =?utf-8?q?Gespr=C3=A4ch?=",
        "Reply-To: jobs@x.test",
        "Cc: Ann <ann@x.test>",
        "In-Reply-To: <0@home.test>",
        "References: <00@home.test>\n <0@home.test>",
        "Delivered-To: bob+jobs@home.test",
        "X-Original-To: bob@home.test",
        "Return-Path: <bounce@x.test>",
        "Auto-Submitted: auto-generated (by us); x=y",
        "Precedence: Bulk",
        "List-Id: Jobs <jobs.x.test>",
        "List-Unsubscribe: <mailto:out@x.test>",
        "Content-Language: de-DE",
        "Authentication-Results: home.test; dmarc=pass",
        "Authentication-Results: forged.test; dmarc=fail",
    )

    assert message.message_id == "<1@northwind-labs.example>"
    assert (message.in_reply_to, message.references) == (("<0@home.test>",), ("<00@home.test>", "<0@home.test>"))
    assert message.sender == Address("Jane Doe", "jane@northwind-labs.example")
    assert (message.reply_to, message.cc) == ((Address("", "jobs@x.test"),), (Address("Ann", "ann@x.test"),))
    assert message.to == (Address("Bob", "bob@home.test"),)
    assert message.delivered_to == ("bob+jobs@home.test", "bob@home.test")
    assert message.return_path == "bounce@x.test"
    assert message.subject == "Gespräch"
    assert message.sent_at == datetime.fromisoformat("2025-03-03T10:00:00+01:00")
    assert message.body == "Hello Bob,\n\nsee https://x.test/a.\n\n> old\n"
    assert (message.text, message.quoted) == ("Hello Bob,\n\nsee https://x.test/a.\n\n", "> old\n")
    assert message.links == (Link("https://x.test/a", "https://x.test/a"),)
    assert (message.auto_submitted, message.precedence) == ("auto-generated", "bulk")
    assert (message.list_id, message.list_unsubscribe) == ("Jobs <jobs.x.test>", True)
    assert (message.content_language, message.authentication) == ("de-DE", "home.test; dmarc=pass")
    assert (message.defects, message.cut, message.ours, message.suspect_sender) == ((), False, False, False)


def test_what_is_missing_is_named() -> None:
    message = parse(raw("Subject: hello\n\nbody"))

    assert message.defects == ("date-missing", "sender-missing", "message-id-missing")
    assert (message.sender, message.sent_at, message.message_id, message.return_path) == (None, None, None, None)
    assert message.dated_at == RECEIVED_AT


def test_a_file_without_a_header_is_all_body() -> None:
    message = parse(raw("just some text\nand more"))

    assert "header-missing" in message.defects
    assert message.body == "just some text\nand more"


def test_the_null_return_path_is_told_from_none() -> None:
    assert letter("x", "Return-Path: <>").return_path == ""


def test_two_senders_are_suspect() -> None:
    message = letter("x", "From: Eve <eve@evil.test>")

    assert message.suspect_sender
    assert "sender-ambiguous" in message.defects


def test_our_own_drafts_are_known_by_their_header_or_their_id() -> None:
    assert letter("x", "X-Cordially: 1").ours
    assert parse(raw("From: bob@home.test\nMessage-ID: <cordially.abc@home.test>\n\nx")).ours


def test_a_position_in_the_new_text_is_found_in_the_body() -> None:
    message = letter("> When?\nMonday.\n> Where?\nOnline.\n")

    assert message.text == "Monday.\nOnline.\n"
    assert message.body[message.in_body(RegionKind.NEW, message.text.index("Online")) :].startswith("Online")


# ------------------------------------------------------------------------------------------------ what is shown


def test_of_two_forms_the_html_is_shown() -> None:
    field, body = multipart("alternative", PLAIN, HTML)

    assert letter(body, field).body == "The HTML text."


def test_the_plain_form_is_shown_where_the_html_is_a_stub() -> None:
    plain = f"Content-Type: text/plain\n\n{'Please pick a time that suits you. ' * 9}\n"
    field, body = multipart("alternative", plain, "Content-Type: text/html\n\n<a href='https://x.test'>View</a>\n")

    assert letter(body, field).body.startswith("Please pick a time")


def test_an_empty_plain_form_does_not_win() -> None:
    field, body = multipart("alternative", "Content-Type: text/plain\n\n\n", HTML)

    assert letter(body, field).body == "The HTML text."


def test_html_with_its_pictures_is_one_form() -> None:
    related, inner = multipart("related", HTML, "Content-Type: image/png; name=a.png\n\nxx\n")
    field, body = multipart("alternative", PLAIN, f"{related}\n\n{inner}")
    message = letter(body, field)

    assert message.body == "The HTML text."
    assert message.attachments == ("a.png",)


def test_inline_texts_follow_one_another_and_files_are_named_only() -> None:
    disposition = "Content-Disposition: attachment; filename*=utf-8''L%C3%A4nge.txt"
    attachment = f"Content-Type: text/plain; name=old.txt\n{disposition}\n\nsecret\n"
    field, body = multipart("mixed", PLAIN, attachment, HTML, "Content-Type: application/pdf; name=job.pdf\n\n%PDF\n")
    message = letter(body, field)

    assert message.body == "The plain text.\n\nThe HTML text."
    assert message.attachments == ("Länge.txt", "job.pdf")


def test_a_signed_mail_is_read_as_the_mail_it_signs() -> None:
    field, body = multipart("signed", PLAIN, "Content-Type: application/pgp-signature; name=sig.asc\n\nxx\n")

    assert letter(body, field).body == "The plain text.\n"


def test_an_attached_mail_is_shown_with_its_head_and_is_old_under_a_letter() -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: Jane <jane@x.test>\nSubject: Interview\n\nPlease pick a time.\n"
    under, body = multipart(
        "mixed", "Content-Type: text/plain\n\nBob, this is what I told you about last week.\n", inner
    )
    alone, only = multipart("mixed", "Content-Type: text/plain\n\nFYI\n", inner)

    assert letter(body, under).text == "Bob, this is what I told you about last week.\n\n"
    assert letter(body, under).quoted == "From: Jane <jane@x.test>\nSubject: Interview\n\nPlease pick a time.\n"
    assert letter(only, alone).text == "FYI\n\nPlease pick a time.\n"


def test_flowed_text_is_put_together_again() -> None:
    body = "Hello \nBob, how \nare you?\n> so \n> long\n>> deep\n From here\n-- \nJane"

    assert letter(body, "Content-Type: text/plain; format=flowed").body == (
        "Hello Bob, how are you?\n> so long\n>> deep\nFrom here\n-- \nJane"
    )
    assert letter("un \nbroken", "Content-Type: text/plain; format=flowed; delsp=yes").body == "unbroken"


@pytest.mark.parametrize(
    ("encoding", "payload"),
    [
        ("quoted-printable", "Gr=C3=BC=C3=9Fe=\n aus K=c3=b6ln = =ZZ"),
        ("base64", base64.b64encode("Grüße aus Köln = =ZZ".encode()).decode()),
        ("BASE64", "R3LDvMOfZSBh!\ndXMgS8O2bG4"),
        ("base64", "Grüße aus Köln = =ZZ"),
        ("8bit", "Grüße aus Köln = =ZZ"),
        ("x-unheard-of", "Grüße aus Köln = =ZZ"),
    ],
)
def test_text_is_decoded_however_broken_its_encoding_is(encoding: str, payload: str) -> None:
    message = letter(payload, "Content-Type: text/plain; charset=utf-8", f"Content-Transfer-Encoding: {encoding}")

    assert message.body.startswith("Grüße aus K")


def test_uuencoded_text_is_decoded() -> None:
    message = letter("begin 644 a.txt\n%2&5L;&\\\n`\nend\n", "Content-Transfer-Encoding: x-uuencode")

    assert message.body == "Hello"


def test_html_sent_as_plain_text_is_read_as_html() -> None:
    assert letter("<!DOCTYPE html><p>Hello</p>", "Content-Type: text/plain").body == "Hello"


def test_html_that_names_its_own_charset_is_decoded_by_it() -> None:
    octets = (SOME_HEADER + "Content-Type: text/html\n\n").encode() + '<meta charset="koi8-r"><p>Привет'.encode(
        "koi8-r"
    )

    assert parse(raw(octets)).body == "Привет"


def test_a_boundary_that_never_comes_leaves_the_text() -> None:
    message = letter("Hello Bob", 'Content-Type: multipart/mixed; boundary="x"')

    assert message.body == "Hello Bob"
    assert "multipart-broken" in message.defects


def test_a_boundary_that_begins_like_another_is_told_apart() -> None:
    body = "--a\nContent-Type: multipart/alternative; boundary=a-b\n\n--a-b\n\ninner\n--a-b--\n--a\n\nouter\n--a--\n"

    assert letter(body, "Content-Type: multipart/mixed; boundary=a").body == "inner\n\nouter"


# ------------------------------------------------------------------------------------------------ calendar parts


def test_a_calendar_part_becomes_an_event_once_though_it_comes_twice() -> None:
    alternative, inner = multipart("alternative", PLAIN, CALENDAR)
    file = f"Content-Type: application/ics; name=invite.ics\nContent-Disposition: attachment\n\n{ICS}"
    field, body = multipart("mixed", f"{alternative}\n\n{inner}", file)
    message = letter(body, field)

    assert [event.event_uid for event in message.events] == ["7"]
    assert message.body == "The plain text.\n"
    assert message.attachments == ("invite.ics",)


def test_a_file_is_a_calendar_by_its_name() -> None:
    file = f"Content-Type: application/octet-stream; name=Invite.ICS\n\n{ICS}"
    field, body = multipart("mixed", PLAIN, file)

    assert len(letter(body, field).events) == 1


def test_a_mail_that_is_only_a_calendar_shows_what_the_event_says() -> None:
    assert letter(ICS, "Content-Type: text/calendar; method=REQUEST").body == "Talk\n\nAbout you"


def test_a_broken_calendar_is_a_defect() -> None:
    message = letter("BEGIN:VCALENDAR\nnonsense", "Content-Type: text/calendar")

    assert message.defects == ("calendar-broken",)
    assert message.events == ()


# ------------------------------------------------------------------------------------------------ hostile mail

MULTIPART = f"{SOME_HEADER}Content-Type: multipart/mixed; boundary=b\n\n"
HOSTILE: dict[str, tuple[Callable[[], str], bool]] = {
    "blank lines": (lambda: f"{SOME_HEADER}\n" + "\n" * 25_000_000, True),
    "carriage returns": (lambda: f"{SOME_HEADER}\r\r" + "\r" * 25_000_000, True),
    "nested parts": (lambda: SOME_HEADER + "".join(map(one_more_part, range(5_000))), True),
    "nested messages": (lambda: SOME_HEADER + "Content-Type: message/rfc822\n\n" * 5_000, True),
    "many parts": (lambda: MULTIPART + "--b\n\nx\n" * 500_000, True),
    "boundary without line ends": (lambda: MULTIPART + "--b" * 1_300_000, True),
    "lines like a boundary": (lambda: MULTIPART + "--b\n\nx\n" + "--bc\n" * 800_000, True),
    "on on on": (lambda: f"{SOME_HEADER}\n" + "On " * 33_000, False),
    "long header": (lambda: f"{SOME_HEADER}Subject: " + "x" * 10_000_000 + "\n\nbody", True),
    "folded header": (lambda: f"{SOME_HEADER}Subject:" + " x\n" * 1_000_000 + "\n\nbody", True),
    "many headers": (lambda: SOME_HEADER + "X-A: b\n" * 100_000 + "\nbody", True),
    "many lines that are none": (lambda: "nonsense\n" * 400_000, True),
    "many addresses": (lambda: "To: " + "a@x.test, " * 3_000 + "\n\nbody", False),
    "one attachment": (lambda: f"{SOME_HEADER}Content-Type: application/zip\n{BASE64}" + "QUJD" * 900_000, False),
    "one large text": (lambda: f"{SOME_HEADER}Content-Type: text/plain\n{BASE64}" + "QUJD\n" * 700_000, True),
    "nested tags": (lambda: f"{SOME_HEADER}Content-Type: text/html\n\n" + "<div>" * 200_000 + "x", True),
    "open brackets": (lambda: f"From: {'(' * 30_000}\nSubject: {'=?' * 15_000}\nDate: {'1 ' * 15_000}\n\nbody", False),
    "parameters": (lambda: f"{SOME_HEADER}Content-Type: text/plain" + ';a="' * 20_000 + "\n\nbody", False),
    "large numbers": (lambda: f"{SOME_HEADER}Content-Type: multipart/mixed; boundary*{'9' * 5_000}=x\n\nbody", False),
}
BASE64 = "Content-Transfer-Encoding: base64\n\n"


def one_more_part(number: int) -> str:
    return f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_ends_soon_and_is_told_to_be_cut(name: str) -> None:
    build, cut = HOSTILE[name]
    message_octets = raw(build())
    began = process_time()
    message = parse(message_octets)

    assert process_time() - began < 2
    assert message.cut is cut
    assert_whole(message)


PARSE_STDIN = """
import pathlib, re, resource, sys
from tests.core.raw import parse, raw
parse(raw(sys.stdin.buffer.read()))
status = pathlib.Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s*(\\d+)", status.read_text()) if status.exists() else None
print(peak[1] if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *sys.modules)
"""
"""The peak is asked of /proc where there is one: ru_maxrss counts what the process was before it became this one."""


def in_a_process_of_its_own(octets: bytes) -> tuple[int, list[str]]:
    """The largest memory in KiB that parsing these octets took, interpreter included, and the modules it loaded."""
    command = [sys.executable, "-c", PARSE_STDIN]
    done = subprocess.run(command, input=octets, capture_output=True, check=True, timeout=60)
    memory, *modules = done.stdout.decode().split()
    return int(memory), modules


@pytest.mark.parametrize("name", ["blank lines", "nested parts", "many parts", "long header", "nested tags"])
def test_hostile_mail_takes_little_memory(name: str) -> None:
    memory, _ = in_a_process_of_its_own(HOSTILE[name][0]().encode())

    assert memory < 200 * 1024


def test_a_mail_without_a_calendar_does_not_pay_for_one() -> None:
    field, body = multipart("alternative", PLAIN, HTML)
    _, modules = in_a_process_of_its_own(f"{SOME_HEADER}{field}\n\n{body}".encode())

    assert not {"icalendar", "sqlalchemy", "jinja2", "pydantic", "imapclient", "email.parser"} & set(modules)


def test_a_mail_that_its_connector_cut_is_told_to_be_cut() -> None:
    whole = raw(f"{SOME_HEADER}\nbody")
    message = parse(RawMessage(whole.ref, whole.received_at, whole.flags, whole.octets, LONGEST_MESSAGE + 1))

    assert (message.cut, message.defects) == (True, ("too-long",))


# ------------------------------------------------------------------------------------------------ any octets


def assert_whole(message: ParsedMessage) -> None:
    """What every parsed message keeps to, whatever it was read from."""
    assert "".join(message.body[region.start : region.end] for region in message.regions) == message.body
    assert message.text == "".join(of(message, RegionKind.NEW))
    assert message.signature == "".join(of(message, RegionKind.SIGNATURE))
    assert message.quoted == "".join(of(message, RegionKind.QUOTED))
    assert "\0" not in message.body + message.subject
    assert "\r" not in message.body + message.subject
    "".join((message.body, message.subject, *message.references, *message.attachments)).encode("utf-8")
    assert message.sent_at is None or message.sent_at.tzinfo is not None
    assert not message.cut or message.defects


WORDS = st.sampled_from(
    [
        *(b"\n", b"\n\n", b"\r\n", b" ", b"\n> ", b"\n-- \n", b"\nBest,\n", b"\nOn 3 Mar 2025, a@b wrote:\n"),
        *(b"From: ", b"Date: ", b"Message-ID: ", b"Subject: ", b"Content-Type: ", b"Mon, 3 Mar 2025 10:00:00 +0100"),
        *(
            b"multipart/mixed",
            b"multipart/alternative",
            b"message/rfc822",
            b"text/html",
            b"text/plain",
            b"text/calendar",
        ),
        *(b'; boundary="b"', b"; charset=", b"utf-8", b"iso-2022-jp", b"utf-7", b"utf-16", b"\n--b\n", b"\n--b--\n"),
        *(b"Content-Transfer-Encoding: ", b"base64\n\n", b"quoted-printable\n\n", b"x-uuencode\n\n", b"begin 644 a\n"),
        *(b"Content-Disposition: attachment; filename*0*=", b"=?utf-8?q?", b"=?x?b?", b"?=", b"=C3", b"<a@b>", b"\0"),
        *(b"<blockquote>", b"<table><td>", b"<li style='display:none'>", b"&#xD800;", b"+2AA-", b"\xff\xfe", b"\xc3"),
        *(b"BEGIN:VEVENT\n", b"DTSTART;TZID=x:20250303T100000\n", b"END:VEVENT\n"),
    ]
)


@given(st.binary(max_size=200) | st.lists(WORDS | st.binary(max_size=6), max_size=40).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_any_octets_become_a_message(octets: bytes) -> None:
    assert_whole(parse(raw(octets)))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), max_size=60)


@given(
    subject=TEXTS,
    name=TEXTS,
    lines=st.lists(TEXTS, max_size=6),
    encoding=st.sampled_from(["base64", "quoted-printable", "8bit"]),
)
@settings(max_examples=100, deadline=None)
def test_a_sane_mail_is_read_as_it_was_written(subject: str, name: str, lines: list[str], encoding: str) -> None:
    text = "\n".join((*lines, "end")) + "\n"
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["To"] = "bob@home.test"
    mail.set_content(text, charset="utf-8", cte=encoding)
    mail.add_attachment(b"\x00\x01", maintype="application", subtype="pdf", filename="a.pdf")
    message = parse(raw(mail.as_bytes()))

    assert message.body.rstrip("\n") == text.rstrip("\n")
    assert message.subject == " ".join(subject.split())
    assert message.attachments == ("a.pdf",)
    assert set(message.defects) <= {"date-missing", "sender-missing", "message-id-missing"}
