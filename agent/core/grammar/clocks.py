"""Reads times of day from tokens, and asks of tokens what every part of the grammar asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from agent.core.grammar.phrases import Clock
from agent.core.grammar.words import Half, Role, Token, Vocabulary, tokens_of

LONGEST_LIST = 8
"""Days or hours that one list may chain while looking ahead."""
DASHES = frozenset("-–—−~→")


class Tokens:
    """The tokens of a text and the small questions the grammar asks of them."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.vocabulary = vocabulary
        self.tokens = tokens_of(text, vocabulary)
        self.clean_at = -1  #: where a number may touch what stands before it: behind a range's dash, or an ISO date's T

    def at(self, place: int) -> Token:
        return self.tokens[place]

    def has(self, place: int, *roles: Role) -> bool:
        return not self.at(place).meaning.roles.isdisjoint(roles)

    def mark(self, place: int, marks: Collection[str]) -> bool:
        token = self.at(place)
        return token.kind == "mark" and token.text in marks

    def touches(self, place: int) -> bool:
        """True where a token stands right behind the one before it."""
        return place > 0 and self.at(place).start == self.at(place - 1).end

    def char(self, position: int) -> str:
        return self.text[position : position + 1] if position >= 0 else ""

    def over_line(self, place: int) -> int:
        """The place behind a single line end: letters are wrapped anywhere."""
        return place + 1 if self.at(place).kind == "line" and self.at(place).size == 1 else place

    def over(self, place: int, marks: Collection[str], *roles: Role) -> int:
        """The place behind one of these marks or words, and a line end."""
        step = place + 1 if self.mark(place, marks) or self.has(place, *roles) else place
        return self.over_line(step)

    def number(self, place: int, longest: int = 2) -> int | None:
        """The number at a place; None where it is long or a piece of something else (an id, a price, a version)."""
        token = self.at(place)
        if token.kind != "number" or len(token.text) > longest or not self._starts_clean(token):
            return None
        ahead = self.at(place + 1)
        if self.touches(place + 1) and (ahead.kind == "other" or (ahead.kind == "mark" and ahead.text in "%€$£&+=")):
            return int(token.text) if ahead.text == "+" and self.char(ahead.end).isdigit() else None
        return None if self.char(token.end) == "_" else int(token.text)

    def _starts_clean(self, token: Token) -> bool:
        if token.start == self.clean_at:
            return True
        before, earlier = self.char(token.start - 1), self.char(token.start - 2)
        if before.isalnum() or (before and before in "_$€£¥#+&%\\^"):
            return False
        return not (before and before in ".,:/-@–" and earlier.isalnum() and (earlier.isdigit() or before in "-@/."))

    def pieced(self, place: int) -> bool:
        """True where a number goes on behind a dot, a comma, a colon or a slash."""
        end = self.at(place).end
        return self.char(end) in (".", ",", ":", "/") and self.char(end + 1).isdigit()

    def joins(self, place: int) -> int | None:
        """The place behind a comma, an "or" or both; None where there is none."""
        step = place + 1 if self.mark(place, ",;/") else place
        step = self.over_line(step)
        step = step + 1 if self.has(step, Role.OR, Role.AND) or self.mark(step, "&") else step
        return None if step == place or self.at(place).kind == "line" else self.clean(self.over_line(step))

    def clean(self, place: int) -> int:
        """The same place, where a number may now touch what stands before it."""
        self.clean_at = self.at(place).start
        return place

    def reaches(self, place: int) -> int | None:
        """The place behind a dash or a "to"; None where there is none. A dash that heads a line is a bullet."""
        step = place if self.mark(place, DASHES) else self.over_line(place)
        if not (self.mark(place, DASHES) or self.has(step, Role.TO)):
            return None
        return self.clean(self.over_line(step + 1))


