"""Which sessions can be booked, with how many places left, and which leader fits a matter."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from app.appointments.errors import SessionNotOpen
from app.appointments.models import Visit, VisitPolicy
from app.appointments.rules.matching import Matter, Offer, Portfolio, match
from app.appointments.rules.policy import Policy, cut_off, parse_policy
from app.appointments.seats import taken_by_session
from app.calendar.queries import working_calendar
from app.calendar.working import WorkingCalendar
from app.core import clock
from app.core.database import db
from app.directory.models import Leader, Office
from app.directory.pinyin import sort_key
from app.directory.queries import facts_on, leaders_of, townships_below
from app.roster.published.loading import find_roll
from app.roster.published.sessions import Seat as RosterSeat
from app.roster.published.sessions import Session


@dataclass(frozen=True, slots=True)
class Planned:
    """A session that is held, with its instants in the office's zone. `open`: still before the cut-off."""

    session: Session
    cut_off: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def leader_ids(self) -> tuple[int, ...]:
        """Who receives, in the order of the seats."""
        return tuple(seat.leader_id for seat in self.session.seats)


@dataclass(frozen=True, slots=True)
class MatterOptions:
    """What a matter can be about at an office, in order of name."""

    townships: tuple[str, ...]
    sectors: tuple[str, ...]
    projects: tuple[str, ...]


def matter_options(office: Office) -> MatterOptions:
    """The townships, sectors and projects the office's leaders answer for today, and the townships under it."""
    today = clock.today(office.timezone)
    facts = [facts_on(leader, today) for leader in leaders_of(office.id, today)]
    return MatterOptions(
        townships=_sorted({t for f in facts for t in f.townships} | townships_below(office.id).keys()),
        sectors=_sorted({s for f in facts for s in f.sectors}),
        projects=_sorted({p for f in facts for p in f.projects}),
    )


def policy_of(office_id: int) -> Policy:
    """How the office takes visits."""
    row = db.session.get(VisitPolicy, office_id)
    return parse_policy(row.spec if row else None)


def find_session(office: Office, session_key: str | None) -> Session | None:
    """A session as it is published now, whatever its status; None when no roster has it."""
    roll = find_roll(office.id)
    versions = roll.histories.get(session_key or "") if roll else None
    return versions[-1].session if versions else None


def get_planned(office: Office, session_key: str, policy: Policy) -> Planned:
    """A session in which people are received. Raises SessionNotOpen when it is not held, or suspended."""
    session = find_session(office, session_key)
    calendar = working_calendar(office)
    if session is None or not session.held or not session.seats or calendar.closed(session.on_date):
        raise SessionNotOpen(
            "这场接访已取消、暂停或不存在。", "This session is cancelled, suspended or unknown."
        )
    return _planned(office, session, policy, calendar)


def planned_between(office: Office, first: dt.date, last: dt.date, policy: Policy) -> list[Planned]:
    """The sessions held from `first` to `last`, inclusive, in order."""
    roll = find_roll(office.id)
    if roll is None:
        return []
    calendar = working_calendar(office)
    return [
        _planned(office, session, policy, calendar)
        for session in roll.between(first, last)
        if session.held and session.seats and not calendar.closed(session.on_date)
    ]


def list_offers(office: Office, matter: Matter, policy: Policy, staff: bool = False) -> list[Offer]:
    """Every leader in every session that can still be booked, in order of time, full ones too.

    Residents until the cut-off; `staff`: until the session ends.
    """
    now = clock.now()
    today = now.astimezone(ZoneInfo(office.timezone)).date()
    planned = [
        plan
        for plan in planned_between(office, today, today + dt.timedelta(days=policy.days_ahead), policy)
        if now < (plan.ends_at if staff else plan.cut_off)
    ]
    keys = [plan.session.key for plan in planned]
    taken, waiting = taken_by_session(office.id, keys), waiting_by_session(office.id, keys)
    leaders = {leader.id: leader for leader in leaders_of(office.id, None)}
    return [
        _offer(plan, seat, leaders, matter, policy.places - taken.get(plan.session.key, 0), waiting)
        for plan in planned
        for seat in plan.session.seats
    ]


def portfolio(seat: RosterSeat, leaders: Mapping[int, Leader], day: dt.date) -> Portfolio:
    """What the leader answers for on the day; of another office's leader what the roster printed."""
    leader = leaders.get(seat.leader_id)
    if leader is None:
        split = (tuple(filter(None, text.split("、"))) for text in (seat.sectors, seat.townships))
        return Portfolio(seat.leader_id, seat.name, seat.post, *split)
    facts = facts_on(leader, day)
    return Portfolio(
        leader.id,
        leader.name,
        seat.post or facts.post,
        facts.sectors,
        facts.townships,
        facts.projects,
    )


def waiting_by_session(office_id: int, session_keys: Iterable[str]) -> Mapping[str, int]:
    """How many visits wait for a place in each session."""
    rows = db.session.execute(
        select(Visit.session_key, func.count())
        .where(
            Visit.office_id == office_id,
            Visit.state == "waiting",
            Visit.session_key.in_(list(session_keys)),
        )
        .group_by(Visit.session_key)
    )
    return {str(row[0]): row[1] for row in rows}


def _planned(office: Office, session: Session, policy: Policy, calendar: WorkingCalendar) -> Planned:
    here = ZoneInfo(office.timezone)
    return Planned(
        session,
        cut_off(policy, session.on_date, session.starts, calendar, office.timezone),
        dt.datetime.combine(session.on_date, session.starts, here),
        dt.datetime.combine(session.on_date, session.ends, here),
    )


def _offer(
    plan: Planned,
    seat: RosterSeat,
    leaders: Mapping[int, Leader],
    matter: Matter,
    left: int,
    waiting: Mapping[str, int],
) -> Offer:
    session = plan.session
    holder = portfolio(seat, leaders, session.on_date)
    return Offer(
        session_key=session.key,
        on_date=session.on_date,
        session=session.session,
        starts=session.starts,
        ends=session.ends,
        place=" ".join(part for part in (seat.place, seat.room) if part),
        leader=holder,
        cut_off=plan.cut_off,
        starts_at=plan.starts_at,
        left=max(left, 0),
        waiting=waiting.get(session.key, 0),
        match=match(matter, holder),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=sort_key))
