"""What is known of senders and links: whose machinery sends a mail, who reads an answer, where a link leads.

The facts are data (``agent/data/senders.toml``), the same for every language. Domains are compared by whole labels,
never by parts of a word, and nothing here filters: a sender that is not known may well be the best employer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

_URL = re.compile(r"(?:https?://)?(?:www\.)?(?P<host>[^/?#\s:@]+)(?::\d+)?(?P<rest>[/?#]\S*)?", re.IGNORECASE)
_READ = 400
"""Characters of an address or a link that are looked at; what is longer hides its end from nobody but us."""

_NEVER = re.compile(r"(?!)")
_Found = TypeVar("_Found")


class SenderKind(StrEnum):
    """What a known sender is to the job search."""

    ATS = "ats"
    SCHEDULER = "scheduler"
    ONE_WAY_VIDEO = "one-way-video"
    ASSESSMENT = "assessment"
    JOB_BOARD = "job-board"


class TenantIn(StrEnum):
    """Where a hiring system names the employer it writes for."""

    DISPLAY_NAME = "display-name"
    LOCAL_PART = "local-part"
    SUBDOMAIN = "subdomain"
    SUBJECT = "subject"
    NOWHERE = "none"


class LinkKind(StrEnum):
    """What a link is for."""

    BOOKING = "booking"  #: choose a time, or say when one is free
    MANAGE = "manage"  #: move or cancel what is booked
    POSTING = "posting"  #: a job advert
    TEST = "test"
    RECORDING = "recording"  #: answer recorded questions alone
    MEETING = "meeting"  #: the place of a video call
    HIRING_SIDE = "hiring_side"  #: inside a hiring system: the reader is the interviewer
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Sender:
    """A known sender. ``replies_reach_human`` is None where nobody knows; ``rules`` on the address come before it."""

    id: str
    kind: SenderKind
    domains: tuple[str, ...] = ()
    tenant_in: TenantIn = TenantIn.NOWHERE
    replies_reach_human: bool | None = None
    rules: tuple[tuple[re.Pattern[str], bool | None], ...] = ()
    links: tuple[tuple[re.Pattern[str], LinkKind], ...] = ()


_LinkRules = tuple[tuple[re.Pattern[str], LinkKind], ...]


@dataclass(frozen=True, slots=True)
class _AddressRules:
    no_reply: re.Pattern[str] = _NEVER
    robot: re.Pattern[str] = _NEVER
    thread: re.Pattern[str] = _NEVER


@dataclass(frozen=True, slots=True, eq=False)
class Senders:
    """Every known sender, by domain, by exact address and by the hosts of its links."""

    by_domain: Mapping[str, Sender] = field(default_factory=dict)
    by_address: Mapping[str, Sender] = field(default_factory=dict)
    by_host: Mapping[str, Sender] = field(default_factory=dict)
    freemail: frozenset[str] = frozenset()
    look_alikes: Mapping[str, str] = field(default_factory=dict)
    meeting_hosts: frozenset[str] = frozenset()
    meeting_links: re.Pattern[str] = _NEVER
    path_kinds: _LinkRules = ()
    unknown_path_kinds: _LinkRules = ()
    address_rules: _AddressRules = _AddressRules()

    def find(self, email: str) -> Sender | None:
        """The known sender behind an address or a domain; its name is never the hiring company's."""
        lowered = email[-_READ:].lower()
        return self.by_address.get(lowered) or _by_labels(self.by_domain, lowered.rpartition("@")[2])

    def reaches_person(self, email: str) -> bool | None:
        """Whether an answer to this address arrives in front of a person; None where nobody can tell."""
        lowered = email[-_READ:].lower()
        if "@" not in lowered:
            return None
        sender = self.find(lowered)
        for pattern, reaches in sender.rules if sender else ():
            if pattern.search(lowered):
                return reaches
        if self.says_no_reply(lowered):
            return False
        if self.address_rules.thread.search(lowered):
            return True
        if sender:
            return sender.replies_reach_human
        return None if self.address_rules.robot.search(lowered.rpartition("@")[0]) else True

    def says_no_reply(self, email: str) -> bool:
        """True where the address itself says that nobody reads an answer, in any language."""
        return self.address_rules.no_reply.search(email[-_READ:].lower().rpartition("@")[0]) is not None

    def is_freemail(self, email: str) -> bool:
        """True for a mailbox anybody can have, whose domain names no employer."""
        return email.rpartition("@")[2].lower() in self.freemail

    def look_alike(self, email: str) -> str | None:
        """What a sender of mail *about* interviews is (practice, user-research, courses ...); None for all others."""
        return _by_labels(self.look_alikes, email[-_READ:].lower().rpartition("@")[2])

    def link_sender(self, url: str) -> Sender | None:
        """The known sender whose domain a link leads to."""
        host, _ = _host_and_rest(url)
        return _by_labels(self.by_host, host)

    def link_kind(self, url: str) -> LinkKind:
        """What a link is for, told from its host and path alone: nothing is fetched."""
        host, rest = _host_and_rest(url)
        target = host + (rest or "/")
        if self.meeting_links.search(target) and not self.meeting_hosts.isdisjoint(labels_of(host)):
            return LinkKind.MEETING
        sender = _by_labels(self.by_host, host)
        if sender is None:
            return _first(self.unknown_path_kinds, target)
        rules = sender.links + (self.path_kinds if sender.kind is SenderKind.ATS else ())
        return _first(rules, target)


