"""What happens to a published roster in a year: substitutes, corrections, suspensions and their ends."""

import datetime as dt
import random

from sqlalchemy import text

from app.calendar import service as calendar
from app.core import clock
from app.core.database import db
from app.roster.substitution.service.deciding import arrange_now
from tests.simulated_year import journal
from tests.simulated_year.world import ONE, Place, duty, publish_duties


def change_something(chance: random.Random, place: Place, days: list[dt.date]) -> None:
    """One change of the roster among the working days `days` ahead (the first may be today)."""
    kind = chance.choices(("substitute", "exchange", "later", "drop", "suspend"), (6, 2, 2, 1, 1))[0]
    day = chance.choice(days)
    if kind == "substitute":
        substitute(chance, place, day)
    elif kind == "suspend":
        suspend(chance, place, chance.choice(days[1:]))
    elif day > days[0]:
        correct(chance, place, day, kind)


def substitute(chance: random.Random, place: Place, day: dt.date) -> None:
    """Another leader takes a seat at once, often on the day itself."""
    seat = f"s1-{day:%Y%m%d}-{chance.choice(('am', 'pm'))}:1"
    leader = chance.choice(place.leaders).id
    journal.do(
        "substitute",
        lambda: journal.done(arrange_now(place.office, seat, leader, "anna", accept_rules=True)),
        office=place.office.id,
    )


def correct(chance: random.Random, place: Place, day: dt.date, kind: str) -> None:
    """A correction of one day: other leaders, a later beginning, or no session in the morning."""
    both = _seats(place, day) > 2
    duties = []
    for session in ("am", "pm"):
        if kind == "drop" and session == "am":
            continue
        starts = dt.time(9, 30) if kind == "later" and session == "am" else None
        leaders = chance.sample([leader.id for leader in place.leaders], 2)
        for seat in (1, 2) if both else (1,):
            duties.append(duty(day, session, seat, leaders[seat - 1], starts))
    publish_duties(place.office, day, day, duties, "工作调整")


def suspend(chance: random.Random, place: Place, day: dt.date) -> None:
    """Nobody is received for a day or two."""
    journal.do(
        "suspend",
        lambda: journal.done(
            calendar.add_period(
                place.office, "suspension", "暂停接待", day, day + chance.randint(0, 1) * ONE, reason="会议"
            )
        ),
        office=place.office.id,
    )


def resume(place: Place) -> None:
    """Take back a suspension that has not come yet."""
    today = clock.today(place.office.timezone)
    found = db.session.scalar(
        text(
            "SELECT id FROM calendar_periods WHERE office_id = :office AND first_day > :today "
            "AND withdrawn_at IS NULL ORDER BY id LIMIT 1"
        ),
        {"office": place.office.id, "today": today},
    )
    if found is not None:
        journal.do(
            "resume",
            lambda: journal.done(calendar.withdraw_period(place.office, found)),
            office=place.office.id,
        )


def _seats(place: Place, day: dt.date) -> int:
    return int(
        db.session.scalar(
            text("SELECT count(*) FROM duties WHERE office_id = :o AND on_date = :d AND since_revision = 1"),
            {"o": place.office.id, "d": day},
        )
        or 0
    )
