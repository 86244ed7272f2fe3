"""Dataclasses to JSON values: the other half of `codec`. Defaults of optional fields are left out."""

from __future__ import annotations

from typing import Any

from app.roster.engine.problem import Busy, Held, Leader, Preference, Problem, Quota, Slot


def problem_to_json(problem: Problem) -> dict[str, Any]:
    """The problem in the file format, ready for `json.dumps`; reading it back gives an equal problem."""
    rules = problem.rules
    raw: dict[str, Any] = {
        "id": problem.id,
        "kind": problem.kind,
        "year": problem.year,
        "start": problem.start.isoformat(),
        "end": problem.end.isoformat(),
        "coverage": problem.coverage,
        "leaders": [leader_to_json(leader) for leader in problem.leaders],
        "slots": [slot_to_json(slot) for slot in problem.slots],
        "rules": {
            "window_days": rules.window_days,
            "window_k": rules.window_k,
            "min_gap": rules.min_gap,
            "month_min_needs": rules.month_min_needs,
        },
        "pins": dict(problem.pins),
        "prefs": [pref_to_json(pref) for pref in problem.prefs],
    }
    if problem.levels:
        raw["levels"] = list(problem.levels)
    if problem.quotas:
        raw["quotas"] = [quota_to_json(quota) for quota in problem.quotas]
    if problem.published is not None and problem.asof is not None:
        raw["published"] = dict(problem.published)
        raw["asof"] = problem.asof.isoformat()
    return raw


def leader_to_json(leader: Leader) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "id": leader.id,
        "role": leader.role,
        "weight": leader.weight,
        "start": leader.start.isoformat(),
        "end": leader.end.isoformat(),
        "leave": sorted(day.isoformat() for day in leader.leave),
        "forbid_wd": sorted(leader.forbid_wd),
        "carry": leader.carry,
        "carry_rest": leader.carry_rest,
        "month_min": leader.month_min,
        "max_per_month": leader.max_per_month,
    }
    if leader.name:
        raw["name"] = leader.name
    if leader.busy:
        raw["busy"] = [busy_to_json(busy) for busy in leader.busy]
    if leader.held:
        raw["held"] = [held_to_json(held) for held in leader.held]
    if leader.guest:
        raw["guest"] = True
    return raw


def busy_to_json(busy: Busy) -> dict[str, Any] | str:
    if busy.session == "day":
        return busy.date.isoformat()
    return {"date": busy.date.isoformat(), "session": busy.session}


def held_to_json(held: Held) -> dict[str, Any] | str:
    if not held.counts and held.cls == "plain":
        return held.date.isoformat()
    return {"date": held.date.isoformat(), "counts": held.counts, "cls": held.cls}


def slot_to_json(slot: Slot) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "id": slot.id,
        "date": slot.date.isoformat(),
        "cls": slot.cls,
        "need": slot.need,
        "special": slot.special,
    }
    if slot.session != "day":
        raw["session"] = slot.session
    if slot.allowed is not None:
        raw["allowed"] = sorted(slot.allowed)
    if slot.group is not None:
        raw["group"] = slot.group
    if slot.label:
        raw["label"] = slot.label
    if slot.optional:
        raw["optional"] = True
    return raw


def pref_to_json(pref: Preference) -> dict[str, Any]:
    raw: dict[str, Any] = {"leader": pref.leader, "type": pref.type, "w": pref.w}
    if pref.date is not None:
        raw["date"] = pref.date.isoformat()
    else:
        raw["weekday"] = pref.weekday
    return raw


def quota_to_json(quota: Quota) -> dict[str, Any]:
    raw: dict[str, Any] = {
        "id": quota.id,
        "leaders": None if quota.leaders is None else list(quota.leaders),
        "period": quota.period,
        "min": quota.min,
        "max": quota.max,
        "needs": quota.needs,
    }
    if quota.name:
        raw["name"] = quota.name
    if quota.slots is not None:
        raw["slots"] = sorted(quota.slots)
    return raw
