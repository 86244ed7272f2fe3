"""Reading visits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.appointments.bookable import Planned
from app.appointments.errors import VisitNotFound
from app.appointments.models import Attachment, ReadinessItem, ReceptionRecord, Recusal, Visit, VisitStep
from app.appointments.rules.states import INVITABLE, ON_THE_DAY, OPEN, PLACED
from app.core.database import db
from app.directory.models import Contact, Leader


@dataclass(frozen=True, slots=True)
class SessionVisits:
    """Visits on one session, without anything personal. `matters`: (township, sector, project) of each visit.

    `pending` have no promise yet, `confirmed` have one (those there already too), `waiting` hold no seat.
    """

    pending: int = 0
    confirmed: int = 0
    waiting: int = 0
    invited: int = 0
    people: int = 0
    matters: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def expected(self) -> int:
        """Visits that hold a seat."""
        return self.pending + self.confirmed

    @property
    def townships(self) -> frozenset[str]:
        """The townships the visits are about."""
        return frozenset(matter[0] for matter in self.matters if matter[0])

    @property
    def sectors(self) -> frozenset[str]:
        """The sectors the visits are about."""
        return frozenset(matter[1] for matter in self.matters if matter[1])

    @property
    def projects(self) -> frozenset[str]:
        """The projects the visits are about."""
        return frozenset(matter[2] for matter in self.matters if matter[2])


def visits_by_session(office_id: int, session_keys: Iterable[str]) -> Mapping[str, SessionVisits]:
    """What is expected at each session, for those that have visits."""
    found: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in visits_on(office_id, session_keys):
        found[visit.session_key or ""].append(visit)
    return {key: _counted(visits) for key, visits in found.items()}


def visits_on(office_id: int, session_keys: Iterable[str]) -> Sequence[Visit]:
    """The visits that wait for, or are placed on, sessions; ended ones not. In order of arrival."""
    keys = list(dict.fromkeys(session_keys))
    return db.session.scalars(
        select(Visit)
        .where(
            Visit.office_id == office_id, Visit.session_key.in_(keys), Visit.state.in_((*PLACED, "waiting"))
        )
        .order_by(Visit.on_date, Visit.id)
    ).all()


def visits_between(office_id: int, first: dt.date, last: dt.date | None) -> Sequence[Visit]:
    """Open visits placed on these days (inclusive; None: from the first on), by day."""
    query = select(Visit).where(Visit.office_id == office_id, Visit.on_date >= first, Visit.state.in_(OPEN))
    if last is not None:
        query = query.where(Visit.on_date <= last)
    return db.session.scalars(query.order_by(Visit.on_date, Visit.id)).all()


def get_visit(office_id: int, visit_id: int) -> Visit:
    """A visit of this office. Raises VisitNotFound."""
    visit = db.session.scalar(select(Visit).where(Visit.id == visit_id, Visit.office_id == office_id))
    if visit is None:
        raise VisitNotFound
    return visit


def find_visit(visit_id: int) -> Visit | None:
    """A visit by its number in the database, whatever its office."""
    return db.session.get(Visit, visit_id)


def find_by_reference(office_id: int, reference: str) -> Visit | None:
    """The visit of an office with this reference."""
    return db.session.scalar(select(Visit).where(Visit.office_id == office_id, Visit.reference == reference))


def leader_of(visit: Visit) -> Leader | None:
    """The leader who is to receive the visit, if one is known."""
    return db.session.get(Leader, visit.leader_id) if visit.leader_id is not None else None


def leaders_by_id(ids: Iterable[int | None]) -> Mapping[int, Leader]:
    """The leaders of a list of visits, in one query."""
    wanted = {number for number in ids if number is not None}
    return {leader.id: leader for leader in db.session.scalars(select(Leader).where(Leader.id.in_(wanted)))}


def recusals_of(visit: Visit) -> Sequence[tuple[Recusal, str]]:
    """The recusals of a visit, each with the leader's name."""
    rows = db.session.execute(
        select(Recusal, Leader.name)
        .join(Leader, Leader.id == Recusal.leader_id)
        .where(Recusal.visit_id == visit.id)
    )
    return [(row[0], row[1]) for row in rows]


def day_of_session(office_id: int, session_keys: Iterable[str]) -> Sequence[Visit]:
    """Everybody expected at, and received in, these sessions, no-shows too; in order of their arrival or booking."""
    states = ("received", "offered", "invited", "confirmed", *ON_THE_DAY, "closed", "no_show")
    return db.session.scalars(
        select(Visit)
        .where(
            Visit.office_id == office_id,
            Visit.session_key.in_(list(session_keys)),
            Visit.state.in_(states),
        )
        .order_by(Visit.checked_in_at.is_(None), Visit.checked_in_at, Visit.id)
    ).all()


