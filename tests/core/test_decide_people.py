"""Four people and the mail they get: an employed senior engineer, an active seeker, someone who needs sponsorship, and
a parent with fixed hours. Each scenario is what that person would say is the right answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from agent.core.decide import decide
from agent.core.model import (
    Action,
    Address,
    Alternative,
    Ambiguity,
    Earlier,
    Kind,
    Pull,
    Reason,
    Relocation,
    Slot,
    Sponsorship,
    Stage,
    Subkind,
    Verdict,
    WorkMode,
)
from agent.core.profile import AskFirst, CompanyNote, Moving, Profile, Status
from tests.core.some import BERLIN, NEW_YORK, at, pay, slot, some_facts, some_matter, window

IRIS = Profile(
    name="Iris Falk",
    zone="Europe/Berlin",
    status=Status.QUIET,
    roles_wanted=("staff engineer", "principal engineer"),
    roles_avoided=("manager",),
    fields_avoided=("gambling", "weapons"),
    doors=("energy grid",),
    keep_warm=("Lena Ortiz",),
    pay_floor=pay(110_000, None),
    work_modes=frozenset({WorkMode.REMOTE, WorkMode.HYBRID}),
    home="Berlin",
    commute_places=("Berlin",),
    relocation=Moving.NO,
)
"""Employed, senior, content, and written to by four recruiters a week."""

TOMAS = Profile(
    name="Tomás Vidal",
    zone="Europe/Madrid",
    status=Status.OPEN,
    roles_wanted=("data analyst", "analytics engineer"),
    goals=("move from reporting into analytics engineering",),
    interview_hours=(window("01234", "08:00", "19:00"),),
)
"""Looking since September, glad of every conversation."""

AMARA = Profile(
    name="Amara Nwosu",
    zone="Africa/Lagos",
    home="Lagos",
    home_country="NG",
    roles_wanted=("backend developer",),
    work_permits=("NG",),
    needs_sponsorship_elsewhere=True,
    relocation=Moving.THERE,
    relocation_places=("Germany", "Netherlands", "DE", "NL"),
)
"""Abroad, ready to move to two countries, and bound to a work permit."""

JONAS = Profile(
    name="Jonas Beck",
    zone="Europe/Berlin",
    roles_wanted=("product designer",),
    commute_places=("Leipzig",),
    interview_hours=(window("01234", "09:00", "14:30"),),
    private_windows=(window("2", "09:00", "12:00"),),
    notice_hours=24,
    ask_first=(AskFirst("my wife", frozenset({"onsite", "relocation"})),),
    hold_days=3,
)
"""A parent: mornings until school is out, Wednesdays not before noon, and no day away unasked."""


def answer(profile: Profile, kind: Kind = Kind.INVITATION, stage: Stage | None = None, **facts: object) -> Verdict:
    return decide(some_facts(kind, stage, profile=profile, **facts))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ Iris


def test_iris_asks_a_faceless_recruiter_which_job_it_is_then_what_it_pays() -> None:
    verdict = answer(IRIS, Kind.OUTREACH, agency=True, company=None, role=None)

    assert verdict.action is Action.CLARIFY
    assert verdict.questions == ("company", "role", "pay")


def test_iris_declines_another_management_role() -> None:
    verdict = answer(IRIS, Kind.OUTREACH, role="Senior Engineering Manager")

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.ROLE_MISMATCH)


def test_iris_declines_a_field_she_keeps_out_of() -> None:
    verdict = answer(IRIS, Kind.OUTREACH, role="Staff Engineer", text="We run gambling platforms.")

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.GOALS)
    assert verdict.rules[0].quote == "gambling"


def test_iris_declines_what_pays_less_and_the_floor_stays_hers() -> None:
    verdict = answer(
        IRIS, Kind.OUTREACH, role="Staff Engineer", pay=pay(80_000, 95_000), work_mode=WorkMode.REMOTE,
        quotes={"pay": "80 to 95k"},
    )  # fmt: skip

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.PAY)
    assert verdict.rules[0].quote == "80 to 95k"
    assert not any("110" in rule.because for rule in verdict.rules)


def test_iris_talks_where_everything_fits() -> None:
    verdict = answer(
        IRIS, Kind.OUTREACH, role="Principal Engineer", pay=pay(120_000, 140_000), work_mode=WorkMode.REMOTE
    )  # fmt: skip

    assert verdict.action is Action.ACCEPT


def test_iris_does_not_go_to_munich() -> None:
    verdict = answer(
        IRIS, Kind.OUTREACH, role="Staff Engineer", pay=pay(120_000, None), work_mode=WorkMode.HYBRID, place="Munich"
    )  # fmt: skip

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.RELOCATION)


def test_iris_asks_only_for_the_work_mode_where_that_alone_decides() -> None:
    verdict = answer(IRIS, Kind.OUTREACH, role="Staff Engineer", pay=pay(120_000, None), place="Munich")

    assert (verdict.action, verdict.questions) == (Action.CLARIFY, ("work_mode",))


def test_iris_hears_out_the_field_she_is_curious_about() -> None:
    verdict = answer(
        IRIS, Kind.OUTREACH, role="Control Systems Engineer", text="We balance the energy grid.",
        pay=pay(115_000, None), work_mode=WorkMode.REMOTE,
    )  # fmt: skip

    assert verdict.action is Action.ACCEPT
    anyway = next(rule for rule in verdict.rules if rule.pull is Pull.ANYWAY)
    assert anyway.rule == "door-to-a-new-field"
    assert "overrules the career lens" in anyway.because


def test_iris_talks_to_an_old_colleague_whatever_the_role() -> None:
    verdict = answer(
        IRIS, Kind.OUTREACH, role="Solutions Engineer", contact_name="Lena Ortiz", pay=pay(120_000, None),
        work_mode=WorkMode.HYBRID, place="Berlin",
    )  # fmt: skip

    assert verdict.action is Action.ACCEPT


def test_iris_answers_why_with_the_reason_she_gave() -> None:
    earlier = Earlier(last_action=Action.DECLINE, last_reason=Reason.ROLE_MISMATCH)
    verdict = answer(IRIS, Kind.FOLLOWUP, subkind=Subkind.REASON_REQUEST, earlier=earlier)

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.ROLE_MISMATCH)


def test_iris_thinks_again_when_the_pay_is_raised_over_her_floor() -> None:
    earlier = Earlier(last_action=Action.DECLINE, last_reason=Reason.PAY)
    verdict = answer(
        IRIS, Kind.FOLLOWUP, subkind=Subkind.RENEGOTIATION, earlier=earlier, pay=pay(115_000, 125_000),
        work_mode=WorkMode.REMOTE,
    )  # fmt: skip

    assert verdict.action is Action.HOLD
    assert verdict.hold_until == date(2026, 11, 27)
    assert verdict.rules[0].rule == "terms-are-better"


def test_iris_stays_and_says_so_once_her_own_role_improved() -> None:
    happy = replace(IRIS, status=Status.IMPROVED_CURRENT_ROLE)
    verdict = answer(happy, Kind.OUTREACH, role="Principal Engineer", pay=pay(200_000, None))

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.IMPROVED_CURRENT_ROLE)


# ------------------------------------------------------------------------------------------------ Tomás


def test_tomas_takes_the_first_free_time_of_a_screen() -> None:
    slots = (slot(26, 10), slot(25, 12), slot(25, 16))
    verdict = answer(TOMAS, stage=Stage.SCREEN, role="Data Analyst", slots=slots, busy=(slot(25, 12),))

    assert (verdict.action, verdict.slot, verdict.fallback) == (Action.ACCEPT, slot(25, 16), slot(26, 10))


def test_tomas_offers_times_where_his_are_asked_for() -> None:
    verdict = answer(TOMAS, stage=Stage.HIRING_MANAGER, role="Analytics Engineer")

    assert verdict.action is Action.ACCEPT
    assert [free.starts_at.date() for free in verdict.offer] == [
        date(2026, 11, 25),
        date(2026, 11, 27),
        date(2026, 12, 1),
    ]


def test_tomas_books_on_the_page_he_is_sent() -> None:
    verdict = answer(TOMAS, stage=Stage.SCREEN, scheduling_url="https://book.example/tomas", reply_to=None)

    assert verdict.action is Action.ACCEPT
    assert not verdict.answered_in_words
    assert verdict.todo is not None
    assert verdict.todo.url == "https://book.example/tomas"


def test_tomas_takes_the_test_and_knows_when_it_is_due() -> None:
    verdict = answer(TOMAS, Kind.ASSESSMENT, role="Data Analyst", deadline=date(2026, 12, 1))

    assert verdict.action is Action.ACCEPT
    assert verdict.todo is not None
    assert verdict.todo.by == date(2026, 12, 1)


def test_tomas_takes_a_short_call_though_the_title_is_another() -> None:
    verdict = answer(TOMAS, stage=Stage.SCREEN, role="Business Controller", slots=(slot(26, 10, minutes=20),))

    assert verdict.action is Action.ACCEPT
    assert verdict.runner_up == Alternative(Action.DECLINE, Reason.ROLE_MISMATCH)


def test_tomas_asks_which_day_is_meant() -> None:
    verdict = answer(TOMAS, role="Data Analyst", ambiguities=(Ambiguity("03/04", "3 April or 4 March"),))

    assert (verdict.action, verdict.questions) == (Action.CLARIFY, ("time",))


def test_tomas_welcomes_an_approach_that_fits() -> None:
    assert answer(TOMAS, Kind.OUTREACH, role="Senior Data Analyst").action is Action.ACCEPT


def test_tomas_pays_no_deposit() -> None:
    verdict = answer(TOMAS, Kind.OFFER, flags=("scam.advance_payment",))

    assert (verdict.action, verdict.answered_in_words) == (Action.NONE, False)


def test_tomas_withdraws_from_everything_once_he_has_signed() -> None:
    signed = replace(TOMAS, status=Status.ACCEPTED_OFFER)

    assert answer(signed, Kind.RESCHEDULE, slots=(slot(26, 10),)).reason is Reason.ACCEPTED_OFFER
    assert answer(signed, role="Data Analyst", slots=(slot(26, 10),)).action is Action.DECLINE


def test_tomas_avoids_two_bad_signs_at_once() -> None:
    wary = replace(TOMAS, company_notes=(CompanyNote("Northwind", "bad", "unpaid overtime", "press"),))
    one, two = ({"role": "Data Analyst", "flags": flags} for flags in ((), ("red_flag.long_task",)))

    assert answer(wary, Kind.ASSESSMENT, **one).action is Action.HOLD
    assert answer(wary, Kind.ASSESSMENT, **two).action is Action.DECLINE
    assert answer(wary, Kind.ASSESSMENT, **two).reason is Reason.NONE


# ------------------------------------------------------------------------------------------------ Amara


def test_amara_asks_about_a_permit_before_the_first_round() -> None:
    verdict = answer(AMARA, role="Backend Developer", place="Berlin", country="DE", slots=(slot(26, 10),))

    assert (verdict.action, verdict.questions) == (Action.CLARIFY, ("sponsorship",))
    assert verdict.slot is None
    assert verdict.runner_up == Alternative(Action.ACCEPT)


def test_amara_goes_where_a_permit_is_sponsored() -> None:
    verdict = answer(
        AMARA, role="Backend Developer", place="Berlin, Germany", country="DE", sponsorship=Sponsorship.OFFERED,
        relocation=Relocation.REQUIRED, slots=(slot(26, 10),),
    )  # fmt: skip

    assert (verdict.action, verdict.slot) == (Action.ACCEPT, slot(26, 10))


def test_amara_declines_where_none_is_given() -> None:
    verdict = answer(
        AMARA, role="Backend Developer", place="Utrecht", country="NL", sponsorship=Sponsorship.REFUSED,
        quotes={"sponsorship": "must already hold the right to work"},
    )  # fmt: skip

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.SPONSORSHIP)
    assert verdict.rules[0].quote == "must already hold the right to work"


def test_amara_needs_no_permit_at_home() -> None:
    assert answer(AMARA, role="Backend Developer", place="Lagos", country="NG").action is Action.ACCEPT


def test_amara_does_not_move_to_a_country_she_did_not_name() -> None:
    verdict = answer(
        AMARA, role="Backend Developer", place="Oslo, Norway", country="NO", sponsorship=Sponsorship.OFFERED,
        relocation=Relocation.REQUIRED,
    )  # fmt: skip

    assert (verdict.action, verdict.reason) == (Action.DECLINE, Reason.RELOCATION)


def test_amara_works_remotely_from_home_without_asking() -> None:
    assert answer(AMARA, role="Backend Developer", work_mode=WorkMode.REMOTE).action is Action.ACCEPT


def test_amara_is_told_when_terms_for_a_permit_change() -> None:
    earlier = Earlier(last_action=Action.DECLINE, last_reason=Reason.SPONSORSHIP)
    verdict = answer(
        AMARA, Kind.FOLLOWUP, subkind=Subkind.RENEGOTIATION, earlier=earlier, country="DE",
        sponsorship=Sponsorship.OFFERED,
    )  # fmt: skip

    assert verdict.action is Action.HOLD


# ------------------------------------------------------------------------------------------------ Jonas


def test_jonas_takes_the_one_time_before_school_is_out() -> None:
    slots = (slot(25, 10), slot(26, 14, 15, minutes=30), slot(26, 11), slot(27, 15))
    verdict = answer(JONAS, role="Product Designer", place="Leipzig", slots=slots)

    assert (verdict.action, verdict.slot, verdict.fallback) == (Action.ACCEPT, slot(26, 11), None)


def test_jonas_takes_the_free_part_of_an_afternoon() -> None:
    verdict = answer(JONAS, role="Product Designer", place="Leipzig", slots=(slot(26, 13, minutes=240),))

    assert verdict.slot == Slot(at(26, 13), at(26, 14, 30))


def test_jonas_proposes_mornings_where_only_evenings_are_offered() -> None:
    verdict = answer(
        JONAS, role="Product Designer", place="Leipzig",
        slots=(slot(26, 14, zone=NEW_YORK), slot(27, 15, zone=NEW_YORK)),
    )  # fmt: skip

    assert (verdict.action, verdict.slot) == (Action.ACCEPT, None)
    assert [(free.starts_at, free.ends_at) for free in verdict.offer] == [
        (at(25, 12), at(25, 14, 30)),
        (at(27, 9), at(27, 14, 30)),
        (datetime(2026, 12, 1, 9, tzinfo=BERLIN), datetime(2026, 12, 1, 14, 30, tzinfo=BERLIN)),
    ]


def test_jonas_asks_at_home_before_a_day_on_site_and_nobody_is_told_whom() -> None:
    verdict = answer(
        JONAS, stage=Stage.ONSITE, role="Product Designer", place="Leipzig", deadline=date(2026, 11, 27),
        slots=(slot(30, 9, minutes=300),),
    )  # fmt: skip

    assert (verdict.action, verdict.hold_until) == (Action.HOLD, date(2026, 11, 26))
    assert verdict.runner_up == Alternative(Action.ACCEPT)


def test_jonas_asks_where_the_work_is_before_anything() -> None:
    assert answer(JONAS, stage=Stage.SCREEN, role="Product Designer").questions == ("place",)


def test_jonas_presses_maybe_while_he_asks() -> None:
    verdict = answer(
        JONAS, stage=Stage.ONSITE, role="Product Designer", place="Leipzig", slots=(slot(30, 9, minutes=300),),
        organizer=Address("", "dana@northwind.example"),
    )  # fmt: skip

    assert verdict.action is Action.HOLD
    assert verdict.todo is not None
    assert verdict.todo.what == "Press Maybe in your calendar."
    assert verdict.answered_in_words


def test_jonas_moves_an_interview_to_a_morning() -> None:
    verdict = answer(
        JONAS, Kind.RESCHEDULE, agreed=slot(26, 9), slots=(slot(26, 16), slot(27, 9, 30)), busy=(slot(26, 9),)
    )  # fmt: skip

    assert (verdict.action, verdict.slot) == (Action.ACCEPT, slot(27, 9, 30))


def test_jonas_says_thank_you_when_it_is_called_off() -> None:
    assert answer(JONAS, Kind.CANCELLATION).action is Action.ACKNOWLEDGE


# ------------------------------------------------------------------------------------------- who wrote nothing down


def test_who_wrote_nothing_down_still_gets_a_sensible_answer() -> None:
    nobody = Profile()

    assert answer(nobody, slots=(slot(26, 10),)).slot == slot(26, 10)
    assert answer(nobody, Kind.OUTREACH, company=None, role=None).questions == ("company", "role", "pay")
    assert answer(nobody, Kind.OUTREACH, pay=pay(1, 2), place="Berlin").action is Action.HOLD
    assert answer(nobody, Kind.REJECTION).action is Action.NONE


def test_the_words_of_the_mail_stand_behind_what_is_decided() -> None:
    facts = some_facts(profile=AMARA, sponsorship=Sponsorship.REFUSED, country="DE")
    quoting = replace(
        facts, matter=some_matter(sponsorship=Sponsorship.REFUSED, country="DE", quotes={"sponsorship": "no visas"})
    )

    assert decide(quoting).rules[0].quote == "no visas"
