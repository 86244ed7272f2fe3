"""From rules to seats: days, keys, classes, special periods, suspensions, collisions."""

import datetime as dt
from typing import Any

import pytest

from app.calendar.rules import SpecialPeriod, Suspension, WorkingCalendar, official_notices
from app.core.dates import DateRange
from app.roster.rules import OfficeRule, parse_rule, plan, plan_seats, rule_dates

YEAR = DateRange.of_year(2026)
CALENDAR = WorkingCalendar(official_notices())


def rule(number: int = 1, days: DateRange | None = None, **spec: Any) -> OfficeRule:
    """A coverage rule."""
    parsed = parse_rule("coverage", {"when": {"type": "working_days"}, **spec})
    return OfficeRule(number, f"rule {number}", parsed, days or DateRange.from_days(None, None))


def weekdays(*numbers: int, **more: Any) -> dict[str, Any]:
    """The `when` of certain weekdays."""
    return {"type": "weekdays", "weekdays": list(numbers), **more}


def test_a_seat_says_all_about_itself() -> None:
    (seat,) = plan_seats(
        [rule(12)], CALENDAR, DateRange.from_days(dt.date(2026, 5, 8), dt.date(2026, 5, 8)), [7]
    )
    assert (seat.seat_key, seat.session_key) == ("r12:2026-05-08:day:1", "r12:2026-05-08:day")
    assert (seat.cls, seat.room_id, seat.status, seat.need) == ("monfri", 7, "held", None)


@pytest.mark.parametrize(
    ("day", "cls"),
    [
        (dt.date(2026, 5, 6), "plain"),
        (dt.date(2026, 5, 8), "monfri"),
        (dt.date(2026, 5, 9), "rest"),  # a Saturday on which people work
        (dt.date(2026, 5, 1), "rest"),  # a Friday on which they do not
        (dt.date(2026, 5, 10), "rest"),
    ],
)
def test_classes_are_those_of_the_engine(day: dt.date, cls: str) -> None:
    seats = plan_seats([rule(when={"type": "every_day"})], CALENDAR, DateRange.from_days(day, day))
    assert [seat.cls for seat in seats] == [cls]


def test_a_moved_session_keeps_the_key_of_the_day_it_means() -> None:
    seats = plan_seats([rule(when=weekdays(1))], CALENDAR, DateRange.of_month(2026, 5))
    moved = next(seat for seat in seats if seat.on_date != seat.original_date)
    assert (moved.session_key, moved.on_date) == ("r1:2026-05-05:day", dt.date(2026, 5, 6))


def test_months_put_together_are_the_year() -> None:
    rules = [rule(when=weekdays(1, 3)), rule(2, when={"type": "lunar", "days": [1, 15]})]
    by_month = [seat for month in YEAR.months() for seat in plan_seats(rules, CALENDAR, month)]
    assert sorted(by_month, key=lambda s: s.seat_key) == sorted(
        plan_seats(rules, CALENDAR, YEAR), key=lambda s: s.seat_key
    )
    assert len({seat.seat_key for seat in by_month}) == len(by_month)


def test_sessions_rooms_and_seats_multiply() -> None:
    both = rule(sessions=["am", "pm"], rooms=[4, 9], seats=[{"role": "lead"}, {"role": "deputy"}])
    seats = plan_seats([both], CALENDAR, DateRange.from_days(dt.date(2026, 5, 8), dt.date(2026, 5, 8)))
    assert [(seat.session_key, seat.seat, seat.need, seat.room_id) for seat in seats] == [
        ("r1:2026-05-08:am", 1, "lead", 4),
        ("r1:2026-05-08:am", 2, "deputy", 4),
        ("r1:2026-05-08:am.2", 1, "lead", 9),
        ("r1:2026-05-08:am.2", 2, "deputy", 9),
        ("r1:2026-05-08:pm", 1, "lead", 4),
        ("r1:2026-05-08:pm", 2, "deputy", 4),
        ("r1:2026-05-08:pm.2", 1, "lead", 9),
        ("r1:2026-05-08:pm.2", 2, "deputy", 9),
    ]


def test_monday_is_the_secretarys() -> None:
    seats = plan_seats([rule(by_weekday={"0": {"leaders": [3]}})], CALENDAR, DateRange.of_month(2026, 3))
    assert {seat.allowed for seat in seats if seat.on_date.weekday() == 0} == {(3,)}
    assert {seat.allowed for seat in seats if seat.on_date.weekday() != 0} == {()}


def test_special_periods_make_every_day_a_duty_day_and_only_where_asked() -> None:
    period = SpecialPeriod(DateRange.from_days(dt.date(2026, 3, 1), dt.date(2026, 3, 8)), "两会")
    calendar = WorkingCalendar(official_notices(), special_periods=(period,))
    with_it = plan_seats([rule()], calendar, DateRange.of_month(2026, 3))
    without = plan_seats([rule(special_days=False)], calendar, DateRange.of_month(2026, 3))
    assert len(with_it) - len(without) == 3  # Sunday 1, Saturday 7, Sunday 8
    assert sum(seat.special for seat in with_it) == 8


def test_suspended_days_stay_in_the_plan_without_a_leader() -> None:
    days = DateRange.from_days(dt.date(2026, 3, 2), None)
    closed = WorkingCalendar(official_notices(), suspensions=(Suspension(days, "大楼维修"),))
    by_appointment = WorkingCalendar(official_notices(), suspensions=(Suspension(days, "大楼维修", True),))
    month = DateRange.of_month(2026, 3)
    assert {(seat.status, seat.note) for seat in plan_seats([rule()], closed, month)} == {
        ("suspended", "大楼维修")
    }
    assert {seat.status for seat in plan_seats([rule()], by_appointment, month)} == {"held"}


def test_a_rule_holds_only_in_its_days() -> None:
    spring = rule(days=DateRange.from_days(dt.date(2026, 3, 1), dt.date(2026, 3, 31)), when=weekdays(1))
    assert rule_dates(spring, CALENDAR, YEAR).held == [dt.date(2026, 3, day) for day in (3, 10, 17, 24, 31)]


def test_collisions_and_questions_are_told() -> None:
    asking = rule(when=weekdays(1, make_up="ask"))
    found = plan([asking, rule(2, when=weekdays(2)), rule(3, when=weekdays(1))], CALENDAR, YEAR)
    texts = [warning.zh for warning in found.warnings]
    assert any(text.startswith("2026-05-06 有 2 场接访：") for text in texts)
    assert any("2026-09-20 是调休上班日" in text for text in texts)
    answered = rule(when=weekdays(1, make_up="ask"), decisions={"2026-09-20": "replaced_weekday"})
    held = rule_dates(answered, CALENDAR, YEAR).held
    assert dt.date(2026, 9, 20) in held


def test_rules_meant_to_meet_are_no_collision() -> None:
    found = plan([rule(), rule(2, sessions=["am"])], CALENDAR, DateRange.of_month(2026, 3))
    assert found.warnings == ()
