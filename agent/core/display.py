"""What a mail client shows of a mail, and what it lists beside: the text, its links, attachments, calendar parts.

Of ``multipart/alternative`` the HTML part is shown, as every mail client does: recruiting systems often leave the plain
part empty or stale. The plain part is shown where the HTML holds next to nothing beside it (one picture, "view this in
your browser"). Inline text parts follow one another; a mail within the mail follows with its header block.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from agent.core.charset import codec_of
from agent.core.html import LONGEST_TEXT, Hint, HintKind, render
from agent.core.itip import LONGEST_CALENDAR, CalendarBroken, read_events
from agent.core.links import bare_links, unique_links
from agent.core.mime import Part
from agent.core.model import ItipEvent, Link

MOST_ATTACHMENTS = 100
MOST_CALENDARS = 8
_STUB = 5
"""How many times more text the plain part must hold for the HTML part to count as a stub."""
_WORTH_SHOWING = 200
_SHOWN_FIELDS = ("From", "Date", "To", "Subject")
_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_TEXT_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_MARKUP_AT_HEAD = re.compile(r"\s{0,99}<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text as it is shown, with what its markup says about it."""

    text: str = ""
    links: tuple[Link, ...] = ()
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Display:
    """All that a mail client shows of a mail besides its header."""

    body: str
    links: tuple[Link, ...]
    hints: tuple[Hint, ...]
    attachments: tuple[str, ...]
    events: tuple[ItipEvent, ...]
    defects: tuple[str, ...]
    cut: bool


@dataclass(slots=True)
class _Notes:
    defects: dict[str, None] = field(default_factory=dict)
    cut: bool = False

    def note(self, defect: str, *, cut: bool = False) -> None:
        if defect:
            self.defects[defect] = None
        self.cut = self.cut or cut


def display(root: Part) -> Display:
    """Lay out a mail as a mail client would."""
    notes = _Notes()
    piece = _joined([_shown_alone(root, notes)] if not root.children else list(_shown(root, notes)))
    events = _events(root, notes)
    body = piece.text if piece.text.strip() else "\n\n".join(_told(event) for event in events[:1])
    if len(body) > LONGEST_TEXT:
        notes.note("text-too-long", cut=True)
        body = body[:LONGEST_TEXT]
    links = unique_links(each for links in (piece.links, _unlisted(bare_links(body), piece.links)) for each in links)
    names = tuple(name for part in _leaves(root) if (name := part.file_name))[:MOST_ATTACHMENTS]
    return Display(body, links, piece.hints, names, events, tuple(notes.defects), notes.cut)


def _unlisted(links: Iterable[Link], listed: Iterable[Link]) -> Iterator[Link]:
    known = {link.url for link in listed}
    return (link for link in links if link.url not in known)


def _leaves(part: Part) -> Iterator[Part]:
    """The parts without parts inside, in order; a mail within the mail counts as one of them."""
    if part.main_type == "message" or not part.children:
        yield part
        return
    for child in part.children:
        yield from _leaves(child)


# ------------------------------------------------------------------------------------------------ text


def _shown(part: Part, notes: _Notes) -> Iterator[Piece]:
    """The pieces of a part that are shown, in order."""
    if part.content_type == "multipart/alternative":
        yield from _alternative(part, notes)
    elif part.content_type in ("multipart/related", "multipart/signed") and part.children:
        yield from _shown(part.children[0], notes)
    elif part.content_type == "multipart/encrypted":
        notes.note("encrypted")
    elif part.main_type == "multipart":
        for child in part.children:
            yield from _shown(child, notes)
    elif part.main_type == "message" and part.children:
        yield _attached(part.children[0], notes)
    elif _is_inline_text(part):
        yield _text_piece(part, notes)


def _shown_alone(part: Part, notes: _Notes) -> Piece:
    """The text of a mail that has one part: shown though it may bear a file name."""
    return _text_piece(part, notes) if part.content_type in _TEXT_TYPES else Piece()


def _is_inline_text(part: Part) -> bool:
    if part.content_type not in _TEXT_TYPES:
        return False
    return part.disposition != "attachment" and (part.disposition == "inline" or not part.file_name)


def _alternative(part: Part, notes: _Notes) -> Iterator[Piece]:
    """The best of several forms of one text: HTML, unless it is a stub beside the plain text."""
    forms = [child for child in part.children if child.content_type not in _CALENDAR_TYPES]
    rich = next((form for form in reversed(forms) if _holds_html(form)), None)
    plain = next((form for form in forms if form is not rich and not _holds_html(form)), None)
    rich_piece = _joined(list(_shown(rich, notes))) if rich is not None else Piece()
    if plain is None or len(rich_piece.text) > _WORTH_SHOWING:
        yield rich_piece
        return
    plain_piece = _joined(list(_shown(plain, notes)))
    yield plain_piece if len(plain_piece.text) > _STUB * len(rich_piece.text) else rich_piece


