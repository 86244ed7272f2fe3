"""When the roster moves: each visit is kept, asked again or moved, and the resident hears of it once."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from app.appointments import seats
from app.appointments.bookable import list_offers, policy_of
from app.appointments.errors import SessionFull
from app.appointments.events import What
from app.appointments.models import Visit
from app.appointments.queries import visits_between, visits_on
from app.appointments.rules.matching import Matter, Offer, best_first, without
from app.appointments.rules.moves import NOTHING, Placed, Planned, Reaction, react
from app.appointments.rules.policy import Policy, offer_until
from app.appointments.service import readiness, steps
from app.appointments.service.invitations import BEFORE_SESSION, ask_new_leader
from app.appointments.service.resident import recused_leaders
from app.appointments.service.waiting import offer_next
from app.calendar.events import CalendarChanged
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.roster.events import RosterPublished
from app.roster.published.loading import find_roll
from app.roster.published.sessions import Roll, Session

ROSTER = "roster"  # who did it, in the history


def on_published(event: RosterPublished) -> None:
    """Take every visit on a changed session along, in the transaction of the publication."""
    visits = visits_on(event.office_id, event.session_keys)
    if not visits:
        return
    office, policy = db.session.get_one(Office, event.office_id), policy_of(event.office_id)
    roll = find_roll(event.office_id)
    for visit in visits:
        steps.hold(visit)
        before, after = around(roll, visit.session_key or "", event.number)
        apply(office, visit, react(placed(visit), before, after, policy), after, policy)
    for session_key in event.session_keys:  # who moved away left places to those who wait
        offer_next(event.office_id, session_key)


def on_calendar_changed(event: CalendarChanged) -> None:
    """A day was suspended: visits of that day are moved or go back to the staff. Days given back change nothing."""
    for office in list_offices():
        if event.office_id in office_path(office):
            _leave_closed_days(office, event)


def placed(visit: Visit) -> Placed:
    """The visit as the rule sees it."""
    invited = visit.kind == "invited" and visit.state != "waiting"
    return Placed(visit.state, visit.on_date, visit.leader_id, recused_leaders(visit), invited)


def around(roll: Roll | None, session_key: str, number: int) -> tuple[Planned | None, Planned | None]:
    """The session before and after revision `number`."""
    versions = roll.histories.get(session_key, ()) if roll else ()
    after = as_planned(versions[-1].session) if versions else None
    changed = bool(versions) and versions[-1].number == number
    before = as_planned(versions[-2].session) if changed and len(versions) > 1 else after
    return before, after


def as_planned(session: Session | None) -> Planned | None:
    """A published session as the rule sees it."""
    if session is None:
        return None
    leaders = tuple(seat.leader_id for seat in session.seats)
    return Planned(session.on_date, session.starts, session.ends, session.held, leaders)


def apply(office: Office, visit: Visit, reaction: Reaction, after: Planned | None, policy: Policy) -> None:
    """Do what the rule says; one step, one event."""
    if reaction == NOTHING:
        return
    if reaction.act == "move":
        _move_on(office, visit, policy)
    elif reaction.act == "screen":
        _back_to_staff(visit)
    elif after is not None:
        _stay(visit, reaction, after, policy)


def _reconsent(visit: Visit, reaction: Reaction, after: Planned) -> bool:
    """The new leader of an invited visit is asked, if there is time for an answer."""
    due = _starts_at(visit, after) - BEFORE_SESSION
    if reaction.act != "ask_consent" or reaction.leader_id is None or due <= clock.now():
        return False
    ask_new_leader(visit, reaction.leader_id, due, ROSTER)
    return True


def _stay(visit: Visit, reaction: Reaction, after: Planned, policy: Policy) -> None:
    """The seat stays; the resident is told, or asked with a limit; the new leader of an invited visit is asked first."""
    if _reconsent(visit, reaction, after):
        return
    until = offer_until(policy, clock.now(), _starts_at(visit, after))
    asks = reaction.act.startswith("ask") and seats.holds_seat(visit) and until > clock.now()
    values: dict[str, Any] = {"leader_id": reaction.leader_id, "on_date": after.on_date}
    if after.on_date != visit.on_date:
        values["ticket"] = None
    if visit.kind == "invited":
        readiness.set_due(visit, _starts_at(visit, after) - BEFORE_SESSION)
    if asks:
        seats.keep(visit, until)
        readiness.reopen(visit, "resident", until)
        values |= {"state": "offered", "confirmed_at": None}
    what: What = "moved" if reaction.act.endswith("time") else "leader_changed"
    steps.take(visit, what, ROSTER, **values)


def _starts_at(visit: Visit, after: Planned) -> dt.datetime:
    office = db.session.get_one(Office, visit.office_id)
    return dt.datetime.combine(after.on_date, after.starts, ZoneInfo(office.timezone))


def _move_on(office: Office, visit: Visit, policy: Policy) -> None:
    """To the next session with a free place whose leader answers for the matter (any leader, when nothing was said).

    What was confirmed is offered, because the day is another one; without such a session the staff decide.
    """
    for offer in next_offers(office, visit, policy):
        seats.release(visit)
        try:
            seats.claim(
                visit, offer.session_key, policy.places, offer_until(policy, clock.now(), offer.cut_off)
            )
        except SessionFull:
            continue
        steps.take(
            visit,
            "moved",
            ROSTER,
            state="received" if visit.state == "received" else "offered",
            confirmed_at=None,
            ticket=None,
            session_key=offer.session_key,
            on_date=offer.on_date,
            leader_id=offer.leader.leader_id,
        )
        return
    _back_to_staff(visit)


def next_offers(office: Office, visit: Visit, policy: Policy) -> list[Offer]:
    """Sessions a visit could be moved to: places left, not its own, no recused leader.

    Who answers for the matter comes first; then the nearest day after the old one, because nobody plans to come sooner.
    """
    matter = Matter(visit.township, visit.sector, visit.project)
    offers = without(list_offers(office, matter, policy), recused_leaders(visit))
    free = [offer for offer in offers if offer.left and offer.session_key != visit.session_key]
    old = visit.on_date or dt.date.min
    later = [offer for offer in free if offer.on_date >= old]
    return best_first(later, matter) or best_first(free, matter)


def _back_to_staff(visit: Visit) -> None:
    seats.release(visit)
    steps.take(
        visit,
        "session_cancelled",
        ROSTER,
        session_key=None,
        on_date=None,
        leader_id=None,
        ticket=None,
        confirmed_at=None,
    )


def _leave_closed_days(office: Office, event: CalendarChanged) -> None:
    calendar, policy = working_calendar(office), policy_of(office.id)
    for visit in visits_between(office.id, event.first_day, event.last_day):
        if visit.on_date is None or not calendar.closed(visit.on_date):
            continue
        apply(office, visit, react(placed(visit), None, None, policy), None, policy)
