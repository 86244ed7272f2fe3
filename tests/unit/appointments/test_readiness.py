"""When somebody who has not answered is asked again, and what the lamp shows."""

import datetime as dt

import pytest

from app.appointments.rules.readiness import Line, lamp, push

TOLD = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DUE = TOLD + dt.timedelta(days=6)


def line(answer: str = "open", **values: object) -> Line:
    return Line(answer, **{"told_at": TOLD, "due_at": DUE, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "hours", "expected"),
    [
        (line(), 23, ""),
        (line(), 24, "nudge"),
        (line(nudged=True), 47, ""),
        (line(nudged=True), 48, "staff"),
        (line(nudged=True, staff_told=True), 400, ""),
        (line("yes"), 400, ""),
        (line("yes", named=False), 24, "nudge"),
        (line("no"), 0, "staff"),
        (line(told_at=None), 400, ""),
        (line(due_at=TOLD + dt.timedelta(hours=6)), 3, "nudge"),  # half-way when time is short
        (line(due_at=TOLD + dt.timedelta(hours=6)), 6, "staff"),
        (line(), 144, "staff"),  # nobody was there to ask again: no nudge after the deadline
    ],
)
def test_once_again_then_the_staff(one: Line, hours: int, expected: str) -> None:
    assert push(one, TOLD + dt.timedelta(hours=hours), nudge_hours=24) == expected


def test_where_the_office_does_not_nudge_the_staff_hear_at_the_deadline() -> None:
    assert push(line(), DUE - dt.timedelta(seconds=1), nudge_hours=0) == ""
    assert push(line(), DUE, nudge_hours=0) == "staff"


@pytest.mark.parametrize(
    ("lines", "colour"),
    [
        ([line("yes"), line("yes")], "good"),
        ([line("yes"), line()], "wait"),
        ([line("yes"), line("yes", named=False)], "wait"),
        ([line("yes"), line("no")], "bad"),
        ([line(due_at=TOLD)], "bad"),
        ([], "wait"),
    ],
)
def test_the_lamp(lines: list[Line], colour: str) -> None:
    assert lamp(lines, TOLD) == colour
