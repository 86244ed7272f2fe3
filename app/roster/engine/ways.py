"""Ways out of an impossible problem: one change each, cheapest first, verified by solving, ready to be applied.

A change is a JSON object, so that a page can send it back:

``{"op": "remove_leave", "leader": id, "date": d}``, ``{"op": "allow_weekday", "leader": id, "weekday": 0..6}``,
``{"op": "drop_pin", "slot": id}``, ``{"op": "any_role", "slot": id}``, ``{"op": "anybody", "slot": id}``,
``{"op": "drop_slot", "slot": id}``, ``{"op": "set_rule", "rule": name, "value": n}``,
``{"op": "month_min", "leader": id or null, "value": n}``, ``{"op": "drop_quota", "quota": id}``,
``{"op": "all", "changes": [...]}``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.roster.engine.certificates import find_certificates
from app.roster.engine.feasible import is_solvable
from app.roster.engine.instance import Instance
from app.roster.engine.parts import Part, is_impossible, shrink
from app.roster.engine.problem import Leader, Problem, get_quota
from app.roster.engine.solution import WayOut
from app.roster.engine.words import WEEKDAYS_EN, WEEKDAYS_ZH, Text, day_text, leader_name, slot_name

Change = Mapping[str, Any]
MOST_WAYS, MOST_OF_A_KIND = 6, 3
MOST_STEPS = 6


def apply_change(problem: Problem, change: Change) -> Problem:
    """The problem with one change made; KeyError when it names something that is not there."""
    op = change["op"]
    if op == "all":
        for step in change["changes"]:
            problem = apply_change(problem, step)
        return problem
    if op in ("remove_leave", "allow_weekday", "month_min"):
        leaders = tuple(_changed_leader(leader, change) for leader in problem.leaders)
        return replace(problem, leaders=leaders)
    if op == "set_rule":
        return replace(problem, rules=replace(problem.rules, **{change["rule"]: change["value"]}))
    if op == "drop_quota":
        return replace(problem, quotas=tuple(q for q in problem.quotas if q.id != change["quota"]))
    slot_id = problem.get_slot(change["slot"]).id
    pins = {key: value for key, value in problem.pins.items() if key != slot_id}
    if op == "drop_pin":
        return replace(problem, pins=pins)
    if op == "drop_slot":
        return replace(problem, slots=tuple(s for s in problem.slots if s.id != slot_id), pins=pins)
    free: dict[str, Any] = {"need": None} if op == "any_role" else {"allowed": None}
    slots = tuple(replace(s, **free) if s.id == slot_id else s for s in problem.slots)
    return replace(problem, slots=slots)


def _changed_leader(leader: Leader, change: Change) -> Leader:
    if change["leader"] not in (None, leader.id):
        return leader
    if change["op"] == "remove_leave":
        return replace(leader, leave=leader.leave - {date.fromisoformat(change["date"])})
    if change["op"] == "allow_weekday":
        return replace(leader, forbid_wd=leader.forbid_wd - {change["weekday"]})
    return replace(leader, month_min=min(leader.month_min, change["value"]))


def find_ways(inst: Instance, parts: Sequence[Part], left: Callable[[], float]) -> tuple[WayOut, ...]:
    """The cheapest verified changes. When there are several conflicts, each way mends them all."""
    ways: list[WayOut] = []
    kinds: Counter[str] = Counter()
    tried: list[Change] = []
    for text, change in candidates(inst, parts):
        if len(ways) >= MOST_WAYS or left() <= 0:
            break
        if kinds[change["op"]] >= MOST_OF_A_KIND or change in tried:
            continue
        tried.append(change)
        changed = Instance(apply_change(inst.problem, change))
        if is_impossible_still(changed):
            completed = _complete(changed, text, change, left)
            if completed is not None and not ways:
                ways.append(completed)
        elif is_solvable(changed, min(left(), 3.0)):
            ways.append(WayOut(text, change, verified=True))
            kinds[change["op"]] += 1
    return tuple(ways)


def is_impossible_still(inst: Instance) -> bool:
    """A quick look for another conflict."""
    return bool(find_certificates(inst))


def _complete(inst: Instance, text: Text, change: Change, left: Callable[[], float]) -> WayOut | None:
    """Mend the conflicts that remain one after the other; a way out of several changes, or None."""
    changes, zh, en = [change], [text.zh], [text.en]
    for _ in range(MOST_STEPS):
        certificates = find_certificates(inst)
        if not certificates:
            break
        parts = [Part(kind, key) for kind, key in certificates[0]]
        parts = shrink(inst, parts, left) if is_impossible(inst, parts) else parts
        step = next(
            (
                (words, one, after)
                for words, one in candidates(inst, parts)
                if find_certificates(after := Instance(apply_change(inst.problem, one)))[:1]
                != certificates[:1]
            ),
            None,
        )
        if step is None or left() <= 0:
            return None
        words, one, inst = step
        changes.append(one)
        zh.append(words.zh)
        en.append(words.en)
    if find_certificates(inst) or not is_solvable(inst, min(left(), 3.0)):
        return None
    return WayOut(Text("；".join(zh), "; and ".join(en)), {"op": "all", "changes": changes}, verified=True)


def candidates(inst: Instance, parts: Sequence[Part]) -> Iterator[tuple[Text, Change]]:
    """Changes that touch the conflict, cheapest first: unpin, one leader on one day, rules, minimums, dropping."""
    slots = [part.key for part in parts if part.kind in ("cover", "pin")]
    for part in parts:
        if part.kind == "pin":
            name = slot_name(inst, part.key)
            text = Text(f"取消 {name.zh} 的固定安排", f"Unpin {name.en}")
            yield text, {"op": "drop_pin", "slot": inst.slots[part.key].id}
    yield from _let_serve(inst, slots)
    yield from _rule_changes(inst, parts)
    for s in slots:
        name = slot_name(inst, s)
        text = Text(f"{name.zh} 不安排接访", f"Hold no reception on {name.en}")
        yield text, {"op": "drop_slot", "slot": inst.slots[s].id}


def _let_serve(inst: Instance, slots: Sequence[int]) -> Iterator[tuple[Text, Change]]:
    """One leader who could serve after all, short leaves first (they are the easiest to move)."""
    options = []
    for s in slots:
        pin = inst.problem.pins.get(inst.slots[s].id)
        for p, bar in enumerate(inst.bars[s]):
            if bar in ("leave", "weekday", "role") and (pin is None or inst.number_of(pin) == p):
                options.append(
                    ({"leave": 0, "weekday": 1, "role": 2}[bar], _leave_length(inst, s, p), s, p, bar)
                )
    roles_done: set[int] = set()
    for _, _, s, p, bar in sorted(options):
        if bar == "role" and s in roles_done:
            continue
        roles_done |= {s} if bar == "role" else set()
        yield _serve_change(inst, s, p, bar)


def _leave_length(inst: Instance, s: int, p: int) -> int:
    day, leave = inst.slots[s].date.toordinal(), {d.toordinal() for d in inst.leaders[p].leave}
    first = last = day
    while first - 1 in leave:
        first -= 1
    while last + 1 in leave:
        last += 1
    return last - first + 1


def _serve_change(inst: Instance, s: int, p: int, bar: str) -> tuple[Text, Change]:
    name, who, slot = slot_name(inst, s), leader_name(inst, p), inst.slots[s]
    if bar == "role":
        text = Text(f"{name.zh} 不再限定职务", f"Let any role serve on {name.en}")
        return text, {"op": "any_role", "slot": slot.id}
    if bar == "weekday":
        weekday = inst.weekday[s]
        text = Text(f"允许 {who} {WEEKDAYS_ZH[weekday]}接访", f"Let {who} serve on {WEEKDAYS_EN[weekday]}")
        return text, {"op": "allow_weekday", "leader": inst.leaders[p].id, "weekday": weekday}
    day = day_text(slot.date)
    text = Text(f"如果 {who} 在 {day.zh} 能接访，就排得出来", f"If {who} could serve on {day.en}, it works")
    return text, {"op": "remove_leave", "leader": inst.leaders[p].id, "date": slot.date.isoformat()}


def _rule_changes(inst: Instance, parts: Sequence[Part]) -> Iterator[tuple[Text, Change]]:
    if any(part.kind == "distance" for part in parts):
        yield from _closer(inst)
    for part in parts:
        if part.kind != "count":
            continue
        rule = inst.rules[part.key]
        who = leader_name(inst, rule.leader)
        if rule.kind == "month_min":
            text = Text(f"{who} 不设每月最少次数", f"Ask no monthly minimum of {who}")
            yield text, {"op": "month_min", "leader": inst.leaders[rule.leader].id, "value": 0}
        elif rule.kind.startswith("quota:"):
            quota = get_quota(inst.problem, rule.kind)
            text = Text(f"取消次数规则“{quota.label}”", f"Drop the quota “{quota.label}”")
            yield text, {"op": "drop_quota", "quota": quota.id}
    if any(part.kind == "count" and inst.rules[part.key].kind == "month_min" for part in parts):
        text = Text("所有领导都不设每月最少次数", "Ask no monthly minimum of anybody")
        yield text, {"op": "month_min", "leader": None, "value": 0}


def _closer(inst: Instance) -> Iterator[tuple[Text, Change]]:
    """Shorter distances, the smallest change first."""
    rules = inst.problem.rules
    for gap in range(inst.gap - 1, max(inst.gap - 4, 0), -1):
        changes: list[Change] = []
        if rules.min_gap > gap:
            changes.append({"op": "set_rule", "rule": "min_gap", "value": gap})
        if rules.window_k == 1 and rules.window_days > gap:
            changes.append({"op": "set_rule", "rule": "window_days", "value": gap})
        text = Text(f"两次接访的最短间隔改为 {gap} 天", f"Let two duties be {gap} days apart")
        yield text, changes[0] if len(changes) == 1 else {"op": "all", "changes": changes}
