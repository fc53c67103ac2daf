"""Dates as people write them, in English and German: "summer 2025", "last week", "vor Mai"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, LAST = date(1, 1, 2), date(9999, 12, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` (inclusive) to `until` (exclusive); either end may be open.

    `on_this_day` is that day of every year.
    """

    since: date | None = None
    until: date | None = None
    on_this_day: date | None = None


MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januar jan jänner", "february februar feb", "march märz mar mrz",
            "april apr", "may mai", "june juni jun", "july juli jul", "august aug",
            "september sep sept", "october oktober oct okt", "november nov",
            "december dezember dec dez",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
SEASONS = {  # their first month; a winter is called by the year in which it begins
    "spring": 3, "frühling": 3, "frühjahr": 3, "summer": 6, "sommer": 6,
    "autumn": 9, "fall": 9, "herbst": 9, "winter": 12,
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        ("monday montag", "tuesday dienstag", "wednesday mittwoch", "thursday donnerstag",
         "friday freitag", "saturday samstag sonnabend", "sunday sonntag")
    )
    for name in names.split()
}  # fmt: skip
UNITS = {
    "day": "day", "days": "day", "tag": "day", "tage": "day", "tagen": "day",
    "week": "week", "weeks": "week", "woche": "week", "wochen": "week",
    "month": "month", "months": "month", "monat": "month", "monate": "month", "monaten": "month",
    "year": "year", "years": "year", "jahr": "year", "jahre": "year", "jahren": "year",
}  # fmt: skip

