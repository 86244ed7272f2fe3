"""What an imported notice changes: in the notice itself, and in what is a working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.calendar.notice import Notice, NoticeDay
from app.calendar.working import DayKind, WorkingCalendar
from app.core.dates import DateRange


@dataclass(frozen=True, slots=True)
class DayChange:
    """One day of a notice that is new, gone or different."""

    day: date
    before: NoticeDay | None
    after: NoticeDay | None


@dataclass(frozen=True, slots=True)
class WorkingChange:
    """One day that stops or starts being a working day for an office."""

    day: date
    before: DayKind
    after: DayKind


def diff_notices(old: Notice | None, new: Notice) -> list[DayChange]:
    """The days that differ in being off or in name, in order. Without an old notice every day is new."""
    before = {entry.day: entry for entry in old.days} if old else {}
    after = {entry.day: entry for entry in new.days}
    return [
        DayChange(day, before.get(day), after.get(day))
        for day in sorted(before.keys() | after.keys())
        if _essence(before.get(day)) != _essence(after.get(day))
    ]


def working_changes(
    before: WorkingCalendar, after: WorkingCalendar, within: DateRange
) -> list[WorkingChange]:
    """The days of the range whose working state changes, in order: where duties would have to move."""
    kinds = ((day, before.kind(day), after.kind(day)) for day in within.days())
    return [WorkingChange(day, old, new) for day, old, new in kinds if old.working != new.working]


def _essence(entry: NoticeDay | None) -> tuple[bool, str] | None:
    return None if entry is None else (entry.off, entry.name.zh)
