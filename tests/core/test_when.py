"""Times of day and days, read from running text, lists and tables."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.core.almanac import CONTRADICTION, NEXT, ORDER
from agent.core.lexicon import Lexicon, lexicon_from
from agent.core.when import MOST_SLOTS, READER_ZONE, TWO_ZONES, Times, find_dates, find_slots
from agent.core.zones import country_of_email, day_first, zone_of_abbreviation, zone_of_key
from agent.resources import lexicons

SENTENCES = Path(__file__).parent / "times"
MONDAY = datetime.fromisoformat("2026-03-02T09:15+01:00")
ENGLISH = lexicons().of("en")
WORDLESS = lexicon_from("xx", {})


def sentences(name: str) -> list[Mapping[str, Any]]:
    entries: list[Mapping[str, Any]] = tomllib.loads((SENTENCES / f"{name}.toml").read_text("utf-8"))["sentence"]
    return entries


def named(entry: Mapping[str, Any]) -> str:
    return str(entry["text"]).replace("\n", " ")[:60]


def offers(text: str, lexicon: Lexicon = ENGLISH, anchor: datetime = MONDAY, country: str | None = None) -> list[str]:
    """The slots of a text as the sentence files write them."""
    return [written(found.slot.starts_at, found.slot.ends_at) for found in slots(text, lexicon, anchor, country).slots]


def slots(text: str, lexicon: Lexicon = ENGLISH, anchor: datetime = MONDAY, country: str | None = None) -> Times:
    return find_slots(text, lexicon, anchor, country=country)


def written(starts_at: datetime, ends_at: datetime | None) -> str:
    start = starts_at.isoformat(" ", "minutes")
    if ends_at is None:
        return start
    end = ends_at.isoformat(" ", "minutes")
    return f"{start} to {end[11:16] if (end[:10], end[16:]) == (start[:10], start[16:]) else end}"


def doubts(text: str, country: str | None = None) -> list[tuple[str, str]]:
    found = slots(text, country=country)
    assert not found.slots
    return [(ambiguity.phrase, ambiguity.why) for ambiguity, _, _ in found.ambiguities]


# ------------------------------------------------------------------------------------------------ sentences


@pytest.mark.parametrize("entry", sentences("en"), ids=named)
def test_an_english_sentence_offers_what_a_person_reads_in_it(entry: Mapping[str, Any]) -> None:
    anchor = datetime.fromisoformat(entry.get("anchor", MONDAY.isoformat()))

    assert sorted(offers(entry["text"], ENGLISH, anchor, entry.get("country"))) == sorted(entry["slots"])


@pytest.mark.parametrize("entry", sentences("de"), ids=named)
def test_a_german_sentence_is_read_by_the_same_grammar(entry: Mapping[str, Any]) -> None:
    assert sorted(offers(entry["text"], lexicons().of("de"))) == sorted(entry["slots"])


@pytest.mark.parametrize("entry", sentences("days"), ids=named)
def test_stated_days_are_found_with_their_limits(entry: Mapping[str, Any]) -> None:
    assert [found.day.isoformat() for found in find_dates(entry["text"], ENGLISH, MONDAY)] == entry["days"]


FRENCH = {
    "months": [[]] * 2 + [["mars"]],
    "weekdays": [["lundi"], ["mardi"]],
    "words": {
        "at": ["à", "à partir de"],
        "from": ["de"],
        "to": ["à"],
        "or": ["ou"],
        "hour_mark": ["h", "heures"],
        "unit": ["h"],
    },
    "zone": {"heure de paris": "Europe/Paris"},
}
SPANISH = {
    "months": [[]] * 2 + [["marzo"]],
    "weekdays": [["lunes"], ["martes"]],
    "words": {
        "at": ["a las", "a la"],
        "of": ["de"],
        "from": ["de"],
        "to": ["a"],
        "or": ["o"],
        "hour_mark": ["h", "horas"],
    },
}
PORTUGUESE = {
    "months": [[]] * 2 + [["março"]],
    "weekdays": [["segunda-feira", "segunda"], ["terça-feira", "terça"]],
    "words": {"at": ["às"], "of": ["de"], "or": ["ou"], "hour_mark": ["h", "horas"]},
}
ITALIAN = {
    "months": [[]] * 2 + [["marzo"]],
    "weekdays": [["lunedì"], ["martedì"]],
    "words": {"at": ["alle", "alle ore", "ore"], "from": ["dalle"], "to": ["alle"], "or": ["o"]},
}
DUTCH = {
    "months": [[]] * 2 + [["maart"]],
    "weekdays": [["maandag"], ["dinsdag"]],
    "words": {"at": ["om"], "to": ["tot"], "between": ["tussen"], "and": ["en"], "hour_mark": ["uur"]},
}


@pytest.mark.parametrize(
    ("table", "text", "offered"),
    [
        (FRENCH, "Êtes-vous libre mardi 3 mars à 14h30 ?", ["2026-03-03 14:30+01:00"]),
        (FRENCH, "mardi 3 mars de 14 h à 15 h (heure de Paris)", ["2026-03-03 14:00+01:00 to 15:00"]),
        (SPANISH, "El martes 3 de marzo a las 10:30 h", ["2026-03-03 10:30+01:00"]),
        (PORTUGUESE, "terça-feira, 3 de março de 2026, às 14h", ["2026-03-03 14:00+01:00"]),
        (ITALIAN, "martedì 3 marzo alle 14.30", ["2026-03-03 14:30+01:00"]),
        (ITALIAN, "martedì 3 marzo dalle 14.30 alle 15.15", ["2026-03-03 14:30+01:00 to 15:15"]),
        (DUTCH, "dinsdag 3 maart om 14.00 uur", ["2026-03-03 14:00+01:00"]),
        (DUTCH, "dinsdag 3 maart tussen 14.00 en 16.00 uur", ["2026-03-03 14:00+01:00 to 16:00"]),
    ],
)
def test_another_language_is_one_more_table(table: Mapping[str, Any], text: str, offered: list[str]) -> None:
    assert offers(text, lexicon_from("xx", {"times": table})) == offered


def test_a_language_without_a_table_still_reads_figures() -> None:
    assert offers("2026-03-03 14:00 UTC", WORDLESS) == ["2026-03-03 14:00+00:00"]
    assert offers("12.03.2026, 09:30", WORDLESS) == ["2026-03-12 09:30+01:00"]
    assert find_dates("Tuesday at noon", WORDLESS, MONDAY) == ()


# ------------------------------------------------------------------------------------------------ doubts


@pytest.mark.parametrize(
    ("text", "phrase", "why"),
    [
        ("Tuesday, 4 March at 10:00", "Tuesday, 4 March", CONTRADICTION),
        ("on 03/04/2026 at 10:00", "03/04/2026", ORDER),
        ("next Friday at 3pm", "next Friday", NEXT),
        ("Thursday at 3pm your time", "3pm your time", READER_ZONE),
        ("Thursday 3pm ET / 8am CET", "3pm ET / 8am CET", TWO_ZONES),
        ("tomorrow, Wednesday, at 10:00", "tomorrow, Wednesday", CONTRADICTION),
    ],
)
def test_a_phrase_with_two_readings_is_reported_and_not_guessed(text: str, phrase: str, why: str) -> None:
    assert doubts(text) == [(phrase, why)]


@pytest.mark.parametrize("name", ["IST", "CST", "BST", "AST"])
def test_a_zone_name_of_several_places_is_in_doubt_until_country_or_clock_decide(name: str) -> None:
    [(phrase, why)] = doubts(f"Thursday 5 March, 10:00 {name}")

    assert phrase == f"10:00 {name}"
    assert name in why


@pytest.mark.parametrize(
    ("name", "country", "key"),
    [
        ("IST", "IN", "Asia/Kolkata"),
        ("IST", "IE", "Europe/Dublin"),
        ("IST", "il", "Asia/Jerusalem"),
        ("CST", "US", "America/Chicago"),
        ("CST", "CN", "Asia/Shanghai"),
        ("BST", "GB", "Europe/London"),
        ("AST", "SA", "Asia/Riyadh"),
    ],
)
def test_the_senders_country_decides_a_shared_zone_name(name: str, country: str, key: str) -> None:
    assert zone_of_abbreviation(name, country=country, anchor=MONDAY) == ZoneInfo(key)


def test_the_senders_clock_decides_a_shared_zone_name_but_a_servers_zero_does_not() -> None:
    in_chicago, on_a_server = MONDAY.astimezone(ZoneInfo("America/Chicago")), MONDAY.astimezone(ZoneInfo("UTC"))

    assert zone_of_abbreviation("CST", country=None, anchor=in_chicago) == ZoneInfo("America/Chicago")
    assert zone_of_abbreviation("IST", country=None, anchor=on_a_server) is None


def test_next_friday_is_clear_where_only_one_reading_is_left() -> None:
    on_saturday = datetime.fromisoformat("2026-03-07T10:00+01:00")

    assert offers("next Friday at 3pm", anchor=on_saturday) == ["2026-03-13 15:00+01:00"]
    assert offers("next Friday, 13 March, at 3pm") == ["2026-03-13 15:00+01:00"]


def test_the_weekday_or_another_date_of_the_mail_settles_day_and_month() -> None:
    assert offers("Wed 3/4 at 2pm") == ["2026-03-04 14:00+01:00"]
    assert offers("04/03/2026 at 10:00 or 24/03/2026 at 10:00")[0] == "2026-03-04 10:00+01:00"


# ------------------------------------------------------------------------------------------------ days and zones


def test_a_day_without_a_year_is_the_next_such_day() -> None:
    in_december = datetime.fromisoformat("2026-12-28T10:00+01:00")

    assert offers("5 January at 10:00", anchor=in_december) == ["2027-01-05 10:00+01:00"]
    assert offers("29 February at 10:00") == ["2028-02-29 10:00+01:00"]


def test_a_weekday_that_fits_the_day_just_gone_means_that_day() -> None:
    assert offers("we met on Tuesday 24 February at 10:00") == ["2026-02-24 10:00+01:00"]


def test_a_past_day_with_its_year_is_given_as_written() -> None:
    assert offers("3 March 2024 at 10:00") == ["2024-03-03 10:00+01:00"]


def test_a_standard_time_name_in_summer_means_the_place() -> None:
    assert offers("July 14 at 11:00 EST") == ["2026-07-14 11:00-04:00"]
    assert offers("July 14 at 11:00 (UTC+01:00) Amsterdam, Berlin") == ["2026-07-14 11:00+02:00"]


def test_a_plain_offset_is_taken_as_it_is() -> None:
    assert offers("14 July 11:00 GMT+1") == ["2026-07-14 11:00+01:00"]
    assert offers("14 July 11:00 UTC-03:30") == ["2026-07-14 11:00-03:30"]
    assert offers("14 July 2026 11:00 UTC+99:99") == ["2026-07-14 11:00+00:00"]


def test_without_a_zone_the_senders_offset_or_the_zone_given_counts() -> None:
    [mine] = find_slots("Tuesday 7 July at 10:00", ENGLISH, MONDAY).slots
    [given_zone] = find_slots("Tuesday 7 July at 10:00", ENGLISH, MONDAY, zone=ZoneInfo("Europe/Lisbon")).slots

    assert mine.slot.starts_at.utcoffset() == timedelta(hours=1)
    assert given_zone.slot.starts_at == datetime.fromisoformat("2026-07-07T10:00+01:00")
    assert given_zone.slot.starts_at.tzinfo == ZoneInfo("Europe/Lisbon")


def test_the_only_zone_of_a_mail_counts_for_all_its_times() -> None:
    assert offers("Tuesday 10am ET works.\nSo does Wednesday 11am.") == [
        "2026-03-03 10:00-05:00",
        "2026-03-04 11:00-05:00",
    ]


def test_an_hour_the_clocks_skip_or_repeat_is_read_without_an_error() -> None:
    assert offers("8 March 2026 at 2:30 am ET") == ["2026-03-08 02:30-05:00"]
    assert offers("1 November 2026 at 1:30 am ET") == ["2026-11-01 01:30-04:00"]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00"])
def test_the_rims_of_the_calendar_raise_nothing(moment: str) -> None:
    text = "tomorrow at 10, Friday 11pm to midnight IST, 29 February at 9:00, in 400 days, in 20 months, last Monday"

    for country in (None, "US"):
        find_slots(text, ENGLISH, datetime.fromisoformat(moment), country=country)
        find_dates(text, ENGLISH, datetime.fromisoformat(moment), country=country)


def test_zone_keys_that_are_paths_or_folders_are_no_zones() -> None:
    assert [zone_of_key(key) for key in ("../../etc/passwd", "America", "Mars/Olympus", "", "/etc/hosts")] == [None] * 5


def test_a_national_domain_tells_the_country_and_a_sold_one_does_not() -> None:
    assert country_of_email("ana@northwind-labs.co.uk") == "GB"
    assert country_of_email("ana@northwind-labs.de") == "DE"
    assert [country_of_email(f"a@b.{tld}") for tld in ("com", "io", "ai", "example", "")] == [None] * 5
    assert (day_first("US"), day_first("gb"), day_first("CA"), day_first(None)) == (False, True, None, None)


# ------------------------------------------------------------------------------------------------ places in the text


def test_a_slot_says_which_words_it_was_read_from() -> None:
    text = "Hi Sam, could you do Tuesday, 3 March at 10:00 CET or 2pm on Wednesday? Or Thursday: 9:00, 9:30?"

    assert [text[found.start : found.end] for found in slots(text).slots] == [
        "Tuesday, 3 March at 10:00 CET",
        "2pm on Wednesday",
        "Thursday: 9:00",
        "9:30",
    ]


def test_a_day_says_which_words_it_was_read_from() -> None:
    text = "Answer by Friday 6 March, or within 3 days of our call on the 9th."

    assert [text[found.start : found.end] for found in find_dates(text, ENGLISH, MONDAY)] == [
        "Friday 6 March",
        "3 days",
        "the 9th",
    ]


def test_a_time_without_a_day_is_no_slot() -> None:
    assert offers("Any time between 9am and 5pm, or at 10:00.") == []


def test_the_same_moment_is_given_once_with_its_end() -> None:
    assert offers("Tuesday at 10:00. Again: Tuesday 3 March, 10:00-10:45.") == ["2026-03-03 10:00+01:00 to 10:45"]


# ------------------------------------------------------------------------------------------------ hostile input

ANCHORS = [
    "On ", "Tuesday ", "at ", "1:", "10-", "between ", "3/", "March ", "10:00 ", "2pm, ", "3 March ", "Tuesday or ",
    "1.", "12.", "noon ", "10:00 CET ", "(", "GMT+", "next ", "3, ", "10 or ", "Tuesday 10:00 ", "\n", "\n- 10:00",
    "10:00/", "by ", "in 3 days ", "http://", "a", "1", "Europe/", "zone ", "March 3, ", "2 to ", "half past ", "٣",
    "UTC+1 (", "1st ",
]  # fmt: skip
ODDITIES = ["31/02/2026", "25:61", "0:00", "24:00", "99", "IST", "\u0000", "–", ", ", " ", "the 31st "]
ZONES = [UTC, timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))]


@pytest.mark.parametrize("anchor", ANCHORS)
def test_ten_thousand_repetitions_of_an_anchor_word_cost_little_and_twice_as_many_no_more_than_twice(
    anchor: str,
) -> None:
    def cost(count: int) -> float:
        text = anchor * count
        spent = []
        for padding in (" ", "  "):  # a new text each time, so that nothing is remembered
            begun = time.process_time()
            find_slots(padding + text, ENGLISH, MONDAY)
            find_dates(padding + text, ENGLISH, MONDAY)
            spent.append(time.process_time() - begun)
        return min(spent)

    once, twice = cost(10_000), cost(20_000)

    assert twice < 0.25
    assert twice < 3 * once + 0.02


def test_a_letter_of_many_times_is_cut_and_not_refused() -> None:
    text = "\n".join(f"{day} March 2026: " + ", ".join(f"{hour}:00" for hour in range(8, 18)) for day in range(1, 32))

    assert len(slots(text).slots) == MOST_SLOTS


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*ANCHORS, *ODDITIES]) | st.text(max_size=6), max_size=25).map("".join),
    st.datetimes(timezones=st.sampled_from(ZONES)),
    st.sampled_from([None, "US", "DE", "IN"]),
)
def test_any_text_is_read_without_an_exception_and_in_its_bounds(
    text: str, anchor: datetime, country: str | None
) -> None:
    found = find_slots(text, ENGLISH, anchor, country=country)
    for each in found.slots:
        assert 0 <= each.start < each.end <= len(text)
        assert each.slot.starts_at.tzinfo is not None
        assert each.slot.ends_at is None or each.slot.ends_at > each.slot.starts_at
    for ambiguity, start, end in found.ambiguities:
        assert text[start:end] == ambiguity.phrase
    for day in find_dates(text, ENGLISH, anchor, country=country):
        assert 0 <= day.start < day.end <= len(text)
