"""Reading requests, backups, acknowledgements, return duties."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.database import db
from app.directory.models import Leader, LeaderFacet
from app.roster.models import Duty
from app.roster.substitution.errors import AskNotFound, RequestNotFound
from app.roster.substitution.events import SubstitutionChanged
from app.roster.substitution.models import (
    OPEN_STATES,
    Acknowledgement,
    Backup,
    LedgerEntry,
    ReturnDuty,
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionPolicy,
    SubstitutionRequest,
)

RANKS = ("A", "B", "C")
_WHOLE = (selectinload(SubstitutionRequest.duties), selectinload(SubstitutionRequest.asks))


@dataclass(frozen=True, slots=True)
class Affected:
    """A leader who is to hear of a change, why, and of which duties of the request.

    `part`: "replaced" (the duty is taken over), "substitute" (takes it), "kept" (nobody takes it: the leader keeps the
    duty), "not_needed" (was asked or had agreed, and is not needed any more), "given_back" / "taken_back" (a done one is undone:
    for the leader, for the substitute).
    """

    leader_id: int
    part: str
    duties: tuple[SubstitutionDuty, ...]


def policy_of(office_id: int) -> SubstitutionPolicy:
    """The office's policy; one with the defaults, not stored, when it has none."""
    return db.session.get(SubstitutionPolicy, office_id) or default_policy(office_id)


def default_policy(office_id: int) -> SubstitutionPolicy:
    """What holds where an office has set nothing."""
    return SubstitutionPolicy(
        office_id=office_id,
        convener_id=None,
        tell="no",
        whom="ranked",
        ask="one",
        approval=False,
        deadline_days=1,
        at_deadline="next",
        ahead_days=0,
        return_duty="no",
        refuse_together=False,
    )


def list_backups(office_id: int) -> Sequence[Backup]:
    """The backups as they were set, by leader or post and rank."""
    found = select(Backup).where(Backup.office_id == office_id)
    return db.session.scalars(found.order_by(Backup.leader_id, Backup.post, Backup.rank)).all()


def backups_of(office_id: int, on: dt.date | None = None) -> dict[int, tuple[int, ...]]:
    """The backups (A, then B, then C) of each leader who has some; those set for a post go to who holds it `on` a day.

    `on` defaults to today. A leader's own backups win over those of the post. Nobody is a backup of himself.
    """
    rows = list_backups(office_id)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    posts = {row.post for row in rows if row.post}
    holders = _holders(office_id, posts, on or clock.today()) if posts else {}
    for row in sorted(rows, key=lambda row: row.leader_id is not None):
        for leader_id in (row.leader_id,) if row.leader_id else holders.get(row.post or "", ()):
            if leader_id != row.backup_id:
                found[leader_id][row.rank] = row.backup_id
    return {leader: tuple(ranks[r] for r in RANKS if r in ranks) for leader, ranks in found.items()}


def _holders(office_id: int, posts: Iterable[str], day: dt.date) -> Mapping[str, list[int]]:
    rows = db.session.execute(
        select(LeaderFacet.value, LeaderFacet.leader_id)
        .join(Leader, Leader.id == LeaderFacet.leader_id)
        .where(
            Leader.office_id == office_id,
            LeaderFacet.kind == "post",
            LeaderFacet.value.in_(set(posts)),
            or_(LeaderFacet.first_day.is_(None), LeaderFacet.first_day <= day),
            or_(LeaderFacet.last_day.is_(None), LeaderFacet.last_day >= day),
        )
    )
    found: dict[str, list[int]] = defaultdict(list)
    for post, leader_id in rows:
        found[post].append(leader_id)
    return found


# Requests


def get_request(office_id: int, request_id: int) -> SubstitutionRequest:
    """A request of an office. Raises RequestNotFound."""
    found = db.session.get(SubstitutionRequest, request_id) if request_id < 2**31 else None
    if found is None or found.office_id != office_id:
        raise RequestNotFound(request_id)
    return found


def get_ask(ask_id: int, leader_id: int) -> SubstitutionAsk:
    """What this leader was asked. Raises AskNotFound."""
    found = db.session.get(SubstitutionAsk, ask_id)
    if found is None or found.leader_id != leader_id or found.state == "queued":
        raise AskNotFound
    return found


