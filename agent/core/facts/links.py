"""Where a mail's links lead: the page on which a time is chosen, and the place of the video call."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent.core.facts.page import Page, Passage, Read
from agent.core.model import Evidence, Kind, Link, Stage
from agent.core.senders import LinkKind

_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_BEFORE = 160
"""Characters before a bare link that may say what it is for."""
_LINKS_READ = 60

_BOOKED = frozenset({Kind.CONFIRMATION})
"""What is booked is only managed by links, even by those of a booking page."""


def scheduling_url(page: Page) -> Read[str] | None:
    """The page where the reader chooses a time; never one that manages a booking, shows a job or holds a test."""
    if page.classification.kind in _BOOKED:
        return None
    for passage in (page.new, page.signature):
        for link, position in _links_in(passage, page):
            kind = page.lexicon.senders.link_kind(link.url)
            named = kind in _by_words(page) and _is_called(passage, link, position, "links.booking")
            if kind is LinkKind.BOOKING or named:
                return Read(link.url, _evidence(passage, link, position, "a page to choose a time"))
    return None


def _by_words(page: Page) -> frozenset[LinkKind]:
    """The kinds of links that are a page to choose a time where the words say so."""
    if page.classification.kind is Kind.RESCHEDULE:
        return frozenset({LinkKind.OTHER, LinkKind.MANAGE})
    tested = page.classification.kind is Kind.ASSESSMENT or page.classification.stage is Stage.ONE_WAY_VIDEO
    return frozenset() if tested else frozenset({LinkKind.OTHER})


def meeting_url(page: Page) -> Read[str] | None:
    """The place of the video call, in a calendar part or in the text."""
    for url in _event_urls(page):
        if page.lexicon.senders.link_kind(url) is LinkKind.MEETING:
            return Read(url, Evidence(url, None, None, "the place of the call, in the calendar part"))
    for passage in (page.new, page.signature):
        for link, position in _links_in(passage, page):
            kind = page.lexicon.senders.link_kind(link.url)
            if kind is LinkKind.MEETING or (
                kind is LinkKind.OTHER and _is_called(passage, link, position, "links.meeting")
            ):
                return Read(link.url, _evidence(passage, link, position, "the place of the call"))
    return None


def _links_in(passage: Passage, page: Page) -> Iterator[tuple[Link, int]]:
    """The links whose words stand in a passage, with where they stand."""
    for link, _ in zip(page.message.links, range(_LINKS_READ), strict=False):
        shown = link.text.strip() or link.url
        position = passage.text.find(shown)
        if position < 0 and shown != link.url:
            position = passage.text.find(link.url)
        if position >= 0:
            yield link, position


def _is_called(passage: Passage, link: Link, position: int, group: str) -> bool:
    """True where the link's own words, or for a bare link the words before it, say what it is for."""
    if link.text and not _URL.match(link.text.strip()):
        return any(position <= hit.start < position + len(link.text) for hit in passage.hits(group))
    return any(
        position - _BEFORE <= hit.start < position and not _URL.search(passage.text, hit.end, position)
        for hit in passage.hits(group)
    )


def _evidence(passage: Passage, link: Link, position: int, why: str) -> Evidence:
    shown = link.text.strip() or link.url
    end = position + (len(shown) if passage.text.startswith(shown, position) else len(link.url))
    return passage.evidence(position, end, why)


def _event_urls(page: Page) -> Iterator[str]:
    for event in page.message.events:
        yield from event.urls
        for text in (event.location, event.description):
            yield from (match.group() for match in _URL.finditer(text[:4000]))
