"""Which lines of a mail are new, which are a signature, and which were quoted from older mail.

A line scanner in passes, each linear in the number of lines. The rules in short:

* Lines that begin with ``>`` are quoted, and so is what the markup says is (:class:`agent.core.html.Hint`).
  Text between quoted lines is new: it answers them.
* The line that introduces a quotation ("On ... wrote:") is quoted. Where no quoted line follows, as many phones write,
  all that follows is quoted; so it is behind "Original Message" and behind the header block that Outlook puts there.
* A forwarded mail is quoted too, unless nothing worth reading stands above it: then it is what the reader was sent,
  and its text counts as new while its header block does not.
* A signature begins at the line ``-- ``. Behind a closing phrase the name stays new, since who signs is read there;
  titles, numbers and disclaimers below are the signature where they can be nothing else. In doubt a line is new.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from agent.core import client_words
from agent.core.html import Hint, HintKind
from agent.core.model import Region, RegionKind

NEW, SIGNATURE, QUOTED = RegionKind.NEW, RegionKind.SIGNATURE, RegionKind.QUOTED

_LONGEST_ATTRIBUTION = 400
_LONGEST_ATTRIBUTION_LINES = 4
_LONGEST_MARKER = 120
_LONGEST_PHONE_LINE = 80
_LONGEST_BLOCK = 12
_LONGEST_KEY = 30
_LONGEST_OPENING = max(map(len, client_words.OPENING))
_TRIVIAL_WORDS = 4
_DEEPEST_FORWARD = 3
_LONGEST_NAME_LINE = 60
_LONGEST_CONTACT_LINE = 100
_MOST_CONTACT_LINES = 30

_WROTE = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(client_words.WROTE)))})\b")
_ADDRESSED = re.compile(r"[^\s<>@]@[^\s<>@]")
_TIMED = re.compile(r"\d{1,2}[:.h]\d{2}")
_DATED = re.compile(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d\d\b")

_PHONE_LINES = tuple(sorted(client_words.PHONE_LINES))
_MOVED = frozenset({HintKind.INDENTED, HintKind.SET_OFF})
_BLOCK_KEYS = client_words.FROM | client_words.SENT | client_words.TO | client_words.SUBJECT | client_words.OTHER_KEYS
_CONTACT = re.compile(r"[^\s@]@[^\s@]|https?://|www\.|\+?\d[\d ()./-]{6,}\d")
_CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d{2}\b|\s?[ap]\.?m\b)|\b\d{1,2}\s?(?:uhr|h)\b", re.IGNORECASE)
_AFTERTHOUGHT = re.compile(r"p\.?\s?s\b|[-*•]\s", re.IGNORECASE)
_RULE = re.compile(r"[-_=*—]{5,}\Z")


class _Break(Enum):
    """What begins at a line that separates a mail from an older one."""

    REPLY = "reply"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class _Separator:
    """Lines ``first`` to ``last`` (the header block included) part a mail from an older one."""

    kind: _Break
    first: int
    last: int


def split_regions(body: str, hints: Sequence[Hint] = (), *, forwarded: bool = False) -> tuple[Region, ...]:
    """The regions of a body, in order and without a gap; ``forwarded`` is what the subject says of the mail."""
    if not body:
        return ()
    scan = _Scan(body, forwarded)
    scan.take_hints(hints)
    scan.mark_quoted_lines()
    scan.mark_signature_lines()
    scan.mark_attributions(hints)
    scan.mark_set_off(hints)
    scan.mark_older_mail(hints)
    scan.mark_contact_block()
    return tuple(scan.regions())


class _Scan:
    """The lines of one body and what each is so far."""

    def __init__(self, body: str, forwarded: bool) -> None:
        self.body = body
        self.forwarded = forwarded
        self.lines = body.split("\n")
        self.stripped = [line.strip() for line in self.lines]
        self.keys = [_key(line) for line in self.stripped]
        self.opens = [_opens_attribution(line) for line in self.stripped]
        self.starts = list(_starts(self.lines))
        self.kinds = [NEW] * len(self.lines)

    def line_at(self, offset: int) -> int:
        """The number of the first line that begins at or behind an offset."""
        return bisect_left(self.starts, offset)

    def mark(self, lines: Iterable[int], kind: RegionKind) -> None:
        for number in lines:
            self.kinds[number] = kind

    # -------------------------------------------------------------------------------------------- passes

    def take_hints(self, hints: Sequence[Hint]) -> None:
        """Mark what the markup says is quoted or a signature; stretches inside one another are marked once."""
        for wanted, kind in ((HintKind.SIGNATURE, SIGNATURE), (HintKind.QUOTED, QUOTED)):
            done = 0
            for hint in sorted((hint for hint in hints if hint.kind is wanted), key=lambda each: each.start):
                first, stop = self.line_at(hint.start), self.line_at(hint.end)
                self.mark(range(max(first, done), stop), kind)
                done = max(done, stop)

    def mark_quoted_lines(self) -> None:
        self.mark((number for number, line in enumerate(self.stripped) if line.startswith(">")), QUOTED)

    def mark_signature_lines(self) -> None:
        """Mark from ``-- `` to the next quoted line or the end (RFC 3676 section 4.3), and what phones add."""
        inside = False
        for number, line in enumerate(self.stripped):
            if self.kinds[number] is QUOTED or self._marker(number) is not None:
                inside = False
            elif line == "--" and self.lines[number].startswith("--"):
                inside = True
            if self.kinds[number] is NEW and (inside or _is_phone_line(line)):
                self.kinds[number] = SIGNATURE

    def mark_attributions(self, hints: Sequence[Hint]) -> None:
        """Mark the lines that introduce quoted lines, and the indented text that such a line shows to be quoted."""
        indented = {self.line_at(hint.start): self.line_at(hint.end) for hint in hints if hint.kind in _MOVED}
        last_quoted = max((number for number, kind in enumerate(self.kinds) if kind is QUOTED), default=-1)
        for number, line in enumerate(self.stripped):
            if not line.endswith((":", "：")) or self.kinds[number] is QUOTED:
                continue
            following = self._next_filled(number)
            first = self._attribution_start(number)
            if following is None or (self.kinds[following] is not QUOTED and following not in indented):
                if number < last_quoted and self._is_bare_attribution(number):
                    self.mark(range(first, number + 1), QUOTED)
            elif self._introduces(first, number):
                self.mark(range(first, following), QUOTED)
                self.mark(range(following, indented.get(following, following)), QUOTED)

    def mark_set_off(self, hints: Sequence[Hint]) -> None:
        """Mark what is set off below new text, unless a colon leads into it as into the writer's own list."""
        done = 0
        for hint in sorted((hint for hint in hints if hint.kind is HintKind.SET_OFF), key=lambda each: each.start):
            first, stop = self.line_at(hint.start), self.line_at(hint.end)
            above = next((line for line in reversed(self.stripped[done:first]) if line), "")
            if above and not above.endswith((":", "：")):
                self.mark(range(first, stop), QUOTED)
            done = max(done, stop)

    def mark_older_mail(self, hints: Sequence[Hint]) -> None:
        """Mark what stands behind the first separator as quoted; look into a forwarded mail that stands alone."""
        tails = {self.line_at(hint.start): self._replied_or_forwarded() for hint in hints if hint.kind is HintKind.TAIL}
        tails.update((self.line_at(hint.start), _Break.FORWARD) for hint in hints if hint.kind is HintKind.ATTACHED)
        begin = 0
        for opened in range(_DEEPEST_FORWARD + 1):
            separator = self._separator(begin, tails)
            if separator is None:
                return
            alone = separator.kind is _Break.FORWARD and self._is_trivial_above(separator.first)
            marked = separator.kind is _Break.REPLY and self._is_followed_by_marks(separator.last)
            if opened == _DEEPEST_FORWARD or not (alone or marked):
                self.mark(range(separator.first, len(self.lines)), QUOTED)
                return
            self.mark(range(separator.first, separator.last + 1), QUOTED)
            begin = separator.last + 1
            if alone:
                self._open_up(begin)

    def mark_contact_block(self) -> None:
        """Mark the titles, numbers and disclaimers behind the name of who signs, where they can be nothing else."""
        closing = self._last_closing()
        if closing is None:
            return
        name = self._next_filled(closing)
        if name is None or self.kinds[name] is QUOTED or len(self.stripped[name]) > _LONGEST_NAME_LINE:
            return
        if self.kinds[name] is SIGNATURE and name == closing + 1 and not _CONTACT.search(self.stripped[name]):
            self.kinds[name] = NEW
        stop = next(
            (number for number in range(name + 1, len(self.lines)) if self.kinds[number] is not NEW), len(self.lines)
        )
        if self._is_contact_block(range(name + 1, stop)):
            self.mark(range(name + 1, stop), SIGNATURE)

    # -------------------------------------------------------------------------------------------- attributions

    def _next_filled(self, number: int) -> int | None:
        """The next line that is not blank, at most two blank lines on."""
        return next((each for each in range(number + 1, min(number + 4, len(self.lines))) if self.stripped[each]), None)

    def _attribution_start(self, number: int) -> int:
        """The first line of an attribution that ends at a line: mail clients fold it over up to four."""
        for first in range(number, max(-1, number - _LONGEST_ATTRIBUTION_LINES), -1):
            if not self.stripped[first] or self.kinds[first] is QUOTED:
                break
            if self.opens[first]:
                return first
        return number

    def _introduces(self, first: int, last: int) -> bool:
        """True where these lines introduce the quoted ones below: in a language we know, or by their form in any."""
        text = self._joined(first, last)
        return bool(text) and bool(_WROTE.search(text) or _ADDRESSED.search(text) or _TIMED.search(text))

    def _joined(self, first: int, last: int) -> str:
        text = " ".join(self.stripped[first : last + 1]).casefold()
        return text if len(text) <= _LONGEST_ATTRIBUTION else ""

    # -------------------------------------------------------------------------------------------- older mail

    def _separator(self, begin: int, tails: Mapping[int, _Break]) -> _Separator | None:
        """The first separator at or behind a line."""
        for number in range(begin, len(self.lines)):
            if number in tails:
                return _Separator(tails[number], number, max(number, self._block_end(number)))
            if self.kinds[number] is QUOTED or not self.stripped[number]:
                continue
            if (kind := self._marker(number)) is not None:
                return _Separator(kind, number, self._block_end(number + 1))
            if (end := self._header_block(number)) is not None:
                return _Separator(self._replied_or_forwarded(), self._with_rule(number), end)
            if self._is_bare_attribution(number):
                return _Separator(_Break.REPLY, self._attribution_start(number), number)
        return None

    def _replied_or_forwarded(self) -> _Break:
        return _Break.FORWARD if self.forwarded else _Break.REPLY

    def _marker(self, number: int) -> _Break | None:
        """What a line such as "-----Original Message-----" announces."""
        line = self.stripped[number]
        if len(line) > _LONGEST_MARKER or not (line.startswith("-") or line.endswith((":", "："))):
            return None
        words = line.strip(" -_*=>:：\xa0").casefold()
        ruled = line.startswith("-")
        if words in client_words.FORWARDED_MESSAGE or (ruled and words.startswith(client_words.FORWARDED_BY)):
            return _Break.FORWARD
        return self._replied_or_forwarded() if ruled and words in client_words.ORIGINAL_MESSAGE else None

    def _header_block(self, number: int) -> int | None:
        """The last line of a header block ("From: ... Sent: ... To: ... Subject: ...") that begins at a line."""
        if self.keys[number] not in client_words.FROM:
            return None
        end = self._block_end(number)
        keys = set(self.keys[number : end + 1])
        return end if keys & client_words.SUBJECT and keys & (client_words.SENT | client_words.TO) else None

    def _block_end(self, number: int) -> int:
        """The last line with a header's key from a line on; a blank line behind the first one ends the block."""
        end = number - 1
        for each in range(number, min(number + _LONGEST_BLOCK, len(self.lines))):
            if self.keys[each] in _BLOCK_KEYS:
                end = each
            elif not self.stripped[each] and end >= number:
                break
        return min(end, len(self.lines) - 1)

    def _with_rule(self, number: int) -> int:
        """The first line of the rule and the blank lines above a header block."""
        first = number
        while first > 0 and (not self.stripped[first - 1] or _RULE.match(self.stripped[first - 1])):
            first -= 1
        return first if first == number or any(_RULE.match(line) for line in self.stripped[first:number]) else number

    def _is_bare_attribution(self, number: int) -> bool:
        """True where "On ..., ... wrote:" ends here and the older mail follows without quote marks."""
        if not self.stripped[number].endswith((":", "：")):
            return False
        first = self._attribution_start(number)
        text = self._joined(first, number)
        begun = self.opens[first] or _ADDRESSED.search(text)
        return bool(begun and _DATED.search(text) and _WROTE.search(text))

    def _is_trivial_above(self, number: int) -> bool:
        """True where above a forwarded mail stands nothing or a mere "see below"."""
        words = 0
        for each in range(number):
            if self.kinds[each] is NEW and self.stripped[each].casefold().rstrip(",.! ") not in client_words.CLOSINGS:
                words += len(self.stripped[each].split())
            if words > _TRIVIAL_WORDS or (words and "?" in self.stripped[each]):
                return False
        return True

    def _is_followed_by_marks(self, number: int) -> bool:
        """True where the older mail behind a line is marked line by line, so that new text may stand between."""
        following = self._next_filled(number)
        return following is not None and self.stripped[following].startswith(">")

    def _open_up(self, begin: int) -> None:
        """Make the text of a forwarded mail new where all of it was marked as quoted, one level deep."""
        filled = [number for number in range(begin, len(self.lines)) if self.stripped[number]]
        if filled and all(self.kinds[number] is QUOTED for number in filled):
            self.mark((number for number in range(begin, len(self.lines)) if not self._is_quoted_twice(number)), NEW)

    def _is_quoted_twice(self, number: int) -> bool:
        return self.stripped[number].replace(" ", "").startswith(">>")

    # -------------------------------------------------------------------------------------------- signatures

    def _last_closing(self) -> int | None:
        """The last line that is nothing but a closing phrase, before the quoted part."""
        return next((number for number in range(len(self.lines) - 1, -1, -1) if self._is_closing(number)), None)

    def _is_closing(self, number: int) -> bool:
        line = self.stripped[number]
        return (
            self.kinds[number] is NEW and len(line) < 40 and line.casefold().rstrip(",.! ;–-") in client_words.CLOSINGS
        )

    def _is_contact_block(self, numbers: range) -> bool:
        """True where lines hold a way to reach someone and nothing a reader could be asked or told."""
        lines = [self.stripped[number] for number in numbers if self.stripped[number]]
        talk = [line for line in lines if not line.casefold().startswith(client_words.DISCLAIMERS)]
        return (
            0 < len(lines) <= _MOST_CONTACT_LINES
            and any(_CONTACT.search(line) or line.casefold().startswith(client_words.DISCLAIMERS) for line in lines)
            and not any(
                len(line) > _LONGEST_CONTACT_LINE
                or "?" in line
                or line.endswith(":")
                or _CLOCK.search(line)
                or _AFTERTHOUGHT.match(line)
                for line in talk
            )
        )

    # -------------------------------------------------------------------------------------------- regions

    def regions(self) -> Iterator[Region]:
        """Runs of lines of one kind; blank lines belong to what stands above them."""
        start, kind = 0, self.kinds[0]
        for number, line in enumerate(self.stripped):
            if line and self.kinds[number] is not kind:
                if self.starts[number] > start:
                    yield Region(kind, start, self.starts[number])
                start, kind = self.starts[number], self.kinds[number]
        if len(self.body) > start:
            yield Region(kind, start, len(self.body))


def _key(line: str) -> str:
    """The first word of the key of a line such as ``*From:* Jane Doe``, lower case; empty where it has no key."""
    key, colon, _ = line[:_LONGEST_KEY].partition(":")
    return key.strip(" *_>\xa0").casefold().split(" ")[0] if colon else ""


def _opens_attribution(line: str) -> bool:
    return line[:_LONGEST_OPENING].casefold().startswith(client_words.OPENING) and any(map(str.isdigit, line))


def _is_phone_line(line: str) -> bool:
    return len(line) < _LONGEST_PHONE_LINE and line.casefold().startswith(_PHONE_LINES) and "?" not in line


def _starts(lines: Sequence[str]) -> Iterator[int]:
    position = 0
    for line in lines:
        yield position
        position += len(line) + 1
