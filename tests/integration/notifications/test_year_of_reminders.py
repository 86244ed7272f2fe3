"""A whole year with everything that happens in a county, and a scheduler that is down at times: exactly the reminders.

Substitutions, swaps, suspensions, cancellations, acknowledgements, leave, visits, replies owed; downtimes of hours, a
weekend and a week. The judge (`tests/referee_reminders.py`) knows the history and the policy and nothing of the program.
"""

import datetime as dt
import os
import random
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.appointments.models import Visit
from app.calendar.notices import official_notices
from app.calendar.service import set_day
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Contact, Department, Leader, Office
from app.followup.models import Matter, UnitPart
from app.notifications.models import Notice
from app.notifications.policies import set_policy
from app.notifications.policy import Lead, Policy
from app.notifications.reminding import queue_due
from app.roster.models import Duty, Leave
from app.roster.substitution.models import Acknowledgement
from tests.factories import make_leader, make_office, make_user
from tests.published import add_duty, make_revision
from tests.referee_reminders import (
    STAFF,
    Acknowledged,
    Calendar,
    Expected,
    Happening,
    History,
    Owed,
    Visited,
    expected,
)

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
    "visit": (1, False, dt.time(16)),
    "soon": (5, True, dt.time(9)),
    "today": (0, True, dt.time(9)),
    "overdue": (-1, True, dt.time(9)),
}
OWN: Rules = {  # of an office that likes it otherwise; what is not here is switched off
    "eve": (2, True, dt.time(15, 30)),
    "morning": (0, False, dt.time(8)),
    "nudge": (3, True, dt.time(11, 15)),
    "last_call": (2, False, dt.time(9, 30)),
    "visit": (2, True, dt.time(15, 30)),
    "today": (1, True, dt.time(9, 30)),
}
LEADS = {
    "week": "duty.week",
    "eve": "duty.eve",
    "morning": "duty.morning",
    "nudge": "unacknowledged.nudge",
    "silent": "unacknowledged.staff",
    "empty": "session.empty",
    "last_call": "session.last_call",
    "visit": "visit.eve",
    "soon": "matter.soon",
    "today": "matter.today",
    "overdue": "matter.overdue",
}
OF_KIND = {  # what the judge calls those whose lead is not the name
    "staff.unacknowledged": "silent",
    "staff.empty_session": "empty",
    "staff.overdue_matters": "overdue_list",
    "visit.reminder": "visit",
}
KINDS = OF_KIND.keys() | {"duty.reminder", "duty.nudge", "matter.reminder"}
DOWN = {  # when the scheduler dies and when it comes back
    (2, 3): ("14:10", 0, "17:20"),  # some hours, with a reminder in between
    (2, 6): ("17:00", 3, "08:40"),  # a weekend
    (3, 9): ("08:00", 7, "11:05"),  # a week
    (3, 26): ("15:58", 0, "16:03"),  # minutes, over the hour of the eve
    (5, 12): ("09:10", 1, "07:45"),
    (8, 20): ("12:00", 9, "20:00"),
    (9, 29): ("18:00", 10, "08:45"),  # all of the autumn holiday
    (12, 1): ("06:00", 0, "23:50"),  # a day
}
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
        self.history: list[History] = []
        self.office: Office = make_office(code)
        self.leaders = [make_leader(self.office) for _ in range(8)]
        self.rules, self.calendar = rules, calendar_2026(rests)
        self.unit = Department(office_id=self.office.id, name="示例县住建局")
        self.unit.contacts.append(Contact(name="联系人甲", phone="13900000001"))
        db.session.add(self.unit)
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

    def visit(self, at: dt.datetime, duty: Duty) -> None:
        """A place of the session is promised to somebody who can be reached."""
        now, number = at.replace(tzinfo=ZONE), len(self.history)
        visit = Visit(
            office_id=self.office.id, reference=f"{number:04}-0001", code_hash="0" * 64, channel="window",
            state="confirmed", session_key=duty.session_key, on_date=duty.on_date, name="来访人示例",
            phone="+8613900000002", received_at=now, consent_at=now, confirmed_at=now,
        )  # fmt: skip
        db.session.add(visit)
        db.session.flush()
        self.history.append(Visited(at, f"{duty.on_date}{duty.session}", visit.id))

    def owe(self, at: dt.datetime, _duty: Duty) -> None:
        """A matter is handed over to the unit, whose reply has a deadline."""
        day, number = at.date(), len(self.history)
        due = day + dt.timedelta(days=self.random.randrange(30))
        matter = Matter(
            office_id=self.office.id, year=day.year, number=number, received_on=day, subject="道路照明",
            disposition="taken_back", state="open", register_due_on=day, acceptance_due_on=day, due_on=due,
            created_at=at.replace(tzinfo=ZONE), created_by="clerk",
        )  # fmt: skip
        part = UnitPart(department_id=self.unit.id, told_on=day, not_ours_due_on=day, due_on=due)
        matter.parts.append(part)
        db.session.add(matter)
        db.session.flush()
        self.history.append(Owed(at, part.id, self.unit.contacts[0].id, due))

    def reply(self, at: dt.datetime, _duty: Duty) -> None:
        """The unit replies to one of its matters."""
        owing = select(UnitPart).where(UnitPart.department_id == self.unit.id, UnitPart.state == "told")
        part = db.session.scalars(owing.order_by(UnitPart.due_on, UnitPart.id)).first()
        if part is not None:
            part.state, part.replied_on = "replied", at.date()
            self.history.append(Owed(at, part.id, 0, None))

    def leave(self, at: dt.datetime, duty: Duty) -> None:
        """Leave is entered, or moved: until somebody acts upon it the duty stays, and so does its reminder."""
        known = db.session.scalars(select(Leave).where(Leave.leader_id == duty.leader_id)).first()
        if known is not None:
            known.first_day = known.last_day = duty.on_date
        elif duty.leader_id is not None:
            db.session.add(Leave(leader_id=duty.leader_id, first_day=duty.on_date, last_day=duty.on_date))

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
        self.random.choice((self.visit, self.owe, self.reply, self.leave))(at, duty)
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
    leads |= {LEADS[name]: Lead(True, abs(days), working, at) for name, (days, working, at) in rules.items()}
    return Policy(leads=leads)


