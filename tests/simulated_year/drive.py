"""One simulated year, hour by hour, through the services that people use."""

import datetime as dt
import random
import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import text

from app.appointments.jobs import expire_holds
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.dates import DateRange
from app.followup.bulletin.exports import plain
from app.followup.bulletin.making import make_bulletin
from tests.simulated_year import journal, roster
from tests.simulated_year.matters import Matters
from tests.simulated_year.visits import Visits
from tests.simulated_year.world import ONE, Place, days_of_work, make_world

FIRST = dt.date(2025, 7, 1)
# Hours of the day in Shanghai; what an office in Urumqi does at the same moment is two hours earlier by its clock.
HOURS = (7, 10, 12, 15, 16, 21)
Say = Callable[[str], None]


def drive(app: Flask, clock: FixedClock, visits: int, offices: int, days: int, seed: int, say: Say) -> Any:
    """Simulate `days` days; returns what the bulletins say. Inside an application context."""
    app.config["SERVER_NAME"] = None
    last = FIRST + (days - 1) * ONE
    clock.at = dt.datetime.combine(FIRST, dt.time(6), dt.UTC) - dt.timedelta(hours=8)
    work = days_of_work(FIRST, last + 14 * ONE)
    wanted = visits / offices / len([day for day in work if day <= last])
    places = make_world(offices, FIRST, last + 14 * ONE, max(2, round(wanted / 3.2)))
    year = [Year(random.Random(seed * 1000 + n), place, work, wanted) for n, place in enumerate(places)]
    started = time.monotonic()
    day = FIRST
    while day <= last:
        for hour in HOURS:
            clock.at = dt.datetime.combine(day, dt.time(hour), dt.UTC) - dt.timedelta(hours=8)
            _tick()
            for one in year:
                one.hour(day, hour)
        day += ONE
        if day.day == 1:
            say(
                f"{day}: {sum(one.visits.taken for one in year):,} visits, {time.monotonic() - started:.0f} s"
            )
    say(f"{day}: {sum(one.visits.taken for one in year):,} visits, {time.monotonic() - started:.0f} s")
    return [bulletin for place in places for bulletin in _bulletins(place, last)] + _bulletins(
        places[0], last, below=True
    )


def _tick() -> None:
    db.session.rollback()
    expire_holds()
    with transaction():
        journal.mark("tick")


class Year:
    """One office's year."""

    def __init__(self, chance: random.Random, place: Place, work: list[dt.date], wanted: float) -> None:
        self.chance = chance
        self.place = place
        self.work = work
        self.wanted = wanted
        self.visits = Visits(chance, place, work)
        self.matters = Matters(chance, place)

    def hour(self, day: dt.date, hour: int) -> None:
        """What happens at one moment of the day."""
        works = day in self.work
        share = self.wanted / len(HOURS) * (1.0 if works else 0.3)
        for _ in range(int(share) + (self.chance.random() < share % 1)):
            if works and hour in (10, 12, 15) and self.chance.random() < 0.5:
                self.visits.walk_in(day)
            else:
                self.visits.book(day)
        if not works:
            return
        if self.chance.random() < 0.04:
            coming = [found for found in self.work if found >= day][:8]
            roster.change_something(self.chance, self.place, coming)
        if self.chance.random() < 0.004:
            roster.resume(self.place)
        self._go_through(day, hour)
        if hour == 16:
            self.matters.open_new()
            self.matters.go_on(1)

    def _go_through(self, day: dt.date, hour: int) -> None:
        for row in self.visits.rows():
            today = row[3] == day and row[1] != "waiting"
            if today and hour in (10, 12, 15, 21) and row[1] != "expired":
                self.visits.on_the_day(row, over=hour == 21)
            elif row[1] in ("checked_in", "called", "in_meeting"):
                continue
            elif hour in (7, 12, 16) and self.chance.random() < 0.6:
                self.visits.decide(row, day)
        if hour == 21:
            for half in ("am", "pm"):
                if self.chance.random() < 0.6:
                    self.visits.close_empty(day, half)
            self._rebook(day)

    def _rebook(self, day: dt.date) -> None:
        missed = db.session.scalars(
            text(
                "SELECT id FROM visits WHERE office_id = :o AND state = 'no_show' AND on_date = :d ORDER BY id"
            ),
            {"o": self.place.office.id, "d": day},
        ).all()
        for visit_id in missed:
            if self.chance.random() < 0.25:
                self.visits.rebook(visit_id, day + ONE)


def _bulletins(place: Place, last: dt.date, below: bool = False) -> list[dict[str, Any]]:
    office = place.office.parent if below else place.office
    assert office is not None
    found = []
    for days in _periods(last):
        found.append({"below": below, "office_id": office.id} | plain(make_bulletin(office, days, below)))
    return found


def _periods(last: dt.date) -> list[DateRange]:
    months = {(day.year, day.month) for day in (FIRST + n * ONE for n in range((last - FIRST).days + 120))}
    return [
        *(DateRange.of_month(*month) for month in sorted(months)),
        DateRange.from_days(FIRST, last),
        DateRange.from_days(FIRST + 3 * ONE, FIRST + 17 * ONE),
        DateRange.from_days(FIRST + 10 * ONE, FIRST + 10 * ONE),
    ]
