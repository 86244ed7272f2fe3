"""What becomes of a visit when its session changes on the roster: one decision by policy, pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from app.appointments.rules.policy import ASK, KEEP, MOVE, Policy
from app.appointments.rules.states import HERE, OPEN

Act = Literal[
    "nothing", "tell_leader", "ask_leader", "move", "tell_time", "ask_time", "ask_consent", "screen"
]


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
    invited: bool = False


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is done; `leader_id` is who receives afterwards, where that is known.

    tell_*: kept, the resident is told; ask_*: the resident answers again; move: to the next session that fits;
    ask_consent: an invited visit is kept, and its new leader is asked; screen: back to the staff.
    """

    act: Act
    leader_id: int | None = None


NOTHING = Reaction("nothing")


def react(visit: Placed, before: Planned | None, after: Planned | None, policy: Policy) -> Reaction:
    """The one reaction to a change of the visit's session; a change of both leader and time is told as the gravest."""
    if visit.state in HERE:
        return _here(visit, before, after)
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
    if visit.invited and (leader_id != visit.leader_id or (moved and visit.state == "consent_asked")):
        return _asks_leader(visit, leader_id, moved, policy)
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


def _here(visit: Placed, before: Planned | None, after: Planned | None) -> Reaction:
    """Whoever has come is received by the new leader, or goes back to the staff; nobody is sent home to answer."""
    if after is None or not after.held:
        return Reaction("screen")
    leader_id = next_leader(visit, before, after)
    if leader_id is None:
        return Reaction("screen")
    return NOTHING if leader_id == visit.leader_id else Reaction("tell_leader", leader_id)


def _asks_leader(visit: Placed, leader_id: int, moved: bool, policy: Policy) -> Reaction:
    """An invitation was matched to its leader: another one is asked first. All of it changed: staff begin anew."""
    known = visit.state != "consent_asked"
    if (moved and known) or (leader_id != visit.leader_id and policy.leader_changes == MOVE):
        return Reaction("screen")
    return Reaction("ask_consent", leader_id)


def _off(visit: Placed, policy: Policy) -> Reaction:
    """The session is off: the next that fits, or back to the staff; so do those who only wait, and invited visits."""
    if visit.state == "waiting" or visit.invited or policy.session_cancelled != MOVE:
        return Reaction("screen")
    return Reaction("move")
