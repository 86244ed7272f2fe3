"""Dates and terms as offices write them."""

from datetime import date

import pytest

from app.directory.importing.dates import parse_day, parse_term
from app.directory.importing.grid import Cell
from tests.unit.directory_import.files import TODAY

FIFTH = date(2026, 1, 5)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-01-05",
        "2026-1-5",
        "2026/1/5",
        "2026.1.5",
        "2026.01.05.",
        "2026年1月5日",
        "2026 年 1 月 5 日",
        "2026年1月5号",
        "２０２６年１月５日",
        "２０２６－０１－０５",
        "20260105",
        20260105,
        "26.1.5",
        "26年1月5日",
        "二〇二六年一月五日",
        "二○二六年元月五日",
        "2026-01-05 00:00:00",
        "2026-01-05T00:00:00",
        "自2026年1月5日起",
        46027,
        46027.0,
        "46027",
        FIFTH,
    ],
)
def test_one_day_in_many_forms(typed: Cell) -> None:
    for is_end in (False, True):
        found = parse_day(typed, is_end=is_end, today=TODAY)
        assert (found.day, found.problem) == (FIFTH, None)


@pytest.mark.parametrize(
    "typed", ["2026年2月", "2026.02", "2026.2", "2026-02", "2026/2", "202602", "二〇二六年二月", 2026.02]
)
def test_a_month_alone_begins_and_ends(typed: Cell) -> None:
    assert parse_day(typed, is_end=False, today=TODAY).day == date(2026, 2, 1)
    assert parse_day(typed, is_end=True, today=TODAY).day == date(2026, 2, 28)


def test_chinese_tens() -> None:
    assert parse_day("二〇二五年十二月三十一日", is_end=False, today=TODAY).day == date(2025, 12, 31)
    assert parse_day("二〇二五年十月二十日", is_end=False, today=TODAY).day == date(2025, 10, 20)


def test_two_digit_years_look_twenty_years_ahead() -> None:
    assert parse_day("46.1.5", is_end=False, today=TODAY).day == date(2046, 1, 5)
    assert parse_day("47.1.5", is_end=False, today=TODAY).day == date(1947, 1, 5)


def test_a_year_alone_is_taken_with_a_remark() -> None:
    found = parse_day("2026年", is_end=True, today=TODAY)
    assert found.day == date(2026, 12, 31)
    assert found.problem is not None


@pytest.mark.parametrize("typed", ["至今", "今", "现任", "—", "－", "present"])
def test_open_ends(typed: str) -> None:
    found = parse_day(typed, is_end=True, today=TODAY)
    assert (found.day, found.is_open, found.problem) == (None, True, None)


@pytest.mark.parametrize("typed", ["", " ", "-", "无"])
def test_nothing_is_no_beginning_and_no_problem(typed: str) -> None:
    found = parse_day(typed, is_end=False, today=TODAY)
    assert (found.day, found.is_open, found.problem) == (None, False, None)


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "2025.2.29", "2026-13-01", "2026年0月", "20261301", "1026-01-05"]
)
def test_impossible_dates(typed: str) -> None:
    found = parse_day(typed, is_end=False, today=TODAY)
    assert found.day is None
    assert found.problem is not None and "不存在" in found.problem.zh


@pytest.mark.parametrize("typed", ["去年", "05/01/2026", "2026-1.5", "1", "第3届", 2026.1])
def test_unclear_dates(typed: Cell) -> None:
    found = parse_day(typed, is_end=False, today=TODAY)
    assert found.day is None
    assert found.problem is not None


@pytest.mark.parametrize(
    ("typed", "begin", "end"),
    [
        ("2021.3-2026.5", date(2021, 3, 1), date(2026, 5, 31)),
        ("2021.3—2026.5", date(2021, 3, 1), date(2026, 5, 31)),
        ("2021年3月至2026年5月", date(2021, 3, 1), date(2026, 5, 31)),
        ("2021年3月至今", date(2021, 3, 1), None),
        ("2021.3-", date(2021, 3, 1), None),
        ("2021-3-1~2026-5-2", date(2021, 3, 1), date(2026, 5, 2)),
        ("2021-03-01-2026-05-02", date(2021, 3, 1), date(2026, 5, 2)),
        ("2021/3/1 到 2026/5/2", date(2021, 3, 1), date(2026, 5, 2)),
        ("2021-2026", date(2021, 1, 1), date(2026, 12, 31)),
    ],
)
def test_terms_in_one_cell(typed: str, begin: date, end: date | None) -> None:
    term = parse_term(typed, TODAY)
    assert term is not None
    assert (term.begin.day, term.end.day, term.end.is_open) == (begin, end, end is None)


@pytest.mark.parametrize("typed", ["2026-01-05", "2021-03", "2026年1月5日", "", "至今", FIFTH])
def test_what_is_no_term(typed: Cell) -> None:
    assert parse_term(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "is_end", "day"),
    [
        ("2027年2月底", False, date(2027, 2, 28)),
        ("2026年3月初", True, date(2026, 3, 1)),
        ("2027年末", False, date(2027, 12, 31)),
        ("Mar 2028", True, date(2028, 3, 31)),
        ("5 March 2026", True, date(2026, 3, 5)),
    ],
)
def test_edges_of_months_and_english_months(typed: str, is_end: bool, day: date) -> None:
    assert parse_day(typed, is_end=is_end, today=TODAY).day == day
