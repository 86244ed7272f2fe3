"""What becomes of a visit when its session changes on the roster: one decision by policy, pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from app.appointments.rules.policy import ASK, KEEP, MOVE, Policy
from app.appointments.rules.states import OPEN

Act = Literal["nothing", "tell_leader", "ask_leader", "move", "tell_time", "ask_time", "screen"]


@dataclass(frozen=True, slots=True)
class Planned:
    """A session as far as a visit depends on it."""

    on_date: dt.date
    starts: dt.time
    ends: dt.time
    held: bool
    leader_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A visit as far as the roster concerns it."""

    state: str
    on_date: dt.date | None
    leader_id: int | None
    recused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is done; `leader_id` is who receives afterwards, where that is known.

    tell_*: kept, the resident is told; ask_*: the resident answers again; move: to the next session that fits;
    screen: back to the staff.
    """

    act: Act
    leader_id: int | None = None


NOTHING = Reaction("nothing")


def react(visit: Placed, before: Planned | None, after: Planned | None, policy: Policy) -> Reaction:
    """The one reaction to a change of the visit's session; a change of both leader and time is told as the gravest."""
    if visit.state not in OPEN:
        return NOTHING
    if after is None or not after.held or not after.leader_ids:
        return _off(visit, policy)
    leader_id = next_leader(visit, before, after)
    if leader_id is None:
        return _off(visit, policy)
    moved = before is not None and (before.on_date, before.starts, before.ends) != (
        after.on_date,
        after.starts,
        after.ends,
    )
    if moved or (visit.on_date is not None and visit.on_date != after.on_date):
        act: Act = "tell_time" if policy.session_moves == KEEP or visit.state == "waiting" else "ask_time"
        return Reaction(act, leader_id)
    if leader_id == visit.leader_id:
        return NOTHING
    if visit.state == "waiting" or policy.leader_changes == KEEP:
        return Reaction("tell_leader", leader_id)
    return Reaction("ask_leader" if policy.leader_changes == ASK else "move", leader_id)


def next_leader(visit: Placed, before: Planned | None, after: Planned) -> int | None:
    """Who receives the visit now: the same leader if still there, else who came in, else anybody not recused."""
    if visit.leader_id in after.leader_ids:
        return visit.leader_id
    came = [leader for leader in after.leader_ids if before is None or leader not in before.leader_ids]
    able = [leader for leader in (*came, *after.leader_ids) if leader not in visit.recused]
    return able[0] if able else None


def _off(visit: Placed, policy: Policy) -> Reaction:
    """The session is off: the next that fits, or back to the staff; who only waits for a place goes back to them too."""
    if visit.state == "waiting" or policy.session_cancelled != MOVE:
        return Reaction("screen")
    return Reaction("move")
