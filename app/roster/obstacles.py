"""What stands against publishing: seats with nobody, leaders who cannot be there, rules that are broken."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from app.core.database import db
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster.engine import codec, violations
from app.roster.errors import Obstacle
from app.roster.models import Draft, DraftDuty, Duty, Leave
from app.roster.states import SeatState

# Kinds the engine reports and people may accept; the others are checked here against the database.
SOFT_KINDS = {"role", "allowed", "weekday", "pin", "gap", "window", "month_min", "month_max", "quota"}
_SESSION_ZH = {"day": "全天", "am": "上午", "pm": "下午"}
_SESSION_EN = {"day": "", "am": " (morning)", "pm": " (afternoon)"}


def hard_obstacles(
    office: Office, empty_seats: Iterable[DraftDuty], states: Sequence[SeatState], others: Sequence[SeatState]
) -> list[Obstacle]:
    """What nobody may accept. `states`: the seats to be published; `others`: the office's seats that stay."""
    held = [state for state in states if state.status == "held" and state.leader_id is not None]
    leaders = {leader.id: leader for leader in _leaders(held)}
    return [
        *(_empty(seat) for seat in empty_seats),
        *_out_of_term(held, leaders),
        *_on_leave(held),
        *_two_places(office, held, [o for o in others if o.status == "held"]),
    ]


def soft_obstacles(draft: Draft, seats: Sequence[DraftDuty]) -> list[Obstacle]:
    """Broken rules of the draft's problem that may be accepted knowingly."""
    if draft.problem is None:
        return []
    problem = codec.problem_from_json(draft.problem)
    slots = {slot.id: slot.date for slot in problem.slots}
    roster: dict[str, str | None] = dict.fromkeys(slots)
    roster |= {s.seat_key: str(s.leader_id) for s in seats if s.seat_key in slots and s.leader_id is not None}
    return [
        Obstacle(
            found.kind,
            False,
            found.slots,
            int(found.leader) if found.leader else None,
            Text(found.text.zh, found.text.en),
        )
        for found in violations.conflicts_of(problem, roster)
        if found.kind in SOFT_KINDS and not _at_once(found, slots)
    ]


def _at_once(found: violations.Violation, dates: Mapping[str, dt.date]) -> bool:
    """Two duties of one date at once: a hard obstacle already."""
    return found.kind == "gap" and len({dates[slot] for slot in found.slots}) == 1


def lock_leaders(leader_ids: Iterable[int]) -> None:
    """Hold the leaders' rows until the transaction ends, so that no other office gives them away meanwhile."""
    wanted = sorted(set(leader_ids))
    db.session.execute(select(Leader.id).where(Leader.id.in_(wanted)).order_by(Leader.id).with_for_update())


def _leaders(held: Sequence[SeatState]) -> Sequence[Leader]:
    wanted = {state.leader_id for state in held}
    return db.session.scalars(select(Leader).where(Leader.id.in_(wanted))).all()


def _empty(seat: DraftDuty) -> Obstacle:
    day, session = seat.on_date.isoformat(), seat.session
    return Obstacle(
        "nobody",
        True,
        (seat.seat_key,),
        None,
        Text(f"{day} {_SESSION_ZH[session]}没有人接访", f"nobody receives on {day}{_SESSION_EN[session]}"),
    )


def _out_of_term(held: Sequence[SeatState], leaders: dict[int, Leader]) -> Iterable[Obstacle]:
    for state in held:
        leader = leaders[state.leader_id or 0]
        if not leader.term.contains(state.on_date):
            day = state.on_date.isoformat()
            text = Text(f"{leader.name} 在 {day} 不在任", f"{leader.name} is not in office on {day}")
            yield Obstacle("term", True, (state.seat_key,), leader.id, text)


def _on_leave(held: Sequence[SeatState]) -> Iterable[Obstacle]:
    wanted = {state.leader_id for state in held}
    away: dict[int, list[Leave]] = defaultdict(list)
    for leave in db.session.scalars(
        select(Leave).where(Leave.leader_id.in_(wanted), Leave.withdrawn_at.is_(None))
    ):
        away[leave.leader_id].append(leave)
    for state in held:
        if any(leave.first_day <= state.on_date <= leave.last_day for leave in away[state.leader_id or 0]):
            day, name = state.on_date.isoformat(), state.leader_name
            text = Text(f"{name} 在 {day} 请假", f"{name} is on leave on {day}")
            yield Obstacle("leave", True, (state.seat_key,), state.leader_id, text)


def _two_places(office: Office, held: Sequence[SeatState], others: Sequence[SeatState]) -> Iterable[Obstacle]:
    """A leader at two overlapping sessions of one date, here or at any other office."""
    if not held:
        return
    taken: dict[tuple[int | None, dt.date], list[tuple[str, str, str]]] = defaultdict(list)
    for state in others:
        taken[state.leader_id, state.on_date].append((state.session, state.seat_key, ""))
    for session, seat_key, leader_id, day, place in _elsewhere(office, held):
        taken[leader_id, day].append((session, seat_key, place))
    for state in held:
        spot = taken[state.leader_id, state.on_date]
        for session, seat_key, place in spot:
            if {session, state.session} != {"am", "pm"}:
                yield _clash(state, seat_key, place)
                break
        spot.append((state.session, state.seat_key, ""))


def _elsewhere(
    office: Office, held: Sequence[SeatState]
) -> Iterable[tuple[str, str, int | None, dt.date, str]]:
    leaders = {state.leader_id for state in held}
    days = [state.on_date for state in held]
    rows = db.session.execute(
        select(Duty.session, Duty.seat_key, Duty.leader_id, Duty.on_date, Office.name)
        .join(Office, Office.id == Duty.office_id)
        .where(
            Duty.office_id != office.id,
            Duty.until_revision.is_(None),
            Duty.status == "held",
            Duty.leader_id.in_(leaders),
            Duty.on_date.between(min(days), max(days)),
        )
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def _clash(state: SeatState, seat_key: str, place: str) -> Obstacle:
    day, name = state.on_date.isoformat(), state.leader_name
    text = Text(
        f"{name} 在 {day} 同一时段有两场接访{f'（另一场在{place}）' if place else ''}",
        f"{name} has two duties at once on {day}{f' (the other at {place})' if place else ''}",
    )
    keys = (state.seat_key,) if place else (seat_key, state.seat_key)
    return Obstacle("two_places", True, keys, state.leader_id, text)
