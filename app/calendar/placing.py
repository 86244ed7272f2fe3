"""What happens to a fixed duty day that falls on a rest day (遇节假日顺延 and the other three ways)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from app.calendar.errors import NoWorkingDay
from app.calendar.makeup import NeedsDecision
from app.calendar.working import WorkingCalendar
from app.core.text import Text

WEEKS_TRIED = 8
FARTHEST_MOVE = 7 * WEEKS_TRIED
_SATURDAY = 5


class HolidayPolicy(Enum):
    """What becomes of a fixed day on a rest day.

    NEXT_WORKING_DAY (顺延, the default): the first working day after it.
    CANCEL: it is not held.
    SAME_WEEKDAY_NEXT_WEEK: seven days later, and again by weeks while that day is a rest day too, at most eight
        times, then it is cancelled. A day that rests because it is a Saturday or Sunday would rest every week, so
        it goes to the next working day instead.
    DAY_BEFORE: the last working day before it.
    """

    NEXT_WORKING_DAY = "next_working_day"
    CANCEL = "cancel"
    SAME_WEEKDAY_NEXT_WEEK = "same_weekday_next_week"
    DAY_BEFORE = "day_before"


class MovesOn(Enum):
    """Which days a fixed day gives way to.

    REST_DAYS: holidays and ordinary weekends. HOLIDAYS: holidays only; a rule that means Saturdays, a market day
    or a date picked by hand is kept on an ordinary weekend.
    """

    REST_DAYS = "rest_days"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class Placed:
    """A duty day of a rule: the day the rule means and the day it is held.

    `date` None with `decision` None: not held (cancelled), `reason` says why. `date` None with a `decision`: a
    person must first say which weekday a make-up day counts as. `reason` is None for a day held as meant.
    """

    original: dt.date
    date: dt.date | None
    moved: bool = False
    reason: Text | None = None
    decision: NeedsDecision | None = None

    @property
    def cancelled(self) -> bool:
        """Not held, and no question open."""
        return self.date is None and self.decision is None


def place(
    day: dt.date,
    policy: HolidayPolicy,
    calendar: WorkingCalendar,
    moves_on: MovesOn = MovesOn.REST_DAYS,
) -> Placed:
    """Where a fixed day is held. A move of more than eight weeks is a cancellation."""
    if not _gives_way(day, calendar, moves_on):
        return Placed(day, day)
    if policy is HolidayPolicy.CANCEL:
        return _cancelled(day, calendar)
    try:
        found = _moved_to(day, policy, calendar, moves_on)
    except NoWorkingDay:
        found = None
    if found is None or abs((found - day).days) > FARTHEST_MOVE:
        return _nowhere(day, calendar)
    return Placed(day, found, moved=True, reason=_moved_text(day, found, calendar))


def collisions(placed: Iterable[Placed]) -> dict[dt.date, tuple[Placed, ...]]:
    """The dates on which two or more of the placed days are held, with all of them. Nothing is dropped or merged."""
    by_date: dict[dt.date, list[Placed]] = {}
    for entry in placed:
        if entry.date is not None:
            by_date.setdefault(entry.date, []).append(entry)
    return {day: tuple(entries) for day, entries in sorted(by_date.items()) if len(entries) > 1}


def _gives_way(day: dt.date, calendar: WorkingCalendar, moves_on: MovesOn) -> bool:
    return calendar.is_rest(day) if moves_on is MovesOn.REST_DAYS else calendar.is_holiday(day)


def _moved_to(
    day: dt.date, policy: HolidayPolicy, calendar: WorkingCalendar, moves_on: MovesOn
) -> dt.date | None:
    if policy is HolidayPolicy.DAY_BEFORE:
        return calendar.previous_working_day(day)
    always_rests = moves_on is MovesOn.REST_DAYS and day.weekday() >= _SATURDAY
    if policy is HolidayPolicy.NEXT_WORKING_DAY or always_rests:
        return calendar.next_working_day(day)
    weeks = (day + dt.timedelta(weeks=count) for count in range(1, WEEKS_TRIED + 1))
    return next((later for later in weeks if not _gives_way(later, calendar, moves_on)), None)


def _cancelled(day: dt.date, calendar: WorkingCalendar) -> Placed:
    name = _why(day, calendar)
    return Placed(
        day, None, reason=Text(f"{name.zh}，不安排", f"Not held: {day.isoformat()} is a rest day ({name.en})")
    )


def _nowhere(day: dt.date, calendar: WorkingCalendar) -> Placed:
    name = _why(day, calendar)
    return Placed(
        day,
        None,
        reason=Text(
            f"{name.zh}，{WEEKS_TRIED} 周内没有可改的日子，不安排",
            f"Not held: {day.isoformat()} is a rest day ({name.en}) and no day within {WEEKS_TRIED} weeks will do",
        ),
    )


def _moved_text(day: dt.date, found: dt.date, calendar: WorkingCalendar) -> Text:
    name = _why(day, calendar)
    zh = "改至" if found > day else "提前至"
    en = "moved on to" if found > day else "moved back to"
    return Text(
        f"{day.isoformat()} 为{name.zh}，{zh} {found.isoformat()}",
        f"{day.isoformat()} is a rest day ({name.en}), {en} {found.isoformat()}",
    )


def _why(day: dt.date, calendar: WorkingCalendar) -> Text:
    return Text(calendar.name(day, "zh_CN") or "休息日", calendar.name(day, "en") or "rest day")
