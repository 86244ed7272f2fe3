"""Which weekday a make-up working day pays for, and the three policies."""

from dataclasses import replace
from datetime import date

import pytest
from chinese_calendar import in_lieu_days

from app.calendar.makeup import replaced_days
from app.calendar.notice import Notice
from app.calendar.rules import MakeUpPolicy, NeedsDecision, Override, WorkingCalendar, official_notices

NATIONAL = WorkingCalendar(official_notices())

# Where our rule and the package's "days in lieu" differ, with the reason.
PACKAGE_DIFFERS = {
    2006: "the notice states the days; the package lacks 31 December 2005",
    2007: "the notice states 17 February for the 21st",
    2015: "no day of the notice tells whether 27 September is paid on 6 or 7 October",
    2018: "the package lists three days for two make-up days",
    2022: "the package lists 3 February, a statutory day",
}


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_every_make_up_day_replaces_a_working_weekday_that_is_off(year: int) -> None:
    notice = official_notices()[year]
    found = replaced_days(notice)
    assert set(found) == {entry.day for entry in notice.days if not entry.off}
    assert len(set(found.values())) == len(found)
    off = {entry.day for entry in notice.days if entry.off}
    assert all(replaced in off and replaced.weekday() < 5 for replaced in found.values())


@pytest.mark.parametrize("year", [year for year in range(2004, 2027) if year not in PACKAGE_DIFFERS])
def test_the_rule_agrees_with_the_packages_days_in_lieu(year: int) -> None:
    ours = set(replaced_days(official_notices()[year]).values())
    named = {entry.day for entry in official_notices()[year].days}
    assert ours == set(in_lieu_days) & named


@pytest.mark.parametrize("year", [2008, 2009])
def test_the_rule_alone_finds_what_these_notices_state(year: int) -> None:
    notice = official_notices()[year]
    silent = replace(notice, days=tuple(replace(entry, replaces=None) for entry in notice.days))
    assert replaced_days(silent) == replaced_days(notice)


@pytest.mark.parametrize(
    ("make_up", "replaced"),
    [
        ("2026-01-04", "2026-01-02"),
        ("2026-02-14", "2026-02-20"),
        ("2026-02-28", "2026-02-23"),
        ("2026-05-09", "2026-05-05"),
        ("2026-09-20", "2026-10-06"),
        ("2026-10-10", "2026-10-07"),
        ("2018-12-29", "2018-12-31"),
        ("2007-02-25", "2007-02-23"),
    ],
)
def test_known_pairs(make_up: str, replaced: str) -> None:
    assert NATIONAL.replaced_day(day(make_up)) == day(replaced)
    assert NATIONAL.make_up_day_for(day(replaced)) == day(make_up)


def test_other_days_replace_nothing() -> None:
    assert NATIONAL.replaced_day(day("2026-03-02")) is None
    assert NATIONAL.make_up_day_for(day("2026-10-01")) is None
    assert NATIONAL.make_up_day_for(day("2026-03-02")) is None


def test_an_override_ends_the_pairing() -> None:
    calendar = WorkingCalendar(
        official_notices(), overrides=(Override(day("2026-10-10"), off=True, reason="停"),)
    )
    assert calendar.replaced_day(day("2026-10-10")) is None
    assert calendar.make_up_day_for(day("2026-10-07")) is None


def test_policies() -> None:
    sunday = day("2026-09-20")
    assert NATIONAL.effective_weekday(sunday, MakeUpPolicy.OWN_WEEKDAY) == 6
    assert NATIONAL.effective_weekday(sunday, MakeUpPolicy.REPLACED_WEEKDAY) == 1
    question = NATIONAL.effective_weekday(sunday, MakeUpPolicy.ASK)
    assert isinstance(question, NeedsDecision)
    assert [(choice.policy, choice.weekday) for choice in question.choices] == [
        (MakeUpPolicy.OWN_WEEKDAY, 6),
        (MakeUpPolicy.REPLACED_WEEKDAY, 1),
    ]
    assert question.choices[1].text.zh == "2026-09-20 按星期二安排"
    for policy in MakeUpPolicy:
        assert NATIONAL.effective_weekday(day("2026-03-02"), policy) == 0


def test_a_make_up_day_without_a_rest_day_to_pay_for_keeps_its_own_weekday() -> None:
    lonely = Notice(
        2027, tuple(entry for entry in official_notices()[2026].days if entry.day == day("2026-10-10"))
    )
    calendar = WorkingCalendar({2027: lonely})
    assert calendar.effective_weekday(day("2026-10-10"), MakeUpPolicy.REPLACED_WEEKDAY) == 5
    assert calendar.effective_weekday(day("2026-10-10"), MakeUpPolicy.ASK) == 5
