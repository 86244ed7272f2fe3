"""What a re-plan leaves alone is said as such, not as a pin somebody set."""

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

from app.roster.engine.instance import Instance
from app.roster.explaining import STAYS, explain_seat
from app.roster.grid import Seat
from app.roster.workspace import Workspace
from tests.unit.engine.cases import office, read


def test_a_duty_that_stays_because_people_are_invited() -> None:
    raw = office(days=14, pins={})
    days = [slot["id"] for slot in raw["slots"]]
    roster: dict[str, Any] = {day: f"L{number % 8:02}" for number, day in enumerate(days)}
    raw |= {"published": roster, "asof": dt.date(2026, 3, 3).isoformat(), "pins": {days[4]: roster[days[4]]}}
    space = cast(Workspace, SimpleNamespace(inst=Instance(read(raw)), roster=roster, seats=[]))
    kept, free = (
        cast(Seat, SimpleNamespace(key=day, past=False, locked=False, suspended=False))
        for day in (days[4], days[5])
    )
    assert explain_seat(space, kept).why == (STAYS,)
    assert explain_seat(space, free).alternatives
