"""The search box: what is typed is taken apart, and nothing that is typed is an error."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import dates, query

TODAY = date(2026, 11, 23)  # a Monday


def span(text: str, today: date = TODAY) -> tuple[str, str]:
    """Return the days that the text means when it is a date and nothing else."""
    (part,) = query.parse(text, today)
    assert part.kind == query.DATE, part
    return str(part.span.since or ""), str(part.span.until or "")


@pytest.mark.parametrize(
    ("texts", "since", "until"),
    [
        ("2024 / in 2024", "2024-01-01", "2025-01-01"),
        ("2024-08 / August 2024 / aug 2024 / im August 2024", "2024-08-01", "2024-09-01"),
        ("2024-08-03 / 3.8.2024 / 3 August 2024 / 3. August 2024", "2024-08-03", "2024-08-04"),
        ("August 3rd, 2024 / August 3 2024", "2024-08-03", "2024-08-04"),
        ("3.8. / 3. August / 3 august", "2026-08-03", "2026-08-04"),
        ("24.12.", "2025-12-24", "2025-12-25"),
        ("29 Feb / 29.2.", "2024-02-29", "2024-03-01"),
        ("summer 2025 / Sommer 2025 / summer of 2025", "2025-06-01", "2025-09-01"),
        ("last summer / letzten Sommer / Sommer", "2026-06-01", "2026-09-01"),
        ("winter 2024", "2024-12-01", "2025-03-01"),
        ("winter / last winter", "2025-12-01", "2026-03-01"),
        ("herbst", "2026-09-01", "2026-12-01"),
        ("last autumn / letzten Herbst", "2025-09-01", "2025-12-01"),
        ("today / heute", "2026-11-23", "2026-11-24"),
        ("yesterday / gestern / 1 day ago / vor 1 Tag", "2026-11-22", "2026-11-23"),
        ("vorgestern / day before yesterday / vor 2 Tagen", "2026-11-21", "2026-11-22"),
        ("this week / diese Woche", "2026-11-23", "2026-11-30"),
        ("last week / letzte Woche", "2026-11-16", "2026-11-23"),
        ("last month / letzten Monat / October", "2026-10-01", "2026-11-01"),
        ("this year / dieses Jahr", "2026-01-01", "2027-01-01"),
        ("last year / letztes Jahr", "2025-01-01", "2026-01-01"),
        ("monday / montag", "2026-11-23", "2026-11-24"),
        ("last monday / letzten Montag", "2026-11-16", "2026-11-17"),
        ("friday / last friday / Freitag", "2026-11-20", "2026-11-21"),
        ("last 3 days / letzte 3 Tage / the past 3 days", "2026-11-20", "2026-11-24"),
        ("3 months ago / vor 3 Monaten", "2026-08-23", "2026-08-24"),
        ("before May / vor Mai / bis Mai", "", "2026-05-01"),
        ("before 2024-08 / vor August 2024", "", "2024-08-01"),
        ("after summer 2025 / nach Sommer 2025", "2025-09-01", ""),
        ("since March 2025 / seit März 2025 / ab märz 2025", "2025-03-01", ""),
        ("between May and July 2025 / von Mai bis Juli 2025", "2025-05-01", "2025-08-01"),
        ("from 2020 to 2022 / zwischen 2020 und 2022", "2020-01-01", "2023-01-01"),
    ],
)
def test_dates_in_both_languages(texts: str, since: str, until: str) -> None:
    for text in texts.split(" / "):
        assert span(text) == (since, until), text


def test_on_this_day_is_of_earlier_years() -> None:
    for text in ("on this day", "an diesem Tag"):
        wanted = query.understand(query.parse(text, TODAY))
        assert (wanted.day, wanted.since, wanted.until) == ("11-23", "", "2026")


@pytest.mark.parametrize(
    "text",
    [
        "31.6.2024",
        "2024-13",
        "2024-02-30",
        "mayor",
        "summery",
        "20255",
        "before",
        "between us",
        "1999x",
    ],
)
def test_what_is_no_date_is_words(text: str) -> None:
    assert {part.kind for part in query.parse(text, TODAY)} == {query.WORD}


def test_everything_at_once() -> None:
    parts = query.parse('lake #Summer summer 2025 "last week" tag:"Côte d’Azur"', TODAY)

    wanted = query.understand(parts, person_id="u")

    assert wanted.tags == ("summer", "côte d’azur")
    assert wanted.words == ("lake", "last", "week")
    assert (wanted.since, wanted.until) == ("2025-06-01", "2025-09-01")
    assert query.without(parts, parts[2]) == 'lake #Summer "last week" tag:"Côte d’Azur"'


def test_two_dates_must_both_hold() -> None:
    wanted = query.understand(query.parse("summer 2025 before July 2025", TODAY))

    assert (wanted.since, wanted.until) == ("2025-06-01", "2025-07-01")


DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@given(st.text(max_size=300), DAYS)
def test_nothing_typed_is_an_error(text: str, today: date) -> None:
    parts = query.parse(text, today)
    wanted = query.understand(parts)

    assert len(parts) <= query.PARTS
    assert all(part.words or part.tag or part.span for part in parts)
    for day in (wanted.since, wanted.until):
        assert day <= "9999-12-31"


PIECES = [
    "lake", "#summer", '"last week"', "Anna", "summer 2025", "last week", "2024-08", "before May",
    "seit März 2020", "album:alps", 'album:"Alps 2025"',
    "vor 3 Tagen", "zwischen 2020 und 2022", "on this day", "tag:é", "ß",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=8), DAYS)
def test_taking_a_chip_away_takes_just_that(pieces: list[str], today: date) -> None:
    parts = query.parse(" ".join(pieces), today)

    for part in parts:
        rest = [other for other in parts if other is not part]
        assert query.parse(query.without(parts, part), today) == rest


@given(DAYS, DAYS)
def test_every_day_is_understood_as_written(day: date, today: date) -> None:
    written = [
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%B} {day.day}, {day.year}",
    ]

    for text in written:
        assert span(text, today) == (str(day), str(day + timedelta(1))), text


@given(st.sampled_from([*dates.MONTHS, *dates.SEASONS, *dates.WEEKDAYS]), DAYS)
def test_a_name_alone_has_begun_and_is_not_long_ago(name: str, today: date) -> None:
    since, _ = span(name, today)

    assert date.fromisoformat(since) <= today
    assert today - date.fromisoformat(since) <= timedelta(366)


@given(
    st.sampled_from(["last week", "letzten Monat", "gestern", "last 7 days", "vor 2 Jahren"]), DAYS
)
def test_spans_run_forward_and_not_into_the_future(text: str, today: date) -> None:
    since, until = map(date.fromisoformat, span(text, today))

    assert since < until <= today + timedelta(1)
