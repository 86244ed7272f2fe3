"""Making a request: for one duty, several, or those of a period; or an exchange of two duties."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.substitution import queries
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import AlreadyAsked, DutyNotFound, NotAllowed, NothingChosen
from app.roster.substitution.events import ConvenerTold, SubstitutionChanged
from app.roster.substitution.models import REASONS, SubstitutionDuty, SubstitutionRequest
from app.roster.substitution.service.asking import ask_on, queue, queue_by_policy, starts_at
from app.roster.substitution.service.common import begin, note
from app.roster.substitution.words import day_words

MOST_NOTE = 200


def duties_of(office: Office, leader_id: int, first: dt.date, last: dt.date) -> list[Duty]:
    """The leader's published duties at the office that have not begun, from `first` to `last` (inclusive)."""
    now = clock.now()
    found = roster_queries.duties_of_leader(leader_id, first, last)
    return [
        duty
        for duty in found
        if duty.office_id == office.id and starts_at(office, duty.on_date, duty.starts) > now
    ]


def duties_everywhere(leader_id: int, first: dt.date, last: dt.date) -> list[Duty]:
    """The same at all offices, by day."""
    now = clock.now()
    return [
        duty
        for duty in roster_queries.duties_of_leader(leader_id, first, last)
        if starts_at(db.session.get_one(Office, duty.office_id), duty.on_date, duty.starts) > now
    ]


def request_away(
    leader: Leader,
    seats: Sequence[tuple[int, str]],
    reason: str,
    by: str,
    *,
    asked_by: str = "staff",
    note_text: str = "",
) -> list[SubstitutionRequest]:
    """Ask for substitutes for duties at one or several offices (`seats`: office id and seat key).

    One request at each office, because each has a policy and leaders of its own; all of them are made, or none.
    Raises as `request_cover`.
    """
    if not seats:
        raise NothingChosen
    by_office: dict[int, list[str]] = defaultdict(list)
    for office_id, seat_key in seats:
        by_office[office_id].append(seat_key)
    offices = [db.session.get(Office, office_id) for office_id in sorted(by_office)]
    for office in offices:
        if office is None:
            raise DutyNotFound
        begin(office.id)  # every roster before any leader, as everywhere: nobody waits in a circle
    return [
        request_cover(
            office, leader.id, by_office[office.id], reason, by, asked_by=asked_by, note_text=note_text
        )
        for office in offices
        if office is not None
    ]


def request_cover(
    office: Office,
    leader_id: int,
    seat_keys: Sequence[str],
    reason: str,
    by: str,
    *,
    asked_by: str = "staff",
    note_text: str = "",
    candidates: Sequence[int] = (),
) -> SubstitutionRequest:
    """Ask for a substitute for published duties of a leader; all of them are one request.

    `candidates`: leaders to ask, in this order; nobody named: the office's policy says who. Raises NothingChosen,
    DutyNotFound (past, moved or not his), AlreadyAsked, NotAllowed for a named candidate who cannot be there.
    """
    begin(office.id)
    rows = _own_duties(office, leader_id, seat_keys)
    request = _add(office, "cover", leader_id, reason, by, asked_by, note_text)
    _add_duties(request, rows, "given")
    _tell_convener(request)
    if candidates:
        queue(request, _named(office, request, rows, candidates))
    else:
        queue_by_policy(office, request)
    ask_on(office, request, by)
    return request


def request_swap(
    office: Office,
    leader_id: int,
    seat_key: str,
    other_seat_key: str,
    by: str,
    *,
    asked_by: str = "staff",
    note_text: str = "",
) -> SubstitutionRequest:
    """Ask another leader to exchange two duties. Raises DutyNotFound, AlreadyAsked, NotAllowed (breaks a rule)."""
    begin(office.id)
    row = _own_duties(office, leader_id, [seat_key])[0]
    found = next(
        (e for e in Situation(office, [row]).exchanges(row) if e.seat.seat_key == other_seat_key), None
    )
    if found is None:
        raise NotAllowed(
            Text(
                "这一交换会违反排班规则，或对方的接访已有变动。请另选一场。",
                "This exchange would break a rule, or the other duty has changed. Choose another one.",
            )
        )
    theirs = _own_duties(office, found.person.id, [other_seat_key])[0]
    request = _add(office, "swap", leader_id, "swap", by, asked_by, note_text)
    _add_duties(request, [row], "given")
    _add_duties(request, [theirs], "taken")
    _tell_convener(request)
    queue(request, [(found.person.id, [duty.id for duty in request.duties])])
    ask_on(office, request, by)
    return request


