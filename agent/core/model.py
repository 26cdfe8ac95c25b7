"""The values that flow through Cordially: frozen, slotted, made of tuples and aware datetimes.

They come in the order of the story: a ``ParsedMessage`` is classified (``Classification``), what it is about is read
out of it (``Matter``), it is weighed (``Verdict``), and a reply is worded (``DraftProposal``). A ``Case`` is one
message followed as far as it went. The kinds, actions and reasons are the words of the product's contract.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from connectors.base import Answering, DraftState, Handle, Mark, MessageRef, RawMessage


class Kind(StrEnum):
    """What a mail is, seen from the person who reads it."""

    INVITATION = "invitation"
    ASSESSMENT = "assessment"
    RESCHEDULE = "reschedule"
    CONFIRMATION = "confirmation"
    CANCELLATION = "cancellation"
    OUTREACH = "outreach"
    FOLLOWUP = "followup"
    OFFER = "offer"
    REJECTION = "rejection"
    ACKNOWLEDGEMENT = "acknowledgement"
    JOB_ALERT = "job_alert"
    OTHER = "other"


ANSWERABLE = frozenset({Kind.INVITATION, Kind.ASSESSMENT, Kind.RESCHEDULE, Kind.OUTREACH, Kind.FOLLOWUP})
"""The kinds that wait for a choice of the user's and so may get an answer in words."""


class Stage(StrEnum):
    """Which conversation an invitation asks for."""

    SCREEN = "screen"
    HIRING_MANAGER = "hiring_manager"
    TECHNICAL = "technical"
    PANEL = "panel"
    ONSITE = "onsite"
    ONE_WAY_VIDEO = "one_way_video"
    INFORMATIONAL = "informational"
    UNSPECIFIED = "unspecified"


class Subkind(StrEnum):
    """What a followup wants."""

    REASON_REQUEST = "reason_request"
    RENEGOTIATION = "renegotiation"
    PRESSING = "pressing"
    CHASER = "chaser"


class Action(StrEnum):
    """What the draft does."""

    ACCEPT = "accept"
    DECLINE = "decline"
    HOLD = "hold"
    CLARIFY = "clarify"
    ACKNOWLEDGE = "acknowledge"
    NONE = "none"


class Reason(StrEnum):
    """Why, at the level a sender may be told."""

    ACCEPTED_OFFER = "accepted_offer"
    IMPROVED_CURRENT_ROLE = "improved_current_role"
    GOALS = "goals"
    ROLE_MISMATCH = "role_mismatch"
    PAY = "pay"
    LOGISTICS = "logistics"
    RELOCATION = "relocation"
    SPONSORSHIP = "sponsorship"
    TIME_ZONE = "time_zone"
    RED_FLAG = "red_flag"
    TIMING = "timing"
    BANDWIDTH = "bandwidth"
    FAMILY = "family"
    NONE = "none"


class Lens(StrEnum):
    """The four lenses of CLARITY."""

    CAREER = "career"
    LOGISTICS = "logistics"
    REPUTATION = "reputation"
    RESOURCES = "resources"


class Pull(StrEnum):
    """Which way a fired rule pulls, and how strongly."""

    DEAL_BREAKER = "deal_breaker"  #: decides alone: decline
    NO = "no"
    YES = "yes"
    ASK = "ask"  #: a deal-breaker hangs on a fact the mail does not give
    HOLD = "hold"  #: others must be asked, or the user's own date comes first
    ANYWAY = "anyway"  #: a reason to talk although a lens says no
    SILENT = "silent"  #: no draft at all (fraud, nobody to answer)
    NOTE = "note"  #: shown to the user, moves nothing


class WorkMode(StrEnum):
    REMOTE = "remote"
    HYBRID = "hybrid"
    ONSITE = "onsite"


class Relocation(StrEnum):
    REQUIRED = "required"
    OFFERED = "offered"
    NONE = "none"


class Sponsorship(StrEnum):
    OFFERED = "offered"
    REFUSED = "refused"


class Period(StrEnum):
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"


class Purpose(StrEnum):
    """What a draft of ours is for; a case has at most one live draft for each."""

    ANSWER = "answer"
    THANK_YOU = "thank_you"
    FOLLOW_UP = "follow_up"
    RECONNECT = "reconnect"


