"""What the referee knows by itself, and what it refuses to judge."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.referee import CannotJudge
from tests.referee.days import STATUTORY, is_announced, is_national_working_day, is_working_day
from tests.unit.referee.scenario import Json, facts_of, leader, office


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-04", True),  # Sunday, make-up day of New Year
        ("2026-02-14", True),  # Saturday, make-up day of the Spring Festival
        ("2026-02-23", False),  # Monday, end of the Spring Festival
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2027-02-05", False),  # New Year's Eve
        ("2027-02-09", True),  # no weekend is moved before the notice is in
        ("2027-06-09", False),
        ("2027-09-15", False),
        ("2027-10-04", True),
        ("2027-05-01", False),
        ("2027-12-31", True),
    ],
)
def test_working_days(day: str, working: bool) -> None:
    assert is_national_working_day(dt.date.fromisoformat(day)) is working


def test_which_years_are_announced() -> None:
    assert is_announced(2026)
    assert not is_announced(2027)
    assert len(STATUTORY[2027]) == 13, "the law of 2024 gives thirteen days"
    with pytest.raises(CannotJudge, match="2031"):
        is_announced(2031)


def test_local_days_come_first() -> None:
    facts = facts_of(office(days_off=["2026-04-20"], days_on=["2026-04-25"]))
    assert not is_working_day(dt.date(2026, 4, 20), facts)
    assert is_working_day(dt.date(2026, 4, 25), facts)


def with_rule(kind: str, **spec: object) -> Json:
    raw = office()
    return {**raw, "rules": [*raw["rules"], {"kind": kind, "spec": spec}]}


def with_coverage(**spec: object) -> Json:
    raw = office()
    raw["rules"][0]["spec"] |= spec
    return raw


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (with_coverage(when={"type": "weekly", "weekdays": [1]}), "weekly"),
        (with_coverage(sessions=["am", "pm"]), "half days"),
        (with_coverage(seats=[{"role": "lead", "leaders": []}]), "seats"),
        (with_rule("limit", period="week", min=1), "by the month"),
        (with_rule("limit", period="month", min=1, role="lead"), "some leaders"),
        (with_rule("spacing", min_gap=2, window_days=30, window_k=2), "window"),
        (with_rule("on_call", leaders=[1]), "on_call"),
        (with_rule("coverage", when={"type": "every_day"}), "one kind"),
        ({**office(), "rules": []}, "no coverage"),
        ({**office(), "leaders": [leader("甲明"), leader("甲明")]}, "one name"),
    ],
)
def test_what_it_does_not_know_it_refuses_to_judge(raw: Json, word: str) -> None:
    with pytest.raises(CannotJudge, match=word):
        facts_of(raw)


def test_one_duty_in_a_window_is_a_distance() -> None:
    assert facts_of(with_rule("spacing", min_gap=3, window_days=5, window_k=1)).distance == 5
