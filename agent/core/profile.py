"""What the user wrote down about themselves: who they are in mail (``Account``) and what they want (``Profile``).

Every wish is optional. What is not written is not known: an empty tuple means "not said", never "none".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from agent.core.model import Pay, WorkMode


class Status(StrEnum):
    OPEN = "open"
    QUIET = "quiet"
    ACCEPTED_OFFER = "accepted_offer"
    IMPROVED_CURRENT_ROLE = "improved_current_role"
    PAUSED = "paused"


class Moving(StrEnum):
    """Whether the user would move for a job."""

    NO = "no"
    YES = "yes"
    THERE = "there"  #: only to the places named in ``relocation_places``


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of some weekdays (0 is Monday) in the user's zone."""

    days: frozenset[int]
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class AskFirst:
    """Somebody who must be asked before a kind of step: ``steps`` holds stages, "onsite", "relocation" or "any"."""

    who: str
    steps: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompanyNote:
    """What the user found out about a company: ``verdict`` is good, mixed or bad; ``source`` says where it was read."""

    company: str
    verdict: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the user wants. Places and countries are as the user writes them; countries are ISO 3166-1 alpha-2."""

    name: str = ""
    signature: str = ""
    zone: str = "UTC"
    status: Status = Status.OPEN
    paused_until: date | None = None

    goals: tuple[str, ...] = ()
    roles_wanted: tuple[str, ...] = ()
    roles_avoided: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    fields_preferred: tuple[str, ...] = ()
    fields_avoided: tuple[str, ...] = ()
    companies_preferred: tuple[str, ...] = ()
    companies_avoided: tuple[str, ...] = ()
    company_notes: tuple[CompanyNote, ...] = ()
    pay_floor: Pay | None = None

    home: str = ""
    home_country: str = ""
    work_modes: frozenset[WorkMode] = frozenset()
    commute_places: tuple[str, ...] = ()
    relocation: Moving | None = None
    relocation_places: tuple[str, ...] = ()
    work_permits: tuple[str, ...] = ()
    needs_sponsorship_elsewhere: bool | None = None

    interview_hours: tuple[Window, ...] = ()
    private_windows: tuple[Window, ...] = ()
    interviews_a_week: int | None = None
    notice_hours: int | None = None

    practice_wanted: bool = False
    doors: tuple[str, ...] = ()  #: fields the user is curious about: reason to talk although a lens says no
    keep_warm: tuple[str, ...] = ()
    ask_first: tuple[AskFirst, ...] = ()
    hold_days: int = 3

    def needs_sponsorship(self, country: str | None) -> bool:
        """True where the user wrote that an employer in that country (ISO alpha-2) must sponsor a work permit."""
        if country is None or not self.work_permits:
            return bool(self.needs_sponsorship_elsewhere) and country is None and not self.work_permits
        return country.upper() not in self.work_permits and self.needs_sponsorship_elsewhere is not False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One mailbox of the user's: its name in the config, its addresses (first is the main one), and the profile."""

    name: str
    addresses: tuple[str, ...]
    profile: Profile = field(default_factory=Profile)

    def owns(self, email: str) -> bool:
        """True for an address of this account, letter case aside."""
        return email.lower() in {address.lower() for address in self.addresses}