NO_SENDERS = Senders()
"""Nothing is known of anybody: every question is answered with "unknown"."""


def labels_of(domain: str) -> Iterator[str]:
    """The domain and each domain above it, the longest first."""
    rest = domain.strip(".")
    while rest:
        yield rest
        rest = rest.partition(".")[2]


def senders_from(table: Mapping[str, Any]) -> Senders:
    """Build the senders from their parsed TOML."""
    entries = table.get("sender", ())
    senders = [(entry, _sender(entry)) for entry in entries]
    words = table.get("links", {})
    meetings = table.get("meetings", {})
    return Senders(
        by_domain={domain: sender for _, sender in senders for domain in sender.domains},
        by_address={address: sender for entry, sender in senders for address in entry.get("addresses", ())},
        by_host={host: sender for entry, sender in senders for host in (*sender.domains, *entry.get("hosts", ()))},
        freemail=frozenset(table.get("addresses", {}).get("freemail", ())),
        look_alikes={domain: entry["kind"] for entry in table.get("look_alike", ()) for domain in entry["domains"]},
        meeting_hosts=frozenset(meetings.get("hosts", ())),
        meeting_links=_any_of(meetings.get("match", ())),
        path_kinds=_kinds(words, ("manage", "recording", "test", "booking")),
        unknown_path_kinds=_kinds(words, ("manage", "booking", "posting"), prefix="anywhere_"),
        address_rules=_address_rules(table.get("addresses", {})),
    )


def _sender(entry: Mapping[str, Any]) -> Sender:
    return Sender(
        id=entry["id"],
        kind=SenderKind(entry["kind"]),
        domains=tuple(entry.get("domains", ())),
        tenant_in=TenantIn(entry.get("tenant_in", "none")),
        replies_reach_human=_REPLIES[entry["replies"]],
        rules=tuple((re.compile(rule["match"]), _REPLIES[rule["replies"]]) for rule in entry.get("rules", ())),
        links=tuple((_compiled(link["match"]), LinkKind(link["kind"])) for link in entry.get("links", ())),
    )


_REPLIES = {"yes": True, "no": False, "unknown": None}


def _address_rules(table: Mapping[str, Any]) -> _AddressRules:
    return _AddressRules(
        no_reply=_any_of(table.get("no_reply", ()), r"(?:^|[-._+=\d])(?:%s)(?=$|[-._+=\d])|noreply|donotreply"),
        robot=_any_of(table.get("robot", ()), r"^(?:%s)(?=$|[-._+=\d])"),
        thread=_any_of(table.get("thread", ())),
    )


def _kinds(words: Mapping[str, str], names: Sequence[str], prefix: str = "") -> _LinkRules:
    return tuple((_compiled(words[prefix + name]), LinkKind(name)) for name in names if prefix + name in words)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _any_of(patterns: Sequence[str], frame: str = "%s") -> re.Pattern[str]:
    return _compiled(frame % "|".join(patterns)) if patterns else _NEVER


def _by_labels(table: Mapping[str, _Found], domain: str) -> _Found | None:
    return next((table[name] for name in labels_of(domain) if name in table), None)


def _host_and_rest(url: str) -> tuple[str, str]:
    match = _URL.match(url[:_READ].strip())
    return (match["host"].lower(), match["rest"] or "") if match else ("", "")


def _first(rules: _LinkRules, target: str) -> LinkKind:
    return next((kind for pattern, kind in rules if pattern.search(target)), LinkKind.OTHER)
