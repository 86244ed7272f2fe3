"""What a rule would do in a year: its sentence, its days on a year's picture, what moved and what collides. Pure."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.calendar.rules import NeedsDecision, Placed, WorkingCalendar
from app.core.dates import DateRange
from app.core.text import Text
from app.roster.rules import CoverageRule, OfficeRule, RuleDates, plan, rule_dates


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the picture. `sessions`: how many duty days fall on it; `marks`: CSS classes."""

    day: dt.date
    sessions: int
    marks: tuple[str, ...]
    title: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class YearPicture:
    """Twelve months of weeks (None: a day of another month), and the counts."""

    year: int
    months: tuple[tuple[dt.date, tuple[tuple[DayCell | None, ...], ...]], ...]
    held: int
    seats: int
    provisional: bool
    moved: tuple[Placed, ...]
    cancelled: tuple[Placed, ...]
    decisions: tuple[NeedsDecision, ...]
    collisions: tuple[Text, ...]


def picture(
    rule: OfficeRule, others: Sequence[OfficeRule], calendar: WorkingCalendar, year: int
) -> YearPicture | None:
    """The year of a coverage rule beside the office's other rules; None for rules that make no sessions."""
    coverage = rule.rule
    if not isinstance(coverage, CoverageRule):
        return None
    within = DateRange.of_year(year)
    found = rule_dates(rule, calendar, within)
    together = plan([rule, *others], calendar, within)
    alone = plan(list(others), calendar, within).warnings
    return YearPicture(
        year=year,
        months=tuple(
            (dt.date(year, month, 1), _weeks(found, calendar, year, month)) for month in range(1, 13)
        ),
        held=len(found.held),
        seats=len(found.held) * len(coverage.sessions) * len(coverage.seats) * max(len(coverage.rooms), 1),
        provisional=calendar.provisional(year),
        moved=tuple(found.moved),
        cancelled=tuple(found.cancelled),
        decisions=tuple(found.decisions),
        collisions=tuple(text for text in together.warnings if text not in alone and not _asks(text, found)),
    )


def _asks(text: Text, found: RuleDates) -> bool:
    """Open decisions are shown as questions, not as collisions."""
    return any(text.zh.startswith(question.day.isoformat()) for question in found.decisions)


def _weeks(
    found: RuleDates, calendar: WorkingCalendar, year: int, month: int
) -> tuple[tuple[DayCell | None, ...], ...]:
    held: dict[dt.date, list[Placed]] = defaultdict(list)
    meant: dict[dt.date, Placed] = {}
    for entry in found.placed:
        if entry.date is not None:
            held[entry.date].append(entry)
        if entry.date != entry.original:
            meant[entry.original] = entry
    return tuple(
        tuple(
            _cell(day, held.get(day, []), meant.get(day), calendar) if day.month == month else None
            for day in week
        )
        for week in months.Calendar().monthdatescalendar(year, month)
    )


def _cell(day: dt.date, held: Sequence[Placed], meant: Placed | None, calendar: WorkingCalendar) -> DayCell:
    suspension = calendar.suspended(day)
    marks = {
        "is-rest": calendar.is_rest(day),
        "is-special": calendar.special_period(day) is not None,
        "is-suspended": suspension is not None and bool(held),
        "is-held": bool(held),
        "is-moved-here": any(entry.moved for entry in held),
        "is-moved-away": meant is not None and meant.date is not None,
        "is-cancelled": meant is not None and meant.cancelled,
        "is-open": meant is not None and meant.decision is not None,
        "is-several": len(held) > 1,
    }
    name = Text(calendar.name(day, "zh_CN"), calendar.name(day, "en"))
    reasons = [entry.reason for entry in (*held, *([meant] if meant else [])) if entry.reason is not None]
    titles = [text for text in (name, *reasons) if text.zh]
    return DayCell(day, len(held), tuple(mark for mark, holds in marks.items() if holds), tuple(titles))
