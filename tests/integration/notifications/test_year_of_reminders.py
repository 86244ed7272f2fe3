"""A whole year with substitutions, swaps, suspensions, cancellations and acknowledgements: exactly the reminders.

The judge (`tests/referee_reminders.py`) knows the history and the policy and nothing of the program.
"""

import datetime as dt
import random
from dataclasses import replace
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select, update

from app.calendar.notices import official_notices
from app.calendar.service import set_day
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.notifications.models import Notice
from app.notifications.policies import set_policy
from app.notifications.policy import Lead, Policy
from app.notifications.reminding import queue_due
from app.roster.models import Duty
from app.roster.substitution.models import Acknowledgement
from tests.factories import make_leader, make_office, make_user
from tests.published import add_duty, make_revision
from tests.referee_reminders import Acknowledged, Calendar, Expected, Happening, expected

ZONE = ZoneInfo("Asia/Shanghai")
Rules = dict[str, tuple[int, bool, dt.time]]
STANDARD: Rules = {  # what the program's defaults say, written down anew
    "week": (7, False, dt.time(9)),
    "eve": (1, False, dt.time(16)),
    "morning": (0, False, dt.time(7, 30)),
    "nudge": (5, True, dt.time(10)),
    "silent": (2, True, dt.time(10)),
    "empty": (5, True, dt.time(9, 30)),
    "last_call": (1, True, dt.time(9, 30)),
}
OWN: Rules = {  # of an office that likes it otherwise; what is not here is switched off
    "eve": (2, True, dt.time(15, 30)),
    "morning": (0, False, dt.time(8)),
    "nudge": (3, True, dt.time(11, 15)),
    "last_call": (2, False, dt.time(9, 30)),
}
LEADS = {
    "week": "duty.week",
    "eve": "duty.eve",
    "morning": "duty.morning",
    "nudge": "unacknowledged.nudge",
    "silent": "unacknowledged.staff",
    "empty": "session.empty",
    "last_call": "session.last_call",
}
KINDS = {"duty.reminder", "duty.nudge", "staff.unacknowledged", "staff.empty_session"}
SESSIONS = {"am": dt.time(8, 30), "pm": dt.time(14, 30)}


def calendar_2026(rests: frozenset[dt.date] = frozenset()) -> Calendar:
    """The days of the State Council's notice for 2026 (and the one for 2027 where it names December), and own ones."""
    days = [day for notice in official_notices().values() for day in notice.days]
    return Calendar(
        frozenset(day.day for day in days if day.off and day.day.weekday() < 5) | rests,
        frozenset(day.day for day in days if not day.off),
    )


class County:
    """Does things to a real roster, and keeps the list of what happened for the judge."""

    def __init__(self, code: str, rules: Rules, rests: frozenset[dt.date]) -> None:
        self.random = random.Random(code)
        self.history: list[Happening | Acknowledged] = []
        self.office: Office = make_office(code)
        self.leaders = [make_leader(self.office) for _ in range(8)]
        self.rules, self.calendar = rules, calendar_2026(rests)
        make_user(f"anna-{code}", "scheduler", self.office)
        for day in rests:
            set_day(
                self.office,
                day,
                off=True,
                name="县庆",
                local_holiday=True,
                reason="县庆",
                document_number="1",
            )
        if rules is not STANDARD:
            set_policy(self.office, policy_of(rules))

    def publish(self, at: dt.datetime, first: dt.date, last: dt.date) -> None:
        """A quarter: one or two sessions on every working day, now and then one that nobody holds."""
        revision = make_revision(self.office, first, last, published_at=at.replace(tzinfo=ZONE))
        day = first
        while day <= last:
            for session in ("am", "pm") if self.random.random() < 0.3 else ("am",):
                if self.calendar.works(day):
                    leader = None if self.random.random() < 0.03 else self.random.choice(self.leaders)
                    add_duty(revision, leader, day, session, starts=SESSIONS[session])
                    self.note(at, day, session, leader.id if leader else None)
            day += dt.timedelta(days=1)

    def swap(self, at: dt.datetime, duty: Duty, other: Duty) -> None:
        """Two leaders exchange their duties."""
        first, second = (db.session.get(Leader, one.leader_id or 0) for one in (duty, other))
        self.change(at, duty, second, off=False)
        if other.id != duty.id:
            self.change(at, other, first, off=False)

    def change(self, at: dt.datetime, duty: Duty, leader: Leader | None, off: bool) -> None:
        """A substitution, a seat that becomes empty, or a session called off."""
        revision = make_revision(
            self.office, duty.on_date, duty.on_date, kind="substitution", published_at=at.replace(tzinfo=ZONE)
        )
        db.session.execute(update(Duty).where(Duty.id == duty.id).values(until_revision=revision.number))
        status = self.random.choice(("cancelled", "suspended")) if off else "held"
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
                Duty.office_id == self.office.id,
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
        elif chance < 0.65:
            self.swap(at, duty, self.random.choice(coming))
        elif chance < 0.9:
            self.change(at, duty, self.random.choice(self.leaders), off=False)
        else:
            self.change(at, duty, None, off=chance > 0.95)


