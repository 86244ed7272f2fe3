"""Who can take a duty, who comes first and why: plain data in, sentences out."""

import datetime as dt
from typing import Any

import pytest

from app.core.dates import DateRange
from app.roster.rules import LimitRule, OfficeRule, SpacingRule
from app.roster.substitution.ranking import effect, exchanges, judge, load_words, match, match_words, rank
from app.roster.substitution.rules import (
    Held,
    OfficeLimits,
    Person,
    Portfolio,
    Seat,
    Wanted,
    broken_minimum,
    find_problems,
    limits_about,
    limits_of,
)

ALWAYS = DateRange.from_days(None, None)
DAY = dt.date(2026, 3, 11)  # a Wednesday
SEAT = Seat("r1:2026-03-11:day:1", "r1:2026-03-11:day", DAY, "day")
FREE = OfficeLimits()


def days_off(*numbers: int) -> tuple[Held, ...]:
    """Duties so many days from the seat's day."""
    found = (DAY + dt.timedelta(days=number) for number in numbers)
    return tuple(Held(f"x:{day}", day, "day") for day in found)


def person(number: int = 1, **more: Any) -> Person:
    """Somebody in office for ever, without duties."""
    values: dict[str, Any] = {"term": ALWAYS, "role": "deputy", "position": number} | more
    return Person(number, f"示例{number}", **values)


def kinds(
    who: Person, seat: Seat = SEAT, limits: OfficeLimits = FREE, wanted: Wanted | None = None
) -> list[str]:
    return [problem.kind for problem in find_problems(who, seat, limits, wanted or Wanted())]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"term": DateRange.from_days(None, DAY)}, []),
        ({"term": DateRange.from_days(None, DAY - dt.timedelta(days=1))}, ["term"]),
        ({"away": (DateRange.from_days(DAY, DAY),)}, ["leave"]),
        ({"away": (DateRange.from_days(DAY + dt.timedelta(days=1), None),)}, []),
        ({"weekdays_off": frozenset({2})}, ["weekday"]),
        ({"duties": (Held("a", DAY, "am"),)}, ["busy"]),
        ({"duties": (Held("a", DAY, "day", "示例镇"),)}, ["busy"]),
        ({"month_max": 1, "duties": days_off(10)}, ["most"]),
        ({"month_max": 1, "duties": days_off(30)}, []),
    ],
)
def test_what_keeps_somebody_away(more: dict[str, Any], expected: list[str]) -> None:
    assert kinds(person(**more)) == expected


def test_a_morning_and_an_afternoon_do_not_clash() -> None:
    seat = Seat("k:am:1", "k:am", DAY, "am")
    assert kinds(person(duties=(Held("a", DAY, "pm"),)), seat) == []
    assert kinds(person(duties=(Held("a", DAY, "am"),)), seat) == ["busy"]


@pytest.mark.parametrize(("apart", "broken"), [(1, True), (2, True), (3, False), (-2, True), (-3, False)])
def test_gap(apart: int, broken: bool) -> None:
    limits = OfficeLimits(((ALWAYS, SpacingRule(min_gap=3)),))
    assert (kinds(person(duties=days_off(apart)), limits=limits) == ["gap"]) is broken


@pytest.mark.parametrize("offsets", [(-4, 4), (-4, 5), (1, 4), (-9, 9), (-4, -8), (), (3, 9), (-9, -1, 1)])
def test_window_of_ten_days_holds_two(offsets: tuple[int, ...]) -> None:
    limits = OfficeLimits(((ALWAYS, SpacingRule(window_days=10, window_k=2)),))
    most = max(sum(first <= day < first + 10 for day in (*offsets, 0)) for first in range(-9, 1))
    assert ("window" in kinds(person(duties=days_off(*offsets)), limits=limits)) is (most > 2)


def test_role_and_named_leaders_and_recusal() -> None:
    seat = Seat("k", "k", DAY, "day", "lead", (7,))
    assert kinds(person(), seat) == ["role", "allowed"]
    assert kinds(person(7, role="lead"), seat) == []
    assert kinds(person(), wanted=Wanted(recused=frozenset({1}))) == ["recused"]