class Clocks(Tokens):
    """Reads times of day."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text, vocabulary)
        self.chains: dict[int, bool] = {}  #: what is known of lists of bare hours, so that each is walked once

    def clock(self, place: int) -> tuple[Clock, int] | None:
        """The time of day at a place: "14:00", "2.30 pm", "14 Uhr", "half past two", "noon", or a bare hour."""
        meaning = self.at(place).meaning
        if meaning.clock is not None:
            return Clock(meaning.clock[0] * 60 + meaning.clock[1], sure=True), place + 1
        if meaning.past is not None:
            return self._spoken(place, meaning.past)
        if meaning.number is not None and not meaning.roles and meaning.half is None:
            named = self._with_half(meaning.number, 0, False, place + 1)
            return named if named[0].exact else None
        hour = self.number(place)
        return self._written(hour, place) if hour is not None and hour <= 24 else self._military(place)

    def _spoken(self, place: int, past: int) -> tuple[Clock, int] | None:
        hour = self.at(place + 1).meaning.number or self.number(place + 1)
        counted = self.has(place + 2, Role.UNIT) and not self.has(place + 2, Role.HOUR_MARK)
        if hour is None or not 1 <= hour <= 12 or counted:
            return None
        told, after = self._with_half(hour % 12, 0, False, place + 2)
        return replace(told, minutes=(told.minutes + past) % 1440, exact=True), after

    def _written(self, hour: int, place: int) -> tuple[Clock, int] | None:
        after, minutes = place + 1, None
        if self.mark(after, ":.") or self.at(after).text in ("h", "H"):
            minutes = self._minutes(place + 2) if self.touches(after) else None
        if minutes is None and self.pieced(place):
            return None
        if minutes is not None:
            after = self._over_seconds(place + 3)
            if self.mark(place + 1, ".") and not self._dot_means_time(place, after):
                return None
        if minutes is None and self.has(after, Role.HOUR_MARK):
            return self._marked(hour, place, after + 1)
        if minutes is not None and self.has(after, Role.HOUR_MARK, Role.HOUR_TAIL):
            after += 1
        told, after = self._with_half(hour, minutes or 0, self._padded(place), after)
        return (replace(told, exact=told.exact or minutes is not None), after) if told.minutes <= 1440 else None

    def _marked(self, hour: int, place: int, after: int) -> tuple[Clock, int] | None:
        """An hour with its mark; a short mark that may count hours ("2 h") leaves the hour bare."""
        counts = self.has(after - 1, Role.UNIT) and hour < 7
        minutes = self._minutes(after)
        told, behind = self._with_half(hour, minutes or 0, self._padded(place), after if minutes is None else after + 1)
        return replace(told, exact=told.exact or minutes is not None or not counts), behind

    def _military(self, place: int) -> tuple[Clock, int] | None:
        """Four digits before "hrs"."""
        value = self.number(place, longest=4)
        if value is None or len(self.at(place).text) != 4 or not self.has(place + 1, Role.HOUR_TAIL):
            return None
        return (
            (Clock(value // 100 * 60 + value % 100, sure=True), place + 2)
            if value < 2400 and value % 100 < 60
            else None
        )

    def _padded(self, place: int) -> bool:
        return self.at(place).text[0] == "0"

    def _minutes(self, place: int) -> int | None:
        token = self.at(place)
        right = token.kind == "number" and len(token.text) == 2 and self.touches(place) and int(token.text) < 60
        return int(token.text) if right and not self._goes_on(place) else None

    def _goes_on(self, place: int) -> bool:
        """True where minutes are followed by what no time of day has: a third dotted number, a letter."""
        ahead, end = self.at(place + 1), self.at(place).end
        if self.char(end) in (".", ",", "/") and self.char(end + 1).isdigit():
            return True
        if self.char(end) == ":" and self.char(end + 1).isalnum():
            return not (self.char(end + 1).isdigit() and self.char(end + 2).isdigit())
        if self.mark(place + 1, DASHES) and self.touches(place + 1) and self.touches(place + 2):
            return self.char(self.at(place + 2).start).isalpha() and self.at(place + 2).meaning.clock is None
        return self.touches(place + 1) and (ahead.kind == "other" or self.mark(place + 1, "%€$£"))

    def _over_seconds(self, place: int) -> int:
        if self.mark(place, ":") and self.touches(place) and self._minutes(place + 1) is not None:
            return place + 2 + 2 * (self.mark(place + 2, ".") and self.char(self.at(place + 2).end).isdigit())
        return place

    def _dot_means_time(self, place: int, after: int) -> bool:
        """A dot between digits is a time of day behind "at", or before a mark of the hour, a half or a zone."""
        if self.has(after, Role.HOUR_MARK, Role.HOUR_TAIL) or self.at(after).meaning.half is not None:
            return True
        if self.has(place - 1, Role.AT, Role.FROM, Role.BETWEEN) or self.at(after).meaning.abbreviation is not None:
            return True
        return (self.has(place - 1, Role.TO, Role.AND, Role.OR) or self.mark(place - 1, DASHES)) and bool(
            self._dotted_before(place - 1)
        )

    def _dotted_before(self, place: int) -> bool:
        return self.at(place - 1).kind == "number" and self.mark(place - 2, ".") and self.touches(place - 1)

    def _with_half(self, hour: int, minute: int, padded: bool, after: int) -> tuple[Clock, int]:
        """An hour with the am, pm or part of the day behind it, if any."""
        meaning, half = self.at(after).meaning, None
        if meaning.half is not None and (len(self.at(after).text) > 1 or self.touches(after)):
            half = meaning.half
        elif meaning.daypart is not None and self.at(after).kind == "word":
            half = meaning.daypart
        after = after + 1 if half else after
        if half and 0 <= hour <= 12:
            return Clock(hour % 12 * 60 + minute + 720 * (half is Half.PM), sure=True, half=half), after
        sure = padded or not 1 <= hour <= 12
        return Clock(hour * 60 + minute, sure=sure, exact=half is not None, half=half), after

    def is_clock(self, place: int) -> bool:
        """True where a number can only be a time of day, by itself or as the head of a list that ends in one."""
        return (told := self.clock(place)) is not None and (told[0].exact or self.leads_to_exact(told[1]))

    def leads_to_exact(self, place: int) -> bool:
        """True where a chain of bare hours ends in one with minutes or am and pm: behind the "2" of "2, 3 or 4pm"."""
        walked: list[int] = []
        found = False
        for _ in range(LONGEST_LIST):
            if place in self.chains:
                found = self.chains[place]
                break
            walked.append(place)
            step = self.joins(place) or self.reaches(place)
            if step is None or (told := self.clock(step)) is None:
                break
            if told[0].exact:
                found = self.at(step).kind == "number"
                break
            place = told[1]
        self.chains |= dict.fromkeys(walked, found)
        return found

    def closed(self, place: int) -> bool:
        """True where what follows a bare hour lets it be one: no unit, no number, no name of a street."""
        token = self.at(place)
        if token.kind == "number" or self.has(place, Role.UNIT) or self.mark(place, "%€$£+"):
            return False
        if self.mark(place, DASHES):
            return self.at(place + 1).kind not in ("other", "number") or not self.touches(place + 1)
        return not (token.kind == "other" and self.char(token.start).isupper())