# ------------------------------------------------------------------------------------------------ a message, parsed


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox of RFC 5322: the name as shown (may be empty) and the address in the form it was written."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """The part behind the last @, lower case; empty where there is none."""
        return self.email.rpartition("@")[2].lower() if "@" in self.email else ""


@dataclass(frozen=True, slots=True)
class Attendee:
    address: Address
    partstat: str = "NEEDS-ACTION"
    role: str = "REQ-PARTICIPANT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItipEvent:
    """One VEVENT of a text/calendar part (RFC 5545, RFC 5546).

    ``method`` is upper case, empty where the part has none. Times are aware; ``zone_known`` is False where the zone
    name could neither be mapped nor was described by a VTIMEZONE: then the times are not to be trusted. An all-day
    event starts and ends at midnight of its zone and ``all_day`` is True.
    """

    method: str
    event_uid: str
    sequence: int = 0
    stamp: datetime | None = None
    recurrence_id: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    zone: str | None = None
    zone_known: bool = True
    all_day: bool = False
    status: str = ""
    summary: str = ""
    location: str = ""
    description: str = ""
    organizer: Address | None = None
    sent_by: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link as shown and where it leads, unwrapped offline where a known wrapper hides the target."""

    text: str
    url: str


class RegionKind(StrEnum):
    NEW = "new"
    SIGNATURE = "signature"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Region:
    """A run ``body[start:end]`` of one kind; the regions of a message lie in order and cover its body."""

    kind: RegionKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMessage:
    """A mail, decoded for people. Any octets become one; what was broken is named in ``defects``.

    ``body`` is the whole text a mail client shows (newlines are ``\\n``); ``text``, ``signature`` and ``quoted`` are
    its new part, the signature block and the quoted part, each the joined ``regions`` of that kind. Ids keep their
    angle brackets. ``sent_at`` is the Date field with the offset written there, None where it is missing or absurd.
    ``suspect_sender`` is True where From could be read in more than one way. ``delivered_to`` are the addresses that
    Delivered-To, X-Original-To and the like name. ``cut`` is True where the mail was longer or deeper than is read.
    """

    ref: MessageRef
    received_at: datetime
    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address | None = None
    suspect_sender: bool = False
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    subject: str = ""
    sent_at: datetime | None = None
    body: str = ""
    regions: tuple[Region, ...] = ()
    text: str = ""
    signature: str = ""
    quoted: str = ""
    links: tuple[Link, ...] = ()
    events: tuple[ItipEvent, ...] = ()
    attachments: tuple[str, ...] = ()
    auto_submitted: str = ""
    precedence: str = ""
    list_id: str = ""
    list_unsubscribe: bool = False
    content_language: str = ""
    authentication: str = ""
    defects: tuple[str, ...] = ()
    cut: bool = False
    ours: bool = False

    @property
    def dated_at(self) -> datetime:
        """The moment relative times count from: Date, else when the mail was received."""
        return self.sent_at or self.received_at

    def in_body(self, kind: RegionKind, position: int) -> int:
        """Where the character at ``position`` of the text of one kind stands in ``body``."""
        for region in self.regions:
            if region.kind is kind:
                if position < region.end - region.start:
                    return region.start + position
                position -= region.end - region.start
        return len(self.body)


