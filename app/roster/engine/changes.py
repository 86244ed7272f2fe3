"""Changes of a problem as plain JSON objects, so that a page can show them, send them back and apply them:

``{"op": "remove_leave", "leader": id, "date": d}``, ``{"op": "allow_weekday", "leader": id, "weekday": 0..6}``,
``{"op": "drop_pin", "slot": id}``, ``{"op": "any_role", "slot": id}``, ``{"op": "anybody", "slot": id}``,
``{"op": "drop_slot", "slot": id}``, ``{"op": "set_rule", "rule": name, "value": n}``,
``{"op": "month_min", "leader": id or null, "value": n}``, the same for ``month_max``, ``{"op": "drop_quota", "quota": id}``,
``{"op": "more_seats", "slots": [id, …]}`` (one more beside each, for anybody), ``{"op": "fewer_seats"}`` (one less in every
session with several), ``{"op": "count_elsewhere"}`` (duties elsewhere count here), ``{"op": "all", "changes": [...]}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Any

from app.roster.engine.problem import Held, Leader, Problem, Slot

Change = Mapping[str, Any]


def apply_change(problem: Problem, change: Change) -> Problem:
    """The problem with one change made; KeyError when it names something that is not there."""
    op = change["op"]
    if op == "all":
        for step in change["changes"]:
            problem = apply_change(problem, step)
        return problem
    if op in ("remove_leave", "allow_weekday", "month_min", "month_max"):
        leaders = tuple(_changed_leader(leader, change) for leader in problem.leaders)
        return replace(problem, leaders=leaders)
    if op == "set_rule":
        return replace(problem, rules=replace(problem.rules, **{change["rule"]: change["value"]}))
    if op == "drop_quota":
        return replace(problem, quotas=tuple(q for q in problem.quotas if q.id != change["quota"]))
    if op == "more_seats":
        return replace(problem, slots=(*problem.slots, *_seats_beside(problem, change["slots"])))
    if op == "fewer_seats":
        return _without(problem, {group[-1].id for group in groups_of(problem).values() if len(group) > 1})
    if op == "count_elsewhere":
        return replace(problem, leaders=tuple(_counting_elsewhere(leader) for leader in problem.leaders))
    slot_id = problem.get_slot(change["slot"]).id
    if op == "drop_slot":
        return _without(problem, {slot_id})
    pins = {key: value for key, value in problem.pins.items() if key != slot_id}
    if op == "drop_pin":
        return replace(problem, pins=pins)
    own = frozenset(leader.id for leader in problem.leaders if not leader.guest)
    free: dict[str, Any] = {"need": None} if op == "any_role" else {"need": None, "allowed": own}
    slots = tuple(replace(s, **free) if s.id == slot_id else s for s in problem.slots)
    return replace(problem, slots=slots)


def _without(problem: Problem, gone: Set[str]) -> Problem:
    """The problem with some slots left out, and what is pinned or published there."""
    published = problem.published
    return replace(
        problem,
        slots=tuple(slot for slot in problem.slots if slot.id not in gone),
        pins={key: value for key, value in problem.pins.items() if key not in gone},
        published=None if published is None else {k: v for k, v in published.items() if k not in gone},
    )


def groups_of(problem: Problem) -> dict[str, list[Slot]]:
    """The slots still to come that are seats of one session, by its group."""
    groups: dict[str, list[Slot]] = {}
    for slot in problem.slots:
        if slot.group is not None and (problem.asof is None or slot.date >= problem.asof):
            groups.setdefault(slot.group, []).append(slot)
    return groups


def _seats_beside(problem: Problem, slot_ids: Sequence[str]) -> Iterator[Slot]:
    """One more seat at the sessions of these slots, for any leader of the office."""
    own = frozenset(leader.id for leader in problem.leaders if not leader.guest)
    for slot_id in slot_ids:
        slot = problem.get_slot(slot_id)
        yield replace(slot, id=f"{slot_id}+", need=None, allowed=own, group=None)


def _counting_elsewhere(leader: Leader) -> Leader:
    return replace(leader, held=(*leader.held, *(Held(day, counts=True) for day in days_uncounted(leader))))


def days_uncounted(leader: Leader) -> list[date]:
    """Days on duty elsewhere that do not count here; for guests they never do."""
    held = {one.date for one in leader.held}
    return [] if leader.guest else [busy.date for busy in leader.busy if busy.date not in held]


def _changed_leader(leader: Leader, change: Change) -> Leader:
    if change["leader"] not in (None, leader.id):
        return leader
    if change["op"] == "remove_leave":
        return replace(leader, leave=leader.leave - {date.fromisoformat(change["date"])})
    if change["op"] == "allow_weekday":
        return replace(leader, forbid_wd=leader.forbid_wd - {change["weekday"]})
    if change["op"] == "month_max":
        most = leader.max_per_month
        return leader if most is None else replace(leader, max_per_month=max(most, change["value"]))
    return replace(leader, month_min=min(leader.month_min, change["value"]))
