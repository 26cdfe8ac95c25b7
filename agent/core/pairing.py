"""Which hour goes with which day, in which zone and half of the day, as the words between them tell.

An hour hangs on the day before it or on the one behind it, whichever is bound more closely ("at 10 on Tuesday,
Wednesday at 2"); days in a row share an hour, hours in a row a day ("Tuesday or Wednesday at 10 or 11").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from agent.core.almanac import Almanac
from agent.core.grammar.phrases import Clock, ClockPhrase, DayPhrase, Item, Link, SpanPhrase, ZonePhrase
from agent.core.grammar.words import Half, Role

_MOST_WORDS_APART = 12
"""Other words that may stand between a day and its hour."""
_MOST_WORDS_BACK = 6
"""Other words that may stand between an hour and the day after it."""
_MOST_DAYS = 10
"""Days that may share an hour."""
_LAST_EVENING = 20 * 60
_HALF_DAY = 12 * 60
DAY = 24 * 60
"""Minutes of a day."""


@dataclass(slots=True)
class Node:
    """A day or an hour in its place, and what was found out about it."""

    phrase: DayPhrase | ClockPhrase
    link: Link
    back: float = 0.0  #: how closely an hour follows the day before it
    ahead: float = 0.0  #: how closely a day follows the hour
    next_day: int = 0  #: where that day stands
    zone: ZonePhrase | None = None
    echo: ClockPhrase | None = None  #: the same hour, written again in another zone
    begin: int = 0
    finish: int | None = None
    days: list[int] = field(default_factory=list)  #: where the days of an hour stand


def paired(items: Sequence[Item], almanac: Almanac) -> list[Node]:
    """The days and hours of a text in order, each hour with its days, its zone and its minutes."""
    return _Pairing(items, almanac).nodes


class _Pairing:
    """Gives the hours of a text their days."""

    def __init__(self, items: Sequence[Item], almanac: Almanac) -> None:
        self.almanac = almanac
        self.nodes = self._nodes(items)
        self._measure()
        self._give_days()
        self._give_zones()
        self._settle_halves()

    # ---------------------------------------------------------------------------------------------- the row of nodes

    def _nodes(self, items: Sequence[Item]) -> list[Node]:
        """Days and hours in order; an end and an echo are folded into the hour they belong to."""
        nodes: list[Node] = []
        passed: Item | None = None
        for place, item in enumerate(items):
            phrase = item.phrase
            if isinstance(phrase, SpanPhrase) or self._is_end(items, place, nodes):
                passed = item
                continue
            link = _over(item.link, passed) if passed else item.link
            passed = None
            if not self._folded(phrase, link, nodes):
                nodes.append(Node(phrase, link))
        return nodes

    def _is_end(self, items: Sequence[Item], place: int, nodes: Sequence[Node]) -> bool:
        """True for a day that only says again of which day the end of a time is: "3 March 2 PM - 3 March 3 PM"."""
        phrase, link = items[place].phrase, items[place].link
        led = link.ends or (link.dash and not link.words)
        if not (isinstance(phrase, DayPhrase) and led) or len(nodes) < 2 or place + 1 >= len(items):
            return False
        day, hour, following = nodes[-2].phrase, nodes[-1].phrase, items[place + 1].phrase
        if (
            not isinstance(day, DayPhrase)
            or not isinstance(hour, ClockPhrase)
            or not isinstance(following, ClockPhrase)
        ):
            return False
        return hour.finish is None and self.almanac.day(day) == self.almanac.day(phrase)

    def _folded(self, phrase: DayPhrase | ClockPhrase, link: Link, nodes: Sequence[Node]) -> bool:
        """True where a time of day is the end of the one before it, or the same one in another zone."""
        last = nodes[-1] if nodes and not link.words else None
        if last is None or not isinstance(phrase, ClockPhrase) or not isinstance(last.phrase, ClockPhrase):
            return False
        if last.phrase.finish is None and phrase.finish is None and link.ends:
            last.phrase = replace(last.phrase, finish=phrase.begin, zone=last.phrase.zone or phrase.zone)
            return True
        if link.echo and phrase.zone and last.phrase.zone and phrase.zone.unplaced() != last.phrase.zone.unplaced():
            last.echo = phrase
            return True
        return False

    # ---------------------------------------------------------------------------------------------- hours find days

    def _measure(self) -> None:
        """Tell for each hour how closely it hangs on the day before it and on the day behind it."""
        for place, node in enumerate(self.nodes):
            if isinstance(node.phrase, ClockPhrase) and place:
                before = self.nodes[place - 1]
                if isinstance(before.phrase, DayPhrase):
                    node.back = _after_day(node)
                else:
                    node.back = min(before.back, _after_hour(node.link))
        for place in range(len(self.nodes) - 2, -1, -1):
            node, behind = self.nodes[place], self.nodes[place + 1]
            if isinstance(node.phrase, ClockPhrase):
                hour = isinstance(behind.phrase, ClockPhrase)
                node.ahead = min(behind.ahead, _before_day(behind)) if hour else _before_day(behind)
                node.next_day = behind.next_day if hour else place + 1

    def _give_days(self) -> None:
        """Give each hour its days: those it hangs on more closely, those before it where both are equal."""
        hours_first = False
        for place, node in enumerate(self.nodes):
            if not isinstance(node.phrase, ClockPhrase) or not (node.back or node.ahead):
                continue
            forward = node.ahead > node.back or (node.ahead == node.back and hours_first)
            if forward and node.back and self._pull(node.next_day) > node.ahead:
                forward = False
            hours_first = forward
            node.days = self._run_behind(node.next_day) if forward else self._run_before(place)

    def _pull(self, day: int) -> float:
        """How closely the days from here on are followed by an hour of their own."""
        last = self._last_of_run(day)
        return _after_day(self.nodes[last + 1]) if last + 1 < len(self.nodes) else 0.0

    def _last_of_run(self, day: int) -> int:
        for place in range(day + 1, min(day + _MOST_DAYS, len(self.nodes))):
            if not self._runs_on(place):
                return place - 1
        return min(day + _MOST_DAYS, len(self.nodes)) - 1

    def _runs_on(self, place: int) -> bool:
        """True where a day goes on a row of days that share their hours."""
        node = self.nodes[place]
        return isinstance(node.phrase, DayPhrase) and node.link.strength >= 2 and not node.link.sentence

    def _run_behind(self, first: int) -> list[int]:
        """The days behind an hour; the last is left to an hour that follows it more closely."""
        last = self._last_of_run(first)
        listed = bool(self.nodes[first].link.lines)
        days = [each for each in range(first, last + 1) if each == first or listed or not self.nodes[each].link.lines]
        if len(days) > 1 and days[-1] == last and self._pull(last) > self.nodes[last].link.strength:
            days.pop()
        return [day for day in days if self._is_offered(day)]

    def _run_before(self, place: int) -> list[int]:
        """The days before an hour: of the hour before it, or the row of days that ends here."""
        before = self.nodes[place - 1]
        if isinstance(before.phrase, ClockPhrase):
            return before.days
        days, listed = [place - 1], bool(self.nodes[place].link.lines)
        while len(days) < _MOST_DAYS and days[-1] and self._runs_on(days[-1]) and self._is_day(days[-1] - 1):
            if self.nodes[days[-1]].link.lines and not listed:
                break
            days.append(days[-1] - 1)
        taken = self._taken(max(0, days[-1] - _MOST_DAYS), place)
        if place - 1 in taken and self.nodes[place].link.words and not self.nodes[place].link.goes_on:
            return []
        return [day for day in reversed(days) if self._is_offered(day) and (day == place - 1 or day not in taken)]

    def _taken(self, first: int, last: int) -> set[int]:
        """The days that earlier hours have, those of limits ("by 5pm on Friday") included."""
        return {day for node in self.nodes[first:last] for day in node.days}

    def _is_day(self, place: int) -> bool:
        return isinstance(self.nodes[place].phrase, DayPhrase)

    def _is_offered(self, place: int) -> bool:
        phrase = self.nodes[place].phrase
        return isinstance(phrase, DayPhrase) and not phrase.limit and not phrase.void

    # ---------------------------------------------------------------------------------------------- zones and halves

    def _give_zones(self) -> None:
        """Give an hour without a zone the one its own row names, behind it or before it."""
        for row in (self.nodes, self.nodes[::-1]):
            carried: ZonePhrase | None = None
            behind: Link | None = None
            for node in row:
                link = node.link if row is self.nodes else behind
                behind = node.link
                carried = None if link is None or link.words or link.lines or link.sentence else carried
                written = node.phrase.zone if isinstance(node.phrase, ClockPhrase) else None
                carried = written or carried
                node.zone = written or carried or node.zone

    def _settle_halves(self) -> None:
        """Tell morning from afternoon where only the neighbours do: "2 or 4pm", "5pm or 7"."""
        for place in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[place]
            if isinstance(node.phrase, ClockPhrase):
                node.begin, node.finish = self._minutes(node.phrase, node.link.daypart, self._hour_behind(place))
        for before, node in pairwise(self.nodes):
            if isinstance(node.phrase, ClockPhrase) and node.days == before.days and not node.phrase.begin.sure:
                later = node.begin + _HALF_DAY
                listed = bool(node.days) and not node.link.words and node.finish is None
                if listed and node.begin <= before.begin and later <= _LAST_EVENING:
                    node.begin = later

    def _hour_behind(self, place: int) -> tuple[int, Half] | None:
        """The next hour of the same list where its half of the day is known, in minutes."""
        if place + 1 >= len(self.nodes):
            return None
        behind = self.nodes[place + 1]
        if not isinstance(behind.phrase, ClockPhrase) or behind.link.words or behind.link.sentence:
            return None
        return (behind.begin, Half.PM if behind.begin >= _HALF_DAY else Half.AM) if _says_half(behind.phrase) else None

    def _minutes(
        self, phrase: ClockPhrase, daypart: Half | None, behind: tuple[int, Half] | None
    ) -> tuple[int, int | None]:
        """Begin and end of a time of day, in minutes of its day; an end past midnight is beyond 24 hours."""
        begin, finish = phrase.begin, phrase.finish
        if finish is None:
            return _begin(begin, daypart, behind), None
        if finish.sure:
            end = finish.minutes
            start = _begin(begin, daypart, (end, finish.half) if finish.half else None)
            if not begin.sure and finish.half and start >= end > begin.minutes:
                start = begin.minutes
        else:
            start = _begin(begin, daypart, None)
            end = next((each for each in (finish.minutes, finish.other_half()) if each > start), finish.minutes)
        if end <= start:
            end += DAY
        return start, end if end - start <= _HALF_DAY else None


def _over(link: Link, passed: Item) -> Link:
    """The link of a phrase whose neighbour was passed over: a span is other words, a repeated day leads to an end."""
    if isinstance(passed.phrase, SpanPhrase):
        return replace(link, words=link.words + 1)
    return replace(link, leads=link.leads | {Role.END_LABEL})


def _after_day(node: Node) -> float:
    """How closely an hour follows the day right before it: 0 not at all, 5 side by side."""
    if not isinstance(node.phrase, ClockPhrase) or node.link.words > _MOST_WORDS_APART:
        return 0.0
    if node.link.strength == 0 and node.link.lines < 2 and node.phrase.begin.exact:
        return 0.5 if node.link.words <= _MOST_WORDS_BACK else 0.0
    return float(node.link.strength)


def _after_hour(link: Link) -> float:
    """How closely an hour follows an hour: other words may stand between them only where a list goes on."""
    if link.strength > 1:
        return float(link.strength)
    return 1.0 if link.goes_on and link.lines < 2 and link.words <= _MOST_WORDS_APART else 0.0


def _before_day(behind: Node) -> float:
    """How closely a day, or a further hour on the way to one, follows an hour."""
    strength = behind.link.strength
    if isinstance(behind.phrase, ClockPhrase):
        return float(strength) if strength > 1 else 0.0
    if strength == 1 and behind.link.words > _MOST_WORDS_BACK:
        return 0.0
    barred = (behind.phrase.limit or behind.phrase.void) and strength < 3
    return 0.0 if barred or (strength == 2 and behind.link.sentence) else float(strength)


def _says_half(phrase: ClockPhrase) -> bool:
    return phrase.begin.half is not None or (phrase.finish is not None and phrase.finish.half is not None)


def _begin(begin: Clock, daypart: Half | None, later: tuple[int, Half] | None) -> int:
    """The begin in minutes; an open half is told by the part of the day or by the hour that follows."""
    if begin.sure:
        return begin.minutes
    if daypart is not None:
        return begin.minutes % _HALF_DAY + _HALF_DAY * (daypart is Half.PM)
    if later is not None:
        same = begin.minutes % _HALF_DAY + _HALF_DAY * (later[1] is Half.PM)
        other = (same + _HALF_DAY) % DAY
        return same if same < later[0] else other if other < later[0] else begin.likely()
    return begin.likely()