def open_request(
    office: Office, rows: Sequence[Duty], reason: str, by: str, asked_by: str
) -> SubstitutionRequest:
    """A request about which nobody is asked: staff decide at once."""
    request = _add(office, "cover", rows[0].leader_id or 0, reason, by, asked_by, "")
    _add_duties(request, rows, "given")
    _tell_convener(request)
    return request


def _own_duties(office: Office, leader_id: int, seat_keys: Sequence[str]) -> list[Duty]:
    if not seat_keys:
        raise NothingChosen
    wanted = set(seat_keys)
    rows = [row for row in duties_of(office, leader_id, dt.date.min, dt.date.max) if row.seat_key in wanted]
    if len(rows) != len(wanted):
        raise DutyNotFound
    taken = queries.open_seats(office.id)
    for row in rows:
        if row.seat_key in taken:
            raise AlreadyAsked(day_words(row.on_date, row.session))
    return rows


def _named(
    office: Office, request: SubstitutionRequest, rows: Sequence[Duty], candidates: Sequence[int]
) -> list[tuple[int, list[int]]]:
    """The named leaders, each with the duties he can be there for. Raises NotAllowed for one who never can."""
    situation = Situation(office, rows)
    ids = {duty.seat_key: duty.id for duty in request.duties}
    found: dict[int, list[int]] = {leader_id: [] for leader_id in candidates}
    sentences: dict[int, Text] = {}
    for row in situation.duties:
        for candidate in situation.candidates(row):
            person = candidate.person
            if person.id not in found:
                continue
            if candidate.possible:
                found[person.id].append(ids[row.seat_key])
            else:
                why = next(problem.text for problem in candidate.problems if problem.hard)
                sentences[person.id] = Text(f"{person.name}：{why.zh}", f"{person.name}: {why.en}")
    for leader_id, duty_ids in found.items():
        if not duty_ids:
            raise NotAllowed(
                sentences.get(leader_id, Text("请从名单中选择领导。", "Choose a leader of the list."))
            )
    return list(found.items())


def _add(
    office: Office, kind: str, leader_id: int, reason: str, by: str, asked_by: str, note_text: str
) -> SubstitutionRequest:
    request = SubstitutionRequest(
        office_id=office.id,
        kind=kind,
        state="requested",
        leader_id=leader_id,
        reason=reason if reason in REASONS else "other",
        note=note_text.strip()[:MOST_NOTE],
        asked_by=asked_by,
        made_by=by[:64],
        made_at=clock.now(),
    )
    db.session.add(request)
    db.session.flush()
    note(request, "requested", by, leader_id)
    return request


def _add_duties(request: SubstitutionRequest, rows: Sequence[Duty], part: str) -> None:
    for row in rows:
        db.session.add(
            SubstitutionDuty(
                request_id=request.id,
                office_id=request.office_id,
                part=part,
                state="open",
                seat_key=row.seat_key,
                session_key=row.session_key,
                on_date=row.on_date,
                session=row.session,
                starts=row.starts,
                ends=row.ends,
                leader_id=row.leader_id or 0,
            )
        )
    try:
        db.session.flush()
    except IntegrityError as error:
        raise AlreadyAsked(day_words(rows[0].on_date, rows[0].session)) from error
    db.session.expire(request, ["duties"])
    if part == "given":
        days = [row.on_date.isoformat() for row in rows]
        audit.record(
            "substitution.add",
            f"substitution:{request.id}",
            request.office_id,
            after={"kind": request.kind, "leader": request.leader_id, "days": days, "by": request.asked_by},
        )
        emit(SubstitutionChanged(request.id, request.office_id, None, "requested"))


def _tell_convener(request: SubstitutionRequest) -> None:
    """By a notice, where the policy says so: that he is told is recorded, not that he agrees."""
    policy = queries.policy_of(request.office_id)
    convener = db.session.get(Leader, policy.convener_id) if policy.convener_id else None
    if policy.tell == "notice" and convener is not None and convener.id != request.leader_id:
        note(request, "told", "", convener.id, "notice")
        emit(ConvenerTold(request.id, request.office_id, convener.id))
