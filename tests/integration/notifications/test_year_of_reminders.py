"""A whole year with substitutions, moves, cancellations and acknowledgements: exactly the reminders of the policy.

The judge (`tests/referee_reminders.py`) knows the history and the policy and nothing of the program.
"""

import datetime as dt
import random
from collections import defaultdict
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select, update

from app.calendar.notices import official_notices
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.notifications.models import Notice
from app.notifications.reminding import queue_due
from app.roster.models import Duty
from app.roster.substitution.models import Acknowledgement
from tests.factories import make_leader, make_office, make_user
from tests.published import add_duty, make_revision
from tests.referee_reminders import Acknowledged, Calendar, Expected, Happening, expected

ZONE = ZoneInfo("Asia/Shanghai")
POLICY = {  # what the program's defaults say, written down anew
    "week": (7, False, dt.time(9)),
    "eve": (1, False, dt.time(16)),
    "morning": (0, False, dt.time(7, 30)),
    "nudge": (5, True, dt.time(10)),
    "silent": (2, True, dt.time(10)),
    "empty": (5, True, dt.time(9, 30)),
    "last_call": (1, True, dt.time(9, 30)),
}
KINDS = {"duty.reminder", "duty.nudge", "staff.unacknowledged", "staff.empty_session"}
SESSIONS = {"am": dt.time(8, 30), "pm": dt.time(14, 30)}


def calendar_2026() -> Calendar:
    """The days of the State Council's notice for 2026 (and the one for 2027 where it names December)."""
    days = [day for notice in official_notices().values() for day in notice.days]
    return Calendar(
        frozenset(day.day for day in days if day.off and day.day.weekday() < 5),
        frozenset(day.day for day in days if not day.off),
    )


class County:
    """Does things to a real roster, and keeps the list of what happened for the judge."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.history: list[Happening | Acknowledged] = []
        self.office: Office = make_office()
        self.leaders = [make_leader(self.office) for _ in range(8)]
        make_user("anna", "scheduler", self.office)

    def publish(self, at: dt.datetime, first: dt.date, last: dt.date, calendar: Calendar) -> None:
        """A quarter: one or two sessions on every working day, now and then one that nobody holds."""
        revision = make_revision(self.office, first, last, published_at=at.replace(tzinfo=ZONE))
        day = first
        while day <= last:
            for session in ("am", "pm") if self.random.random() < 0.3 else ("am",):
                if calendar.works(day):
                    leader = None if self.random.random() < 0.03 else self.random.choice(self.leaders)
                    add_duty(revision, leader, day, session, starts=SESSIONS[session])
                    self.note(at, day, session, leader.id if leader else None)
            day += dt.timedelta(days=1)

    def change(self, at: dt.datetime, duty: Duty, leader: Leader | None, off: bool) -> None:
        """A substitution, a seat that becomes empty, or a session called off."""
        revision = make_revision(
            self.office, duty.on_date, duty.on_date, kind="substitution", published_at=at.replace(tzinfo=ZONE)
        )
        db.session.execute(update(Duty).where(Duty.id == duty.id).values(until_revision=revision.number))
        status = "cancelled" if off else "held"
        add_duty(revision, leader, duty.on_date, duty.session, status=status, starts=duty.starts)
        self.note(at, duty.on_date, duty.session, "off" if off else leader.id if leader else None)

    def acknowledge(self, at: dt.datetime, duty: Duty) -> None:
        """The leader has seen it."""
        key = (duty.seat_key, duty.leader_id, duty.on_date, duty.starts)
        known = db.session.scalars(select(Acknowledgement)).all()
        if duty.leader_id and key not in {(a.seat_key, a.leader_id, a.on_date, a.starts) for a in known}:
            db.session.add(
                Acknowledgement(
                    office_id=self.office.id, seat_key=key[0], leader_id=duty.leader_id, on_date=key[2],
                    starts=key[3], at=at.replace(tzinfo=ZONE), how="page",
                )
            )  # fmt: skip
            self.history.append(Acknowledged(at, f"{duty.on_date}{duty.session}", duty.leader_id))

    def note(self, at: dt.datetime, day: dt.date, session: str, leader: int | str | None) -> None:
        """For the judge."""
        self.history.append(Happening(at, f"{day}{session}", day, SESSIONS[session], leader))

    def something(self, at: dt.datetime) -> None:
        """Something that happens in a county, to a session of the coming three weeks."""
        coming = db.session.scalars(
            select(Duty).where(
                Duty.until_revision.is_(None),
                Duty.status == "held",
                Duty.on_date.between(at.date(), at.date() + dt.timedelta(days=21)),
            )
        ).all()
        if not coming:
            return
        duty, chance = self.random.choice(coming), self.random.random()
        if chance < 0.55:
            self.acknowledge(at, duty)
        elif chance < 0.9:
            self.change(at, duty, self.random.choice(self.leaders), off=False)
        else:
            self.change(at, duty, None, off=chance > 0.95)


def test_a_year_brings_exactly_the_reminders_of_the_policy(app: Flask, clock: FixedClock) -> None:
    """Every reminder the judge expects went out at its minute, and no other."""
    calendar = calendar_2026()
    with transaction():
        county = County(seed=2026)
    clock.at = dt.datetime(2026, 1, 1, tzinfo=ZONE)
    queue_due()
    sent: dict[dt.datetime, Expected] = {}
    for at in _moments(county.random):
        clock.at = at.replace(tzinfo=ZONE).astimezone(dt.UTC)
        if at.day == 1 and at.month in (1, 4, 7, 10) and at.time() == dt.time(0, 5):
            with transaction():
                last = dt.date(2026, at.month + 2, 30 if at.month in (4, 7) else 31)
                county.publish(at, at.date(), last, calendar)
        elif at.time() not in _hours():
            with transaction():
                county.something(at)
        _collect(sent)
    wanted = expected(county.history, POLICY, calendar, 2026)
    assert sum(len(found) for found in wanted.values()) > 900
    assert sent == wanted


def _moments(chance: random.Random) -> list[dt.datetime]:
    """Each hour the policy names, the first minutes of quarters, and odd minutes at which something happens."""
    found = set()
    day = dt.date(2026, 1, 1)
    while day.year == 2026:
        found |= {dt.datetime.combine(day, hour) for hour in _hours()}
        if day.day == 1 and day.month in (1, 4, 7, 10):
            found.add(dt.datetime.combine(day, dt.time(0, 5)))
        for _ in range(chance.randrange(3)):
            found.add(dt.datetime.combine(day, dt.time(chance.randrange(7, 19), chance.choice((1, 29, 59)))))
        day += dt.timedelta(days=1)
    return sorted(found)


def _hours() -> set[dt.time]:
    return {hour for _days, _working, hour in POLICY.values()}


def _collect(sent: dict[dt.datetime, Expected]) -> None:
    """Let the scheduler tick, and look what is new, in the judge's words."""
    if not queue_due():
        return
    db.session.rollback()
    fresh = defaultdict(set, sent)
    for row in db.session.scalars(select(Notice).where(Notice.kind.in_(KINDS), Notice.state == "queued")):
        at = row.due_at.astimezone(ZONE).replace(tzinfo=None)
        day = row.subject.rpartition(":")[2]
        name = {"staff.unacknowledged": "silent", "staff.empty_session": "empty"}.get(row.kind, row.lead)
        fresh[at].add((name, day, row.recipient_id if row.recipient_kind == "leader" else 0))
    sent.update(fresh)
    with transaction():
        db.session.execute(update(Notice).values(state="sent"))
