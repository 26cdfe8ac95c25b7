"""Every letter that can be written, read by a proofreader; and the words of the letters that matter most."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError, TemplateNotFound

from agent.core.model import (
    Action,
    Ambiguity,
    Fired,
    Kind,
    Lens,
    Matter,
    ParsedMessage,
    Pull,
    Reason,
    Stage,
    Subkind,
    Verdict,
    Wording,
)
from agent.core.profile import AskFirst, Profile
from agent.drafters.template import TemplateDrafter
from agent.resources import templates_folder
from tests.core.some import NEW_YORK, NOW, at, pay, slot, some_matter, some_message
from tests.story.proofread import Letter, faults

DRAFTER = TemplateDrafter(templates_folder())
ROBIN = Profile(
    name="Robin Hale",
    zone="Europe/Berlin",
    pay_floor=pay(87_654, None),
    companies_preferred=("Contoso",),
    companies_avoided=("Fabrikam",),
    ask_first=(AskFirst("my wife", frozenset({"any"})),),
)
SLOTS = (slot(26, 9, minutes=30, zone=NEW_YORK), slot(27, 14, minutes=180))
QUESTIONS = ("pay", "sponsorship", "work_mode", "place", "company", "role", "time", "zone", "format")
ASKED = (Kind.INVITATION, Kind.ASSESSMENT, Kind.OUTREACH, Kind.RESCHEDULE, Kind.FOLLOWUP)


def worded(
    verdict: Verdict, *, message: ParsedMessage | None = None, profile: Profile = ROBIN, **matter: Any
) -> Wording:
    return DRAFTER.word(message or some_message(), some_matter(**matter), verdict, profile, NOW)


def body(verdict: Verdict, *, text: str = "Hi Robin,\n\nhello.", sent: str = "<1@x.example>", **rest: Any) -> str:
    return worded(verdict, message=some_message(text=text, message_id=sent), **rest).body


def proofread(verdict: Verdict, message: ParsedMessage, matter: Matter, profile: Profile = ROBIN) -> None:
    words = DRAFTER.word(message, matter, verdict, profile, NOW).body
    assert faults(Letter(words, matter, verdict, profile, NOW, message.text)) == [], words


# ------------------------------------------------------------------------------------------------ every letter there is


def each_verdict() -> list[Verdict]:
    """Every action with every kind, stage, subkind and reason it can meet."""
    sorts = [(kind, None, None) for kind in ASKED]
    sorts += [(Kind.INVITATION, stage, None) for stage in Stage]
    sorts += [(Kind.FOLLOWUP, None, subkind) for subkind in Subkind]
    verdicts = []
    for kind, stage, subkind in sorts:
        usual = {"kind": kind, "stage": stage, "subkind": subkind}
        verdicts += [Verdict(action=Action.DECLINE, reason=reason, **usual) for reason in Reason]
        verdicts += [Verdict(action=Action.ACCEPT, slot=SLOTS[0], fallback=SLOTS[1], **usual)]
        verdicts += [Verdict(action=Action.ACCEPT, offer=offer, **usual) for offer in ((), SLOTS[1:], SLOTS)]
        verdicts += [Verdict(action=Action.HOLD, hold_until=date(2026, 11, 26), **usual)]
        verdicts += [Verdict(action=Action.CLARIFY, questions=(question,), **usual) for question in QUESTIONS]
        verdicts += [Verdict(action=Action.CLARIFY, questions=("pay", "sponsorship", "format"), **usual)]
    verdicts += [Verdict(action=Action.ACKNOWLEDGE, kind=kind) for kind in (Kind.CANCELLATION, Kind.OFFER)]
    return verdicts


MATTERS = (
    some_matter(slots=SLOTS, deadline=date(2026, 11, 30)),
    some_matter(company=None, role=None, contact_name=None, scheduling_url="https://book.example"),
    some_matter(company=None, contact_name="Dana", ambiguities=(Ambiguity("03/04", "two days"),)),
    some_matter(role=None, contact_name="null", slots=(slot(23, 9),), agency=True),
)
OPENINGS = ("Hi Robin,", "Dear Ms Hale,", "Dear Candidate,", "", "See you at 3 pm.")


@pytest.mark.parametrize("matter", MATTERS, ids=["all known", "nothing known", "unclear", "times past"])
def test_every_letter_reads_well(matter: Matter) -> None:
    for number, verdict in enumerate(each_verdict()):
        for opening in (OPENINGS[number % 5], OPENINGS[(number + 2) % 5]):
            message = some_message(text=f"{opening}\n\nsome words", message_id=f"<{number}@x.example>")
            proofread(verdict, message, matter)


@pytest.mark.parametrize("verdict", [Verdict(action=Action.ACCEPT, slot=SLOTS[0]), Verdict(action=Action.DECLINE)])
def test_many_mails_get_letters_that_do_not_read_alike_and_each_reads_well(verdict: Verdict) -> None:
    letters = set()
    for number in range(60):
        message = some_message(message_id=f"<{number}@x.example>")
        proofread(verdict, message, MATTERS[0])
        letters.add(DRAFTER.word(message, MATTERS[0], verdict, ROBIN, NOW).body)

    assert len(letters) >= 12


def test_the_same_mail_is_always_worded_the_same() -> None:
    verdict = Verdict(action=Action.DECLINE, reason=Reason.GOALS)

    assert worded(verdict) == TemplateDrafter(templates_folder()).word(
        some_message(), some_matter(), verdict, ROBIN, NOW
    )


def test_every_language_has_a_template_for_every_action_that_is_worded() -> None:
    languages = [folder for folder in templates_folder().iterdir() if folder.is_dir()]

    assert {"en"} <= {folder.name for folder in languages}
    for folder, action in product(languages, set(Action) - {Action.NONE}):
        assert (folder / f"{action.value}.txt.j2").is_file(), f"{folder.name} lacks {action}"


# ------------------------------------------------------------------------------------------------ the words that matter


def test_an_acceptance_gives_both_zones_and_one_other_time() -> None:
    words = body(Verdict(action=Action.ACCEPT, stage=Stage.SCREEN, slot=SLOTS[0], fallback=SLOTS[1]), slots=SLOTS)

    assert "Thursday 26 November, 09:00 to 09:30 EST (15:00 to 15:30 CET for me)" in words
    assert "Friday 27 November, any time between 14:00 and 17:00 CET." in words


def test_times_are_written_with_am_and_pm_where_the_mail_does_so() -> None:
    words = body(Verdict(action=Action.ACCEPT, slot=slot(26, 0, 30, zone=NEW_YORK)), text="Hi Robin, at 12:30 am?")

    assert "Thursday 26 November, 12:30 am to 1:30 am EST (6:30 am to 7:30 am CET for me)" in words


def test_another_day_in_the_users_zone_and_another_year_are_spelled_out() -> None:
    late = slot(26, 23, zone=NEW_YORK)
    next_year = replace(late, starts_at=late.starts_at.replace(year=2027, month=1), ends_at=None)

    assert "26 November, 23:00 to 00:00 EST (Friday 27 November, 05:00 to 06:00 CET for me)" in body(
        Verdict(action=Action.ACCEPT, slot=late)
    )
    assert "Tuesday 26 January 2027, 23:00 EST" in body(Verdict(action=Action.ACCEPT, slot=next_year))


def test_a_zone_without_a_name_is_given_by_its_offset_and_an_ambiguous_name_beside_the_users_own_time() -> None:
    nameless = at(26, 9).replace(tzinfo=timezone(timedelta(hours=-5)))
    same_clock = at(26, 9).replace(tzinfo=timezone(timedelta(hours=1)))
    kolkata = at(26, 9).replace(tzinfo=ZoneInfo("Asia/Kolkata"))
    taken = [
        Verdict(action=Action.ACCEPT, slot=replace(SLOTS[0], starts_at=moment, ends_at=None))
        for moment in (nameless, same_clock, kolkata)
    ]

    assert "09:00 UTC-5 (15:00 CET for me)" in body(taken[0])
    assert "09:00 CET" in body(taken[1])
    assert "09:00 IST (04:30 CET for me)" in body(taken[2])


def test_times_offered_to_a_sender_in_another_zone_are_given_in_theirs_first() -> None:
    offer = Verdict(action=Action.ACCEPT, offer=(slot(26, 15, minutes=120),))

    message = some_message(sent_at=NOW.astimezone(NEW_YORK))
    assert "any time between 09:00 and 11:00 EST (15:00 to 17:00 CET for me)" in worded(offer, message=message).body


@pytest.mark.parametrize(
    ("opening", "contact", "greeting"),
    [
        ("Hi Robin,", "Dana Whitfield", "Hi Dana,"),
        ("Hey Robin!", "Dana", "Hi Dana,"),
        ("Hello Robin", "Dana Whitfield", "Hello Dana,"),
        ("Dear Robin,", "Dana Whitfield", "Dear Dana,"),
        ("Dear Ms. Hale,", "Dana Whitfield", "Dear Dana Whitfield,"),
        ("Dear Robin Hale,", "Dana Whitfield", "Dear Dana Whitfield,"),
        ("Dear applicant,", "Dana Whitfield", "Dear Dana Whitfield,"),
        ("Dear applicant,", None, "Dear Northwind Labs team,"),
        ("We saw your profile.", None, "Hello,"),
        ("Hi Robin,", None, "Hi,"),
        ("hey robin, got your resume. free monday? we are a small shop and would be glad to see you", "Rob", "Hi Rob,"),
        ("Dear Robin, we ...\n\nMs D. Whitfield", "D. Whitfield", "Dear D. Whitfield,"),
        ("Dear Ms Hale,\n\nwe ...\n\nMs D. Whitfield", "D. Whitfield", "Dear Ms Whitfield,"),
        ("Dear Ms Hale,\n\nwe ...\n\nProf. Dr. Floor de Wit", "Floor de Wit", "Dear Prof. de Wit,"),
        ("Dear Ms Hale,\n\nI work with Mr Whitfield.\n\nDana Whitfield", "Dana Whitfield", "Dear Dana Whitfield,"),
        ("Hi Robin,", "Whitfield, Dana", "Hi Dana,"),
        ("Hi Robin,", "D. Whitfield", "Hi D. Whitfield,"),
        ("Hi Robin,", "null", "Hi,"),
        ("Hi Robin,", "{{ contact }}", "Hi,"),
        ("Hi Robin,", "https://x.example", "Hi,"),
        ("Hi Robin,", "Dana\r\nBcc: all", "Hi,"),
    ],
)
def test_the_greeting_mirrors_the_mail(opening: str, contact: str | None, greeting: str) -> None:
    words = body(Verdict(action=Action.DECLINE), text=f"{opening}\n\nwe ...", contact_name=contact)

    assert words.split("\n")[0] == greeting


@pytest.mark.parametrize("reason", [Reason.RED_FLAG, Reason.FAMILY, Reason.NONE])
def test_some_reasons_are_never_told(reason: Reason) -> None:
    assert body(Verdict(action=Action.DECLINE, reason=reason)) == body(Verdict(action=Action.DECLINE))


@pytest.mark.parametrize("reason", sorted(set(Reason) - {Reason.RED_FLAG, Reason.FAMILY, Reason.NONE}))
def test_every_other_reason_is_told_in_its_own_words(reason: Reason) -> None:
    assert body(Verdict(action=Action.DECLINE, reason=reason)) != body(Verdict(action=Action.DECLINE))


def test_staying_in_touch_is_said_only_where_the_user_wants_it() -> None:
    no = Verdict(action=Action.DECLINE)

    assert "stay in touch" in body(no, profile=replace(ROBIN, keep_warm=("Northwind",)))
    assert "stay in touch" not in body(no)


def test_a_final_no_is_short_and_gives_no_reason() -> None:
    words = body(Verdict(action=Action.DECLINE, kind=Kind.FOLLOWUP, subkind=Subkind.PRESSING, reason=Reason.PAY))

    assert "pay" not in words
    assert len(words.split()) < 40


def test_an_offer_is_never_accepted() -> None:
    words = body(Verdict(action=Action.ACKNOWLEDGE, kind=Kind.OFFER), deadline=date(2026, 11, 30))

    assert "will come back to you by Monday 30 November" in words
    assert not {"accept", "happy", "yes"} & set(words.lower().split())


def test_a_time_from_a_calendar_is_given_by_the_senders_clock_not_in_utc() -> None:
    invited = slot(26, 15, zone=ZoneInfo("UTC"))
    accept = Verdict(action=Action.ACCEPT, slot=invited)
    there = some_message(sent_at=NOW.astimezone(timezone(timedelta(hours=-5))))
    here = some_message(sent_at=NOW.astimezone(timezone(timedelta(hours=1))))

    found = {"slots": (invited,), "event_uid": "1@cal.example"}
    assert "10:00 to 11:00 UTC-5 (16:00 to 17:00 CET for me)" in worded(accept, message=there, **found).body
    assert "16:00 to 17:00 CET." in worded(accept, message=here, **found).body
    assert "15:00 to 16:00 UTC (16:00" in worded(accept, message=here, slots=(invited,)).body


def test_am_and_pm_are_written_where_the_user_lives_by_them_and_the_mail_names_no_time() -> None:
    chicago = replace(ROBIN, home_country="US")
    offer = Verdict(action=Action.ACCEPT, offer=(slot(26, 15, minutes=120),))

    assert "between 3 pm and 5 pm CET" in body(offer, profile=chicago)
    assert "between 15:00 and 17:00 CET" in body(offer, profile=chicago, text="Hi Robin,\n\nnot before 10:00?")
    assert "between 15:00 and 17:00 CET" in body(offer)


def test_a_test_whose_day_is_past_is_not_promised_for_that_day() -> None:
    words = body(Verdict(action=Action.ACCEPT, kind=Kind.ASSESSMENT), deadline=date(2026, 11, 23))

    assert "if that is still possible" in words
    assert "23 November" not in words
    assert words.lower().count("sorry") == 1


def test_an_answer_promised_for_today_says_so() -> None:
    assert "later today?" in body(Verdict(action=Action.HOLD, hold_until=NOW.date()))


def test_a_new_time_that_suits_is_taken_without_looking_for_another() -> None:
    words = body(Verdict(action=Action.ACCEPT, kind=Kind.RESCHEDULE, slot=SLOTS[0]), slots=SLOTS[:1])

    assert "another time" not in words


def test_a_question_shows_interest_only_where_nothing_speaks_against_it() -> None:
    fits = Fired("role-wanted", Lens.CAREER, Pull.YES, "'data engineer' is a role you want.")
    doubt = Fired("employer-shows-red-flags", Lens.REPUTATION, Pull.NO, "Red flags: a long unpaid task.")

    for kind in (Kind.INVITATION, Kind.OUTREACH):
        ask = Verdict(action=Action.CLARIFY, kind=kind, questions=("pay",))
        assert "interest" in body(replace(ask, rules=(fits,)))
        assert "interest" not in body(replace(ask, rules=(fits, doubt)))
        assert "interest" not in body(ask)


def test_a_question_says_that_the_times_on_offer_are_seen() -> None:
    ask = Verdict(action=Action.CLARIFY, questions=("pay",))

    assert "the times you offer" in body(ask, slots=SLOTS)
    assert "the times you offer" not in body(ask)
    assert "the times you offer" not in body(ask, slots=(slot(23, 9),))


def test_an_interview_at_their_place_is_not_answered_with_what_the_mail_may_say() -> None:
    words = body(Verdict(action=Action.ACCEPT, stage=Stage.ONSITE, slot=SLOTS[1]), slots=SLOTS)

    assert "address" not in words
    assert "how long" not in words


def test_a_slow_answer_says_sorry_once() -> None:
    old = some_message(sent_at=NOW - timedelta(days=6))

    assert worded(Verdict(action=Action.DECLINE), message=old).body.lower().count("sorry") == 1
    chaser = Verdict(action=Action.DECLINE, kind=Kind.FOLLOWUP, subkind=Subkind.CHASER)
    assert worded(chaser, message=old).body.lower().count("sorry") == 1


def test_the_user_signs_as_they_wrote() -> None:
    signed = replace(ROBIN, signature="Robin Hale\n+49 30 5550 0199")

    assert body(Verdict(action=Action.DECLINE), profile=signed).endswith(",\nRobin Hale\n+49 30 5550 0199\n")
    assert body(Verdict(action=Action.DECLINE), profile=Profile()).endswith(",\n")


def test_a_language_we_do_not_write_is_answered_in_english() -> None:
    wording = worded(Verdict(action=Action.DECLINE), language="ja")

    assert (wording.language, wording.template) == ("en", "en/decline")


# ------------------------------------------------------------------------------------------------ what cannot get in


@given(
    company=st.text(max_size=90), role=st.text(max_size=90), person=st.text(max_size=40), phrase=st.text(max_size=20)
)
@settings(max_examples=60, deadline=None)
def test_whatever_a_mail_calls_things_the_letter_stays_plain(company: str, role: str, person: str, phrase: str) -> None:
    for verdict in (Verdict(action=Action.DECLINE), Verdict(action=Action.CLARIFY, questions=("time",))):
        words = worded(
            verdict, company=company, role=role, contact_name=person, ambiguities=(Ambiguity(phrase, "?"),)
        ).body
        assert "\r" not in words
        assert "{" not in words
        assert "<" not in words
        assert words.endswith(",\nRobin Hale\n")
        assert len(words) < 1200


def test_what_a_mail_writes_is_never_run_as_a_template() -> None:
    words = body(Verdict(action=Action.DECLINE), company="{{ 7 * 7 }}", role="{% include 'x' %}")

    assert "49" not in words
    assert "{" not in words


def template(folder: Path, text: str) -> TemplateDrafter:
    (folder / "en").mkdir()
    (folder / "en" / "decline.txt.j2").write_text(text, "utf-8")
    return TemplateDrafter(folder)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("{{ salary_history }}", UndefinedError),
        ("{{ ''.__class__.__mro__ }}", SecurityError),
        ("{{ questions.__init__.__globals__ }}", SecurityError),
        ("{% include '../secret.txt' %}", TemplateNotFound),
        ("{% include '/etc/hostname' %}", TemplateNotFound),
    ],
)
def test_a_template_is_strict_and_sees_nothing_but_its_folder(
    tmp_path: Path, text: str, refusal: type[Exception]
) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (tmp_path / "templates").mkdir()
    drafter = template(tmp_path / "templates", text)

    with pytest.raises(refusal):
        drafter.word(some_message(), some_matter(), Verdict(action=Action.DECLINE), ROBIN, NOW)


# ---------------------------------------------------------------------------------------- the proofreader itself


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Dear null,", "placeholder"),
        ("I want 87,654 EUR.", "pay floor"),
        ("Sorry. I apologise.", "more than once"),
        ("Dear Mr Whitfield,", "gender"),
        ("My wife says no.", "private"),
        ("I joined Contoso.", "another employer"),
        ("See you on Monday 26 November.", "is no Monday"),
        ("See you on Thursday 19 November.", "is past"),
        ("See you on Wednesday 23 December.", "neither mail nor verdict"),
        ("word " * 200, "words"),
        ("Hello  there", "untidy"),
        ("I wish you all the best.\n\nAll the best,", "twice"),
        ("Hello", "not signed"),
    ],
)
def test_the_proofreader_sees_a_fault(words: str, fault: str) -> None:
    found = faults(Letter(words, some_matter(), Verdict(action=Action.DECLINE), ROBIN, NOW))

    assert any(fault in told for told in found), found
