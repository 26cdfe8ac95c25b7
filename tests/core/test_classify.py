"""What a mail is: the judgements the product hangs on, one by one."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.classify import classify
from agent.core.features import SIGNS
from agent.core.lexicon import lexicon_from
from agent.core.model import (
    ANSWERABLE,
    NO_EARLIER,
    Action,
    Address,
    Classification,
    Earlier,
    ItipEvent,
    Kind,
    ParsedMessage,
    Region,
    RegionKind,
    Stage,
    Subkind,
)
from agent.resources import lexicons
from connectors.base import MessageRef

READER = "robin@inbox.example"
SENDER = Address("Dana Whitlock", "dana@corvid.example")
AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
INVITATION = (
    "Dear Robin,\n\nThank you for applying to the Data Engineer role. We would like to invite you to an interview. "
    "Would Tuesday at 10:00 or Thursday at 14:00 work for you?\n\nKind regards,\nDana Whitlock"
)


def mail(text: str, *, subject: str = "", quoted: str = "", sender: Address = SENDER) -> ParsedMessage:
    """A mail to the reader with a new and a quoted part."""
    quote_at = len(text) + 1
    regions = (Region(RegionKind.NEW, 0, quote_at), Region(RegionKind.QUOTED, quote_at, quote_at + len(quoted)))
    return ParsedMessage(
        ref=MessageRef("home", "INBOX", "1"),
        received_at=AT,
        sent_at=AT,
        sender=sender,
        to=(Address("Robin", READER),),
        subject=subject,
        body=f"{text}\n{quoted}",
        regions=regions,
        text=f"{text}\n",
        quoted=quoted,
    )


def judge(message: ParsedMessage, earlier: Earlier = NO_EARLIER) -> Classification:
    """Classify in English, for the reader."""
    return classify(message, lexicons().of("en"), (READER,), earlier)


def request(**changes: object) -> ItipEvent:
    """A calendar request from the sender."""
    event = ItipEvent(
        method="REQUEST", event_uid="1", summary="Interview: Data Engineer", organizer=SENDER, starts_at=AT
    )
    return replace(event, **changes)


def test_an_invitation_that_begins_with_thanks_for_applying_is_an_invitation() -> None:
    judged = judge(mail(INVITATION))

    assert judged.kind is Kind.INVITATION
    assert not judged.unsure


def test_a_receipt_that_promises_interviews_is_a_receipt() -> None:
    text = (
        "We have received your application for Data Engineer and our team is reviewing it. "
        "If your profile is a match, we will invite you to an interview in the next weeks."
    )

    assert judge(mail(text)).kind is Kind.ACKNOWLEDGEMENT


def test_a_rejection_after_an_interview_is_a_rejection() -> None:
    text = (
        "Thank you for interviewing with us for the Data Engineer role. Unfortunately we have decided to move forward "
        "with other candidates. We wish you all the best in your search."
    )

    assert judge(mail(text, subject="Your interview")).kind is Kind.REJECTION


def test_unfortunately_before_a_new_time_is_a_reschedule() -> None:
    text = "Unfortunately I need to move our interview tomorrow. Could you do Friday at 11am instead?"

    assert judge(mail(text, subject="Re: Interview")).kind is Kind.RESCHEDULE


def test_a_talk_called_off_is_a_cancellation() -> None:
    text = "I am sorry, but we have to cancel your interview on Friday. The role has been put on hold."

    assert judge(mail(text)).kind is Kind.CANCELLATION


def test_an_agreed_time_is_a_confirmation() -> None:
    text = "This is to confirm your interview for Data Engineer on Monday 19 October at 2 pm. See you then."

    assert judge(mail(text, subject="Interview confirmation")).kind is Kind.CONFIRMATION


def test_a_one_way_video_is_an_invitation_of_that_stage() -> None:
    text = (
        "You applied for Store Manager. As a first step please record your answers to four questions. "
        "There is no live interviewer."
    )
    judged = judge(mail(text))

    assert (judged.kind, judged.stage) == (Kind.INVITATION, Stage.ONE_WAY_VIDEO)


def test_a_test_is_an_assessment() -> None:
    text = "Thanks for your application. Please complete the coding challenge within 7 days."

    assert judge(mail(text, subject="Coding challenge")).kind is Kind.ASSESSMENT


@pytest.mark.parametrize(
    "text",
    [
        "We are interviewing a candidate for the planner role on Thursday at 14:00. Could you join us?",
        "Your interview with Lena Fischbach ended. Please submit your scorecard for the candidate.",
        "I host a podcast and would love to interview you for an episode. Would Tuesday at 6pm work?",
        "Our user research team would like to invite you to an interview. Participants get a gift card.",
        "Your visa interview is scheduled for 19 November at 08:15. Bring your passport.",
        "This week: how to ace your interview, and interviews with founders. Unsubscribe any time.",
        "Daniel Oakes has applied for the role of technician and named you as referee. Could you give a reference?",
    ],
)
def test_talk_of_interviews_that_is_not_the_readers_is_other(text: str) -> None:
    assert judge(mail(text)).kind is Kind.OTHER


def test_what_the_reader_wrote_is_other() -> None:
    judged = judge(mail(INVITATION, sender=Address("Robin", READER.upper())))

    assert (judged.kind, [evidence.why for evidence in judged.evidence]) == (Kind.OTHER, ["the reader wrote it"])


def test_an_automatic_answer_is_other() -> None:
    assert judge(replace(mail(INVITATION), auto_submitted="auto-replied")).kind is Kind.OTHER


def test_our_own_draft_is_other() -> None:
    assert judge(replace(mail(INVITATION), ours=True)).kind is Kind.OTHER


def test_an_event_the_reader_organises_is_other() -> None:
    event = request(organizer=Address("", READER))

    assert judge(replace(mail("See you there"), events=(event,))).kind is Kind.OTHER


def test_a_calendar_request_without_words_is_an_invitation() -> None:
    assert judge(replace(mail("", subject="Interview: Data Engineer"), events=(request(),))).kind is Kind.INVITATION


def test_a_calendar_request_without_a_job_is_other() -> None:
    event = request(summary="Committee meeting")

    assert judge(replace(mail("Please accept", subject="Committee meeting"), events=(event,))).kind is Kind.OTHER


def test_a_changed_calendar_request_is_a_reschedule() -> None:
    assert judge(replace(mail("", subject="Interview"), events=(request(sequence=2),))).kind is Kind.RESCHEDULE


def test_a_cancelled_calendar_request_is_a_cancellation() -> None:
    assert judge(replace(mail("", subject="Interview"), events=(request(method="CANCEL"),))).kind is Kind.CANCELLATION


NO = "> Thank you, but I have decided to decline the interview."


@pytest.mark.parametrize(
    ("text", "subkind"),
    [
        ("Sorry to hear that. Would you mind sharing why you decided against it?", Subkind.REASON_REQUEST),
        ("We could increase the salary to 90k. Would that change your mind?", Subkind.RENEGOTIATION),
        ("Are you sure? At least hear me out, just one quick call before you decide.", Subkind.PRESSING),
    ],
)
def test_what_answers_a_no_is_a_followup_known_from_the_quoted_part(text: str, subkind: Subkind) -> None:
    judged = judge(mail(text, subject="Re: Interview", quoted=NO))

    assert (judged.kind, judged.subkind) == (Kind.FOLLOWUP, subkind)


def test_what_answers_a_no_is_a_followup_known_from_the_conversation() -> None:
    earlier = Earlier(kinds=(Kind.INVITATION,), last_action=Action.DECLINE)
    judged = judge(mail("Would you mind telling us why?", subject="Re: Interview"), earlier)

    assert (judged.kind, judged.subkind) == (Kind.FOLLOWUP, Subkind.REASON_REQUEST)


def test_a_polite_end_after_a_no_is_other() -> None:
    assert judge(mail("Completely understood, all the best!", subject="Re: Interview", quoted=NO)).kind is Kind.OTHER


def test_a_reminder_of_an_unanswered_invitation_is_a_chaser() -> None:
    quoted = "> We would like to invite you to an interview for the Data Engineer role."
    judged = judge(mail("Just checking in: did you get my message below?", subject="Re: Interview", quoted=quoted))

    assert (judged.kind, judged.subkind) == (Kind.FOLLOWUP, Subkind.CHASER)


def test_evidence_stands_where_it_says() -> None:
    message = mail(INVITATION, subject="Interview invitation", quoted="> I applied for the role.")
    judged = judge(message)
    placed = [evidence for evidence in judged.evidence if evidence.start is not None]

    assert placed
    assert all(message.body[evidence.start : evidence.end] == evidence.span for evidence in placed)
    assert any(
        evidence.start is None and evidence.why.startswith(("subject.", "words of the subject"))
        for evidence in judged.evidence
    )


def test_evidence_in_words_says_what_it_speaks_for() -> None:
    text = (
        "Hi Robin, Ada loved your application for the shop floor and we would both be glad to sit down with you. "
        "Are you around on Tuesday or Friday for a chat?"
    )
    spoken = [evidence for evidence in judge(mail(text)).evidence if evidence.why.endswith("speak for invitation")]

    assert spoken
    assert all(evidence.why.startswith("words of the text") for evidence in spoken)
    assert any(" " in evidence.span for evidence in spoken)


def test_a_mail_between_two_kinds_is_unsure() -> None:
    assert judge(mail("Hi Robin, could we talk about the role some time?")).unsure


@pytest.mark.parametrize("kinds", [ANSWERABLE, frozenset(Kind) - ANSWERABLE])
def test_a_sure_judgement_is_of_a_kind_that_fits_it(kinds: frozenset[Kind]) -> None:
    sure = [judge(mail(text)) for text in (INVITATION, "Your parcel has been delivered to your neighbour.")]

    assert [one.kind in kinds for one in sure if not one.unsure].count(True) == 1


def test_a_language_without_words_still_classifies() -> None:
    empty = lexicon_from("xx", {}, weights=lexicons().of("en").weights)
    judged = classify(mail(INVITATION), empty, (READER,), NO_EARLIER)

    assert (judged.language, judged.kind) == ("xx", Kind.OTHER)


def test_a_table_without_weights_still_classifies() -> None:
    judged = classify(mail(INVITATION), lexicon_from("xx", {}), (READER,), NO_EARLIER)

    assert 0 < judged.confidence < 1


PARTS = ("text", "subject", "event", "quoted", "signature")


def cues() -> set[str]:
    """Every group of phrases that can be a cue."""
    kinds = lexicons().of("en").kinds
    groups = set(kinds["cues"]) | {f"{group}_hedged" for group in kinds["hedgeable"]}
    return (
        groups | {f"stage.{name}" for name in kinds["stages"]} | {f"stage_sign.{name}" for name in kinds["stage_signs"]}
    )


def can_occur(name: str) -> bool:
    """True for the name of a feature that some mail can have."""
    part, _, group = name.partition(".")
    if not group:
        return name in {sign.__name__ for sign in SIGNS}
    if group.startswith("idea."):
        ideas = {*lexicons().of("en").kinds["ideas"], "?"}
        return part in {*PARTS, "first", "last"} and ideas.issuperset(group.removeprefix("idea.").split("+"))
    return part in PARTS and (group in cues() or group.startswith("word."))


def tables() -> list[tuple[str, dict[str, list[float]]]]:
    """Every table of weights, by question."""
    lexicon = lexicons().of("en")
    questions = ("kinds", "stages", "subkinds")
    shared = [(question, lexicon.weights[question]["weights"]) for question in questions]
    return shared + [(question, lexicon.word_weights[question]) for question in questions]


def test_every_weight_belongs_to_a_feature_that_can_occur() -> None:
    assert [name for _, table in tables() for name in table if not can_occur(name)] == []


def test_every_feature_weighs_something_for_each_label() -> None:
    labels = {question: lexicons().of("en").weights[question]["labels"] for question, _ in tables()}

    assert [
        name for question, table in tables() for name, row in table.items() if len(row) != len(labels[question])
    ] == []
    assert [set(labels[question]) for question in ("kinds", "stages", "subkinds")] == [
        set(Kind),
        set(Stage),
        set(Subkind),
    ]


def test_no_name_and_no_number_became_a_word_that_weighs() -> None:
    words = {name.partition(".word.")[2] for table in lexicons().of("en").word_weights.values() for name in table}

    assert words
    assert all(word.isalpha() for word in words)
    assert not words & {"robin", "achterberg", "berlin", "london", "monday", "thursday", "january", "june", "october"}


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300), subject=st.text(max_size=60), quoted=st.text(max_size=100))
def test_any_text_is_some_kind_with_a_probability(text: str, subject: str, quoted: str) -> None:
    judged = judge(mail(text, subject=subject, quoted=quoted))

    assert 0 < judged.confidence <= 1


@pytest.mark.parametrize("word", ["interview ", "your ", "if your ", "would you ", "1:", "\n", "? ", "http://a "])
def test_a_hostile_text_is_read_in_bounded_time(word: str) -> None:
    begun = time.process_time()
    judge(mail(word * 20_000, subject=word * 20_000, quoted=word * 20_000))

    assert time.process_time() - begun < 0.5