_YEAR = r"(?:19|20)\d\d"
_NAME = "|".join(sorted({*MONTHS, *SEASONS, *WEEKDAYS}, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_THIS = r"this|diese[rsmn]?"
_LAST = r"last|letzte[rsmn]?|vorige[rsmn]?"


def _month(year: int, month: int, length: int = 1) -> Span:
    since = date(year, month, 1)
    index = year * 12 + month - 1 + length
    return Span(since, date(index // 12, index % 12 + 1, 1))


def _iso(found: re.Match[str], today: date) -> Span:
    year, month, day = int(found[1]), int(found[2]), found[3]
    return _one_day(date(year, month, int(day))) if day else _month(year, month)


def _dotted(found: re.Match[str], today: date) -> Span:
    day, month, year = int(found[1]), int(found[2]), found[3]
    return _one_day(date(int(year), month, int(day)) if year else _latest(today, month, day))


def _day_of_month(found: re.Match[str], today: date) -> Span:
    day = int(found["before"] or found["after"])
    month = MONTHS[found["month"]]
    year = found["year"]
    return _one_day(date(int(year), month, day) if year else _latest(today, month, day))


def _latest(today: date, month: int, day: int) -> date:
    """Return the latest such day that is not to come; the 29th of February may lie years back."""
    for year in range(today.year, today.year - 9, -1):
        try:
            if (found := date(year, month, day)) <= today:
                return found
        except ValueError:
            continue
    raise ValueError(f"{day}.{month}.")


def _one_day(day: date) -> Span:
    return Span(day, day + timedelta(1))


def _named(found: re.Match[str], today: date) -> Span:
    """A month, season or weekday; without a year the latest that has begun."""
    name, year = found["name"], found["year"]
    last = bool(found["last"])
    if name in WEEKDAYS:
        if year:
            raise ValueError(name)
        back = (today.weekday() - WEEKDAYS[name]) % 7
        return _one_day(today - timedelta(back or (7 if last else 0)))
    month, length = (SEASONS[name], 3) if name in SEASONS else (MONTHS[name], 1)
    if year:
        return _month(int(year), month, length)
    span = _month(today.year - (month > today.month), month, length)
    still_on = span.until is not None and span.until > today
    return (
        _month(today.year - (month > today.month) - 1, month, length) if last and still_on else span
    )


def _plain_year(found: re.Match[str], today: date) -> Span:
    return _month(int(found[1]), 1, 12)


def _relative(found: re.Match[str], today: date) -> Span:
    """This or last day, week, month or year."""
    unit, last = UNITS[found["unit"]], bool(found["last"])
    if unit == "day":
        return _one_day(today - timedelta(last))
    if unit == "week":
        monday = today - timedelta(today.weekday() + 7 * last)
        return Span(monday, monday + timedelta(7))
    if unit == "month":
        index = today.year * 12 + today.month - 1 - last
        return _month(index // 12, index % 12 + 1)
    return _month(today.year - last, 1, 12)


def _back(today: date, number: int, unit: str) -> date:
    if unit in ("month", "year"):
        index = today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1)
        first = date(index // 12, index % 12 + 1, 1)
        end = _month(first.year, first.month).until or first
        return min(first + timedelta(today.day - 1), end - timedelta(1))
    return today - timedelta(number * (7 if unit == "week" else 1))


def _ago(found: re.Match[str], today: date) -> Span:
    return _one_day(_back(today, int(found["number"]), UNITS[found["unit"]]))


def _last_few(found: re.Match[str], today: date) -> Span:
    return Span(_back(today, int(found["number"]), UNITS[found["unit"]]), today + timedelta(1))


def _near(back: int) -> Callable[[re.Match[str], date], Span]:
    return lambda found, today: _one_day(today - timedelta(back))


def _on_this_day(found: re.Match[str], today: date) -> Span:
    return Span(on_this_day=today)


# What a date can be, the longer ways of saying it first.
_DATES: list[tuple[str, Callable[[re.Match[str], date], Span]]] = [
    (r"on this day|an diesem tag", _on_this_day),
    (rf"({_YEAR})-(\d\d?)(?:-(\d\d?))?", _iso),
    (rf"(\d\d?)\.\s?(\d\d?)\.(?:\s?({_YEAR}))?", _dotted),
    (rf"(?:(?P<before>\d\d?)(?:st|nd|rd|th|\.)?\s(?P<month>{_MONTH})\b)(?P<after>$^)?"
     rf"(?:,?\s(?P<year>{_YEAR}))?", _day_of_month),
    (rf"(?P<month>{_MONTH})\s(?P<before>$^)?(?P<after>\d\d?)(?:st|nd|rd|th)?\b"
     rf"(?:,?\s(?P<year>{_YEAR}))?", _day_of_month),
    (rf"(?:the\s)?(?:{_LAST}|past)\s(?P<number>\d{{1,3}})\s(?P<unit>{_UNIT})", _last_few),
    (rf"(?P<number>\d{{1,3}})\s(?P<unit>{_UNIT})\sago", _ago),
    (rf"vor\s(?P<number>\d{{1,3}})\s(?P<unit>{_UNIT})", _ago),
    (rf"(?:im\s|in\s|on\s|am\s)?(?:(?P<last>{_LAST})|{_THIS})\s(?P<unit>{_UNIT})", _relative),
    (rf"(?:im\s|in\s|on\s|am\s)?(?:(?P<last>{_LAST})\s|(?:{_THIS})\s)?(?P<name>{_NAME})\b"
     rf"(?:\s(?:of\s)?(?P<year>{_YEAR}))?", _named),
    (r"day before yesterday|vorgestern", _near(2)),
    (r"yesterday|gestern", _near(1)),
    (r"today|heute", _near(0)),
    (rf"(?:in\s)?({_YEAR})", _plain_year),
]  # fmt: skip
_BETWEEN = re.compile(r"(?:between|zwischen|from|von)\s", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|und|to|bis|until|till)\s", re.IGNORECASE)
_BEFORE = re.compile(r"(?:before|until|till|bis|vor)\s(?:dem\s|der\s)?", re.IGNORECASE)
_AFTER = re.compile(r"(?:after|nach)\s(?:dem\s|der\s)?", re.IGNORECASE)
_SINCE = re.compile(r"(?:since|seit|ab)\s(?:dem\s|der\s)?", re.IGNORECASE)


def read(text: str, start: int, today: date) -> tuple[Span, int] | None:
    """Read a date that begins at `start` of the text; return it and where it ends, or None."""
    if found := _BETWEEN.match(text, start):
        first = _simple(text, found.end(), today)
        joint = _AND.match(text, first[1]) if first else None
        second = _simple(text, joint.end(), today) if joint else None
        if first and second and first[0].since and second[0].since and second[0].until:
            since = first[0].since
            if since >= second[0].until:  # "between May and July 2025": the year is both's
                since = date(second[0].since.year, since.month, 1)
            return Span(since, second[0].until), second[1]
    if simple := _simple(text, start, today):
        return simple
    for pattern, side in ((_BEFORE, "before"), (_AFTER, "after"), (_SINCE, "since")):
        if (found := pattern.match(text, start)) and (one := _simple(text, found.end(), today)):
            span, end = one
            if span.since is None:
                return None
            bounds = {
                "before": Span(until=span.since),
                "after": Span(since=span.until),
                "since": Span(since=span.since),
            }
            return bounds[side], end
    return None


def _simple(text: str, start: int, today: date) -> tuple[Span, int] | None:
    for dates, build in _DATES:
        # Compiled here, because few who load this search. The end is in the pattern, so that in
        # "May 2024-08" it is found after "May".
        pattern = re.compile(rf"(?:{dates})(?![\w-])", re.IGNORECASE)
        if found := pattern.match(text, start):
            try:
                span = build(_lower(pattern, found), today)
            except (ValueError, OverflowError):  # the 31st of June, the year 10000
                continue
            return span, found.end()
    return None


def _lower(pattern: re.Pattern[str], found: re.Match[str]) -> re.Match[str]:
    """Return the match in small letters, as the tables of names are."""
    return pattern.match(found[0].lower()) or found
