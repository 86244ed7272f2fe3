"""From patterns to duty days: every type of rule in the domain, ranges, make-up days, special periods, speed."""

import time
from datetime import date, timedelta

import pytest

from app.calendar.errors import BadRecurrence
from app.calendar.rules import (
    EveryDay,
    EveryNthDay,
    EveryWorkingDay,
    ExplicitDates,
    HolidayPolicy,
    LunarDays,
    MakeUpPolicy,
    MarketDays,
    MovesOn,
    Placed,
    Recurrence,
    RuleDays,
    SpecialPeriod,
    WorkingCalendar,
    collisions,
    lunar_date,
    occurrences,
    official_notices,
    open_decisions,
    with_special_periods,
)
from app.core.dates import DateRange

NATIONAL = WorkingCalendar(official_notices())
YEAR = DateRange.of_year(2026)
START = date(2026, 1, 1)
CANCEL = HolidayPolicy.CANCEL
ASK, OWN, REPLACED = MakeUpPolicy.ASK, MakeUpPolicy.OWN_WEEKDAY, MakeUpPolicy.REPLACED_WEEKDAY


def day(text: str) -> date:
    return date.fromisoformat(text)


def held(pattern: Recurrence, within: DateRange = YEAR) -> list[str]:
    return [entry.date.isoformat() for entry in occurrences(pattern, within, NATIONAL) if entry.date]


def test_every_working_day_takes_make_up_days_and_leaves_holidays() -> None:
    days = held(EveryWorkingDay())
    assert len(days) == 248
    assert {"2026-01-04", "2026-02-14"} <= set(days)
    assert not {"2026-10-05", "2026-03-07"} & set(days)


def test_every_day() -> None:
    assert len(held(EveryDay())) == 365


def test_weekly_rule_moves_off_holidays_and_cancels_when_told() -> None:
    tuesdays = "FREQ=WEEKLY;BYDAY=TU"
    moved = {
        entry.original: entry.date
        for entry in occurrences(RuleDays(tuesdays, START), YEAR, NATIONAL)
        if entry.moved
    }
    assert moved == {
        day("2026-02-17"): day("2026-02-24"),
        day("2026-05-05"): day("2026-05-06"),
        day("2026-10-06"): day("2026-10-08"),
    }
    cancelled = occurrences(RuleDays(tuesdays, START, CANCEL), YEAR, NATIONAL)
    assert [entry.original for entry in cancelled if entry.cancelled] == list(moved)


def test_a_rule_for_saturdays_keeps_them_unless_told_otherwise() -> None:
    saturdays = "FREQ=MONTHLY;BYDAY=1SA"
    march = DateRange.of_month(2026, 3)
    assert held(RuleDays(saturdays, START), march) == ["2026-03-07"]
    assert held(RuleDays(saturdays, START, moves_on=MovesOn.REST_DAYS), march) == ["2026-03-09"]
    assert held(RuleDays("FREQ=WEEKLY", day("2026-03-07")), march) == [
        "2026-03-07",
        "2026-03-14",
        "2026-03-21",
        "2026-03-28",
    ]
    assert held(RuleDays("FREQ=MONTHLY;BYMONTHDAY=7", START), march) == ["2026-03-09"]


def test_a_duty_belongs_to_the_range_in_which_it_is_held() -> None:
    pattern = RuleDays("FREQ=MONTHLY;BYMONTHDAY=31,15", START)
    january, february = DateRange.of_month(2026, 1), DateRange.of_month(2026, 2)
    assert held(pattern, january) == ["2026-01-15"]
    assert held(pattern, february) == ["2026-02-02", "2026-02-24"]
    cancelling = RuleDays("FREQ=MONTHLY;BYMONTHDAY=31", START, CANCEL)
    assert [entry.original for entry in occurrences(cancelling, january, NATIONAL)] == [day("2026-01-31")]
    assert occurrences(cancelling, february, NATIONAL) == []


@pytest.mark.parametrize("policy", list(HolidayPolicy))
@pytest.mark.parametrize("make_up", [OWN, REPLACED, ASK])
def test_months_together_are_the_year(policy: HolidayPolicy, make_up: MakeUpPolicy) -> None:
    patterns: list[Recurrence] = [
        RuleDays("FREQ=WEEKLY;BYDAY=MO,TU,FR,SU", START, policy, make_up=make_up),
        LunarDays((1, 15), policy),
        MarketDays((3, 8), policy=policy),
    ]
    for pattern in patterns:
        by_month = [entry for month in YEAR.months() for entry in occurrences(pattern, month, NATIONAL)]
        assert by_month == occurrences(pattern, YEAR, NATIONAL)


