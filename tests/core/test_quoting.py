from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.core import client_words
from agent.core.html import Hint, HintKind
from agent.core.model import RegionKind
from agent.core.quoting import split_regions

NEW, SIGNATURE, QUOTED = RegionKind.NEW, RegionKind.SIGNATURE, RegionKind.QUOTED


def stretch(body: str, kind: RegionKind, *hints: Hint, forwarded: bool = False) -> str:
    """What of a body is of one kind."""
    regions = split_regions(body, hints, forwarded=forwarded)
    return "".join(body[region.start : region.end] for region in regions if region.kind is kind)


def new(body: str, *hints: Hint, forwarded: bool = False) -> str:
    return stretch(body, NEW, *hints, forwarded=forwarded)


ATTRIBUTIONS = [
    "On Mon, 3 Mar 2025 at 10:00, Jane Doe <jane@x.test> wrote:",
    "On Mon, 3 Mar 2025 at 10:00, Jane Doe\n<jane@x.test> wrote:",
    "On Monday, 3 March 2025 at 10:00:00 CET,\nJane Doe via Recruiting\n<jane@x.test>\nwrote:",
    "Am 03.03.2025 um 10:00 schrieb Jane Doe:",
    "Am Mo., 3. März 2025 um 10:00 Uhr schrieb Jane Doe <\njane@x.test>:",
    "Le lun. 3 mars 2025 à 10:00, Jane Doe <jane@x.test> a écrit :",
    "El lun, 3 mar 2025 a las 10:00, Jane Doe (<jane@x.test>) escribió:",
    "Em seg., 3 de mar. de 2025 às 10:00, Jane Doe <jane@x.test> escreveu:",
    "Il giorno lun 3 mar 2025 alle ore 10:00 Jane Doe <jane@x.test> ha scritto:",
    "Op ma 3 mrt 2025 om 10:00 schreef Jane Doe <jane@x.test>:",
    "Jane Doe <jane@x.test> schrieb am 3. März 2025 um 10:00:",
    "2025-03-03 10:00 GMT+01:00 Jane Doe <jane@x.test>:",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_quoted_lines_and_the_line_that_introduces_them_are_old(attribution: str) -> None:
    assert new(f"Yes, gladly.\n\n{attribution}\n\n> Would Monday do?\n> Jane\n") == "Yes, gladly.\n\n"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS[:-1])
def test_an_introduction_makes_old_what_follows_without_marks(attribution: str) -> None:
    assert new(f"Yes, gladly.\n\n{attribution}\n\nWould Monday do?\n\nJane\n") == "Yes, gladly.\n\n"


def test_an_introduction_in_an_unknown_language_is_known_by_its_form() -> None:
    body = "Kyllä.\n\nma 3. maalisk. 2025 klo 10:00 Jane Doe (jane@x.test) kirjutas:\n\n> Sopiiko?\n"

    assert new(body) == "Kyllä.\n\n"


def test_text_between_quoted_lines_is_new() -> None:
    body = "On 3 Mar 2025, Jane wrote:\n> When?\n\nMonday.\n\n> Where?\n\nOnline.\n"

    assert new(body) == "Monday.\n\nOnline.\n"
    assert stretch(body, QUOTED) == "On 3 Mar 2025, Jane wrote:\n> When?\n\n> Where?\n\n"


def test_a_greeting_between_the_introduction_and_the_first_quoted_line_is_new() -> None:
    body = "On 3 Mar 2025, Jane wrote:\n\nHi Jane,\n\n> When?\n\nMonday.\n"

    assert new(body) == "Hi Jane,\n\nMonday.\n"


@pytest.mark.parametrize("words", sorted(client_words.ORIGINAL_MESSAGE))
def test_an_older_mail_begins_at_the_line_that_says_so(words: str) -> None:
    assert new(f"Hello\n\n-----{words.title()}-----\nFrom: Jane\n\nold\n") == "Hello\n\n"


def test_text_under_quoted_lines_is_new_also_behind_an_older_header_block() -> None:
    body = "----- Original Message -----\nFrom: Jane\n\n> When?\n\nMonday.\n"

    assert new(body) == "Monday.\n"