def who_come_later(visits: Iterable[Visit]) -> frozenset[int]:
    """Those of the confirmed visits, by id, whose resident is said to be late."""
    expected = [visit.id for visit in visits if visit.state == "confirmed"]
    late = select(VisitStep.visit_id).where(
        VisitStep.visit_id.in_(expected), VisitStep.what == "running_late"
    )
    return frozenset(db.session.scalars(late))


def empty_sessions(office_id: int, session_keys: Iterable[str]) -> frozenset[str]:
    """Those of the sessions that were closed because nobody came."""
    return frozenset(
        db.session.scalars(
            select(ReceptionRecord.session_key).where(
                ReceptionRecord.office_id == office_id,
                ReceptionRecord.session_key.in_(list(session_keys)),
                ReceptionRecord.visit_id.is_(None),
            )
        )
    )


def leaders_without_visit(running: Iterable[Planned], visits: Sequence[Visit]) -> list[tuple[Planned, int]]:
    """The leaders on duty now, by id, with the session, whom nobody waits for and nobody is with."""
    busy = {
        (visit.session_key, visit.leader_id) for visit in visits if visit.state in ("confirmed", *ON_THE_DAY)
    }
    return [
        (plan, seat.leader_id)
        for plan in running
        for seat in plan.session.seats
        if (plan.session.key, seat.leader_id) not in busy
    ]


def longest_waiting(office_id: int, most: int) -> Sequence[Visit]:
    """Requests that could be invited: those that wait for a place or a decision, oldest first."""
    return db.session.scalars(
        select(Visit)
        .where(Visit.office_id == office_id, Visit.state.in_(INVITABLE))
        .order_by(Visit.received_at, Visit.id)
        .limit(most)
    ).all()


def keys_of_files() -> set[str]:
    """The keys of all files that are still kept."""
    return set(db.session.scalars(select(Attachment.key).where(Attachment.removed_at.is_(None))))


def board_of(office_id: int, day: dt.date) -> list[tuple[Visit, list[ReadinessItem]]]:
    """The invited visits from a day on, each with the lines of its readiness board."""
    visits = db.session.scalars(
        select(Visit)
        .where(
            Visit.office_id == office_id,
            Visit.kind == "invited",
            Visit.state.in_(PLACED),
            Visit.on_date >= day,
        )
        .order_by(Visit.on_date, Visit.id)
    ).all()
    lines: defaultdict[int, list[ReadinessItem]] = defaultdict(list)
    ids = [visit.id for visit in visits]
    query = select(ReadinessItem).where(ReadinessItem.visit_id.in_(ids)).order_by(ReadinessItem.id)
    for item in db.session.scalars(query):
        lines[item.visit_id].append(item)
    return [(visit, lines[visit.id]) for visit in visits]


def contact_of(contact_id: int) -> Contact:
    """A department's contact, the holder of a link. Raises VisitNotFound for one who is gone."""
    found = db.session.get(Contact, contact_id)
    if found is None:
        raise VisitNotFound
    return found


def asked_of_department(department_id: int, day: dt.date) -> list[tuple[ReadinessItem, Visit]]:
    """The invited visits from a day on that a department was told of: those it has not answered first, then by day."""
    rows = db.session.execute(
        select(ReadinessItem, Visit)
        .join(Visit, Visit.id == ReadinessItem.visit_id)
        .where(
            ReadinessItem.department_id == department_id,
            ReadinessItem.told_at.is_not(None),
            Visit.state.in_(PLACED),
            Visit.on_date >= day,
            Visit.purged_at.is_(None),
        )
        .order_by(ReadinessItem.answer != "open", Visit.on_date, ReadinessItem.due_at, ReadinessItem.id)
    )
    return [(item, visit) for item, visit in rows]


def find_asked(department_id: int, item_id: int) -> ReadinessItem | None:
    """A line of a readiness board by which this department was told to attend."""
    return db.session.scalar(
        select(ReadinessItem).where(
            ReadinessItem.id == item_id,
            ReadinessItem.department_id == department_id,
            ReadinessItem.told_at.is_not(None),
        )
    )


def find_phone_of_visitor(visit_id: int) -> str | None:
    """The phone a resident left, in the digits people know; for one-tap links."""
    visit = find_visit(visit_id)
    return visit.phone.removeprefix("+86") or None if visit else None


def _counted(visits: Sequence[Visit]) -> SessionVisits:
    placed = [visit for visit in visits if visit.state != "waiting"]
    confirmed = [visit for visit in placed if visit.state in ("confirmed", *ON_THE_DAY)]
    return SessionVisits(
        pending=len(placed) - len(confirmed),
        confirmed=len(confirmed),
        waiting=len(visits) - len(placed),
        invited=sum(visit.kind == "invited" for visit in placed),
        people=sum(visit.headcount for visit in placed),
        matters=tuple((visit.township, visit.sector, visit.project) for visit in placed),
    )