def test_explicit_dates() -> None:
    pattern = ExplicitDates((day("2026-10-01"), day("2026-03-07"), day("2026-03-07"), day("2025-01-02")))
    assert held(pattern) == ["2026-03-07", "2026-10-08"]


def test_lunar_first_and_fifteenth() -> None:
    placed = occurrences(LunarDays((1, 15)), YEAR, NATIONAL)
    assert {lunar_date(entry.original).day for entry in placed} == {1, 15}
    assert len(placed) == 25
    by_original = {entry.original: entry.date for entry in placed}
    assert by_original[day("2026-02-17")] == day("2026-02-24")
    assert by_original[day("2026-03-03")] == day("2026-03-03")


def test_a_leap_month_has_its_days_too_and_a_short_month_no_thirtieth() -> None:
    thirtieths = occurrences(LunarDays((30,)), DateRange.of_year(2025), NATIONAL)
    assert [lunar_date(entry.original).day for entry in thirtieths] == [30] * len(thirtieths)
    assert len(thirtieths) == 6
    firsts = occurrences(LunarDays((1,)), DateRange.of_year(2025), NATIONAL)
    assert any(lunar_date(entry.original).leap for entry in firsts)


def test_market_days_by_the_lunar_and_the_solar_month() -> None:
    march = DateRange.of_month(2026, 3)
    solar = held(MarketDays((3, 8), lunar=False), march)
    assert [text[-2:] for text in solar] == ["03", "08", "13", "18", "23", "28"]
    lunar = occurrences(MarketDays((3, 8)), march, NATIONAL)
    assert {lunar_date(entry.original).day % 10 for entry in lunar} == {3, 8}
    assert "2026-03-31" in held(MarketDays((1,), lunar=False), march)
    assert held(MarketDays((0,), lunar=False), march) == ["2026-03-10", "2026-03-20", "2026-03-30"]


def test_every_third_day_from_an_anchor_both_ways() -> None:
    march = DateRange.of_month(2026, 3)
    expected = ["2026-03-02", "2026-03-05", "2026-03-08"]
    assert held(EveryNthDay(day("2026-03-05"), 3), march)[:3] == expected
    assert held(EveryNthDay(day("2026-06-03"), 3), march)[:3] == expected
    assert held(EveryNthDay(day("2020-03-03"), 3), march)[:3] == [
        (
            day("2026-03-01") + timedelta(days=(day("2020-03-03") - day("2026-03-01")).days % 3 + 3 * n)
        ).isoformat()
        for n in range(3)
    ]


class TestMakeUpDays:
    """4 January 2026 is a Sunday that replaces Friday 2 January."""

    WEEK = DateRange.from_days(day("2026-01-01"), day("2026-01-07"))

    def placed(self, weekday: str, make_up: MakeUpPolicy, **answers: MakeUpPolicy) -> list[Placed]:
        decisions = {day("2026-01-04"): answer for answer in answers.values()}
        pattern = RuleDays(f"FREQ=WEEKLY;BYDAY={weekday}", START, make_up=make_up)
        return occurrences(pattern, self.WEEK, NATIONAL, decisions)

    def test_own_weekday(self) -> None:
        assert self.placed("SU", OWN) == [Placed(day("2026-01-04"), day("2026-01-04"))]
        (friday,) = self.placed("FR", OWN)
        assert (friday.original, friday.date) == (day("2026-01-02"), day("2026-01-04"))
        assert friday.reason is not None and "元旦" in friday.reason.zh

    def test_replaced_weekday(self) -> None:
        (friday,) = self.placed("FR", REPLACED)
        assert (friday.original, friday.date, friday.moved) == (day("2026-01-02"), day("2026-01-04"), True)
        assert friday.reason is not None and "按星期五" in friday.reason.zh
        (sunday,) = self.placed("SU", REPLACED)
        assert sunday.cancelled

    def test_replaced_weekday_needs_no_holiday_policy(self) -> None:
        pattern = RuleDays("FREQ=WEEKLY;BYDAY=FR", START, CANCEL, make_up=REPLACED)
        assert [entry.date for entry in occurrences(pattern, self.WEEK, NATIONAL)] == [day("2026-01-04")]

    def test_ask_until_answered(self) -> None:
        (friday,) = waiting = self.placed("FR", ASK)
        assert friday.date is None and not friday.cancelled
        assert [question.day for question in open_decisions(waiting)] == [day("2026-01-04")]
        assert self.placed("FR", ASK, answer=REPLACED) == self.placed("FR", REPLACED)
        assert self.placed("FR", ASK, answer=OWN) == self.placed("FR", OWN)
        assert self.placed("MO", ASK) == self.placed("MO", OWN)

    def test_rules_for_dates_do_not_care(self) -> None:
        pattern = RuleDays("FREQ=MONTHLY;BYMONTHDAY=4", START, make_up=ASK)
        assert [entry.date for entry in occurrences(pattern, self.WEEK, NATIONAL)] == [day("2026-01-04")]