def open_requests(office_id: int) -> Sequence[SubstitutionRequest]:
    """Requests in which something is to be done, the most urgent duty first."""
    found = db.session.scalars(
        select(SubstitutionRequest)
        .where(SubstitutionRequest.office_id == office_id, SubstitutionRequest.state.in_(OPEN_STATES))
        .options(*_WHOLE)
    ).all()
    return sorted(found, key=_urgency)


def _urgency(request: SubstitutionRequest) -> tuple[dt.date, dt.time, int]:
    pending = [duty for duty in request.duties if duty.state in ("open", "agreed")] or request.duties
    first = min(pending, key=lambda duty: (duty.on_date, duty.starts))
    return first.on_date, first.starts, request.id


def closed_requests(
    office_id: int, state: str = "", page: int = 1, size: int = 30
) -> Sequence[SubstitutionRequest]:
    """Requests that ended, newest first; one more than `size` when there is another page."""
    found = select(SubstitutionRequest).where(
        SubstitutionRequest.office_id == office_id, SubstitutionRequest.state.not_in(OPEN_STATES)
    )
    if state:
        found = found.where(SubstitutionRequest.state == state)
    found = found.order_by(SubstitutionRequest.closed_at.desc(), SubstitutionRequest.id.desc())
    found = found.options(selectinload(SubstitutionRequest.duties))
    return db.session.scalars(found.limit(size + 1).offset((page - 1) * size)).all()


def requests_of_leader(leader_id: int) -> Sequence[SubstitutionRequest]:
    """Open requests made by or for a leader, the most urgent first."""
    found = db.session.scalars(
        select(SubstitutionRequest)
        .where(SubstitutionRequest.leader_id == leader_id, SubstitutionRequest.state.in_(OPEN_STATES))
        .options(*_WHOLE)
    ).all()
    return sorted(found, key=_urgency)


def asks_of_leader(leader_id: int) -> Sequence[SubstitutionAsk]:
    """What a leader has been asked and not answered, oldest first, with the requests."""
    return db.session.scalars(
        select(SubstitutionAsk)
        .where(SubstitutionAsk.leader_id == leader_id, SubstitutionAsk.state == "waiting")
        .options(selectinload(SubstitutionAsk.request).options(*_WHOLE))
        .order_by(SubstitutionAsk.id)
    ).all()


def waiting_asks(request_id: int) -> Sequence[SubstitutionAsk]:
    """Who has been asked in a request and has not answered."""
    return db.session.scalars(
        select(SubstitutionAsk)
        .where(SubstitutionAsk.request_id == request_id, SubstitutionAsk.state == "waiting")
        .order_by(SubstitutionAsk.position, SubstitutionAsk.id)
    ).all()


def open_seats(office_id: int) -> dict[str, SubstitutionDuty]:
    """The seats of an office for which a substitute is being looked for, by seat key."""
    rows = db.session.scalars(
        select(SubstitutionDuty).where(
            SubstitutionDuty.office_id == office_id,
            SubstitutionDuty.part == "given",
            SubstitutionDuty.state.in_(("open", "agreed")),
        )
    )
    return {row.seat_key: row for row in rows}


def pending_seats_of(leader_id: int) -> set[tuple[int, str]]:
    """Office and seat key of the leader's duties for which a substitute is being looked for, at all offices."""
    rows = db.session.execute(
        select(SubstitutionDuty.office_id, SubstitutionDuty.seat_key).where(
            SubstitutionDuty.leader_id == leader_id,
            SubstitutionDuty.part == "given",
            SubstitutionDuty.state.in_(("open", "agreed")),
        )
    )
    return {(row[0], row[1]) for row in rows}


