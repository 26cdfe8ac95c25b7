"""What the reader noticed in a mail, in plain words; the names of features are for programs."""

from __future__ import annotations

_CUES = {
    "account_mail": "an account or a service",
    "after_hire": "a job that has begun",
    "another_world": "another world than hiring",
    "applicant_voice": "an applicant writes",
    "applied": "an application",
    "assessment": "asks for a test",
    "assessment_done": "a test that is done",
    "auto_reply": "an automatic answer",
    "availability": "asks for a time",
    "cancel": "calls it off",
    "chaser": "waits for an answer",
    "chaser_plain": "asks whether it was seen",
    "confirm": "confirms",
    "decline": "a no",
    "farewell": "a goodbye",
    "forwarded": "passed on",
    "hedge": "only perhaps",
    "impressed": "likes what it read",
    "informal_talk": "an informal talk",
    "interview": "an interview",
    "interviewer_side": "the reader is the one who interviews",
    "invite": "invites",
    "job": "a job",
    "job_alert": "lists jobs",
    "job_weak": "perhaps hiring",
    "job_yours": "about a job for you",
    "media": "press or a podcast",
    "meeting": "a meeting",
    "newsletter": "a newsletter",
    "next_step": "a next step",
    "occupation": "a title",
    "offer": "an offer",
    "official": "an authority",
    "one_way": "a recording, no talk",
    "other_appointment": "another appointment",
    "outreach": "an approach",
    "prep": "preparing for interviews",
    "pressing": "does not take the no",
    "private": "a private matter",
    "progress": "a step further",
    "reason_request": "asks why",
    "receipt": "was received",
    "referee": "a reference",
    "regret": "regrets",
    "reject": "a rejection",
    "renegotiation": "new terms",
    "reschedule": "moves a date",
    "research": "user research",
    "sales": "sells something",
    "school": "a school or a course",
    "selfschedule": "pick a time yourself",
    "slot": "names a time",
    "stage": "the kind of talk",
    "stage_sign": "the kind of talk",
    "talk": "proposes a talk",
    "thanks_apply": "thanks for applying",
    "third": "speaks of somebody else",
}
_SIGNS = {
    "no_reply_sender": "an address nobody reads",
    "sender_assessment": "sent by a testing service",
    "sender_ats": "sent by a hiring system",
    "sender_job_board": "sent by a job board",
    "sender_look_alike": "sent by a look-alike of hiring",
    "sender_one_way_video": "sent by a recording service",
    "sender_scheduler": "sent by a booking service",
}
_PARTS = {
    "text": "",
    "subject": " (subject)",
    "quoted": " (quoted part)",
    "signature": " (signature)",
    "event": " (calendar)",
}
_SIGNS_OF = {"scam": "sign of fraud: ", "soft": "sign of fraud: ", "red_flag": "red flag: ", "note": "worth a look: "}

_TERMS = frozenset({"work_mode", "relocation", "sponsorship"})
"""Fields whose reason is only their value."""


def in_words(why: str) -> str:
    """A reason given with evidence, such as ``text.invite`` or ``scam.cheque``, as people say it."""
    group, _, name = why.partition(".")
    if group in _PARTS and name:
        cue = name.partition(".")[0]
        return f"{_CUES.get(cue, cue.replace('_', ' '))}{_PARTS[group]}"
    if group in _SIGNS_OF and name:
        return f"{_SIGNS_OF[group]}{name.replace('_', ' ')}"
    return _SIGNS.get(why, why.replace("_", " "))


def of_field(field: str, why: str) -> str:
    """Why words are thought to say a fact, named with the field where the reason alone would not tell which."""
    if field.partition(".")[0] in _SIGNS_OF:
        return in_words(field)
    return f"{field.replace('_', ' ')}: {why}" if field in _TERMS else in_words(why)
