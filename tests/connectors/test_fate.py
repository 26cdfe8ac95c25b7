from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Answering, DraftState, MessageRef
from connectors.conformance import a_reply, by_hand, letter_id, reply_id
from connectors.fate import answered, digest_of, find, handle_of, head_of, look_at, look_in

ANSWERING = Answering(MessageRef("here", "INBOX", "1"), letter_id(), datetime(2026, 3, 2, tzinfo=UTC))


def test_ids_are_read_from_folded_fields_and_without_white_space_in_them() -> None:
    head = head_of(
        b"References: <a@x.test>\r\n\t<b@x.test>\r\nin-reply-to: <long-\r\n id@x.test>\r\nMessage-ID:\n <m@x.test>\n\n"
    )

    assert head.message_id == "<m@x.test>"
    assert head.in_reply_to == {"<long-id@x.test>"}
    assert head.references == {"<a@x.test>", "<b@x.test>"}


def test_what_the_body_says_is_no_header() -> None:
    assert head_of(b"Subject: x\n\nMessage-ID: <m@x.test>\n").message_id is None


def test_a_reply_further_down_the_thread_is_an_answer() -> None:
    head = head_of(b"In-Reply-To: <later@x.test>\nReferences: %s <later@x.test>\n\n" % letter_id().encode())

    assert head.answers(letter_id())


def test_a_forward_is_no_answer() -> None:
    assert not head_of(b"References: %s\n\n" % letter_id().encode()).answers(letter_id())


def test_nothing_answers_a_letter_without_an_id() -> None:
    assert not head_of(by_hand()).answers(None)


@pytest.mark.parametrize(
    "kept",
    [
        a_reply().replace(b"\r\n", b"\n"),
        a_reply() + b"\r\n",
        b"X-TUID: abcdefghijkl\r\n" + a_reply(),
        a_reply().replace(b"\r\n", b"\n").replace(b"\n\n", b"\nX-TUID: abcdefghijkl\n\n", 1),
    ],
)
def test_a_draft_is_the_same_however_mail_systems_keep_it(kept: bytes) -> None:
    assert digest_of(kept) == digest_of(a_reply())


@pytest.mark.parametrize(
    "edited",
    [
        a_reply(body="Thank you!"),
        a_reply() + b"X-TUID: one more line\r\n",
        a_reply().replace(b"mara.voss@", b"mara@"),
        a_reply().replace(b"no. 0", b"no. 1"),
    ],
)
def test_any_edit_of_the_words_or_of_a_field_shows(edited: bytes) -> None:
    assert digest_of(edited) != digest_of(a_reply())


def test_the_untouched_draft_is_found_first_then_its_id_then_an_answer() -> None:
    ours = look_at(a_reply())
    untouched, same_id, same_thread = (look_at(octets) for octets in (a_reply(), a_reply(body="No."), by_hand()))

    assert find(ours, ANSWERING, [(1, same_thread), (2, same_id), (3, untouched)]) == (3, DraftState.WAITING)
    assert find(ours, ANSWERING, [(1, same_thread), (2, same_id)]) == (2, DraftState.EDITED)
    assert find(ours, ANSWERING, [(1, same_thread)]) == (1, DraftState.EDITED)
    assert find(ours, ANSWERING, [(1, look_at(by_hand(5)))]) is None


def test_our_own_id_among_what_was_sent_is_an_answer_even_to_a_letter_without_an_id() -> None:
    nameless = Answering(ANSWERING.ref, None, ANSWERING.received_at)

    assert answered(head_of(a_reply()), nameless, [head_of(a_reply())])
    assert not answered(head_of(a_reply()), nameless, [head_of(by_hand())])


def test_a_handle_holds_what_a_draft_is_known_again_by() -> None:
    held = look_in(handle_of(look_at(a_reply())))

    assert (held.head.message_id, held.digest) == (reply_id(), digest_of(a_reply()))


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_any_octets_have_a_look(octets: bytes) -> None:
    assert look_at(octets).digest


@pytest.mark.parametrize("anchor", [b"<", b"<a", b"Message-ID: <", b"\r\n ", b"X-TUID:\n", b"\r", b"\n\t<", b"a:\r\n"])
def test_a_hostile_header_costs_no_time(anchor: bytes) -> None:
    begun = time.process_time()
    look_at(b"References: " + anchor * 20_000)

    assert time.process_time() - begun < 0.1
