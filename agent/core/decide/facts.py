"""The facts a rule looks at, and the questions about them that several rules share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agent.core.decide.countries import countries_named
from agent.core.decide.words import has_all_words, quoted, same_name
from agent.core.model import (
    NO_EARLIER,
    Action,
    Classification,
    Earlier,
    Kind,
    Matter,
    ParsedMessage,
    Slot,
    Stage,
    Subkind,
    WorkMode,
)
from agent.core.profile import Profile


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a verdict rests on. ``interviews`` are those already agreed, counted for the weekly cap."""

    message: ParsedMessage
    classification: Classification
    matter: Matter
    profile: Profile
    busy: tuple[Slot, ...]
    now: datetime
    earlier: Earlier = NO_EARLIER
    interviews: tuple[Slot, ...] = ()

    @property
    def kind(self) -> Kind:
        return self.classification.kind

    @property
    def stage(self) -> Stage | None:
        return self.classification.stage

    @property
    def company(self) -> str | None:
        """The employer: as this mail names it, else as the conversation did."""
        return self.matter.company or self.earlier.company

    @property
    def role(self) -> str | None:
        """The title: as this mail names it, else as the conversation did."""
        return self.matter.role or self.earlier.role

    @property
    def contact(self) -> str | None:
        """Who writes: as this mail names them, else as the conversation did."""
        return self.matter.contact_name or self.earlier.contact_name

    @property
    def today(self) -> date:
        """The user's calendar day."""
        return self.now.astimezone(zone_of(self.profile)).date()

    @property
    def chases(self) -> bool:
        """True for a mail that chases an unanswered invitation."""
        return self.kind is Kind.FOLLOWUP and self.classification.subkind in (Subkind.CHASER, None)


def zone_of(profile: Profile) -> ZoneInfo:
    """The user's time zone; UTC where the name is not known on this machine."""
    try:
        return ZoneInfo(profile.zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def terms_are_open(facts: Facts) -> bool:
    """True while the terms of the job may still be asked about: before the user said yes, and not for a mere chat."""
    asked = facts.kind in (Kind.INVITATION, Kind.ASSESSMENT, Kind.OUTREACH) or facts.chases
    return asked and facts.stage is not Stage.INFORMATIONAL and facts.earlier.last_action is not Action.ACCEPT


def mentioned(phrases: tuple[str, ...], facts: Facts) -> tuple[str, str] | None:
    """The first of the user's phrases that the mail says, with the mail's own words for it."""
    texts = (facts.role or "", facts.company or "", facts.message.subject, facts.message.text)
    return next(((phrase, said) for phrase in phrases for text in texts if (said := quoted(phrase, text))), None)


def fitting_role(roles: tuple[str, ...], facts: Facts) -> str | None:
    """The first of the user's roles whose words the title holds."""
    return next((role for role in roles if has_all_words(role, facts.role or "")), None)


def named_company(names: tuple[str, ...], facts: Facts) -> str | None:
    """The first of the user's company names that is the employer's."""
    return next((name for name in names if same_name(name, facts.company or "")), None)


def kept_warm(names: tuple[str, ...], matter: Matter, message: ParsedMessage) -> str | None:
    """The first of the user's names that is the employer, the contact, or an address or domain they write from."""
    sender = message.sender
    people = (matter.contact_name or "", sender.name if sender else "")
    addresses = {sender.email.lower(), sender.domain} - {""} if sender else set()
    return next(
        (
            name
            for name in names
            if same_name(name, matter.company or "")
            or any(has_all_words(name, person) for person in people)
            or name.lower() in addresses
        ),
        None,
    )


def is_at(places: tuple[str, ...], matter: Matter) -> str | None:
    """The first of the user's places (a city, a region, a country by name or code) that the job is at."""
    place, country = matter.place or "", (matter.country or "").upper()
    return next(
        (
            name
            for name in places
            if quoted(name, place)
            or quoted(place, name)
            or (country and country in {name.upper()} | countries_named(name))
        ),
        None,
    )


def place_counts(matter: Matter) -> bool:
    """True unless the job is stated to be remote: then it matters little where it is."""
    return matter.work_mode is not WorkMode.REMOTE