@pytest.mark.timeout(600)  # on a machine with much else to do
def test_a_year_brings_exactly_the_reminders_of_the_policy(app: Flask, clock: FixedClock) -> None:
    """Every reminder the judge expects went out at its minute, and no other. Half of it; WHOLE_YEAR=1: all."""
    last = dt.date(2026, 12, 31) if os.environ.get("WHOLE_YEAR") else dt.date(2026, 6, 30)
    simulate(clock, last, offices=1)


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
    ticks = [dt.datetime(year, 1, 1)]
    for at in _moments(random.Random(year), last, hours):
        clock.at = at.replace(tzinfo=ZONE).astimezone(dt.UTC)
        with transaction():
            for county in counties if at.time() not in hours and at not in _ends(year) else ():
                if at.day == 1 and at.month in (1, 4, 7, 10) and at.time() == dt.time(0, 5):
                    end = dt.date(year, at.month + 2, 30 if at.month in (4, 7) else 31)
                    county.publish(at, at.date(), end)
                else:
                    county.something(at)
        if not any(start <= at < end for end, start in _ends(year).items()):
            ticks.append(at)
            _collect(sent, at)
    caught_up = False
    for county in counties:
        wanted = expected(county.history, county.rules, county.calendar, ticks)
        assert sum(len(found) for found in wanted.values()) > 40 * last.month
        assert sent[county.office.id] == wanted
        caught_up |= bool(wanted.keys() & _ends(year).keys())
    assert caught_up


def _ends(year: int) -> dict[dt.datetime, dt.datetime]:
    """When the scheduler comes back, and since when it was down."""
    found = {}
    for (month, day), (down, days, up) in DOWN.items():
        start = dt.datetime.combine(dt.date(year, month, day), dt.time.fromisoformat(down))
        back = dt.datetime.combine(start.date(), dt.time.fromisoformat(up))
        found[back + dt.timedelta(days=days)] = start
    return found


def _moments(chance: random.Random, last: dt.date, hours: set[dt.time]) -> list[dt.datetime]:
    """Each hour a policy names, the first minutes of quarters, and odd minutes at which something happens."""
    found = {end for end in _ends(last.year) if end.date() <= last}
    day = dt.date(last.year, 1, 1)
    while day <= last:
        found |= {dt.datetime.combine(day, hour) for hour in hours}
        if day.day == 1 and day.month in (1, 4, 7, 10):
            found.add(dt.datetime.combine(day, dt.time(0, 5)))
        for _ in range(chance.randrange(3)):
            found.add(dt.datetime.combine(day, dt.time(chance.randrange(7, 19), chance.choice((1, 29, 59)))))
        day += dt.timedelta(days=1)
    return sorted(found)


def _collect(sent: dict[int, dict[dt.datetime, Expected]], tick: dt.datetime) -> None:
    """Let the scheduler tick, and look what is new, in the judge's words."""
    if not queue_due():
        return
    db.session.rollback()
    for row in db.session.scalars(select(Notice).where(Notice.kind.in_(KINDS), Notice.state == "queued")):
        about = row.subject.rpartition(":")[2] if row.recipient_kind != "visit" else row.lead
        lead = row.lead.partition(":")[0]
        name = lead if lead == "catch-up" else OF_KIND.get(row.kind, lead)
        who = STAFF if row.recipient_kind == "user" else (row.recipient_kind, row.recipient_id)
        sent[row.office_id].setdefault(tick, set()).add((name, about, who))
    with transaction():
        db.session.execute(update(Notice).values(state="sent"))