def _holds_html(part: Part) -> bool:
    return any(leaf.content_type == "text/html" and _is_inline_text(leaf) for leaf in _leaves(part))


def _text_piece(part: Part, notes: _Notes) -> Piece:
    """One text part, decoded and, where it is HTML, rendered."""
    notes.note("text-too-long" if part.is_longer else "", cut=part.is_longer)
    text, defect = part.text(_declared_charset(part))
    notes.note(defect)
    if part.content_type == "text/plain" and not _MARKUP_AT_HEAD.match(text):
        return Piece(_unflowed(text, part.parameters))
    rendered = render(text)
    notes.note("html-too-long" if rendered.cut else "", cut=rendered.cut)
    return Piece(rendered.text, rendered.links, rendered.hints)


def _declared_charset(part: Part) -> str:
    """The charset of a part as its type names it, else, for HTML, as its own head does."""
    label = part.parameters.get("charset", "")
    if part.content_type == "text/html" and (not label or codec_of(label) is None):
        match = _META_CHARSET.search(part.content()[:2048])
        label = match[1].decode("ascii", "ignore") if match else label
    return label


def _unflowed(text: str, parameters: dict[str, str]) -> str:
    """Undo the wrapping of ``format=flowed`` (RFC 3676 section 4): soft line breaks, quote depth, stuffed spaces."""
    if parameters.get("format", "").lower() != "flowed":
        return text
    joined = parameters.get("delsp", "").lower() == "yes"
    lines: list[str] = []
    open_marks: str | None = None
    for line in text.split("\n"):
        marks, content = _quote_marks(line)
        content = content.removeprefix(" ")
        flowed = content.endswith(" ") and content != "-- "
        content = content[:-1] if flowed and joined else content
        if open_marks == marks and content != "-- ":
            lines[-1] += content
        else:
            lines.append(f"{marks} {content}" if marks else content)
        open_marks = marks if flowed else None
    return "\n".join(lines)


def _quote_marks(line: str) -> tuple[str, str]:
    depth = len(line) - len(line.lstrip(">"))
    return line[:depth], line[depth:]


def _attached(message: Part, notes: _Notes) -> Piece:
    """A mail within the mail: its header block as a client shows it, then its text."""
    head = "".join(f"{name}: {text}\n" for name in _SHOWN_FIELDS if (text := message.headers.text(name.lower())))
    inner = _joined([_shown_alone(message, notes)] if not message.children else list(_shown(message, notes)))
    text = f"{head}\n{inner.text}" if head else inner.text
    shift = len(text) - len(inner.text)
    hint = Hint(HintKind.ATTACHED, 0, len(text))
    return Piece(text, inner.links, (hint, *_shifted(inner.hints, shift)))


def _joined(pieces: list[Piece]) -> Piece:
    """Several pieces as one text, a blank line between them."""
    filled = [piece for piece in pieces if piece.text.strip()]
    if len(filled) == 1:
        return filled[0]
    texts: list[str] = []
    hints: list[Hint] = []
    length = 0
    for piece in filled:
        hints.extend(_shifted(piece.hints, length))
        texts.append(piece.text + ("" if piece is filled[-1] else "\n" if piece.text.endswith("\n") else "\n\n"))
        length += len(texts[-1])
    return Piece("".join(texts), tuple(link for piece in filled for link in piece.links), tuple(hints))


def _shifted(hints: Iterable[Hint], by: int) -> Iterator[Hint]:
    return (replace(hint, start=hint.start + by, end=hint.end + by) for hint in hints)


# ------------------------------------------------------------------------------------------------ calendar parts


def _events(root: Part, notes: _Notes) -> tuple[ItipEvent, ...]:
    """The events of all calendar parts, each once: senders add the same one inline and as a file."""
    found: dict[tuple[object, ...], ItipEvent] = {}
    parts = [part for part in _leaves(root) if _is_calendar(part)]
    for part in parts[:MOST_CALENDARS]:
        notes.note("calendar-too-long" if part.end - part.start > LONGEST_CALENDAR else "")
        try:
            events = read_events(
                part.text(part.parameters.get("charset") or "utf-8")[0], part.parameters.get("method", "")
            )
        except CalendarBroken:
            notes.note("calendar-broken")
            continue
        for event in events:
            found.setdefault((event.event_uid, event.recurrence_id, event.sequence, event.starts_at), event)
    return tuple(found.values())


def _is_calendar(part: Part) -> bool:
    return part.content_type in _CALENDAR_TYPES or (
        part.main_type == "application" and part.file_name.lower().endswith((".ics", ".vcs"))
    )


def _told(event: ItipEvent) -> str:
    """An event in its own words, for a mail that holds nothing else."""
    return "\n\n".join(text for text in (event.summary, event.location, event.description) if text)