def policy_of(rules: Rules) -> Policy:
    """The same in the words of the program."""
    leads = {name: replace(lead, on=False) for name, lead in Policy().leads.items()}
    leads |= {LEADS[name]: Lead(True, days, working, at) for name, (days, working, at) in rules.items()}
    return Policy(leads=leads)


def test_a_year_brings_exactly_the_reminders_of_the_policy(app: Flask, clock: FixedClock) -> None:
    """Every reminder the judge expects went out at its minute, and no other."""
    simulate(clock, dt.date(2026, 12, 31), offices=1)


def test_offices_with_policies_and_rest_days_of_their_own(app: Flask, clock: FixedClock) -> None:
    """The same for two offices side by side: each by its own policy and calendar."""
    simulate(clock, dt.date(2026, 3, 31), offices=2)


def simulate(clock: FixedClock, last: dt.date, offices: int) -> None:
    """Live from 1 January to `last`; every second office has its own policy and days."""
    year = last.year
    clock.at = dt.datetime(year, 1, 1, tzinfo=ZONE)
    with transaction():
        counties = [
            County(f"county-{number}", OWN, frozenset({dt.date(year, 2, 12), dt.date(year, 3, 18)}))
            if number % 2
            else County(f"county-{number}", STANDARD, frozenset())
            for number in range(offices)
        ]
    queue_due()
    hours = {hour for county in counties for _days, _working, hour in county.rules.values()}
    sent: dict[int, dict[dt.datetime, Expected]] = {county.office.id: {} for county in counties}
    for at in _moments(random.Random(year), last, hours):
        clock.at = at.replace(tzinfo=ZONE).astimezone(dt.UTC)
        with transaction():
            for county in counties if at.time() not in hours else ():
                if at.day == 1 and at.month in (1, 4, 7, 10) and at.time() == dt.time(0, 5):
                    end = dt.date(year, at.month + 2, 30 if at.month in (4, 7) else 31)
                    county.publish(at, at.date(), end)
                else:
                    county.something(at)
        _collect(sent)
    for county in counties:
        every = expected(county.history, county.rules, county.calendar, year)
        wanted = {at: found for at, found in every.items() if at.date() <= last}
        assert sum(len(found) for found in wanted.values()) > 40 * last.month
        assert sent[county.office.id] == wanted


def _moments(chance: random.Random, last: dt.date, hours: set[dt.time]) -> list[dt.datetime]:
    """Each hour a policy names, the first minutes of quarters, and odd minutes at which something happens."""
    found = set()
    day = dt.date(last.year, 1, 1)
    while day <= last:
        found |= {dt.datetime.combine(day, hour) for hour in hours}
        if day.day == 1 and day.month in (1, 4, 7, 10):
            found.add(dt.datetime.combine(day, dt.time(0, 5)))
        for _ in range(chance.randrange(3)):
            found.add(dt.datetime.combine(day, dt.time(chance.randrange(7, 19), chance.choice((1, 29, 59)))))
        day += dt.timedelta(days=1)
    return sorted(found)


def _collect(sent: dict[int, dict[dt.datetime, Expected]]) -> None:
    """Let the scheduler tick, and look what is new, in the judge's words."""
    if not queue_due():
        return
    db.session.rollback()
    for row in db.session.scalars(select(Notice).where(Notice.kind.in_(KINDS), Notice.state == "queued")):
        at = row.due_at.astimezone(ZONE).replace(tzinfo=None)
        day = row.subject.rpartition(":")[2]
        name = {"staff.unacknowledged": "silent", "staff.empty_session": "empty"}.get(row.kind, row.lead)
        leader = row.recipient_id if row.recipient_kind == "leader" else 0
        sent[row.office_id].setdefault(at, set()).add((name, day, leader))
    with transaction():
        db.session.execute(update(Notice).values(state="sent"))
