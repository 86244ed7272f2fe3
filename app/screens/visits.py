"""The tickets the reception calls, as lobby screens show them: a number, a room, a moment, and nothing about anybody."""

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.appointments.models import Visit, VisitStep
from app.core.database import db
from app.directory.models import Office
from app.roster.published.loading import find_roll
from app.screens.calls import SHOWN_FOR, Call


def called_visits(office_id: int, now: dt.datetime) -> Sequence[Call]:
    """Visits of today in the state "called", by their last call, newest first."""
    office = db.session.get_one(Office, office_id)
    rows = db.session.execute(
        select(Visit.ticket, Visit.session_key, Visit.leader_id, func.max(VisitStep.at))
        .join(VisitStep, VisitStep.visit_id == Visit.id)
        .where(
            Visit.office_id == office_id,
            Visit.state == "called",
            Visit.on_date == now.astimezone(ZoneInfo(office.timezone)).date(),
            Visit.ticket.is_not(None),
            VisitStep.what == "called",
            VisitStep.at > now - SHOWN_FOR,
        )
        .group_by(Visit.id, Visit.ticket, Visit.session_key, Visit.leader_id)
    ).all()
    calls = [Call(str(ticket), _room(office_id, key, leader_id), at) for ticket, key, leader_id, at in rows]
    return sorted(calls, key=lambda call: call.called_at, reverse=True)


def _room(office_id: int, session_key: str | None, leader_id: int | None) -> str:
    """Where the leader of the visit sits; the session's room where that is not known."""
    roll = find_roll(office_id)
    versions = roll.histories.get(session_key or "", ()) if roll else ()
    session = versions[-1].session if versions else None
    if session is None:
        return ""
    own = next((seat.room or seat.place for seat in session.seats if seat.leader_id == leader_id), "")
    return own or session.room or session.place
