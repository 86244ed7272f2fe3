"""Which days are working days, for one office: announced days, local days and overrides in one frozen object.

What decides about a day, the first that speaks:
1. an override (one day, made by a named person, with a reason);
2. a rest day of a State Council notice: nothing local takes a national holiday away;
3. a local day: a local holiday, or a local make-up working day on a weekend;
4. a make-up working day of a notice;
5. in a year without a notice (provisional), the statutory days of the law, and no guessed make-up days;
   nor does it guess on which weekday a statutory day that falls on a weekend is made good;
6. Saturday and Sunday rest, Monday to Friday work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache

from app.calendar.errors import NoWorkingDay
from app.calendar.makeup import MakeUpPolicy, NeedsDecision, needs_decision, replaced_days
from app.calendar.notice import Notice, NoticeDay, merged_days
from app.calendar.periods import SpecialPeriod, Suspension, find_special_period, find_suspension
from app.calendar.statutory import statutory_days
from app.core.dates import ONE_DAY, DateRange
from app.core.text import Text

_SATURDAY = 5
_FARTHEST = 366
_NOTHING = Text("", "")
_WEEKEND = Text("周末", "Weekend")


class DayKind(Enum):
    """What a day is, and why."""

    WORKING_DAY = "working_day"
    WEEKEND = "weekend"
    STATUTORY_HOLIDAY = "statutory_holiday"
    MAKE_UP_WORKING_DAY = "make_up_working_day"
    LOCAL_HOLIDAY = "local_holiday"
    OVERRIDE_OFF = "override_off"
    OVERRIDE_WORK = "override_work"

    @property
    def working(self) -> bool:
        """Whether people work on such a day."""
        return self in _WORKING

    @property
    def holiday(self) -> bool:
        """A rest day that is more than an ordinary weekend."""
        return not self.working and self is not DayKind.WEEKEND


_WORKING = frozenset({DayKind.WORKING_DAY, DayKind.MAKE_UP_WORKING_DAY, DayKind.OVERRIDE_WORK})


@dataclass(frozen=True, slots=True)
class LocalDay:
    """A day of the office's own calendar: a local holiday (`off`), or a local make-up working day on a weekend."""

    day: date
    name: Text
    off: bool = True


@dataclass(frozen=True, slots=True)
class Override:
    """One day made a rest day or a working day by decision, with the reason and the document number if any."""

    day: date
    off: bool
    reason: str
    document_number: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """All the calendar knows of one day. `provisional`: its year's notice is not in, so it may change."""

    day: date
    kind: DayKind
    name: Text
    provisional: bool
    override: Override | None = None
    replaces: date | None = None
    special_period: SpecialPeriod | None = None
    suspension: Suspension | None = None

    @property
    def working(self) -> bool:
        """Whether it is a working day."""
        return self.kind.working


