"""The county's life in the demo: its last weeks, what waits to be decided, its screens. Written once."""

import datetime as dt

from sqlalchemy import select

from app.appointments.models import Visit
from app.core import clock
from app.core.clock import Clock, FixedClock
from app.core.database import db, transaction
from app.demo.past import plan_past
from app.demo.screens import write_screens
from app.demo.substitutes import plan_substitutes
from app.demo.timetable import Timetable
from app.demo.unit import plan_unit
from app.demo.visits import write_visits
from app.directory.queries import find_office
from app.roster.queries import current_duties


def write_life(real: Clock) -> None:
    """All of it in one transaction, unless it is there. The clock moves meanwhile and is `real` again at the end."""
    now = real.now()
    try:
        with transaction():
            office = find_office("county")
            if office is None or db.session.scalar(select(Visit.id).limit(1)) is not None:
                return
            weeks = dt.timedelta(weeks=3)
            if not current_duties(office.id, now.date() - weeks, now.date() + weeks):
                return  # loaded without rosters: nobody was ever received
            timetable = Timetable(office, now)
            plan_past(timetable)
            plan_unit(timetable)
            plan_substitutes(timetable)
            timetable.play()
            clock.install(FixedClock(now))
            write_visits(office)
            write_screens(office, now)
    finally:
        clock.install(real)
