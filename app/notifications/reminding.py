"""Queueing reminders: called each minute by the elected scheduler, and harmless when two processes call it.

Nothing can be due but at the hours a policy names, so a minute without one costs three small queries. Each office
has a mark, written in one transaction with its reminders: what lies before it is queued, once.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.calendar.rules import WorkingCalendar
from app.core import clock
from app.core.database import db, lock, transaction
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.notifications import outbox
from app.notifications.policies import policies_of, policy_of
from app.notifications.policy import Policy, any_time_between
from app.notifications.policy_models import ReminderMark
from app.notifications.reminder_state import load_office, load_state
from app.notifications.reminders import ESCALATED, STANDING, Reminder, due, reminders_between

EVERY_SECONDS = 60


def queue_due(now: dt.datetime | None = None) -> int:
    """Queue what is due by `now` (None: by the clock) at every office, each in its own transaction; how many new."""
    at = now or clock.now()
    return sum(_queue_office(office_id, at) for office_id in _offices_with_work(at))


def queue_due_reminders() -> None:
    """The scheduler's job."""
    queue_due()


def upcoming(office: Office, days: int, policy: Policy) -> tuple[list[Reminder], WorkingCalendar]:
    """What would be sent in the coming days under a policy if nothing changed, by time; and the office's calendar."""
    now = clock.now()
    rules = load_office(office, policy)
    until = now + dt.timedelta(days=days)
    state = load_state(office, rules, rules.local_day(now), rules.local_day(until))
    return reminders_between(state, rules, now, until), rules.calendar


def _offices_with_work(now: dt.datetime) -> list[int]:
    """The offices for which some hour of their policy has struck since their mark."""
    db.session.rollback()  # a scheduler's session lives long: look at the rows as they are now
    offices = [office for office in list_offices() if office.closed_on is None]
    policies = policies_of({office.id: office_path(office) for office in offices})
    marks = {row.office_id: row.done_until for row in db.session.scalars(select(ReminderMark))}
    return [
        office.id
        for office in offices
        if office.id not in marks or _strikes(office, policies[office.id], marks[office.id], now)
    ]


def _strikes(office: Office, policy: Policy, after: dt.datetime, now: dt.datetime) -> bool:
    zone = ZoneInfo(office.timezone)
    local = (at.astimezone(zone).replace(tzinfo=None) for at in (after, now))
    return any_time_between(policy.times(), *local)


def _queue_office(office_id: int, now: dt.datetime) -> int:
    with transaction():
        lock(f"reminders of office {office_id}")
        mark = db.session.get(ReminderMark, office_id, populate_existing=True)
        if mark is None:  # the first time: what was before is nobody's business
            db.session.add(ReminderMark(office_id=office_id, done_until=now))
            return 0
        if mark.done_until >= now:
            return 0
        reminders = _due_at(db.session.get_one(Office, office_id), mark.done_until, now)
        mark.done_until = now
        return sum(_queue(office_id, reminder) for reminder in reminders)


def _due_at(office: Office, after: dt.datetime, now: dt.datetime) -> list[Reminder]:
    rules = load_office(office, policy_of(office))
    oldest = max(after, now - dt.timedelta(hours=rules.policy.catch_up_hours))
    if oldest >= now:
        return []
    state = load_state(office, rules, rules.local_day(oldest), rules.local_day(now))
    return _unsaid(due(state, rules, after, now))


def _unsaid(reminders: list[Reminder]) -> list[Reminder]:
    """Without the leaders' steps that were queued before: all that are overdue come again each time."""
    known = outbox.known(ESCALATED, [one.subject for one in reminders if one.kind == ESCALATED])
    return [
        one
        for one in reminders
        if one.kind != ESCALATED or (one.subject, one.recipient, one.lead) not in known
    ]


def _queue(office_id: int, reminder: Reminder) -> bool:
    return outbox.queue(
        reminder.kind,
        reminder.subject,
        reminder.recipient,
        office_id=office_id,
        lead=reminder.lead,
        due_at=reminder.at,
        facts={"until": reminder.until.isoformat()},
        again=reminder.kind in STANDING,
    )
