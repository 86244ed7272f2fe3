"""What staff see before they invite: the coming sessions, and the waiting matters that match who receives in them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select

from app.appointments.bookable import Planned, planned_between, policy_of, portfolio
from app.appointments.models import ReadinessItem, Recusal, Visit
from app.appointments.queries import board_of, longest_waiting
from app.appointments.rules.matching import NOTHING_SAID, Match, Matter, Portfolio, match
from app.appointments.rules.readiness import lamp
from app.appointments.rules.states import INVITABLE
from app.appointments.seats import taken_by_session
from app.appointments.service.readiness import as_line
from app.core import clock
from app.core.database import db
from app.directory.models import Department, Office
from app.directory.queries import leaders_of

_DAYS = 21  # coming sessions on the board
_MOST = 60
_MOST_FOR_IDLE = 5
Board = Sequence[tuple[Visit, Sequence[ReadinessItem]]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A waiting matter, the leader of the session it fits best, and why."""

    visit: Visit
    leader: Portfolio
    match: Match


@dataclass(frozen=True, slots=True)
class Coming:
    """A session to come: places left, its invited visits with their lines, the lamp, and how many matters fit."""

    plan: Planned
    left: int
    invited: Board
    lamp: str
    fitting: int


def coming_sessions(office: Office) -> list[Coming]:
    """The sessions of the next three weeks, in order."""
    today, policy = clock.today(office.timezone), policy_of(office.id)
    now = clock.now()
    planned = planned_between(office, today, today + dt.timedelta(days=_DAYS), policy)
    planned = [plan for plan in planned if now < plan.ends_at]
    taken = taken_by_session(office.id, [plan.session.key for plan in planned])
    board, matters = board_of(office.id, today), _waiting_matters(office.id)
    return [
        Coming(
            plan,
            max(policy.places - taken.get(plan.session.key, 0), 0),
            invited := [line for line in board if line[0].session_key == plan.session.key],
            lamp_of(invited, now) if invited else "",
            _count_fitting(matters, holders_of(office, plan)),
        )
        for plan in planned
    ]


def lamp_of(board: Board, now: dt.datetime) -> str:
    """One lamp for several invited visits: the worst of theirs."""
    found = {lamp([as_line(item) for item in items], now) for _visit, items in board}
    return next(colour for colour in ("bad", "wait", "good") if colour in found)


def holders_of(office: Office, plan: Planned) -> list[Portfolio]:
    """Who receives in the session, with what each answers for on its day."""
    leaders = {leader.id: leader for leader in leaders_of(office.id, None)}
    return [portfolio(seat, leaders, plan.session.on_date) for seat in plan.session.seats]


def candidates(office: Office, plan: Planned) -> list[Candidate]:
    """The waiting matters that fit a leader of the session: strongest match first, longest wait first within it."""
    return _fitting(office, holders_of(office, plan))


def _fitting(office: Office, holders: Sequence[Portfolio]) -> list[Candidate]:
    project = Visit.project.in_({name for one in holders for name in one.projects})
    township = Visit.township.in_({name for one in holders for name in one.townships})
    sector = Visit.sector.in_({name for one in holders for name in one.sectors})
    visits = db.session.scalars(
        select(Visit)
        .where(Visit.office_id == office.id, Visit.state.in_(INVITABLE), or_(project, township, sector))
        .order_by(case((project, 0), (township, 1), else_=2), Visit.received_at, Visit.id)
        .limit(_MOST * 2)
    ).all()
    recused = _recusals(visit.id for visit in visits)
    found = [one for visit in visits if (one := _best(visit, holders, recused)) is not None]
    return sorted(found, key=lambda one: -one.match.strength)[:_MOST]


def for_idle(office: Office, idle: Iterable[tuple[Planned, int]]) -> list[tuple[Portfolio, list[Candidate]]]:
    """For each leader nobody waits for, whom to ask in: matters that fit first, then the longest wait.

    Nobody is offered a leader with an interest in the matter.
    """
    oldest = longest_waiting(office.id, _MOST)
    found = []
    for plan, leader_id in idle:
        leader = next(one for one in holders_of(office, plan) if one.leader_id == leader_id)
        fitting = _fitting(office, [leader])
        named = {one.visit.id for one in fitting}
        rest = [visit for visit in oldest if visit.id not in named]
        recused = _recusals(visit.id for visit in rest)
        free = [visit for visit in rest if leader_id not in recused.get(visit.id, frozenset())]
        anybody = [Candidate(v, leader, match(NOTHING_SAID, leader)) for v in free]
        found.append((leader, [*fitting, *anybody][:_MOST_FOR_IDLE]))
    return found


def suggested(departments: Iterable[Department], visit: Visit) -> frozenset[int]:
    """The units a matter is about: the township's own, and those in charge of its sector."""
    return frozenset(
        unit.id
        for unit in departments
        if (visit.township and visit.township in unit.name)
        or (visit.sector and visit.sector in unit.sectors.split("、"))
    )


def _best(
    visit: Visit, holders: Sequence[Portfolio], recused: Mapping[int, frozenset[int]]
) -> Candidate | None:
    matter = Matter(visit.township, visit.sector, visit.project)
    able = [one for one in holders if one.leader_id not in recused.get(visit.id, frozenset())]
    fits = [Candidate(visit, one, found) for one in able if (found := match(matter, one)).strength]
    return max(fits, key=lambda one: one.match.strength, default=None)


def _recusals(visit_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    rows = db.session.execute(
        select(Recusal.visit_id, Recusal.leader_id).where(Recusal.visit_id.in_(list(visit_ids)))
    )
    found: dict[int, frozenset[int]] = {}
    for visit_id, leader_id in rows:
        found[visit_id] = found.get(visit_id, frozenset()) | {leader_id}
    return found


def _waiting_matters(office_id: int) -> list[tuple[Matter, int]]:
    """How many matters of each kind wait."""
    columns = (Visit.township, Visit.sector, Visit.project)
    rows = db.session.execute(
        select(*columns, func.count())
        .where(Visit.office_id == office_id, Visit.state.in_(INVITABLE))
        .group_by(*columns)
    )
    return [(Matter(row[0], row[1], row[2]), row[3]) for row in rows]


def _count_fitting(matters: Sequence[tuple[Matter, int]], holders: Sequence[Portfolio]) -> int:
    return sum(count for matter, count in matters if any(match(matter, one).strength for one in holders))
