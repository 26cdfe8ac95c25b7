"""The shape of ``config.toml``, strict: an unknown key or a wrong type is a fault, never a guess."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from agent.core.model import Pay, Period, WorkMode
from agent.core.profile import AskFirst, CompanyNote, Moving, Profile, Status, Window

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(?:([a-z]{3})(?:\s*-\s*([a-z]{3}))?\s+)?(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)", re.IGNORECASE)
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def _window(text: str) -> Window:
    """Read "Mon-Fri 09:00-17:30", "Sat 10:00-12:00" or "08:00-09:00" (every day)."""
    match = _WINDOW.fullmatch(text.strip())
    if not match or any(day and day.lower() not in _DAYS for day in match.groups()[:2]):
        raise ValueError('write hours as "Mon-Fri 09:00-17:30" or "Wed 14:00-16:00"')
    first = _DAYS.index(match[1].lower()) if match[1] else 0
    last = _DAYS.index((match[2] or match[1]).lower()) if match[1] else 6
    days = frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))
    start, end = time(int(match[3]), int(match[4])), time(int(match[5]), int(match[6]))
    if start >= end:
        raise ValueError("the first hour must come before the second")
    return Window(days, start, end)


def _matching(pattern: re.Pattern[str], advice: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(advice)
        return text

    return AfterValidator(check)


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError('write the zone as in "Europe/Berlin" or "America/New_York" (the IANA names)')
    return name


Country = Annotated[str, _matching(_COUNTRY, 'write the country as two capital letters, such as "DE" (ISO 3166-1)')]
Currency = Annotated[str, _matching(_CURRENCY, 'write the currency as three capital letters, such as "EUR" (ISO 4217)')]
EmailAddress = Annotated[str, _matching(_ADDRESS, 'write one address, such as "robin@example.org"')]
AccountName = Annotated[str, _matching(_NAME, "use up to 64 letters, digits, dots, dashes and underscores")]
Hours = Annotated[str, AfterValidator(lambda text: (_window(text), text)[1])]
ZoneName = Annotated[str, AfterValidator(_zone)]
FilePath = Annotated[str, AfterValidator(lambda text: str(Path(text).expanduser()))]


def _words(kind: type[Any]) -> BeforeValidator:
    """Take an enumeration's word as TOML text; a wrong word names those allowed."""
    allowed = ", ".join(f'"{member.value}"' for member in kind)

    def read(value: object) -> object:
        if isinstance(value, str) and value in {member.value for member in kind}:
            return kind(value)
        raise ValueError(f"must be one of {allowed}")

    return BeforeValidator(read)


class Section(BaseModel):
    """A table of the config."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class UserSection(Section):
    name: str = Field(min_length=1)
    signature: str = ""
    timezone: ZoneName


class PayFloorSection(Section):
    amount: int = Field(gt=0)
    currency: Currency
    period: Annotated[Period, _words(Period)] = Period.YEAR


class AskFirstSection(Section):
    who: str
    steps: list[
        Literal[
            "any", "screen", "hiring_manager", "technical", "panel", "onsite", "one_way_video", "informational",
            "assessment", "relocation",
        ]
    ] = Field(min_length=1)  # fmt: skip


class CompanyNoteSection(Section):
    company: str
    verdict: Literal["good", "mixed", "bad"]
    note: str = ""
    source: str = ""


class ProfileSection(Section):
    status: Annotated[Status, _words(Status)] = Status.OPEN
    paused_until: date | None = None
    goals: list[str] = []
    roles_wanted: list[str] = []
    roles_avoided: list[str] = []
    levels: list[str] = []
    fields_preferred: list[str] = []
    fields_avoided: list[str] = []
    companies_preferred: list[str] = []
    companies_avoided: list[str] = []
    company_notes: list[CompanyNoteSection] = []
    pay_floor: PayFloorSection | None = None
    home: str = ""
    home_country: Country | None = None
    work_modes: list[Annotated[WorkMode, _words(WorkMode)]] = []
    commute_places: list[str] = []
    relocation: Annotated[Moving, _words(Moving)] | None = None
    relocation_places: list[str] = []
    work_permits: list[Country] = []
    needs_sponsorship_elsewhere: bool | None = None
    interview_hours: list[Hours] = []
    private_windows: list[Hours] = []
    interviews_a_week: int | None = Field(default=None, ge=1, le=50)
    notice_hours: int | None = Field(default=None, ge=0, le=24 * 30)
    practice_wanted: bool = False
    doors: list[str] = []
    keep_warm: list[str] = []
    ask_first: list[AskFirstSection] = []
    hold_days: int = Field(default=3, ge=1, le=30)

    @model_validator(mode="after")
    def _places_where_there(self) -> ProfileSection:
        if self.relocation is Moving.THERE and not self.relocation_places:
            raise ValueError('relocation = "there" needs relocation_places = ["...", ...]')
        if self.status is Status.PAUSED and self.paused_until is None:
            raise ValueError('status = "paused" needs paused_until = YYYY-MM-DD')
        return self


class _AccountSection(Section):
    name: AccountName
    addresses: list[EmailAddress] = Field(min_length=1)

    def settings(self) -> dict[str, Any]:
        """The connector's own keys, those that were written."""
        return self.model_dump(exclude={"name", "addresses", "kind"}, exclude_none=True)


