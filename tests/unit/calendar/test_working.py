"""Kinds of day, precedence, provisional years, working-day arithmetic."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.calendar.errors import NoWorkingDay
from app.calendar.notice import Notice, NoticeDay, holiday_name
from app.calendar.rules import (
    DayKind,
    LocalDay,
    Override,
    SpecialPeriod,
    Suspension,
    WorkingCalendar,
    official_notices,
)
from app.core.dates import DateRange
from app.core.text import Text

NATIONAL = WorkingCalendar(official_notices())
FOUNDING_DAY = Text("建县纪念日", "County Founding Day")


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "kind", "zh", "en"),
    [
        ("2026-02-13", DayKind.WORKING_DAY, "", ""),
        (
            "2026-02-14",
            DayKind.MAKE_UP_WORKING_DAY,
            "春节调休上班",
            "Make-up working day for Spring Festival",
        ),
        ("2026-02-15", DayKind.STATUTORY_HOLIDAY, "春节", "Spring Festival"),
        ("2026-02-23", DayKind.STATUTORY_HOLIDAY, "春节", "Spring Festival"),
        ("2026-02-24", DayKind.WORKING_DAY, "", ""),
        ("2026-03-07", DayKind.WEEKEND, "周末", "Weekend"),
    ],
)
def test_kinds_and_names(text: str, kind: DayKind, zh: str, en: str) -> None:
    assert NATIONAL.kind(day(text)) is kind
    assert NATIONAL.name(day(text), "zh_CN") == zh
    assert NATIONAL.name(day(text), "en") == en
    assert NATIONAL.is_rest(day(text)) is not NATIONAL.is_working(day(text))


def office(*, local: tuple[LocalDay, ...] = (), overrides: tuple[Override, ...] = ()) -> WorkingCalendar:
    return WorkingCalendar(official_notices(), local_days=local, overrides=overrides)


@pytest.mark.parametrize(
    ("text", "off", "kind"),
    [
        ("2026-03-11", True, DayKind.LOCAL_HOLIDAY),
        ("2026-02-14", True, DayKind.LOCAL_HOLIDAY),
        ("2026-03-14", False, DayKind.MAKE_UP_WORKING_DAY),
        ("2026-02-15", False, DayKind.STATUTORY_HOLIDAY),
        ("2026-10-01", True, DayKind.STATUTORY_HOLIDAY),
    ],
    ids=["working day", "make-up day", "local make-up weekend", "no work on a national holiday", "both rest"],
)
def test_local_days_between_notice_rest_days_and_make_up_days(text: str, off: bool, kind: DayKind) -> None:
    assert office(local=(LocalDay(day(text), FOUNDING_DAY, off),)).kind(day(text)) is kind


@pytest.mark.parametrize("text", ["2026-03-11", "2026-02-14", "2026-02-15", "2026-03-14", "2030-10-01"])
def test_an_override_is_above_everything(text: str) -> None:
    local = (LocalDay(day(text), FOUNDING_DAY),)
    off = office(local=local, overrides=(Override(day(text), off=True, reason="防汛"),))
    work = office(local=local, overrides=(Override(day(text), off=False, reason="防汛"),))
    assert off.kind(day(text)) is DayKind.OVERRIDE_OFF
    assert work.kind(day(text)) is DayKind.OVERRIDE_WORK
    assert work.is_working(day(text)) and not off.is_working(day(text))
    assert off.name(day(text), "en") == "防汛"


def test_local_names() -> None:
    calendar = office(
        local=(LocalDay(day("2026-03-11"), FOUNDING_DAY), LocalDay(day("2026-03-14"), FOUNDING_DAY, False))
    )
    assert calendar.name(day("2026-03-11"), "en") == "County Founding Day"
    assert calendar.name(day("2026-03-14"), "zh_CN") == "建县纪念日调休上班"


def test_a_year_without_notice_is_provisional_and_has_only_the_days_of_the_law() -> None:
    assert NATIONAL.provisional(2027) and NATIONAL.provisional(day("2027-03-01"))
    assert not NATIONAL.provisional(2026) and not NATIONAL.provisional(day("2026-12-31"))
    year = DateRange.of_year(2027)
    kinds = {found: NATIONAL.kind(found) for found in year.days()}
    assert DayKind.MAKE_UP_WORKING_DAY not in kinds.values()
    holidays = [found.isoformat() for found, kind in kinds.items() if kind is DayKind.STATUTORY_HOLIDAY]
    assert holidays == [
        *["2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05"],
        *["2027-05-01", "2027-05-02", "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03"],
    ]
    assert NATIONAL.name(day("2027-02-05"), "en") == "Spring Festival"
    assert all(NATIONAL.day(found).provisional for found in year.days())


def test_two_statutory_days_on_one_date_are_named_together() -> None:
    without = WorkingCalendar({})
    assert without.name(day("2009-10-03"), "zh_CN") == "国庆节、中秋节"


def test_a_notice_speaks_for_the_december_before_it() -> None:
    new_year = holiday_name("元旦")
    notice = Notice(
        2027, (NoticeDay(day("2026-12-31"), new_year, True), NoticeDay(day("2026-12-27"), new_year, False))
    )
    calendar = WorkingCalendar({**official_notices(), 2027: notice})
    assert not NATIONAL.is_holiday(day("2026-12-31"))
    assert calendar.kind(day("2026-12-31")) is DayKind.STATUTORY_HOLIDAY
    assert calendar.kind(day("2026-12-27")) is DayKind.MAKE_UP_WORKING_DAY


def test_the_later_years_notice_wins_over_the_earlier() -> None:
    new_year = holiday_name("元旦")
    this_year = Notice(2026, (NoticeDay(day("2026-12-31"), new_year, False),))
    next_year = Notice(2027, (NoticeDay(day("2026-12-31"), new_year, True),))
    assert WorkingCalendar({2027: next_year, 2026: this_year}).is_rest(day("2026-12-31"))


@pytest.mark.parametrize(
    ("start", "following", "previous"),
    [
        ("2026-02-13", "2026-02-14", "2026-02-12"),
        ("2026-02-14", "2026-02-24", "2026-02-13"),
        ("2026-02-18", "2026-02-24", "2026-02-14"),
        ("2026-02-24", "2026-02-25", "2026-02-14"),
        ("2026-12-31", "2027-01-04", "2026-12-30"),
    ],
)
def test_neighbouring_working_days(start: str, following: str, previous: str) -> None:
    assert NATIONAL.next_working_day(day(start)) == day(following)
    assert NATIONAL.previous_working_day(day(start)) == day(previous)


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2026-02-13", 0, "2026-02-13"),
        ("2026-02-15", 0, "2026-02-15"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-02-13", 6, "2026-02-28"),
        ("2026-02-24", -1, "2026-02-14"),
        ("2026-02-24", -2, "2026-02-13"),
    ],
)
def test_adding_working_days(start: str, count: int, expected: str) -> None:
    assert NATIONAL.add_working_days(day(start), count) == day(expected)


def test_an_end_on_a_rest_day_rolls_forward() -> None:
    assert NATIONAL.working_day_on_or_after(day("2026-02-14")) == day("2026-02-14")
    assert NATIONAL.working_day_on_or_after(day("2026-02-15")) == day("2026-02-24")


def test_working_days_of_february_2026_are_sixteen() -> None:
    """The month in which 17 leaders cannot each have a day of their own."""
    assert len(NATIONAL.working_days(DateRange.of_month(2026, 2))) == 16


def test_no_working_day_in_reach_is_a_named_error() -> None:
    rest = tuple(
        Override(day("2026-03-02") + timedelta(days=n), off=True, reason="停") for n in range(-1, 400)
    )
    with pytest.raises(NoWorkingDay):
        office(overrides=rest).next_working_day(day("2026-03-01"))


def test_suspensions_and_special_periods() -> None:
    closed = Suspension(DateRange.from_days(day("2026-03-10"), None), "搬迁")
    limited = Suspension(
        DateRange.from_days(day("2026-03-01"), day("2026-03-31")), "疫情", by_appointment_only=True
    )
    watch = SpecialPeriod(DateRange.from_days(day("2026-03-01"), day("2026-03-15")), "两会")
    calendar = WorkingCalendar(official_notices(), suspensions=(limited, closed), special_periods=(watch,))
    assert calendar.suspended(day("2026-02-28")) is None
    assert calendar.suspended(day("2026-03-09")) is limited
    assert calendar.suspended(day("2026-03-10")) is closed
    assert calendar.suspended(day("2030-01-01")) is closed
    assert calendar.special_period(day("2026-03-15")) is watch
    assert calendar.special_period(day("2026-03-16")) is None
    assert calendar.day(day("2026-03-10")).suspension is closed


def test_day_says_all() -> None:
    override = Override(day("2026-03-11"), off=True, reason="停电", document_number="县府办〔2026〕3号")
    found = office(overrides=(override,)).day(day("2026-03-11"))
    assert (found.override, found.working, found.name.zh) == (override, False, "停电")
    assert NATIONAL.day(day("2026-10-10")).replaces == day("2026-10-07")
    assert replace(found, provisional=True).provisional
