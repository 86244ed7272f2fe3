"""From a pattern and a working calendar to the days on which duties are held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from app.calendar.makeup import WEEKDAY_NAMES, MakeUpPolicy, NeedsDecision, needs_decision
from app.calendar.periods import SpecialPeriod
from app.calendar.placing import FARTHEST_MOVE, Placed, place
from app.calendar.recurrence import (
    EveryDay,
    EveryWorkingDay,
    FixedDays,
    Recurrence,
    RuleDays,
    meant_days,
)
from app.calendar.working import WorkingCalendar
from app.core.dates import DateRange
from app.core.text import Text

_NO_DECISIONS: Mapping[date, MakeUpPolicy] = {}


def occurrences(
    pattern: Recurrence,
    within: DateRange,
    calendar: WorkingCalendar,
    decisions: Mapping[date, MakeUpPolicy] = _NO_DECISIONS,
) -> list[Placed]:
    """The pattern's duty days that belong to `within`, by the day held and then the day meant.

    A day belongs to the range in which it is *held*, so neighbouring ranges share none and miss none: a duty meant
    for 31 January and moved to 2 February is February's. One that is not held, or waits for a decision, belongs
    where it was meant. Two that move onto one date are both kept (see `collisions`). `decisions` answers, by
    make-up day, what MakeUpPolicy.ASK asks. Suspensions are not applied: ask `calendar.suspended`.
    ValueError for an open range.
    """
    if isinstance(pattern, EveryDay):
        return [Placed(day, day) for day in within.days()]
    if isinstance(pattern, EveryWorkingDay):
        return [Placed(day, day) for day in calendar.working_days(within)]
    meant = meant_days(pattern, _reach(within))
    placed = (_place_fixed(day, pattern, calendar, decisions) for day in meant)
    kept = (entry for entry in placed if within.contains(entry.date or entry.original))
    return sorted(kept, key=lambda entry: (entry.date or entry.original, entry.original))


def with_special_periods(
    placed: Iterable[Placed], periods: Iterable[SpecialPeriod], within: DateRange
) -> list[Placed]:
    """A coverage's duty days where special protection periods make every calendar day a duty day.

    In a period each day is held once, as itself; what the coverage had there, moved there or cancelled there is
    that day's duty already. Days outside the periods stay as they are.
    """
    every_day = _period_days(periods, within)
    outside = [entry for entry in placed if (entry.date or entry.original) not in every_day]
    inside = [Placed(day, day, reason=_period_text(period)) for day, period in every_day.items()]
    return sorted(outside + inside, key=lambda entry: (entry.date or entry.original, entry.original))


def open_decisions(placed: Iterable[Placed]) -> list[NeedsDecision]:
    """The questions still to be answered, each once, by date."""
    found = {entry.decision.day: entry.decision for entry in placed if entry.decision is not None}
    return [found[day] for day in sorted(found)]


def _period_days(periods: Iterable[SpecialPeriod], within: DateRange) -> dict[date, SpecialPeriod]:
    found: dict[date, SpecialPeriod] = {}
    for period in periods:
        shared = period.days.intersection(within)
        for day in shared.days() if shared else ():
            found.setdefault(day, period)
    return found


def _period_text(period: SpecialPeriod) -> Text:
    return Text(f"特别防护期：{period.name}", f"Special protection period: {period.name}")


def _reach(within: DateRange) -> DateRange:
    """The days from which a duty can be moved into `within`. ValueError for an open range."""
    if within.begins_open or within.ends_open:
        raise ValueError("duty days can be listed for a range with both ends only")
    return within.widened(FARTHEST_MOVE)


def _place_fixed(
    day: date, pattern: FixedDays, calendar: WorkingCalendar, decisions: Mapping[date, MakeUpPolicy]
) -> Placed:
    if not isinstance(pattern, RuleDays):
        return place(day, pattern.policy, calendar, pattern.moves_on)
    if pattern.parsed.names_weekdays:
        by_make_up = _place_by_make_up(day, pattern, calendar, decisions)
        if by_make_up is not None:
            return by_make_up
    return place(day, pattern.policy, calendar, pattern.gives_way_on)


def _place_by_make_up(
    day: date, pattern: RuleDays, calendar: WorkingCalendar, decisions: Mapping[date, MakeUpPolicy]
) -> Placed | None:
    """A weekday rule on a day that has to do with a make-up day; None when the ordinary placing applies.

    A make-up day that counts as the weekday it replaces takes over that day's duty, and has none for its own.
    """
    replaced = calendar.replaced_day(day)
    make_up = day if replaced is not None else calendar.make_up_day_for(day)
    if make_up is None:
        return None
    policy = decisions.get(make_up, pattern.make_up)
    if policy is MakeUpPolicy.ASK:
        return Placed(day, None, decision=needs_decision(make_up, replaced or day))
    if policy is MakeUpPolicy.OWN_WEEKDAY:
        return None
    if replaced is None:
        return Placed(day, make_up, moved=True, reason=_counts_as(make_up, day))
    return Placed(day, None, reason=_counts_as(day, replaced))


def _counts_as(make_up: date, replaced: date) -> Text:
    weekday = WEEKDAY_NAMES[replaced.weekday()]
    return Text(
        f"{make_up.isoformat()} 调休上班，按{weekday.zh}（{replaced.isoformat()}）安排",
        f"The make-up working day {make_up.isoformat()} counts as {weekday.en} {replaced.isoformat()}",
    )
