"""Reads what a recruiting mail is about: the Matter in it, each fact with the words it was read from.

A field is filled only from what is written: in the new text, the subject, the headers, the calendar parts; company and
role also in the quoted part and in what the conversation told before. What is not written stays None.
"""

from __future__ import annotations

from agent.core.facts.company import company as company_of
from agent.core.facts.company import is_agency
from agent.core.facts.flags import baits
from agent.core.facts.flags import flags as flags_of
from agent.core.facts.links import meeting_url, scheduling_url
from agent.core.facts.page import Page, Read, page_of, value_of
from agent.core.facts.pay import pay
from agent.core.facts.people import answerable, contact_name
from agent.core.facts.role import role as role_of
from agent.core.facts.terms import country_of_place, place, relocation, sponsorship, work_mode
from agent.core.facts.times import deadline, latest_event, times
from agent.core.lexicon import Lexicon
from agent.core.model import (
    NO_EARLIER,
    Address,
    Classification,
    Earlier,
    ItipEvent,
    Kind,
    Matter,
    ParsedMessage,
)


def extract(
    message: ParsedMessage,
    classification: Classification,
    lexicon: Lexicon,
    own_addresses: tuple[str, ...] = (),
    earlier: Earlier = NO_EARLIER,
) -> Matter | None:
    """The Matter of a mail that concerns a job, or in whose talk of one fraud shows; None for any other mail."""
    page = page_of(message, classification, lexicon, own_addresses)
    if classification.kind is Kind.OTHER and not baits(page):
        return None
    return _matter(page, earlier)


def answerable_address(message: ParsedMessage, lexicon: Lexicon) -> str | None:
    """Where an answer to any mail reaches a person: Reply-To, else From; None where it reaches nobody."""
    return answerable(page_of(message, Classification(Kind.OTHER, 1.0), lexicon))


def _matter(page: Page, earlier: Earlier) -> Matter:
    agency = is_agency(page)
    company = company_of(page, agency is not None)
    employer = value_of(company) or earlier.company
    role = role_of(page, employer)
    contact = contact_name(page, employer)
    due = deadline(page)
    told = times(page, earlier)
    event = latest_event(page)
    booking, meeting = scheduling_url(page), meeting_url(page)
    mode, where, moving, visa, paid = work_mode(page), place(page), relocation(page), sponsorship(page), pay(page)
    raised = flags_of(page, employer, agency is not None, value_of(due))
    read: tuple[tuple[str, Read[object] | None], ...] = (
        ("company", company),
        ("role", role),
        ("contact_name", contact),
        ("deadline", due),
        ("scheduling_url", booking),
        ("meeting_url", meeting),
        ("work_mode", mode),
        ("place", where),
        ("relocation", moving),
        ("sponsorship", visa),
        ("pay", paid),
        ("agency", agency),
    )
    return Matter(
        source=page.message.ref,
        language=page.classification.language,
        company=employer,
        role=value_of(role) or earlier.role,
        contact_name=value_of(contact) or earlier.contact_name,
        reply_to=answerable(page),
        slots=told.slots,
        ambiguities=told.ambiguities,
        agreed=told.agreed,
        deadline=value_of(due),
        scheduling_url=value_of(booking),
        meeting_url=value_of(meeting),
        work_mode=value_of(mode),
        place=value_of(where),
        country=country_of_place(page.lexicon, where.value) if where else None,
        relocation=value_of(moving),
        sponsorship=value_of(visa),
        pay=value_of(paid),
        agency=agency is not None,
        flags=tuple(dict.fromkeys(name for name, _ in raised)),
        event_uid=event.event_uid if event else None,
        sequence=event.sequence if event else 0,
        organizer=_organizer(event),
        quotes=(*((name, fact.evidence) for name, fact in read if fact), *told.evidence, *raised),
    )


def _organizer(event: ItipEvent | None) -> Address | None:
    """Whom the calendar's own buttons answer: the organizer of a request (RFC 5546, 3.2.3)."""
    return event.organizer if event and event.method == "REQUEST" else None
