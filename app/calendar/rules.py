"""The pure calendar in one import: what other features use of it. No Flask, no SQLAlchemy, no clock."""

from app.calendar.lunar import LunarDate, lunar_date
from app.calendar.makeup import WEEKDAY_NAMES, Choice, MakeUpPolicy, NeedsDecision
from app.calendar.notice import Notice, NoticeDay, NoticeDocument, holiday_name
from app.calendar.notices import official_notices
from app.calendar.occurrences import occurrences, open_decisions, with_special_periods
from app.calendar.periods import SpecialPeriod, Suspension
from app.calendar.placing import HolidayPolicy, MovesOn, Placed, collisions, place
from app.calendar.recurrence import (
    EveryDay,
    EveryNthDay,
    EveryWorkingDay,
    ExplicitDates,
    FixedDays,
    LunarDays,
    MarketDays,
    Recurrence,
    RuleDays,
)
from app.calendar.working import Day, DayKind, LocalDay, Override, WorkingCalendar

__all__ = [
    "WEEKDAY_NAMES",
    "Choice",
    "Day",
    "DayKind",
    "EveryDay",
    "EveryNthDay",
    "EveryWorkingDay",
    "ExplicitDates",
    "FixedDays",
    "HolidayPolicy",
    "LocalDay",
    "LunarDate",
    "LunarDays",
    "MakeUpPolicy",
    "MarketDays",
    "MovesOn",
    "NeedsDecision",
    "Notice",
    "NoticeDay",
    "NoticeDocument",
    "Override",
    "Placed",
    "Recurrence",
    "RuleDays",
    "SpecialPeriod",
    "Suspension",
    "WorkingCalendar",
    "collisions",
    "holiday_name",
    "lunar_date",
    "occurrences",
    "official_notices",
    "open_decisions",
    "place",
    "with_special_periods",
]
