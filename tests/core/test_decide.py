"""How the rules are settled: what each kind of mail may come to, and what goes with each action."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.decide import Facts, decide
from agent.core.model import (
    ANSWERABLE,
    Action,
    Address,
    Alternative,
    Ambiguity,
    Earlier,
    Kind,
    Lens,
    Link,
    Pull,
    Reason,
    Slot,
    Sponsorship,
    Stage,
    Subkind,
    WorkMode,
)
from agent.core.profile import AskFirst, CompanyNote, Moving, Profile, Status
from tests.core.some import BERLIN, NEW_YORK, NOW, OFFICE_HOURS, at, pay, slot, some_facts, some_message, window
from tests.core.test_decide_rules import profile

FLOOR = profile(pay_floor=pay(80_000, None))


# ------------------------------------------------------------------------------------------------ the order of things


def test_fraud_is_never_answered_whatever_speaks_for_it() -> None:
    verdict = decide(some_facts(flags=("scam.fee",), profile=profile(roles_wanted=("data engineer",))))

    assert (verdict.action, verdict.answered_in_words, verdict.todo) == (Action.NONE, False, None)
    assert verdict.rules[0].rule == "looks-fraudulent"


def test_one_deal_breaker_declines_and_comes_first_among_the_rules() -> None:
    verdict = decide(some_facts(profile=FLOOR, pay=pay(50_000, 60_000), work_mode=WorkMode.REMOTE))

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.PAY)
    assert verdict.rules[0].rule == "pay-below-floor"


def test_several_lenses_that_say_no_decline_and_one_alone_is_a_close_call() -> None:
    wishes = profile(roles_wanted=("platform engineer",), status=Status.QUIET)
    one, two = some_facts(profile=wishes), some_facts(profile=wishes, flags=("red_flag.pay_refused",))

    assert decide(one).action is Action.HOLD
    assert decide(one).rules[0].rule == "close-call"
    assert decide(one).runner_up == Alternative(Action.DECLINE, Reason.ROLE_MISMATCH)
    assert (decide(two).action, decide(two).reason) == (Action.DECLINE, Reason.ROLE_MISMATCH)


def test_a_reason_to_talk_anyway_overrules_one_lens_and_names_it() -> None:
    wishes = profile(roles_wanted=("platform engineer",), practice_wanted=True, status=Status.QUIET)
    verdict = decide(some_facts(profile=wishes))

    assert verdict.action is Action.ACCEPT
    anyway = next(rule for rule in verdict.rules if rule.pull is Pull.ANYWAY)
    assert anyway.because == "You want practice in interviews. This overrules the career lens."
    assert decide(some_facts(profile=wishes, flags=("red_flag.pay_refused",))).action is Action.DECLINE


def test_a_reason_to_talk_anyway_never_overrules_a_deal_breaker() -> None:
    wishes = profile(practice_wanted=True, keep_warm=("Northwind",), roles_avoided=("data engineer",))

    assert decide(some_facts(profile=wishes)).action is Action.DECLINE


def test_questions_come_before_a_hold_and_a_no_before_questions() -> None:
    asked = (AskFirst("my partner", frozenset({"any"})),)

    assert decide(some_facts(profile=replace(FLOOR, ask_first=asked))).action is Action.CLARIFY
    assert decide(some_facts(profile=replace(FLOOR, roles_avoided=("data engineer",)))).action is Action.DECLINE


def test_at_most_three_questions_are_asked_which_job_it_is_first_then_what_a_wish_hangs_on() -> None:
    wishes = profile(
        pay_floor=pay(80_000, None),
        work_permits=("IN",),
        needs_sponsorship_elsewhere=True,
        work_modes=frozenset({WorkMode.HYBRID}),
        commute_places=("Pune",),
    )
    verdict = decide(some_facts(Kind.OUTREACH, company=None, profile=wishes))

    assert verdict.questions == ("company", "sponsorship", "pay")


def test_a_vague_approach_is_asked_who_what_and_how_much() -> None:
    assert decide(some_facts(Kind.OUTREACH, company=None, role=None)).questions == ("company", "role", "pay")


def test_an_approach_nothing_speaks_for_or_against_is_left_to_the_user() -> None:
    verdict = decide(some_facts(Kind.OUTREACH, place="Berlin", pay=pay(90_000, 100_000)))

    assert verdict.action is Action.HOLD
    assert verdict.rules[0].rule == "nothing-speaks-for-it"


def test_a_mere_approach_is_declined_by_one_lens() -> None:
    wishes = profile(roles_wanted=("platform engineer",))

    assert decide(some_facts(Kind.OUTREACH, company=None, profile=wishes)).action is Action.DECLINE


@pytest.mark.parametrize("status", [Status.ACCEPTED_OFFER, Status.IMPROVED_CURRENT_ROLE])
@pytest.mark.parametrize("kind", sorted(ANSWERABLE))
def test_who_has_settled_elsewhere_declines_everything(kind: Kind, status: Status) -> None:
    verdict = decide(some_facts(kind, profile=profile(status=status), slots=(slot(26, 10),)))

    assert (verdict.action, verdict.reason.value) == (Action.DECLINE, status.value)


# ------------------------------------------------------------------------------------------------ kinds


@pytest.mark.parametrize(
    "kind", [Kind.CONFIRMATION, Kind.REJECTION, Kind.ACKNOWLEDGEMENT, Kind.JOB_ALERT, Kind.OTHER]
)  # fmt: skip
def test_what_asks_nothing_is_not_answered(kind: Kind) -> None:
    verdict = decide(some_facts(kind, profile=FLOOR))

    assert (verdict.action, verdict.answered_in_words, verdict.runner_up) == (Action.NONE, False, None)


@pytest.mark.parametrize("kind", [Kind.CANCELLATION, Kind.OFFER])
def test_a_cancellation_and_an_offer_are_acknowledged_and_nothing_more(kind: Kind) -> None:
    verdict = decide(some_facts(kind, profile=profile(status=Status.ACCEPTED_OFFER), pay=pay(1, 2)))

    assert (verdict.action, verdict.slot, verdict.todo) == (Action.ACKNOWLEDGE, None, None)


def test_a_reason_is_given_once_and_stays_the_same() -> None:
    earlier = Earlier(last_action=Action.DECLINE, last_reason=Reason.GOALS)
    verdict = decide(some_facts(Kind.FOLLOWUP, subkind=Subkind.REASON_REQUEST, earlier=earlier, profile=FLOOR))

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.GOALS)


@pytest.mark.parametrize(
    ("reason", "lifted", "not_lifted"),
    [
        (Reason.PAY, {"pay": pay(85_000, 90_000)}, {"pay": pay(60_000, 70_000)}),
        (Reason.SPONSORSHIP, {"sponsorship": Sponsorship.OFFERED}, {}),
        (Reason.LOGISTICS, {"work_mode": WorkMode.REMOTE}, {"pay": pay(99_000, 99_000)}),
        (Reason.RELOCATION, {"work_mode": WorkMode.REMOTE}, {"pay": pay(99_000, 99_000)}),
        (Reason.TIME_ZONE, None, {"pay": pay(99_000, 99_000)}),
    ],
)
def test_new_terms_are_weighed_only_where_they_lift_what_stood_in_the_way(
    reason: Reason, lifted: dict[str, object] | None, not_lifted: dict[str, object]
) -> None:
    def answer(terms: dict[str, object]) -> Action:
        earlier = Earlier(last_action=Action.DECLINE, last_reason=reason)
        facts = some_facts(Kind.FOLLOWUP, subkind=Subkind.RENEGOTIATION, earlier=earlier, profile=FLOOR, **terms)
        return decide(facts).action

    assert answer(not_lifted) is Action.DECLINE
    assert lifted is None or answer(lifted) is Action.HOLD


def test_pressing_that_states_what_was_missing_is_weighed_as_new_terms() -> None:
    earlier = Earlier(last_action=Action.DECLINE, last_reason=Reason.SPONSORSHIP)
    better, bare = (
        decide(some_facts(Kind.FOLLOWUP, subkind=Subkind.PRESSING, earlier=earlier, sponsorship=said))
        for said in (Sponsorship.OFFERED, None)
    )

    assert (better.action, better.rules[0].rule) == (Action.HOLD, "terms-are-better")
    assert bare.action is Action.DECLINE


def test_a_bad_note_of_the_users_outweighs_a_job_that_fits() -> None:
    wishes = profile(
        roles_wanted=("data engineer",),
        companies_preferred=("Northwind Labs",),
        fields_preferred=("energy",),
        company_notes=(CompanyNote("Northwind Labs", "bad", "layoffs twice"),),
    )

    assert decide(some_facts(Kind.OUTREACH, profile=wishes, text="energy")).action is Action.DECLINE
    assert decide(some_facts(profile=wishes, text="energy")).action is Action.HOLD


def test_pressing_gets_one_final_no_and_then_nothing() -> None:
    once = Earlier(last_action=Action.DECLINE, last_reason=Reason.PAY)
    first = decide(some_facts(Kind.FOLLOWUP, subkind=Subkind.PRESSING, earlier=once))
    second = decide(some_facts(Kind.FOLLOWUP, subkind=Subkind.PRESSING, earlier=replace(once, declined_again=True)))

    assert (first.action, first.reason) == (Action.DECLINE, Reason.PAY)
    assert (second.action, second.answered_in_words) == (Action.NONE, False)


@pytest.mark.parametrize("last", [Action.ACCEPT, Action.DECLINE, Action.HOLD])
def test_a_chaser_inherits_the_action_of_the_case(last: Action) -> None:
    earlier = Earlier(last_action=last, last_reason=Reason.TIMING, slots=(slot(26, 10),))
    verdict = decide(some_facts(Kind.FOLLOWUP, subkind=Subkind.CHASER, earlier=earlier))

    assert verdict.action is last
    assert verdict.reason is (Reason.TIMING if last is Action.DECLINE else Reason.NONE)
    assert (verdict.slot == slot(26, 10)) is (last is Action.ACCEPT)


def test_a_chaser_of_nothing_known_is_weighed_anew() -> None:
    facts = some_facts(Kind.FOLLOWUP, subkind=Subkind.CHASER, profile=FLOOR)

    assert decide(facts).questions == ("pay",)
    asked_before = replace(facts, earlier=Earlier(last_action=Action.CLARIFY))
    assert decide(asked_before).questions == ("pay",)
    answered = replace(asked_before, matter=replace(facts.matter, pay=pay(90_000, 90_000)))
    assert decide(answered).action is Action.ACCEPT


def test_a_chaser_of_fraud_is_not_answered_and_one_of_a_mere_notice_is() -> None:
    chaser = some_facts(Kind.FOLLOWUP, subkind=Subkind.CHASER, earlier=Earlier(last_action=Action.NONE))

    assert decide(chaser).action is Action.ACCEPT
    after_fraud = replace(chaser, earlier=Earlier(last_action=Action.NONE, kinds=(Kind.INVITATION,)))
    assert decide(after_fraud).action is Action.NONE


def test_a_reschedule_takes_the_new_time_and_the_old_one_is_no_clash() -> None:
    facts = some_facts(
        Kind.RESCHEDULE, profile=FLOOR, slots=(slot(27, 10),), agreed=slot(27, 10, 30), busy=(slot(27, 10, 30),)
    )

    verdict = decide(facts)
    assert (verdict.action, verdict.slot) == (Action.ACCEPT, slot(27, 10))


def test_a_reschedule_of_something_declined_stays_declined() -> None:
    earlier = Earlier(last_action=Action.DECLINE, last_reason=Reason.GOALS)

    assert decide(some_facts(Kind.RESCHEDULE, earlier=earlier)).reason is Reason.GOALS


def test_a_reschedule_to_an_unclear_time_is_asked_about() -> None:
    verdict = decide(some_facts(Kind.RESCHEDULE, ambiguities=(Ambiguity("next Friday", "27 November or 4 December"),)))

    assert (verdict.action, verdict.questions) == (Action.CLARIFY, ("time",))


# ------------------------------------------------------------------------------------------------ times


def test_the_earliest_free_time_is_taken_and_the_next_is_the_fallback() -> None:
    verdict = decide(some_facts(slots=(slot(27, 15), slot(26, 14), slot(25, 9)), busy=(slot(25, 9, 30),)))

    assert (verdict.slot, verdict.fallback) == (slot(26, 14), slot(27, 15))


def test_private_windows_and_interview_hours_are_kept_in_the_users_zone() -> None:
    wishes = profile(
        interview_hours=(window("01234", "09:00", "18:00"),), private_windows=(window("3", "15:00", "16:00"),)
    )
    slots = (
        slot(26, 9, 30, zone=NEW_YORK),  # 15:30 in Berlin: private
        slot(26, 13, zone=NEW_YORK),  # 19:00 in Berlin: after hours
        slot(27, 10, zone=NEW_YORK),  # 16:00 in Berlin
    )
    verdict = decide(some_facts(slots=slots, profile=wishes))

    assert (verdict.slot, verdict.fallback) == (slots[2], None)


def test_a_time_at_night_is_taken_only_where_the_users_hours_say_so() -> None:
    night = some_facts(slots=(slot(26, 20, zone=NEW_YORK),))

    assert decide(night).slot is None
    owl = profile(interview_hours=(window("0123456", "00:00", "05:00"),))
    assert decide(replace(night, profile=owl)).slot == slot(26, 20, zone=NEW_YORK)


def test_a_time_too_soon_to_prepare_is_not_taken() -> None:
    wishes = profile(notice_hours=48)

    assert decide(some_facts(slots=(slot(25, 14), slot(27, 14)), profile=wishes)).slot == slot(27, 14)


def test_a_time_already_past_is_never_accepted() -> None:
    verdict = decide(some_facts(slots=(slot(23, 14), slot(24, 9, 59))))

    assert (verdict.action, verdict.slot, verdict.fallback) == (Action.ACCEPT, None, None)
    assert "offered-times-are-past" in [rule.rule for rule in verdict.rules]


def test_of_a_wide_window_the_free_part_is_taken() -> None:
    verdict = decide(some_facts(slots=(slot(26, 14, minutes=180),), busy=(slot(26, 14, 10, minutes=60),)))

    assert verdict.slot == Slot(at(26, 15, 15), at(26, 17))


def test_a_day_on_site_is_not_a_window_to_choose_from() -> None:
    facts = some_facts(stage=Stage.ONSITE, slots=(slot(26, 9, minutes=360),), busy=(slot(26, 14),))

    assert decide(facts).slot is None


def test_where_all_times_clash_others_are_offered_from_the_users_hours() -> None:
    wishes = profile(interview_hours=OFFICE_HOURS, private_windows=(window("01234", "12:00", "14:00"),))
    verdict = decide(some_facts(slots=(slot(25, 14),), busy=(slot(25, 14), slot(26, 9)), profile=wishes))

    assert (verdict.action, verdict.slot) == (Action.ACCEPT, None)
    assert [(free.starts_at, free.ends_at) for free in verdict.offer] == [
        (at(25, 10), at(25, 12)),
        (at(27, 9), at(27, 12)),
        (datetime(2026, 12, 1, 9, tzinfo=BERLIN), datetime(2026, 12, 1, 12, tzinfo=BERLIN)),
    ]


def test_offered_times_skip_weekends_leave_a_day_of_notice_and_reach_over_a_week() -> None:
    verdict = decide(some_facts(profile=profile(interview_hours=OFFICE_HOURS), now=at(27, 11)))

    assert [free.starts_at.date() for free in verdict.offer] == [
        date(2026, 11, 30),
        date(2026, 12, 2),
        date(2026, 12, 4),
    ]


def test_no_times_are_made_up_where_no_hours_were_written() -> None:
    verdict = decide(some_facts())

    assert (verdict.action, verdict.slot, verdict.offer) == (Action.ACCEPT, None, ())


def test_a_full_week_is_left_alone() -> None:
    wishes = profile(interviews_a_week=1, interview_hours=OFFICE_HOURS)
    facts = some_facts(profile=wishes, slots=(slot(26, 10), Slot(datetime(2026, 12, 1, 10, tzinfo=BERLIN))))

    assert decide(facts).slot == slot(26, 10)
    verdict = decide(replace(facts, interviews=(slot(27, 9),)))
    assert verdict.slot is not None
    assert verdict.slot.starts_at.date() == date(2026, 12, 1)


def test_the_hour_the_clocks_go_back_is_reckoned_in_real_time() -> None:
    night = (window("0123456", "00:00", "04:00"),)
    before = datetime(2026, 10, 20, 12, tzinfo=BERLIN)
    twice = Slot(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN, fold=1))
    busy = (Slot(datetime(2026, 10, 25, 2, 50, tzinfo=BERLIN), datetime(2026, 10, 25, 2, 55, tzinfo=BERLIN)),)
    facts = some_facts(slots=(twice,), profile=profile(interview_hours=night), now=before)

    assert decide(facts).slot == twice
    assert decide(replace(facts, busy=busy)).slot is None


# -------------------------------------------------------------------------------------------- where words do not reach


def test_a_booking_page_is_the_users_to_book() -> None:
    verdict = decide(some_facts(scheduling_url="https://book.example/x", deadline=date(2026, 11, 30)))

    assert verdict.todo is not None
    assert (verdict.todo.what, verdict.todo.url) == ("Book a time on their page.", "https://book.example/x")
    assert verdict.todo.by == date(2026, 11, 30)
    assert verdict.answered_in_words
    assert verdict.offer == ()


@pytest.mark.parametrize(
    ("wishes", "button"),
    [
        (profile(), "Yes"),
        (profile(status=Status.ACCEPTED_OFFER), "No"),
        (FLOOR, "Maybe"),
        (profile(ask_first=(AskFirst("my partner", frozenset({"any"})),)), "Maybe"),
    ],
)
def test_a_calendar_request_is_answered_by_its_buttons(wishes: Profile, button: str) -> None:
    facts = some_facts(
        profile=wishes, organizer=Address("", "cal@northwind.example"), reply_to=None, slots=(slot(26, 10),)
    )
    verdict = decide(facts)

    assert verdict.todo is not None
    assert verdict.todo.what == f"Press {button} in your calendar."
    assert not verdict.answered_in_words


def test_where_nobody_reads_a_reply_the_user_is_told_whom_to_write_to() -> None:
    verdict = decide(some_facts(reply_to=None, profile=FLOOR))

    assert (verdict.action, verdict.answered_in_words) == (Action.CLARIFY, False)
    assert verdict.todo is not None
    assert "write to Dana Whitfield yourself" in verdict.todo.what
    assert "pay" in verdict.todo.what


def test_what_must_be_known_first_is_told_before_the_booking() -> None:
    verdict = decide(
        some_facts(reply_to=None, contact_name=None, profile=FLOOR, scheduling_url="https://book.example/x")
    )

    assert verdict.todo is not None
    assert verdict.todo.what == (
        "Before you book a time on their page, find out what it pays. "
        "Nobody reads replies to this mail: use the contact on their own website."
    )


def test_the_only_link_of_a_test_is_where_to_do_it() -> None:
    one = some_message(links=(Link("Start", "https://test.example/1"), Link("here", "https://test.example/1")))
    two = some_message(links=(Link("Start", "https://test.example/1"), Link("Help", "https://test.example/2")))

    for message, url in ((one, "https://test.example/1"), (two, None)):
        todo = decide(some_facts(Kind.ASSESSMENT, message=message)).todo
        assert todo is not None
        assert todo.url == url


def test_a_test_is_the_users_to_do() -> None:
    verdict = decide(some_facts(Kind.ASSESSMENT, deadline=date(2026, 12, 4)))

    assert verdict.action is Action.ACCEPT
    assert verdict.todo is not None
    assert (verdict.todo.what, verdict.todo.by) == ("Do the test.", date(2026, 12, 4))
    assert verdict.offer == ()


# ------------------------------------------------------------------------------------------------ the promised day


@pytest.mark.parametrize(
    ("now", "hold_days", "matter", "day"),
    [
        (at(24, 10), 3, {}, date(2026, 11, 27)),
        (at(24, 10), 3, {"deadline": date(2026, 11, 26)}, date(2026, 11, 25)),
        (at(24, 10), 3, {"slots": (slot(26, 9),)}, date(2026, 11, 25)),
        (at(26, 10), 3, {}, date(2026, 11, 27)),
        (at(27, 10), 1, {}, date(2026, 11, 30)),
        (at(24, 10), 3, {"deadline": date(2026, 11, 25)}, date(2026, 11, 24)),
        (at(24, 10), 3, {"deadline": date(2026, 11, 1)}, date(2026, 11, 27)),
        (at(24, 10), 3, {"slots": (slot(25, 9), slot(27, 9))}, date(2026, 11, 26)),
    ],
)
def test_an_answer_is_promised_for_a_working_day_before_it_is_too_late(
    now: datetime, hold_days: int, matter: dict[str, object], day: date
) -> None:
    wishes = profile(ask_first=(AskFirst("my partner", frozenset({"any"})),), hold_days=hold_days)

    assert decide(some_facts(profile=wishes, now=now, **matter)).hold_until == day


# ------------------------------------------------------------------------------------------------ what always holds


def test_the_profile_digest_is_the_same_in_every_process_and_differs_with_the_profile() -> None:
    code = (
        "from tests.core.some import *; from agent.core.decide import decide; from agent.core.model import WorkMode;"
        "from tests.core.test_decide_rules import profile;"
        "print(decide(some_facts(profile=profile(work_modes=frozenset(WorkMode)))).profile_digest)"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(runs) == 1
    assert decide(some_facts()).profile_digest != decide(some_facts(profile=FLOOR)).profile_digest


def test_each_lens_is_scored_and_explained() -> None:
    verdict = decide(some_facts(profile=profile(roles_wanted=("data engineer",)), work_mode=WorkMode.REMOTE))
    scores = {score.lens: score for score in verdict.lenses}

    assert set(scores) == set(Lens)
    assert scores[Lens.CAREER].score == 0.5
    assert scores[Lens.CAREER].why == ("'data engineer' is a role you want.",)


_moments = st.datetimes(timezones=st.sampled_from([UTC, BERLIN, NEW_YORK, timezone(timedelta(hours=-12))]))
_near = st.integers(-100, 400).map(lambda hours: NOW + timedelta(hours=hours))
_slots = st.lists(st.builds(Slot, st.one_of(_near, _moments), st.one_of(st.none(), _near, _moments)), max_size=4).map(
    tuple
)
_words = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(["Data Engineer", "Northwind"]))


@st.composite
def _any_facts(draw: st.DrawFn) -> Facts:
    names = st.lists(st.text(max_size=12), max_size=2).map(tuple)
    wishes = Profile(
        name=draw(st.sampled_from(["", "Robin Hale"])),
        zone=draw(st.sampled_from(["Europe/Berlin", "Nowhere/Atall", ""])),
        status=draw(st.sampled_from(Status)),
        roles_wanted=draw(names),
        fields_avoided=draw(names),
        keep_warm=draw(names),
        commute_places=draw(names),
        pay_floor=draw(st.sampled_from([None, pay(80_000, None)])),
        relocation=draw(st.sampled_from([None, *Moving])),
        work_permits=draw(st.sampled_from([(), ("DE",)])),
        needs_sponsorship_elsewhere=draw(st.sampled_from([None, True, False])),
        interview_hours=draw(st.sampled_from([(), OFFICE_HOURS])),
        interviews_a_week=draw(st.sampled_from([None, 1])),
        practice_wanted=draw(st.booleans()),
        hold_days=draw(st.integers(1, 30)),
    )
    return some_facts(
        draw(st.sampled_from(Kind)),
        draw(st.sampled_from([None, *Stage])),
        subkind=draw(st.sampled_from([None, *Subkind])),
        profile=wishes,
        text=draw(st.text(max_size=60)),
        busy=draw(_slots),
        earlier=Earlier(last_action=draw(st.sampled_from([None, *Action])), declined_again=draw(st.booleans())),
        company=draw(_words),
        role=draw(_words),
        slots=draw(_slots),
        place=draw(_words),
        country=draw(st.sampled_from([None, "DE", "US"])),
        deadline=draw(st.one_of(st.none(), st.dates())),
        reply_to=draw(st.sampled_from([None, "dana@northwind.example"])),
        scheduling_url=draw(st.sampled_from([None, "https://book.example"])),
        sponsorship=draw(st.sampled_from([None, *Sponsorship])),
        work_mode=draw(st.sampled_from([None, *WorkMode])),
        flags=draw(st.sampled_from([(), ("scam.fee",), ("red_flag.x",)])),
    )


@given(facts=_any_facts())
@settings(max_examples=100, deadline=None)
def test_whatever_the_facts_a_verdict_is_whole(facts: Facts) -> None:
    verdict = decide(facts)

    assert verdict == decide(facts)
    assert verdict.rules
    assert 0 <= verdict.confidence <= 1
    assert all(-1 <= score.score <= 1 for score in verdict.lenses)
    assert (verdict.runner_up is not None) is (facts.kind in ANSWERABLE)
    assert verdict.runner_up is None or verdict.runner_up.action is not verdict.action
    assert bool(verdict.questions) is (verdict.action is Action.CLARIFY)
    assert (verdict.hold_until is not None) is (verdict.action is Action.HOLD)
    assert verdict.hold_until is None or verdict.hold_until >= facts.today
    for taken in (verdict.slot, verdict.fallback):
        assert taken is None or (verdict.action is Action.ACCEPT and taken.starts_at > facts.now)
    assert "scam.fee" not in facts.matter.flags or verdict.action is Action.NONE
    assert not verdict.answered_in_words or facts.matter.reply_to is not None


def test_a_huge_mail_is_weighed_within_a_second() -> None:
    wishes = profile(fields_avoided=tuple(f"gambling number {number}" for number in range(50)), goals=("gambling",))

    def seconds(words: int) -> float:
        began = perf_counter()
        decide(some_facts(text="gambling number " * words, profile=wishes))
        return perf_counter() - began

    assert min(seconds(20_000) for _ in range(3)) < 1.0