# ------------------------------------------------------------------------------------------------ what it is


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that speak for a judgement: ``body[start:end] == span``; both None for the words of a header."""

    span: str
    start: int | None
    end: int | None
    why: str
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Classification:
    kind: Kind
    confidence: float
    stage: Stage | None = None
    subkind: Subkind | None = None
    unsure: bool = False
    evidence: tuple[Evidence, ...] = ()
    language: str = "en"


# ------------------------------------------------------------------------------------------------ what it is about


@dataclass(frozen=True, slots=True)
class Slot:
    """A time on offer; ``ends_at`` only where it was written. Aware, in the zone it was written in."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pay:
    """A stated pay range; one stated figure is both bounds, a bound not written is None. Currency is ISO 4217."""

    minimum: Decimal | None
    maximum: Decimal | None
    currency: str
    period: Period


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A phrase of time with more than one reading ("03/04", "next Friday", "IST"): asked about, never guessed."""

    phrase: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a recruiting mail of any kind is about: only what is written there, None where nothing is.

    ``quotes`` holds, for each field that was filled, the words it was read from; ``quote(field)`` finds them.
    ``organizer`` is set where a calendar request wants its answer by the calendar's own buttons.
    """

    source: MessageRef
    language: str = "en"
    company: str | None = None
    role: str | None = None
    contact_name: str | None = None
    reply_to: str | None = None
    slots: tuple[Slot, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    agreed: Slot | None = None  #: the time a confirmation, reschedule or cancellation speaks of as agreed before
    deadline: date | None = None
    scheduling_url: str | None = None
    meeting_url: str | None = None
    work_mode: WorkMode | None = None
    place: str | None = None  #: the city or country the job is in, as written
    country: str | None = None  #: ISO 3166-1 alpha-2 of that place, where it can be told
    relocation: Relocation | None = None
    sponsorship: Sponsorship | None = None
    pay: Pay | None = None
    agency: bool = False  #: a recruiter for another firm writes
    flags: tuple[str, ...] = ()
    event_uid: str | None = None
    sequence: int = 0
    organizer: Address | None = None
    quotes: tuple[tuple[str, Evidence], ...] = ()

    def quote(self, name: str) -> str:
        """The words of the mail that one field was read from; empty where there are none."""
        return next((evidence.span for field_name, evidence in self.quotes if field_name == name), "")


# ------------------------------------------------------------------------------------------------ what to do


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that spoke: through which lens, which way, on which words of the mail, and why in words for the user."""

    rule: str
    lens: Lens
    pull: Pull
    because: str
    quote: str = ""
    reason: Reason = Reason.NONE
    question: str | None = None  #: the question a rule with Pull.ASK wants asked, a key of the templates' questions
    weight: float = 0.0  #: what it adds to its lens, -1 to 1


@dataclass(frozen=True, slots=True)
class LensScore:
    lens: Lens
    score: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """What the user must do elsewhere: book on a page, press Yes in the calendar, write to a named person."""

    what: str
    url: str | None = None
    by: date | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """The action that came second, so that a change of mind can be drafted at once."""

    action: Action
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do about a mail of that ``kind``, ``stage`` and ``subkind``, and what goes with it."""

    action: Action
    kind: Kind = Kind.INVITATION
    stage: Stage | None = None
    subkind: Subkind | None = None
    reason: Reason = Reason.NONE
    slot: Slot | None = None
    fallback: Slot | None = None
    offer: tuple[Slot, ...] = ()  #: free times to offer where the mail names none
    questions: tuple[str, ...] = ()
    hold_until: date | None = None
    lenses: tuple[LensScore, ...] = ()
    rules: tuple[Fired, ...] = ()
    confidence: float = 1.0
    runner_up: Alternative | None = None
    todo: Todo | None = None
    answered_in_words: bool = True  #: False where nobody reads a reply, so that no draft is written
    profile_digest: str = ""


# ------------------------------------------------------------------------------------------------ what to leave


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a draft and the template it came from."""

    body: str
    template: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftProposal:
    """A reply we wish to leave. ``octets`` is the whole message; the other fields repeat what people want to see.

    ``key`` is empty until the store gives the case its number: unique for a case, purpose and round.
    ``mark`` is set once a placing was begun: its outcome may be unknown.
    """

    key: str = ""
    account: str
    source: MessageRef
    answered_id: str | None
    answered_received_at: datetime
    purpose: Purpose = Purpose.ANSWER
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    subject: str
    message_id: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    language: str = "en"
    template: str = ""
    body: str = ""
    octets: bytes = b""
    good_until: datetime | None = None  #: the moment after which these words are stale (the slot, the deadline)
    mark: Mark | None = None

    @property
    def answering(self) -> Answering:
        """The message it answers, in the words of the connector contract."""
        return Answering(self.source, self.answered_id, self.answered_received_at)


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal that was placed, and what became of it."""

    proposal: DraftProposal
    handle: Handle | None
    placed_at: datetime
    state: DraftState


class NudgeKind(StrEnum):
    REPLY_OWED = "reply_owed"
    HOLD_PROMISED = "hold_promised"
    BOOK_BY = "book_by"
    INTERVIEW_TOMORROW = "interview_tomorrow"
    RECONNECT = "reconnect"


@dataclass(frozen=True, slots=True)
class Nudge:
    """Something to tell the user at a time (UTC); ``text`` is one line. ``draft_key`` ties it to a draft, if any.

    ``until`` is the moment after which it says nothing any more (the interview has begun): then it is not told.
    """

    kind: NudgeKind
    due_at: datetime
    text: str
    draft_key: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the store knows of the conversation a message belongs to."""

    case_id: int | None = None
    company: str | None = None
    role: str | None = None
    contact_name: str | None = None
    kinds: tuple[Kind, ...] = ()
    last_action: Action | None = None
    last_reason: Reason = Reason.NONE
    agreed: Slot | None = None
    slots: tuple[Slot, ...] = ()
    declined_again: bool = False  #: a short final no has already answered one pressing


NO_EARLIER = Earlier()


@dataclass(frozen=True, slots=True)
class Case:
    """One message followed as far as it went, and why it stopped there."""

    raw: RawMessage
    message: ParsedMessage
    classification: Classification
    matter: Matter | None = None
    verdict: Verdict | None = None
    proposal: DraftProposal | None = None
    nudges: tuple[Nudge, ...] = field(default=())
    stopped: str = ""
