"""Periods of an office: special protection (特别防护期: every day is a duty day) and suspension (暂停接待)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.dates import DateRange


@dataclass(frozen=True, slots=True)
class SpecialPeriod:
    """A dated special protection period in which every calendar day is a duty day."""

    days: DateRange
    name: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """Reception is suspended on `days`, which may have an open end; `by_appointment_only` still admits those."""

    days: DateRange
    reason: str
    by_appointment_only: bool = False


def find_special_period(day: date, periods: Iterable[SpecialPeriod]) -> SpecialPeriod | None:
    """The first period that holds the day."""
    return next((period for period in periods if period.days.contains(day)), None)


def find_suspension(day: date, suspensions: Iterable[Suspension]) -> Suspension | None:
    """The suspension of the day; a full one before one that still admits appointments."""
    found = [suspension for suspension in suspensions if suspension.days.contains(day)]
    return min(found, key=lambda suspension: suspension.by_appointment_only, default=None)
