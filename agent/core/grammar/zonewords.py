"""Reads zones from tokens, and what only says the same zone again."""

from __future__ import annotations

from dataclasses import replace

from agent.core.grammar.clocks import LONGEST_LIST
from agent.core.grammar.days import Days
from agent.core.grammar.phrases import ZonePhrase
from agent.core.grammar.words import Role, Token
from agent.core.zones import UTC_NAMES, key_at


class Zones(Days):
    """Reads zones."""

    def zone_behind(self, place: int) -> tuple[ZonePhrase | None, int]:
        """The zone behind a time of day, in brackets or behind a comma, and all that only repeats it."""
        step = self.over_line(place)
        opened = self.mark(step, "([")
        step = step + 1 if opened or self.mark(step, ",") else step
        step = self.over(step, "", Role.ON, Role.WITHIN, Role.ARTICLE)
        alone = self.mark(step + 1, ")]") if opened else step == place and self.at(step + 1).kind != "other"
        found = self.zone(step, alone)
        if found is None:
            return None, place
        zone, after = found
        after = self._to_bracket(after, after) if opened else after
        return self._with_repeats(zone, after)

    def _to_bracket(self, place: int, otherwise: int) -> int:
        """The place behind the closing bracket where one is near and no number stands before it."""
        for step in range(place, place + 10):
            if self.mark(step, ")]"):
                return step + 1
            if self.at(step).kind in ("number", "end") or self.at(step).size > 6:
                break
        return otherwise

    def _with_repeats(self, zone: ZonePhrase, after: int) -> tuple[ZonePhrase, int]:
        """Take in "/CEST", "(UTC+1)" and "(UTC+01:00) Amsterdam, Berlin"; a place tells more than its winter offset."""
        for _ in range(LONGEST_LIST):
            slashed = self.mark(after, "/")
            opened = self.mark(after, "([")
            listed = zone.offset is not None or zone.abbreviation in UTC_NAMES
            step = (
                after + 1
                if slashed or opened or (self.mark(after, ",-&") and self.at(after + 1).meaning.place)
                else after
            )
            if step == after and not listed:
                break
            more = self.zone(step, opened or listed)
            if more is None:
                return zone, self._to_bracket(step, after) if opened else after
            better = more[0].key if listed and zone.key is None and zone.whose is None else None
            after = self._to_bracket(more[1], more[1]) if opened else more[1]
            zone = replace(more[0], start=zone.start) if better else replace(zone, end=more[0].end)
        return zone, after

    def zone(self, place: int, placed: bool) -> tuple[ZonePhrase, int] | None:
        """The zone at a place; ``placed`` where the name of a city alone is enough."""
        led = self.has(place, Role.ZONE_LEAD)
        place = place + 1 if led else place
        token = self.at(place)
        whose = next((role for role in (Role.READER_ZONE, Role.SENDER_ZONE) if self.has(place, role)), None)
        if whose is not None:
            return ZonePhrase(token.start, token.end, whose=whose), place + 1
        if token.kind == "mark" and token.text in "+-":
            return self._offset(place, token.start)
        if token.kind != "end" and (key := key_at(self.text, token.start)) is not None:
            return self._keyed(key, place)
        if token.meaning.abbreviation is not None and self._stands_for_zone(token):
            return self._abbreviated(place)
        if token.meaning.zone is not None:
            return ZonePhrase(token.start, token.end, key=token.meaning.zone), place + 1
        tail = self.over_line(place + 1)
        tailed = self.has(tail, Role.ZONE_TAIL)
        if token.meaning.place is not None and (tailed or led or placed):
            after = tail + 1 if tailed else place + 1
            return ZonePhrase(token.start, self.at(after - 1).end, key=token.meaning.place), after
        return None

    @staticmethod
    def _stands_for_zone(token: Token) -> bool:
        """True for an abbreviation in capitals, or in small letters where it is no other word of the language."""
        everyday = token.meaning.guarded or token.meaning.roles or len(token.text) == 1
        return token.text.isupper() or (token.text.islower() and not everyday)

    def _keyed(self, key: str, place: int) -> tuple[ZonePhrase, int]:
        start = self.at(place).start
        after = place
        while self.at(after).kind != "end" and self.at(after).start < start + len(key):
            after += 1
        return ZonePhrase(start, start + len(key), key=key), after

    def _abbreviated(self, place: int) -> tuple[ZonePhrase, int]:
        token = self.at(place)
        name = token.meaning.abbreviation
        zone = ZonePhrase(token.start, token.end, abbreviation=name)
        if name in UTC_NAMES and self.mark(place + 1, "+-–−") and (told := self._offset(place + 1, token.start)):
            return told
        return zone, place + 1 + self.has(place + 1, Role.ZONE_TAIL)

    def _offset(self, place: int, start: int) -> tuple[ZonePhrase, int] | None:
        """ "+1", "-05:00", "+0530" behind a sign; the number touches the sign, so that a range is no offset."""
        token = self.at(place + 1)
        bare = start == self.at(place).start
        if token.kind != "number" or not self.touches(place + 1) or len(token.text) not in (1, 2, 4):
            return None
        hours, minutes, after = int(token.text[:2]), int(token.text[2:] or 0), place + 2
        if len(token.text) < 3 and self.mark(after, ":") and self.touches(after) and self.touches(after + 1):
            behind = self.at(after + 1)
            minutes, after = (
                (int(behind.text), after + 2) if behind.kind == "number" and len(behind.text) == 2 else (0, after)
            )
        if hours > 14 or minutes > 59 or (bare and after == place + 2 and len(token.text) < 4):
            return None
        if bare and not self.mark(place, "+") and not self._seconds_before(place):
            return None
        sign = 1 if self.mark(place, "+") else -1
        return ZonePhrase(start, self.at(after - 1).end, offset=sign * (hours * 60 + minutes)), after

    def _seconds_before(self, place: int) -> bool:
        """True behind hh:mm:ss, where a minus begins an offset and no range."""
        return self.mark(place - 2, ":") and self.mark(place - 4, ":")
