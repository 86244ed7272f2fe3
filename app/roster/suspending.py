"""A suspension entered in the calendar is published at once, as a revision of its own.

Everything residents see is a rendering of the newest revision, so a calendar feed, the JSON and the public page all
say "suspended" from the same moment, and events keep their identity. When the suspension ends or is taken back, the
sessions are held again by a revision too; one whose leader has meanwhile a duty elsewhere stays suspended.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.accounts import audit
from app.calendar.events import CalendarChanged
from app.calendar.queries import working_calendar
from app.calendar.working import WorkingCalendar
from app.core import clock
from app.core.database import db, lock
from app.core.events import emit
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.roster import queries
from app.roster.events import RosterPublished
from app.roster.models import Duty, Revision
from app.roster.obstacles import hard_obstacles, lock_leaders
from app.roster.publishing import write_changes
from app.roster.snapshots import current_states, state_of_row
from app.roster.states import Differences, SeatState, compare_states, content_hash


def follow_calendar(event: CalendarChanged) -> None:
    """Bring the published sessions of the office and its subtree in line with the suspensions, from today on."""
    for office in list_offices():
        if event.office_id in office_path(office):
            _follow(office, event.first_day, event.last_day)


def _follow(office: Office, first: dt.date, last: dt.date | None) -> None:
    if not queries.current_number(office.id):
        return
    calendar = working_calendar(office)
    first = max(first, clock.today(office.timezone))
    if not _wanted(calendar, queries.current_duties(office.id, first, last)):
        return
    lock(f"roster of office {office.id}")
    rows = queries.current_duties(office.id, first, last)  # another publication may have come first
    wanted, states = _wanted(calendar, rows), current_states(office.id)
    after = _without_conflicts(office, wanted, states)
    if after:
        differences = compare_states({key: states[key] for key in after}, after)
        _publish(office, calendar, {row.seat_key: row for row in rows}, states, differences)


def _wanted(calendar: WorkingCalendar, rows: Iterable[Duty]) -> dict[str, SeatState]:
    """The seats whose status is not what the calendar says, as they should be."""
    found = {}
    for row in rows:
        closed = calendar.closed(row.on_date)
        if row.status == "held" and closed:
            found[row.seat_key] = replace(state_of_row(row), status="suspended")
        elif row.status == "suspended" and not closed and row.leader_id is not None:
            found[row.seat_key] = replace(state_of_row(row), status="held")
    return found


def _without_conflicts(
    office: Office, wanted: Mapping[str, SeatState], states: Mapping[str, SeatState]
) -> dict[str, SeatState]:
    resumed = [state for state in wanted.values() if state.status == "held"]
    lock_leaders(state.leader_id for state in resumed if state.leader_id is not None)
    kept = dict(wanted)
    for state in resumed:
        others = [
            kept.get(key, other)
            for key, other in states.items()
            if key != state.seat_key and other.on_date == state.on_date
        ]
        if hard_obstacles(office, [], [state], others):
            del kept[state.seat_key]
    return kept


def _publish(
    office: Office,
    calendar: WorkingCalendar,
    rows: Mapping[str, Duty],
    states: Mapping[str, SeatState],
    differences: Differences,
) -> None:
    whole = dict(states)
    for change in differences.all_changes:
        whole[change.seat_key] = change.published
    days = [change.state.on_date for change in differences.all_changes]
    revision = Revision(
        office_id=office.id,
        number=queries.current_number(office.id) + 1,
        kind="suspension",
        first_day=min(days),
        last_day=max(days),
        content_hash=content_hash(whole.values()),
        provisional=any(calendar.provisional(day.year) for day in days),
        published_at=clock.now(),
        published_by=audit.actor_name()[:64],
        reason=_reason(calendar, differences),
    )
    db.session.add(revision)
    db.session.flush()
    write_changes(revision, rows, differences)
    after = {"kind": "suspension", "reason": revision.reason, "hash": revision.content_hash}
    audit.record("roster.publish", f"revision {revision.number}", office.id, after=after)
    emit(RosterPublished(office.id, revision.id, revision.number, differences.session_keys))


def _reason(calendar: WorkingCalendar, differences: Differences) -> str:
    """What the suspension says of itself; a resumption says so."""
    reasons = {
        suspension.reason
        for change in differences.all_changes
        if change.published.status == "suspended"
        and (suspension := calendar.suspended(change.state.on_date)) is not None
    }
    return "；".join(sorted(filter(None, reasons))) or "恢复接待"
