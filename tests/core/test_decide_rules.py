"""Every rule of the four lenses: the facts on which it fires, those on which it is silent, and the words it quotes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.core.decide import Facts, career, logistics, reputation, resources
from agent.core.model import (
    Action,
    Ambiguity,
    Earlier,
    Fired,
    Kind,
    Lens,
    Period,
    Pull,
    Reason,
    Relocation,
    Sponsorship,
    Stage,
    WorkMode,
)
from agent.core.profile import AskFirst, CompanyNote, Moving, Profile, Status
from tests.core.some import NOW, OFFICE_HOURS, pay, slot, some_facts, some_message

Rule = Callable[[Facts], Fired | None]

ROBIN = {"name": "Robin Hale", "zone": "Europe/Berlin"}


def profile(**wishes: object) -> Profile:
    return Profile(**ROBIN | wishes)  # type: ignore[arg-type]


def fires(rule: Rule, facts: Facts) -> Fired:
    fired = rule(facts)
    assert fired is not None, f"{rule.__name__} is silent"
    return fired


# ------------------------------------------------------------------------------------------------ career


def test_an_offer_accepted_elsewhere_breaks_every_deal() -> None:
    facts = some_facts(profile=profile(status=Status.ACCEPTED_OFFER))

    assert fires(career.accepted_another_offer, facts).reason is Reason.ACCEPTED_OFFER
    assert career.accepted_another_offer(some_facts()) is None


def test_an_improved_current_role_breaks_every_deal() -> None:
    facts = some_facts(profile=profile(status=Status.IMPROVED_CURRENT_ROLE))

    assert fires(career.current_role_improved, facts).reason is Reason.IMPROVED_CURRENT_ROLE
    assert career.current_role_improved(some_facts()) is None


def test_an_avoided_role_is_known_by_the_words_of_the_title() -> None:
    wishes = profile(roles_avoided=("engineering manager",))

    fired = fires(career.role_avoided, some_facts(profile=wishes, role="Manager, Platform Engineering Manager"))
    assert (fired.pull, fired.reason) == (Pull.DEAL_BREAKER, Reason.ROLE_MISMATCH)
    assert career.role_avoided(some_facts(profile=wishes, role="Engineering Lead")) is None
    assert career.role_avoided(some_facts(profile=wishes, role=None)) is None


def test_an_avoided_field_is_quoted_as_the_mail_writes_it() -> None:
    wishes = profile(fields_avoided=("online gambling",))

    fired = fires(career.field_avoided, some_facts(profile=wishes, text="We lead Online-Gambling in Europe."))
    assert (fired.pull, fired.reason, fired.quote) == (Pull.DEAL_BREAKER, Reason.GOALS, "Online-Gambling")
    assert career.field_avoided(some_facts(profile=wishes, text="We lead online retail.")) is None


def test_an_avoided_company_is_declined_without_a_reason() -> None:
    wishes = profile(companies_avoided=("Northwind",))

    fired = fires(career.company_avoided, some_facts(profile=wishes, company="Northwind Labs GmbH"))
    assert (fired.pull, fired.reason) == (Pull.DEAL_BREAKER, Reason.NONE)
    assert career.company_avoided(some_facts(profile=wishes, company="Southwind Labs")) is None


@pytest.mark.parametrize(
    ("floor", "stated", "below"),
    [
        (pay(80_000, None), pay(60_000, 70_000), True),
        (pay(80_000, None), pay(60_000, 80_000), False),
        (pay(80_000, None), pay(60_000, None), False),
        (pay(80_000, None), pay(60_000, 70_000, "USD"), False),
        (pay(7_000, None, period=Period.MONTH), pay(60_000, 70_000), True),
        (pay(80_000, None), pay(35, 38, period=Period.HOUR), True),
        (pay(80_000, None), pay(40, 45, period=Period.HOUR), False),
    ],
)
def test_pay_is_below_the_floor_only_where_its_most_is(floor, stated, below) -> None:  # type: ignore[no-untyped-def]
    facts = some_facts(profile=profile(pay_floor=floor), pay=stated, quotes={"pay": "the stated words"})
    fired = career.pay_below_floor(facts)

    assert (fired is not None) is below
    assert fired is None or (fired.reason, fired.quote) == (Reason.PAY, "the stated words")


def test_unsaid_pay_is_asked_for_where_there_is_a_floor() -> None:
    wishes = profile(pay_floor=pay(80_000, None))

    assert fires(career.pay_unsaid, some_facts(profile=wishes)).question == "pay"
    assert fires(career.pay_unsaid, some_facts(profile=wishes, pay=pay(60_000, None))).question == "pay"
    assert career.pay_unsaid(some_facts(profile=wishes, pay=pay(60_000, 90_000))) is None
    assert career.pay_unsaid(some_facts(profile=wishes, pay=pay(None, 50_000, "USD"))) is None
    assert career.pay_unsaid(some_facts()) is None


def test_terms_are_not_asked_about_in_a_chat_a_reschedule_or_after_a_yes() -> None:
    wishes = profile(pay_floor=pay(80_000, None))

    assert career.pay_unsaid(some_facts(stage=Stage.INFORMATIONAL, profile=wishes)) is None
    assert career.pay_unsaid(some_facts(Kind.RESCHEDULE, profile=wishes)) is None
    assert career.pay_unsaid(some_facts(profile=wishes, earlier=Earlier(last_action=Action.ACCEPT))) is None


def test_pay_in_another_currency_is_left_to_the_user() -> None:
    wishes = profile(pay_floor=pay(80_000, None))

    assert fires(career.pay_in_other_currency, some_facts(profile=wishes, pay=pay(1, 2, "USD"))).pull is Pull.NOTE
    assert career.pay_in_other_currency(some_facts(profile=wishes, pay=pay(1, 2))) is None


def test_pay_that_reaches_the_floor_speaks_for_it() -> None:
    wishes = profile(pay_floor=pay(80_000, None))

    assert fires(career.pay_reaches_floor, some_facts(profile=wishes, pay=pay(70_000, 90_000))).weight > 0
    assert career.pay_reaches_floor(some_facts(profile=wishes, pay=pay(70_000, 75_000))) is None


def test_a_hidden_employer_is_asked_for() -> None:
    assert fires(career.employer_unsaid, some_facts(Kind.OUTREACH, company=None)).question == "company"
    assert fires(career.employer_unsaid, some_facts(agency=True, company=None)).question == "company"
    assert career.employer_unsaid(some_facts(company=None)) is None
    assert career.employer_unsaid(some_facts(Kind.OUTREACH)) is None


def test_an_approach_without_a_role_is_asked_for_it() -> None:
    assert fires(career.role_unsaid, some_facts(Kind.OUTREACH, role=None)).question == "role"
    assert career.role_unsaid(some_facts(role=None)) is None


def test_a_vague_approach_is_asked_about_pay_and_place_unless_something_speaks_for_it() -> None:
    vague = some_facts(Kind.OUTREACH)

    assert fires(career.approach_is_vague, vague).question == "pay"
    assert fires(career.approach_gives_no_place, vague).question == "place"
    assert career.approach_is_vague(some_facts(Kind.OUTREACH, place="Berlin")) is None
    assert career.approach_gives_no_place(some_facts(Kind.OUTREACH, place="Berlin")) is None
    assert career.approach_is_vague(some_facts(Kind.OUTREACH, profile=profile(roles_wanted=("data engineer",)))) is None


def test_a_wanted_role_speaks_for_it_and_another_against() -> None:
    wishes = profile(roles_wanted=("data engineer", "analytics engineer"))
    fits, differs = some_facts(profile=wishes, role="Senior Data Engineer"), some_facts(profile=wishes, role="Driver")

    assert fires(career.role_wanted, fits).pull is Pull.YES
    assert career.role_not_wanted(fits) is None
    assert fires(career.role_not_wanted, differs).reason is Reason.ROLE_MISMATCH
    assert career.role_wanted(differs) is None
    assert career.role_not_wanted(some_facts(profile=wishes, role=None)) is None


def test_a_title_at_none_of_the_levels_wanted_speaks_against_it() -> None:
    wishes = profile(levels=("staff", "principal"))

    fired = fires(career.level_not_wanted, some_facts(role="Junior Platform Engineer", profile=wishes))
    assert (fired.pull, fired.reason) == (Pull.NO, Reason.ROLE_MISMATCH)
    assert fired.because == "'junior' is none of the levels you want (staff, principal)."
    assert career.level_not_wanted(some_facts(role="Senior Staff Engineer", profile=wishes)) is None
    assert career.level_not_wanted(some_facts(role="Platform Engineer", profile=wishes)) is None
    assert career.level_not_wanted(some_facts(role="Junior Platform Engineer")) is None


def test_who_is_not_looking_passes_on_a_clear_approach_that_nothing_speaks_for() -> None:
    quiet = profile(status=Status.QUIET, fields_preferred=("energy",))

    fired = fires(career.quiet_and_unmoved, some_facts(Kind.OUTREACH, profile=quiet))
    assert (fired.pull, fired.reason) == (Pull.NO, Reason.TIMING)
    assert career.quiet_and_unmoved(some_facts(Kind.OUTREACH, profile=quiet, text="We work in energy.")) is None
    assert career.quiet_and_unmoved(some_facts(Kind.OUTREACH, profile=quiet, role=None)) is None
    assert career.quiet_and_unmoved(some_facts(Kind.INVITATION, profile=quiet)) is None
    assert career.quiet_and_unmoved(some_facts(Kind.OUTREACH)) is None


def test_a_wanted_level_speaks_for_it() -> None:
    wishes = profile(levels=("staff",))

    assert fires(career.level_wanted, some_facts(profile=wishes, role="Staff Engineer")).pull is Pull.YES
    assert career.level_wanted(some_facts(profile=wishes)) is None


def test_a_preferred_field_speaks_for_it() -> None:
    wishes = profile(fields_preferred=("énergie",))

    assert fires(career.field_preferred, some_facts(profile=wishes, text="We do ENERGIE work.")).quote == "ENERGIE"
    assert career.field_preferred(some_facts(profile=wishes)) is None


def test_a_goal_is_touched_by_its_telling_words() -> None:
    wishes = profile(goals=("lead a platform team in climate tech",))

    fired = fires(career.goal_touched, some_facts(profile=wishes, text="Our platform measures climate risk."))
    assert fired.quote == "platform, climate"
    assert career.goal_touched(some_facts(profile=wishes, text="Our platform sells shoes.")) is None


def test_a_preferred_company_speaks_for_it() -> None:
    wishes = profile(companies_preferred=("Northwind Labs",))

    assert fires(career.company_preferred, some_facts(profile=wishes)).pull is Pull.YES
    assert career.company_preferred(some_facts(profile=wishes, company=None)) is None


@pytest.mark.parametrize(
    ("verdict", "rule", "pull"),
    [
        ("good", career.company_noted_good, Pull.YES),
        ("bad", career.company_noted_bad, Pull.NO),
        ("mixed", career.company_noted_mixed, Pull.NOTE),
    ],
)
def test_the_users_own_note_on_a_company_counts_and_is_quoted(verdict: str, rule: Rule, pull: Pull) -> None:
    wishes = profile(company_notes=(CompanyNote("Northwind", verdict, "quarterly layoffs", "a former colleague"),))

    fired = fires(rule, some_facts(profile=wishes))
    assert fired.pull is pull
    assert fired.because == "Your note on Northwind: quarterly layoffs (a former colleague)."
    assert rule(some_facts(profile=wishes, company="Other")) is None


def test_a_door_to_a_new_field_is_a_reason_to_talk_anyway() -> None:
    wishes = profile(doors=("robotics",))

    assert fires(career.door_to_a_new_field, some_facts(profile=wishes, text="We build robotics.")).pull is Pull.ANYWAY
    assert career.door_to_a_new_field(some_facts(profile=wishes)) is None


# ------------------------------------------------------------------------------------------------ logistics


def abroad(**wishes: object) -> Profile:
    return profile(work_permits=("IN",), needs_sponsorship_elsewhere=True, **wishes)


def test_refused_sponsorship_breaks_the_deal_of_who_needs_it() -> None:
    refused = {"sponsorship": Sponsorship.REFUSED, "quotes": {"sponsorship": "we cannot sponsor visas"}}

    fired = fires(logistics.sponsorship_refused, some_facts(profile=abroad(), country="DE", **refused))
    assert (fired.pull, fired.reason, fired.quote) == (
        Pull.DEAL_BREAKER,
        Reason.SPONSORSHIP,
        "we cannot sponsor visas",
    )
    assert logistics.sponsorship_refused(some_facts(profile=abroad(), country="IN", **refused)) is None
    assert logistics.sponsorship_refused(some_facts(country="DE", **refused)) is None


def test_silence_on_sponsorship_is_asked_about() -> None:
    assert fires(logistics.sponsorship_unsaid, some_facts(profile=abroad(), country="DE")).question == "sponsorship"
    assert fires(logistics.sponsorship_unsaid, some_facts(profile=abroad())).question == "sponsorship"
    assert logistics.sponsorship_unsaid(some_facts(profile=abroad(), country="IN")) is None
    assert logistics.sponsorship_unsaid(some_facts(profile=abroad(), work_mode=WorkMode.REMOTE)) is None
    assert logistics.sponsorship_unsaid(some_facts()) is None


def test_a_right_to_work_demanded_nobody_knows_where_is_asked_about() -> None:
    refused = some_facts(profile=abroad(), sponsorship=Sponsorship.REFUSED)

    assert fires(logistics.sponsorship_refused_somewhere, refused).question == "place"
    known = some_facts(profile=abroad(), sponsorship=Sponsorship.REFUSED, country="DE")
    assert logistics.sponsorship_refused_somewhere(known) is None


def test_offered_sponsorship_speaks_for_it() -> None:
    facts = some_facts(profile=abroad(), country="DE", sponsorship=Sponsorship.OFFERED)

    assert fires(logistics.sponsorship_offered, facts).pull is Pull.YES
    assert logistics.sponsorship_offered(some_facts(sponsorship=Sponsorship.OFFERED, country="DE")) is None


def test_a_work_mode_counts_as_the_user_wrote_it() -> None:
    wishes = profile(work_modes=frozenset({WorkMode.REMOTE}))
    onsite, remote = some_facts(profile=wishes, work_mode=WorkMode.ONSITE), some_facts(
        profile=wishes, work_mode=WorkMode.REMOTE
    )  # fmt: skip

    assert fires(logistics.work_mode_unwanted, onsite).reason is Reason.LOGISTICS
    assert logistics.work_mode_unwanted(remote) is None
    assert fires(logistics.work_mode_wanted, remote).pull is Pull.YES
    assert logistics.work_mode_wanted(onsite) is None


def test_an_unsaid_work_mode_is_asked_for_where_the_deal_hangs_on_it() -> None:
    remote_only = profile(work_modes=frozenset({WorkMode.REMOTE}))
    settled = profile(commute_places=("Berlin",), relocation=Moving.NO)

    assert fires(logistics.work_mode_unsaid, some_facts(profile=remote_only)).question == "work_mode"
    assert fires(logistics.work_mode_unsaid, some_facts(profile=settled, place="Munich")).question == "work_mode"
    assert logistics.work_mode_unsaid(some_facts(profile=settled, place="Berlin, Germany")) is None
    assert logistics.work_mode_unsaid(some_facts(profile=profile(work_modes=frozenset(WorkMode)))) is None
    assert logistics.work_mode_unsaid(some_facts()) is None


def test_a_demanded_move_is_declined_weighed_or_welcome() -> None:
    demanded = {"relocation": Relocation.REQUIRED, "place": "Lisbon, Portugal", "country": "PT"}
    stays, goes = profile(relocation=Moving.NO), profile(relocation=Moving.THERE, relocation_places=("Portugal",))
    elsewhere = profile(relocation=Moving.THERE, relocation_places=("Spain",))

    assert fires(logistics.relocation_unwanted, some_facts(profile=stays, **demanded)).reason is Reason.RELOCATION
    assert fires(logistics.relocation_unwanted, some_facts(profile=elsewhere, **demanded)).reason is Reason.RELOCATION
    assert logistics.relocation_unwanted(some_facts(profile=goes, **demanded)) is None
    assert (
        logistics.relocation_unwanted(some_facts(profile=profile(relocation=Moving.NO, home="Lisbon"), **demanded))
        is None
    )
    assert fires(logistics.relocation_unweighed, some_facts(**demanded)).pull is Pull.HOLD
    assert logistics.relocation_unweighed(some_facts(profile=goes, **demanded)) is None


def test_a_place_out_of_reach_breaks_the_deal_unless_the_job_is_remote() -> None:
    settled = profile(home="Berlin", commute_places=("Potsdam",), relocation=Moving.NO)

    assert fires(logistics.place_out_of_reach, some_facts(profile=settled, place="Munich", work_mode=WorkMode.HYBRID))
    remote = some_facts(profile=settled, place="Munich", work_mode=WorkMode.REMOTE)
    assert logistics.place_out_of_reach(remote) is None
    near = some_facts(profile=settled, place="Potsdam", work_mode=WorkMode.ONSITE)
    assert logistics.place_out_of_reach(near) is None


def test_a_place_off_the_commute_speaks_against_it_where_a_move_was_not_thought_of() -> None:
    commuting = profile(commute_places=("Leeds",))

    assert fires(logistics.place_far_off, some_facts(profile=commuting, place="Bristol")).reason is Reason.LOGISTICS
    assert logistics.place_far_off(some_facts(profile=commuting, place="Leeds, UK")) is None
    remote = some_facts(profile=commuting, place="Bristol", work_mode=WorkMode.REMOTE)
    assert logistics.place_far_off(remote) is None


def test_an_unsaid_place_is_asked_for_where_the_user_is_bound_to_places() -> None:
    commuting = profile(commute_places=("Leeds",))

    assert fires(logistics.place_unsaid, some_facts(profile=commuting)).question == "place"
    assert logistics.place_unsaid(some_facts(profile=commuting, place="Leeds")) is None
    assert logistics.place_unsaid(some_facts(profile=commuting, work_mode=WorkMode.REMOTE)) is None
    assert logistics.place_unsaid(some_facts()) is None


def test_whoever_is_asked_to_come_is_told_where_by_that() -> None:
    assert logistics.place_unsaid(some_facts(stage=Stage.ONSITE, profile=profile(commute_places=("Leeds",)))) is None


@pytest.mark.parametrize("named", ["Denmark", "DK", "danmark", "the EU", "European Union"])
def test_a_country_is_known_by_its_names_and_unions(named: str) -> None:
    wishes = profile(relocation=Moving.THERE, relocation_places=(named.removeprefix("the "),))
    demanded = {"relocation": Relocation.REQUIRED, "work_mode": WorkMode.ONSITE}
    there, elsewhere = (
        some_facts(profile=wishes, place=place, country=country, **demanded)
        for place, country in (("Copenhagen", "DK"), ("Oslo", "NO"))
    )

    assert logistics.relocation_unwanted(there) is None
    assert logistics.place_out_of_reach(there) is None
    assert logistics.relocation_unwanted(elsewhere) is not None


def test_the_users_own_country_as_a_whole_is_not_out_of_reach() -> None:
    settled = profile(home="Berlin", home_country="DE", relocation=Moving.NO)
    commuting = profile(home="Berlin", home_country="DE", commute_places=("Berlin",))
    job = {"place": "Germany", "country": "DE", "work_mode": WorkMode.HYBRID}

    assert logistics.place_out_of_reach(some_facts(profile=settled, **job)) is None
    assert logistics.place_far_off(some_facts(profile=commuting, **job)) is None
    assert logistics.place_out_of_reach(some_facts(profile=settled, **job | {"place": "Austria"})) is not None


def test_a_place_in_reach_speaks_for_it() -> None:
    wishes = profile(commute_places=("Leeds",), relocation=Moving.THERE, relocation_places=("PT",))

    assert fires(logistics.place_in_reach, some_facts(profile=wishes, place="Leeds city centre")).pull is Pull.YES
    assert fires(logistics.place_in_reach, some_facts(profile=wishes, place="Lisboa", country="PT"))
    assert logistics.place_in_reach(some_facts(profile=wishes, place="Bristol")) is None


def test_a_time_with_two_readings_is_asked_about_unless_a_clear_one_is_free() -> None:
    unclear = (Ambiguity("03/04", "3 April or 4 March"),)

    fired = fires(logistics.time_is_ambiguous, some_facts(ambiguities=unclear))
    assert (fired.question, fired.quote) == ("time", "03/04")
    assert logistics.time_is_ambiguous(some_facts(ambiguities=unclear, slots=(slot(26, 14),))) is None
    assert logistics.zone_is_ambiguous(some_facts(ambiguities=unclear)) is None


def test_a_zone_with_two_readings_is_asked_about() -> None:
    unclear = (Ambiguity("Thursday 3 PM IST", "India, Ireland or Israel"),)

    assert fires(logistics.zone_is_ambiguous, some_facts(ambiguities=unclear)).question == "zone"
    assert logistics.time_is_ambiguous(some_facts(ambiguities=unclear)) is None


def test_a_free_time_on_offer_is_shown() -> None:
    facts = some_facts(slots=(slot(26, 14),), quotes={"slots": "Thursday at 2"})

    assert fires(logistics.offered_time_is_free, facts).quote == "Thursday at 2"
    assert logistics.offered_time_is_free(replace(facts, busy=(slot(26, 14),))) is None


def test_times_that_clash_or_are_past_are_shown() -> None:
    taken = some_facts(slots=(slot(26, 14),), busy=(slot(26, 14, 30),))
    past = some_facts(slots=(slot(23, 14),))

    assert fires(logistics.offered_times_clash, taken).pull is Pull.NOTE
    assert logistics.offered_times_clash(past) is None
    assert fires(logistics.offered_times_are_past, past).pull is Pull.NOTE
    assert logistics.offered_times_are_past(taken) is None


def test_somebody_to_ask_first_holds_the_step_they_must_be_asked_about() -> None:
    wishes = profile(ask_first=(AskFirst("my partner", frozenset({"onsite", "relocation"})),))

    assert fires(logistics.someone_to_ask_first, some_facts(stage=Stage.ONSITE, profile=wishes)).pull is Pull.HOLD
    assert fires(logistics.someone_to_ask_first, some_facts(profile=wishes, relocation=Relocation.REQUIRED))
    assert logistics.someone_to_ask_first(some_facts(stage=Stage.SCREEN, profile=wishes)) is None
    always = profile(ask_first=(AskFirst("my mentor", frozenset({"any"})),))
    assert fires(logistics.someone_to_ask_first, some_facts(stage=Stage.SCREEN, profile=always))


# ------------------------------------------------------------------------------------------------ reputation


def test_fraud_is_silenced_and_shown_with_a_check() -> None:
    fired = fires(
        reputation.looks_fraudulent, some_facts(flags=("scam.fee",), quotes={"scam.fee": "pay a 50 EUR deposit"})
    )

    assert (fired.pull, fired.quote) == (Pull.SILENT, "pay a 50 EUR deposit")
    assert "Signs of fraud: fee." in fired.because
    assert reputation.looks_fraudulent(some_facts(flags=("note.free_mail",))) is None


def test_red_flags_speak_against_it_and_softer_signs_are_shown() -> None:
    facts = some_facts(flags=("red_flag.exploding_deadline", "note.free_mail"))

    assert fires(reputation.employer_shows_red_flags, facts).pull is Pull.NO
    assert fires(reputation.softer_signs, facts).pull is Pull.NOTE
    assert reputation.employer_shows_red_flags(some_facts()) is None
    assert reputation.softer_signs(some_facts()) is None


@pytest.mark.parametrize("name", ["Northwind", "Dana Whitfield", "dana@northwind.example", "northwind.example"])
def test_a_company_or_person_kept_warm_is_a_reason_to_talk_anyway(name: str) -> None:
    fired = fires(reputation.kept_warm_contact, some_facts(profile=profile(keep_warm=(name,))))

    assert (fired.pull, fired.lens) == (Pull.ANYWAY, Lens.REPUTATION)
    assert reputation.kept_warm_contact(some_facts(profile=profile(keep_warm=("Sam Oduya",)))) is None


def test_a_late_answer_is_shown() -> None:
    old = some_message(sent_at=NOW - timedelta(days=6))

    assert "6 days old" in fires(reputation.answer_is_late, some_facts(message=old)).because
    assert reputation.answer_is_late(some_facts()) is None


def test_a_second_no_is_shown() -> None:
    assert fires(reputation.declined_before, some_facts(earlier=Earlier(last_action=Action.DECLINE)))
    assert reputation.declined_before(some_facts()) is None


def test_an_interview_still_agreed_after_an_offer_was_accepted_is_shown() -> None:
    accepted = profile(status=Status.ACCEPTED_OFFER)

    assert fires(reputation.interview_still_agreed, some_facts(Kind.CONFIRMATION, profile=accepted))
    assert reputation.interview_still_agreed(some_facts(Kind.CONFIRMATION)) is None


# ------------------------------------------------------------------------------------------------ resources


def test_a_paused_search_holds_until_its_day() -> None:
    paused = profile(status=Status.PAUSED, paused_until=date(2027, 1, 10))

    assert "2027-01-10" in fires(resources.search_is_paused, some_facts(profile=paused)).because
    over = profile(status=Status.PAUSED, paused_until=date(2026, 11, 24))
    assert resources.search_is_paused(some_facts(profile=over)) is None


def test_a_test_due_within_two_days_speaks_against_it() -> None:
    fired = fires(resources.due_too_soon, some_facts(Kind.ASSESSMENT, deadline=date(2026, 11, 26)))

    assert (fired.pull, fired.reason) == (Pull.NO, Reason.TIMING)
    assert resources.due_too_soon(some_facts(Kind.ASSESSMENT, deadline=date(2026, 11, 27))) is None
    assert resources.due_too_soon(some_facts(deadline=date(2026, 11, 25))) is None


def test_a_day_that_is_past_is_shown_and_is_not_called_soon() -> None:
    late = some_facts(Kind.ASSESSMENT, deadline=date(2026, 11, 23))

    assert fires(resources.deadline_is_past, late).pull is Pull.NOTE
    assert resources.due_too_soon(late) is None
    assert resources.deadline_is_past(some_facts(Kind.ASSESSMENT, deadline=date(2026, 11, 24))) is None


def test_practice_is_a_reason_to_talk_anyway() -> None:
    assert fires(resources.practice_is_wanted, some_facts(profile=profile(practice_wanted=True))).pull is Pull.ANYWAY
    assert resources.practice_is_wanted(some_facts()) is None


def test_a_short_talk_is_cheap_for_who_is_looking() -> None:
    assert fires(resources.talk_is_short_and_cheap, some_facts(stage=Stage.SCREEN)).pull is Pull.ANYWAY
    assert fires(resources.talk_is_short_and_cheap, some_facts(slots=(slot(26, 10, minutes=20),)))
    assert resources.talk_is_short_and_cheap(some_facts(slots=(slot(26, 10, minutes=60),))) is None
    quiet = profile(status=Status.QUIET)
    assert resources.talk_is_short_and_cheap(some_facts(stage=Stage.SCREEN, profile=quiet)) is None
    assert resources.talk_is_short_and_cheap(some_facts(Kind.OUTREACH)) is None


def test_an_unsaid_form_is_asked_for_where_somebody_must_be_asked_about_one() -> None:
    wishes = profile(ask_first=(AskFirst("my partner", frozenset({"onsite"})),), interview_hours=OFFICE_HOURS)

    assert fires(resources.format_unsaid, some_facts(stage=Stage.UNSPECIFIED, profile=wishes)).question == "format"
    assert resources.format_unsaid(some_facts(stage=Stage.SCREEN, profile=wishes)) is None
    assert resources.format_unsaid(some_facts(profile=wishes, meeting_url="https://meet.example/x")) is None
    assert resources.format_unsaid(some_facts()) is None


# ------------------------------------------------------------------------------------------------ the house rules


def test_every_rule_is_named_once_after_itself_and_stands_in_the_list_of_its_lens() -> None:
    lists = (career, logistics, reputation, resources)
    names = [rule.__name__ for lens in lists for rule in lens.RULES]

    assert len(names) == len(set(names))
    for lens in lists:
        public = {name for name, value in vars(lens).items() if getattr(value, "__module__", "") == lens.__name__}
        helpers = {name for name in public if name.startswith("_")} | {"pay_reaches"}
        assert {rule.__name__ for rule in lens.RULES} == public - helpers