def test_limits_are_about_those_they_name() -> None:
    rules = [
        OfficeRule(1, "each", LimitRule("month", most=2)),
        OfficeRule(2, "lead", LimitRule("week", most=1, role="lead")),
        OfficeRule(3, "named", LimitRule("year", least=1, leaders=(5,))),
        OfficeRule(4, "gap", SpacingRule(min_gap=2)),
    ]
    assert [rule.period for _, rule in limits_about(rules, 1, "deputy")] == ["month"]
    assert [rule.period for _, rule in limits_about(rules, 5, "lead")] == ["month", "week", "year"]
    assert len(limits_of(rules).spacing) == 1


def test_order_of_candidates() -> None:
    people = [
        person(1, balance=2000),
        person(2, balance=-2000),
        person(3, balance=0, away=(DateRange.from_days(DAY, DAY),)),
        person(4, balance=5000),
        person(5, balance=0, weekdays_off=frozenset({2})),
        person(6, balance=9000),
    ]
    wanted = Wanted(townships=("甲镇", "乙镇"))
    portfolios = {4: Portfolio(townships=frozenset({"甲镇", "乙镇"}))}
    found = rank(judge(people, SEAT, FREE, wanted, portfolios, (), frozenset({6})), "ranked", SEAT)
    assert [candidate.person.id for candidate in found] == [6, 4, 2, 1, 5, 3]
    assert "covers both invited townships" in found[1].reasons.en
    assert found[0].reasons.zh.startswith("欠其一次还班")


def test_backups_and_next_in_order_come_first_where_the_policy_says_so() -> None:
    people = [person(1, duties=days_off(20)), person(2, duties=days_off(5)), person(3, balance=-9000)]
    judged = judge(people, SEAT, FREE, Wanted(), {}, (2, 1))
    assert [c.person.id for c in rank(judged, "backups", SEAT)] == [2, 1, 3]
    assert [c.person.id for c in rank(judged, "next", SEAT)] == [2, 1, 3]
    assert [c.person.id for c in rank(judged, "ranked", SEAT)] == [3, 1, 2]


def test_sentences() -> None:
    found = judge([person(balance=-2000, duties=days_off(-19, 12))], SEAT, FREE, Wanted(), {})[0]
    assert (
        found.reasons.en == "2 duties fewer than the share; last duty 19 days before; next duty 12 days after"
    )
    assert found.reasons.zh == "比应担次数少 2 次；距上一次接访 19 天；12 天后下一次接访"
    assert (load_words(1000).en, load_words(400).zh) == ("1 duty more than the share", "与应担次数持平")
    words = list(match_words(match(Portfolio(sectors=frozenset({"教育"})), Wanted(sectors=("教育", "卫生")))))
    assert [text.en for text in words] == ["covers 1 of 2 invited sectors"]


def test_effect_looks_at_own_duties_here_only() -> None:
    found = effect(
        person(duties=(*days_off(-3), Held("e", DAY - dt.timedelta(days=1), "day", "示例镇"))), SEAT
    )
    assert (found.since, found.until, found.nearest) == (3, None, 3)


def test_exchanges_break_no_rule_for_either_side() -> None:
    giver = person(1, duties=(Held(SEAT.seat_key, DAY, "day"), *days_off(14)))
    later = Seat("b", "b", DAY + dt.timedelta(days=5), "day")
    near = Seat("c", "c", DAY + dt.timedelta(days=13), "day")
    other = person(2, duties=(Held("b", later.on_date, "day"), Held("c", near.on_date, "day")))
    limits = OfficeLimits(((ALWAYS, SpacingRule(min_gap=3)),))
    found = exchanges(giver, SEAT, [(other, [later, near])], limits, {}, {})
    assert [exchange.seat.seat_key for exchange in found] == [
        "b"
    ]  # "c" would stand a day before the giver's next one
    assert found[0].apart == 5


def test_an_exchange_keeps_the_monthly_minimum() -> None:
    least = ((ALWAYS, LimitRule("month", least=1)),)
    giver = person(1, duties=(Held(SEAT.seat_key, DAY, "day"),), limits=least)
    april = Seat("b", "b", dt.date(2026, 4, 15), "day")
    march = Seat("c", "c", dt.date(2026, 3, 25), "day")
    other = person(2, duties=(Held("b", april.on_date, "day"), Held("c", march.on_date, "day")))
    assert broken_minimum(giver, SEAT)
    found = exchanges(giver, SEAT, [(other, [april, march])], FREE, {}, {})
    assert [exchange.seat.seat_key for exchange in found] == ["c"]