def test_two_rules_meeting_on_one_date_are_both_kept() -> None:
    tuesdays = RuleDays("FREQ=WEEKLY;BYDAY=TU", START)
    thursdays = RuleDays("FREQ=WEEKLY;BYDAY=TH", START)
    both = occurrences(tuesdays, YEAR, NATIONAL) + occurrences(thursdays, YEAR, NATIONAL)
    met = collisions(both)[day("2026-10-08")]
    assert [entry.original for entry in met] == [day("2026-10-06"), day("2026-10-01"), day("2026-10-08")]


def test_special_periods_make_every_day_a_duty_day_once() -> None:
    october = DateRange.of_month(2026, 10)
    coverage = occurrences(EveryWorkingDay(), october, NATIONAL)
    watch = SpecialPeriod(DateRange.from_days(day("2026-09-25"), day("2026-10-11")), "国庆")
    inside = SpecialPeriod(DateRange.from_days(day("2026-10-10"), day("2026-10-12")), "重阳")
    merged = with_special_periods(coverage, [watch, inside], october)
    days = [entry.date for entry in merged if entry.date]
    assert days == sorted(set(days)) and len(days) == len(merged)
    assert days[:12] == list(DateRange.from_days(day("2026-10-01"), day("2026-10-12")).days())
    assert merged[-1].date == day("2026-10-30") and day("2026-10-17") not in days
    assert merged[0].reason is not None and "特别防护期" in merged[0].reason.zh


def test_without_special_periods_nothing_changes() -> None:
    coverage = occurrences(RuleDays("FREQ=WEEKLY;BYDAY=TU", START, CANCEL), YEAR, NATIONAL)
    assert with_special_periods(coverage, [], YEAR) == coverage


@pytest.mark.parametrize(
    "make",
    [
        lambda: LunarDays(()),
        lambda: LunarDays((0,)),
        lambda: LunarDays((31,)),
        lambda: MarketDays(()),
        lambda: MarketDays((10,)),
        lambda: EveryNthDay(START, 0),
        lambda: EveryNthDay(START, 367),
        lambda: EveryNthDay(date.max, 3),
        lambda: ExplicitDates(()),
        lambda: ExplicitDates((date(1066, 10, 14),)),
        lambda: ExplicitDates(tuple(START + timedelta(days=n) for n in range(1001))),
        lambda: RuleDays("FREQ=NEVER", START),
        lambda: RuleDays("FREQ=WEEKLY", date.max),
        lambda: RuleDays("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", START),
        lambda: RuleDays("FREQ=DAILY;INTERVAL=7;BYDAY=MO", START),
        lambda: RuleDays("FREQ=DAILY;UNTIL=20251231", START),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(make: "object") -> None:
    assert callable(make)
    with pytest.raises(BadRecurrence) as error:
        make()
    assert error.value.text.zh.endswith("。") and error.value.text.en.endswith(".")


@pytest.mark.parametrize("pattern", [EveryDay(), EveryWorkingDay(), LunarDays((1,))])
def test_an_open_range_is_refused(pattern: Recurrence) -> None:
    with pytest.raises(ValueError, match=r"open range|both ends"):
        occurrences(pattern, DateRange.from_days(START, None), NATIONAL)


@pytest.mark.parametrize(
    "pattern",
    [
        EveryWorkingDay(),
        EveryDay(),
        RuleDays("FREQ=WEEKLY;BYDAY=TU,TH", date(2004, 1, 1), make_up=REPLACED),
        RuleDays("FREQ=DAILY", START),
        LunarDays((1, 15)),
        MarketDays((3, 8)),
        EveryNthDay(START, 3),
    ],
    ids=lambda pattern: type(pattern).__name__,
)
def test_a_year_takes_less_than_five_milliseconds(pattern: Recurrence) -> None:
    def once() -> float:
        began = time.perf_counter()
        occurrences(pattern, YEAR, NATIONAL)
        return time.perf_counter() - began

    assert min(once() for _ in range(10)) < 0.005