def affected_by(event: SubstitutionChanged) -> list[Affected]:
    """Which leaders are to hear of a change, each once. Staff and the first convener have events of their own."""
    request = db.session.get_one(SubstitutionRequest, event.request_id)
    if event.left:
        free = tuple(duty for duty in request.duties if duty.state == "open")
        return [Affected(leader_id, "not_needed", free) for leader_id in event.left]
    if event.revision_id is not None and event.after != "undone":
        handed = [duty for duty in request.duties if duty.revision_id == event.revision_id]
        found = [*_parties(handed, "replaced", "substitute")]
        return found + (_not_needed(request) if event.after == "done" else [])
    if event.after == "undone":
        back = [duty for duty in request.duties if duty.undone_revision_id == event.revision_id]
        return _parties(back, "given_back", "taken_back")
    if event.after in ("declined", "expired", "withdrawn"):
        kept = tuple(duty for duty in request.duties if duty.part == "given" and duty.state == "dropped")
        return [Affected(request.leader_id, "kept", kept), *_not_needed(request)]
    return []


def _parties(duties: Sequence[SubstitutionDuty], first: str, second: str) -> list[Affected]:
    """Both sides of each duty; in a swap each leader is on both sides and hears once, as `first`."""
    own: dict[int, tuple[str, list[SubstitutionDuty]]] = {}
    for duty in duties:
        for leader_id, part in ((duty.leader_id, first), (duty.substitute_id, second)):
            if leader_id is not None:
                own.setdefault(leader_id, (part, []))[1].append(duty)
    return [Affected(leader, part, tuple(found)) for leader, (part, found) in own.items()]


def _not_needed(request: SubstitutionRequest) -> list[Affected]:
    """Who was asked, did not take part, and was waiting or had accepted when the request ended."""
    took = {duty.substitute_id for duty in request.duties if duty.state == "done"}
    told = [
        ask
        for ask in request.asks
        if ask.leader_id not in took and ask.state in ("closed", "accepted") and ask.asked_at is not None
    ]
    by_id = {duty.id: duty for duty in request.duties}
    return [
        Affected(ask.leader_id, "not_needed", tuple(by_id[i] for i in ask.duty_ids if i in by_id))
        for ask in told
    ]


# Acknowledgements


def unacknowledged(office_id: int, first: dt.date, last: dt.date) -> Sequence[Duty]:
    """Published duties from `first` to `last` (inclusive) that their leaders have not acknowledged, in order."""
    seen = exists().where(
        Acknowledgement.office_id == Duty.office_id,
        Acknowledgement.seat_key == Duty.seat_key,
        Acknowledgement.leader_id == Duty.leader_id,
        Acknowledgement.on_date == Duty.on_date,
        Acknowledgement.starts == Duty.starts,
    )
    return db.session.scalars(
        select(Duty)
        .where(
            Duty.office_id == office_id,
            Duty.until_revision.is_(None),
            Duty.status == "held",
            Duty.leader_id.is_not(None),
            Duty.on_date.between(first, last),
            ~seen,
        )
        .order_by(Duty.on_date, Duty.starts, Duty.seat)
    ).all()


def acknowledged_seats(leader_id: int, duties: Sequence[Duty]) -> set[int]:
    """Ids of those of the leader's duties that are acknowledged as they stand."""
    keys = {
        (row.office_id, row.seat_key, row.on_date, row.starts)
        for row in db.session.scalars(select(Acknowledgement).where(Acknowledgement.leader_id == leader_id))
    }
    return {d.id for d in duties if (d.office_id, d.seat_key, d.on_date, d.starts) in keys}


# Ledger


def ledger_entries(office_id: int, first: dt.date, last: dt.date) -> Sequence[LedgerEntry]:
    """What substitutions did to leaders' numbers, those undone left out, by day."""
    return db.session.scalars(
        select(LedgerEntry)
        .where(
            LedgerEntry.office_id == office_id,
            LedgerEntry.on_date.between(first, last),
            LedgerEntry.reversed_at.is_(None),
        )
        .order_by(LedgerEntry.on_date, LedgerEntry.id)
    ).all()


def open_returns(office_id: int, leader_id: int | None = None) -> Sequence[ReturnDuty]:
    """Return duties still owed, oldest first; with a leader those he owes."""
    found = select(ReturnDuty).where(and_(ReturnDuty.office_id == office_id, ReturnDuty.state == "open"))
    if leader_id is not None:
        found = found.where(ReturnDuty.leader_id == leader_id)
    return db.session.scalars(found.order_by(ReturnDuty.id)).all()