OUTLOOK_BLOCKS = [
    "From: Jane Doe <jane@x.test>\nSent: Monday, March 3, 2025 10:00 AM\nTo: Bob\nSubject: Interview",
    "Von: Jane Doe\nGesendet: Montag, 3. März 2025 10:00\nAn: Bob\nBetreff: Gespräch",
    "De : Jane Doe\nEnvoyé : lundi 3 mars 2025 10:00\nÀ : Bob\nObjet : Entretien",
    "De: Jane Doe\nEnviado: lunes, 3 de marzo de 2025\nPara: Bob\nAsunto: Entrevista",
    "De: Jane Doe\nEnviada em: segunda-feira, 3 de março\nPara: Bob\nAssunto: Entrevista",
    "Da: Jane Doe\nInviato: lunedì 3 marzo 2025\nA: Bob\nOggetto: Colloquio",
    "Van: Jane Doe\nVerzonden: maandag 3 maart 2025\nAan: Bob\nOnderwerp: Gesprek",
    "*From:* Jane Doe\n*Date:* Monday, March 3\n*To:* Bob\n*Cc:* Ann\n*Subject:* Interview",
]


@pytest.mark.parametrize("block", OUTLOOK_BLOCKS)
def test_an_older_mail_begins_at_the_header_block_of_a_mail_client(block: str) -> None:
    assert new(f"Hello\n\n________________________________\n{block}\n\nold text\n") == "Hello\n\n"
    assert new(f"Hello\n\n{block}\n\nold text\n") == "Hello\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "Hello,\nFrom: 10:00\nTo: 11:00\nDate: Monday 3 March\nPlace: Berlin\n",
        "On Monday 3 March we will call you. The team wrote:\nsee you soon.\n",
        f"Interview details\n{'_' * 32}\nMicrosoft Teams meeting\nJoin: https://x.test/a\n{'_' * 32}\n",
        "Please reply to the following questions:\n- why us?\n- when?\n",
        "From: your application we learnt a lot.\nSubject: to change.\n",
        "a --\nb\n---\nc\n",
    ],
)
def test_what_only_looks_like_older_mail_is_new(body: str) -> None:
    assert new(body) == body


FORWARDS = [
    "---------- Forwarded message ---------\nFrom: Jane <jane@x.test>\nDate: Mon\nSubject: Interview\nTo: Bob\n\n",
    "Begin forwarded message:\n\nFrom: Jane <jane@x.test>\nSubject: Interview\nDate: 3 March 2025\nTo: Bob\n\n",
    "-------- Weitergeleitete Nachricht --------\nBetreff: Interview\nDatum: Mon, 3 Mar 2025\nVon: Jane\nAn: Bob\n\n",
]


@pytest.mark.parametrize("head", FORWARDS)
@pytest.mark.parametrize("above", ["", "FYI\n\n", "see below\n\nSent from my iPhone\n\n"])
def test_a_forwarded_mail_that_stands_alone_is_what_the_reader_was_sent(head: str, above: str) -> None:
    body = f"{above}{head}Dear Bob,\nplease pick a time.\n"

    assert new(body).endswith("Dear Bob,\nplease pick a time.\n")
    assert "jane@x.test" not in new(body).lower()
    assert "Interview" in stretch(body, QUOTED)


def test_a_mail_that_notes_forwarded_is_old_under_a_letter() -> None:
    rule = "-" * 20
    above = "Hello Bob, would you want to have a look at this?\n\n"

    assert new(f"{above}{rule} Forwarded by Jane Doe/Northwind Labs on 03/03/2025 10:00 AM {rule}\n\nold\n") == above


@pytest.mark.parametrize("head", FORWARDS)
def test_a_forwarded_mail_under_a_letter_is_old(head: str) -> None:
    above = "Hi Bob, my friend Jane is looking for somebody like you, would you like to talk to her?\n\n"

    assert new(f"{above}{head}Dear Ann,\nplease pick a time.\n") == above


def test_the_subject_tells_an_outlook_forward_from_an_outlook_reply() -> None:
    body = f"{OUTLOOK_BLOCKS[0]}\n\nDear Bob, please pick a time.\n"

    assert new(body) == ""
    assert new(body, forwarded=True) == "Dear Bob, please pick a time.\n"
    assert new(f"-----Original Message-----\n{body}", forwarded=True) == "Dear Bob, please pick a time.\n"


def test_a_forwarded_mail_that_is_marked_line_by_line_is_read() -> None:
    body = "Begin forwarded message:\n\n> From: Jane\n> Subject: x\n> \n> Dear Bob, pick a time.\n>> older\n"

    assert "Dear Bob, pick a time." in new(body)
    assert "older" not in new(body)


def test_a_signature_begins_at_its_mark() -> None:
    body = "Hello\n\n-- \nJane Doe\nNorthwind Labs\n\nOn 3 Mar 2025, Bob wrote:\n> Hi\n"

    assert new(body) == "Hello\n\n"
    assert stretch(body, SIGNATURE) == "-- \nJane Doe\nNorthwind Labs\n\n"


@pytest.mark.parametrize(
    "line", ["Sent from my iPhone", "Get Outlook for iOS", "Von meinem iPhone gesendet", "Envoyé de mon iPhone"]
)
def test_what_a_phone_adds_is_no_text(line: str) -> None:
    assert new(f"Yes.\n\n{line}\n") == "Yes.\n\n"