class ImapSection(_AccountSection):
    kind: Literal["imap"]
    host: str = Field(min_length=1)
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["tls", "starttls", "plain"] = "tls"
    user: str | None = None
    ca_file: FilePath | None = None
    folders: list[str] = Field(default=["INBOX"], min_length=1)
    drafts: str | None = None
    sent: str | None = None
    trash: str | None = None


class MaildirSection(_AccountSection):
    kind: Literal["maildir"]
    path: FilePath
    folders: list[str] | None = Field(default=None, min_length=1)
    drafts: str | None = None
    sent: str | None = None
    trash: str | None = None
    create_folders: bool = False


AccountSection = Annotated[ImapSection | MaildirSection, Field(discriminator="kind")]


class RunSection(Section):
    look_back_days: int = Field(default=14, ge=1, le=365)


class SecretsSection(Section):
    store: Literal["auto", "keyring", "credential", "file"] = "auto"
    keyring_backend: str | None = None


class Document(Section):
    """The whole of ``config.toml``."""

    user: UserSection
    profile: ProfileSection = ProfileSection()
    accounts: list[AccountSection] = []
    run: RunSection = RunSection()
    secrets: SecretsSection = SecretsSection()

    @field_validator("accounts")
    @classmethod
    def _names_differ(cls, accounts: list[ImapSection | MaildirSection]) -> list[ImapSection | MaildirSection]:
        names = [account.name for account in accounts]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two accounts are named {doubled[0]!r}; every account needs a name of its own")
        return accounts


def profile_from(document: Document) -> Profile:
    """The profile as the core knows it."""
    section = document.profile
    floor = section.pay_floor
    return Profile(
        name=document.user.name,
        signature=document.user.signature.strip("\n"),
        zone=ZoneInfo(document.user.timezone).key,
        status=section.status,
        paused_until=section.paused_until,
        goals=tuple(section.goals),
        roles_wanted=tuple(section.roles_wanted),
        roles_avoided=tuple(section.roles_avoided),
        levels=tuple(section.levels),
        fields_preferred=tuple(section.fields_preferred),
        fields_avoided=tuple(section.fields_avoided),
        companies_preferred=tuple(section.companies_preferred),
        companies_avoided=tuple(section.companies_avoided),
        company_notes=tuple(CompanyNote(**note.model_dump()) for note in section.company_notes),
        pay_floor=Pay(Decimal(floor.amount), None, floor.currency, floor.period) if floor else None,
        home=section.home,
        home_country=section.home_country or "",
        work_modes=frozenset(section.work_modes),
        commute_places=tuple(section.commute_places),
        relocation=section.relocation,
        relocation_places=tuple(section.relocation_places),
        work_permits=tuple(section.work_permits),
        needs_sponsorship_elsewhere=section.needs_sponsorship_elsewhere,
        interview_hours=tuple(map(_window, section.interview_hours)),
        private_windows=tuple(map(_window, section.private_windows)),
        interviews_a_week=section.interviews_a_week,
        notice_hours=section.notice_hours,
        practice_wanted=section.practice_wanted,
        doors=tuple(section.doors),
        keep_warm=tuple(section.keep_warm),
        ask_first=tuple(AskFirst(entry.who, frozenset(entry.steps)) for entry in section.ask_first),
        hold_days=section.hold_days,
    )