@dataclass(frozen=True, eq=False)
class WorkingCalendar:
    """The working calendar of one office. Build it once; every question after that is a look-up."""

    notices: Mapping[int, Notice]
    local_days: tuple[LocalDay, ...] = ()
    overrides: tuple[Override, ...] = ()
    special_periods: tuple[SpecialPeriod, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    _announced: Mapping[date, NoticeDay] = field(init=False, repr=False)
    _local: Mapping[date, LocalDay] = field(init=False, repr=False)
    _override: Mapping[date, Override] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_announced", merged_days(self.notices.values()))
        object.__setattr__(self, "_local", {entry.day: entry for entry in self.local_days})
        object.__setattr__(self, "_override", {entry.day: entry for entry in self.overrides})

    def provisional(self, when: date | int) -> bool:
        """Whether the year, or the year of the date, has no announced notice yet."""
        return (when if isinstance(when, int) else when.year) not in self.notices

    def kind(self, day: date) -> DayKind:
        """What the day is, by the order of precedence above."""
        override = self._override.get(day)
        if override is not None:
            return DayKind.OVERRIDE_OFF if override.off else DayKind.OVERRIDE_WORK
        announced = self._announced.get(day)
        if announced is not None and announced.off:
            return DayKind.STATUTORY_HOLIDAY
        local = self._local.get(day)
        if local is not None:
            return DayKind.LOCAL_HOLIDAY if local.off else DayKind.MAKE_UP_WORKING_DAY
        if announced is not None:
            return DayKind.MAKE_UP_WORKING_DAY
        if day.year not in self.notices and day in _statutory_names(day.year):
            return DayKind.STATUTORY_HOLIDAY
        return DayKind.WORKING_DAY if day.weekday() < _SATURDAY else DayKind.WEEKEND

    def is_working(self, day: date) -> bool:
        """Whether people work on the day."""
        return self.kind(day) in _WORKING

    def is_rest(self, day: date) -> bool:
        """Whether the day is a rest day of any kind."""
        return not self.is_working(day)

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a rest day that is more than an ordinary weekend."""
        return self.kind(day).holiday

    def day(self, day: date) -> Day:
        """Everything about the day, for a page."""
        return Day(
            day=day,
            kind=self.kind(day),
            name=self._name(day),
            provisional=self.provisional(day),
            override=self._override.get(day),
            replaces=self.replaced_day(day),
            special_period=find_special_period(day, self.special_periods),
            suspension=find_suspension(day, self.suspensions),
        )

    def name(self, day: date, locale: str) -> str:
        """What the day is called: 春节, 春节调休上班, a local holiday's name, an override's reason, 周末, or ""."""
        return self._name(day).in_locale(locale)

    def suspended(self, day: date) -> Suspension | None:
        """The suspension of reception on the day, a full one before one that still admits appointments."""
        return find_suspension(day, self.suspensions)

    def closed(self, day: date) -> bool:
        """Whether reception is suspended on the day also for those with an appointment."""
        suspension = self.suspended(day)
        return suspension is not None and not suspension.by_appointment_only

    def special_period(self, day: date) -> SpecialPeriod | None:
        """The special protection period that holds the day."""
        return find_special_period(day, self.special_periods)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`. Raises NoWorkingDay when there is none within a year."""
        return self._seek(day, ONE_DAY)

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`. Raises NoWorkingDay when there is none within a year."""
        return self._seek(day, -ONE_DAY)

    def working_day_on_or_after(self, day: date) -> date:
        """`day` itself when it is a working day, else the next one: how an end on a rest day rolls forward."""
        return day if self.is_working(day) else self.next_working_day(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The day `count` working days on (back when negative). `day` itself is not counted; 0 gives `day`."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        for _ in range(abs(count)):
            day = self._seek(day, step)
        return day

    def working_days(self, within: DateRange) -> list[date]:
        """The working days of the range, in order. ValueError for an open range."""
        return [day for day in within.days() if self.is_working(day)]

    def replaced_day(self, day: date) -> date | None:
        """The weekday a national make-up day pays for; None for any other day or when it is not known."""
        announced = self._announced.get(day)
        if announced is None or announced.off or self.kind(day) is not DayKind.MAKE_UP_WORKING_DAY:
            return None
        return next((found for found in self._replacements(day) if found is not None), None)

    def make_up_day_for(self, day: date) -> date | None:
        """The make-up day that pays for the rest day `day`, if one does."""
        if self.is_working(day):
            return None
        for notice in self._notices_near(day):
            for make_up, replaced in replaced_days(notice).items():
                if replaced == day and self.replaced_day(make_up) == day:
                    return make_up
        return None

    def effective_weekday(self, day: date, policy: MakeUpPolicy) -> int | NeedsDecision:
        """The weekday (0 = Monday) the day counts as under the policy; with ASK, the question for a make-up day.

        A day that is no make-up day, or whose replaced day is not known, counts as its own weekday.
        """
        replaced = None if policy is MakeUpPolicy.OWN_WEEKDAY else self.replaced_day(day)
        if replaced is None:
            return day.weekday()
        return needs_decision(day, replaced) if policy is MakeUpPolicy.ASK else replaced.weekday()

    def _name(self, day: date) -> Text:
        kind = self.kind(day)
        override = self._override.get(day)
        if override is not None:
            return Text(override.reason, override.reason)
        if kind is DayKind.WEEKEND:
            return _WEEKEND
        if kind is DayKind.MAKE_UP_WORKING_DAY:
            name = self._local[day].name if day in self._local else self._announced[day].name
            return Text(f"{name.zh}调休上班", f"Make-up working day for {name.en}")
        if kind is DayKind.LOCAL_HOLIDAY:
            return self._local[day].name
        if kind is DayKind.STATUTORY_HOLIDAY:
            announced = self._announced.get(day)
            return announced.name if announced is not None else _statutory_names(day.year)[day]
        return _NOTHING

    def _seek(self, day: date, step: timedelta) -> date:
        found = day + step
        for _ in range(_FARTHEST):
            if self.is_working(found):
                return found
            found += step
        raise NoWorkingDay(
            f"{day.isoformat()} 前后一年内没有工作日，请检查工作日历中的休息日设置。",
            f"There is no working day within a year of {day.isoformat()}. Check the rest days in the calendar.",
        )

    def _notices_near(self, day: date) -> Iterator[Notice]:
        """The notices that may name the day: the next year's first, because it was issued later."""
        return (self.notices[year] for year in (day.year + 1, day.year) if year in self.notices)

    def _replacements(self, make_up: date) -> Iterator[date | None]:
        return (replaced_days(notice).get(make_up) for notice in self._notices_near(make_up))


@lru_cache(maxsize=256)
def _statutory_names(year: int) -> Mapping[date, Text]:
    """The statutory days of a year by date; two on one date are named together."""
    names: dict[date, Text] = {}
    for entry in statutory_days(year):
        other = names.get(entry.day)
        joined = (
            Text(f"{other.zh}、{entry.name.zh}", f"{other.en} and {entry.name.en}") if other else entry.name
        )
        names[entry.day] = joined
    return names