def test_the_name_under_a_closing_phrase_is_new_and_the_contact_lines_are_not() -> None:
    small_print = f"This email is confidential{' and meant for its reader' * 5}."
    body = f"See you.\n\nBest regards,\n\nJane Doe\nRecruiter | Northwind Labs\n+49 30 1234567\n\n{small_print}\n"

    assert new(body) == "See you.\n\nBest regards,\n\nJane Doe\n"


@pytest.mark.parametrize(
    "below",
    [
        "P.S. Can you come on Monday?\njane@x.test\n",
        "Interview details:\nMonday 3 March, 10:00\nhttps://x.test/join\n",
        "Could you also tell us your notice period?\n+49 30 1234567\n",
        "Recruiter\nNorthwind Labs\n",
    ],
)
def test_in_doubt_what_stands_under_a_name_is_new(below: str) -> None:
    body = f"See you.\n\nThanks,\nJane\n\n{below}"

    assert new(body) == body


def test_the_first_line_of_a_marked_signature_is_the_name_where_none_was_typed() -> None:
    body = "See you.\n\nBest,\nJane Doe\nRecruiter\n"

    assert new(body, Hint(HintKind.SIGNATURE, body.index("Jane"), len(body))) == "See you.\n\nBest,\nJane Doe\n"


def test_markup_decides_where_it_speaks() -> None:
    body = "new\n\nold one\n\nold two\n\nnew again"
    hints = (Hint(HintKind.QUOTED, 5, 20), Hint(HintKind.QUOTED, 14, 21))

    assert new(body, *hints) == "new\n\nnew again"


def test_indented_text_is_old_only_where_a_line_introduces_it() -> None:
    plain, cited = "About the role:\n\nmany things", "On 3 Mar 2025, Jane wrote:\n\nmany things"

    assert new(plain, Hint(HintKind.INDENTED, 17, len(plain))) == plain
    assert new(cited, Hint(HintKind.INDENTED, 28, len(cited))) == ""


def test_what_is_set_off_below_new_text_is_old_unless_a_colon_leads_into_it() -> None:
    answered, listed, alone = "Does that work?\n\n8 June at 8:00", "We can offer:\n\n8 June at 8:00", "8 June at 8:00"

    assert new(answered, Hint(HintKind.SET_OFF, 17, len(answered))) == "Does that work?\n\n"
    assert new(listed, Hint(HintKind.SET_OFF, 15, len(listed))) == listed
    assert new(alone, Hint(HintKind.SET_OFF, 0, len(alone))) == alone


LINES = st.sampled_from(
    [
        "", "Hello", "> quoted", ">> twice", "On Mon, 3 Mar 2025, Jane <j@x.test> wrote:", "-----Original Message-----",
        "---------- Forwarded message ---------", "From: Jane", "Sent: Monday", "To: Bob", "Subject: x", "-- ", "Best,",
        "Jane Doe",
        "+49 30 1234567", "Sent from my iPhone", "________________", "P.S. one more thing?", " ", "On", "a@b.c",
    ]
)  # fmt: skip
HINTS = st.builds(Hint, st.sampled_from(HintKind), st.integers(0, 90), st.integers(90, 200))


@given(st.lists(LINES | st.text(max_size=9), max_size=25).map("\n".join), st.lists(HINTS, max_size=3), st.booleans())
def test_regions_cover_the_body_in_order(body: str, hints: list[Hint], forwarded: bool) -> None:
    regions = split_regions(body, hints, forwarded=forwarded)

    assert "".join(body[region.start : region.end] for region in regions) == body
    assert all(region.start < region.end for region in regions)
    assert all(before.kind is not after.kind for before, after in pairwise(regions))


ANCHORS = [
    "On ", "On On wrote: ", "On 3 wrote:\n", "> ", ">", "-----Original Message-----\n", "From: Jane\n",
    "From: a\nTo: b\n",
    "Begin forwarded message:\n", "-- \n", "Best,\n", "Best,\nJane\n", "Sent from my ", "____\n", "wrote:\n", "a@b:\n",
    "\n", "10:00:\n",
]  # fmt: skip


@pytest.mark.parametrize("anchor", ANCHORS)
def test_the_time_grows_with_the_length_only(anchor: str) -> None:
    def took(repetitions: int) -> float:
        began = process_time()
        split_regions(anchor * repetitions)
        return process_time() - began

    took(100)
    short, long = min(took(10_000) for _ in range(2)), min(took(20_000) for _ in range(2))

    assert long < 0.2
    assert long < 4 * short + 0.02
