"""Ways out of an impossible problem: one change each, cheapest first, verified by solving, ready to be applied.

A change is a JSON object, so that a page can send it back:

``{"op": "remove_leave", "leader": id, "date": d}``, ``{"op": "allow_weekday", "leader": id, "weekday": 0..6}``,
``{"op": "drop_pin", "slot": id}``, ``{"op": "any_role", "slot": id}``, ``{"op": "anybody", "slot": id}``,
``{"op": "drop_slot", "slot": id}``, ``{"op": "set_rule", "rule": name, "value": n}``,
``{"op": "month_min", "leader": id or null, "value": n}``, the same for ``month_max``, ``{"op": "drop_quota", "quota": id}``,
``{"op": "more_seats", "slots": [id, …]}`` (one more beside each, for anybody), ``{"op": "fewer_seats"}`` (one less in every
session with several), ``{"op": "count_elsewhere"}`` (duties elsewhere count here), ``{"op": "all", "changes": [...]}``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import Any

from app.roster.engine.certificates import find_certificates
from app.roster.engine.feasible import is_solvable
from app.roster.engine.instance import CountRule, Instance
from app.roster.engine.parts import Part, is_impossible, shrink
from app.roster.engine.problem import Held, Leader, Problem, Slot, get_quota
from app.roster.engine.solution import WayOut
from app.roster.engine.words import (
    WEEKDAYS_EN,
    WEEKDAYS_ZH,
    Text,
    day_text,
    leader_name,
    slot_name,
)

Change = Mapping[str, Any]
MOST_WAYS, MOST_OF_A_KIND = 6, 3
MOST_STEPS = 6
MOST_DAYS_NAMED = 6
_COST_OF_BAR = {"leave": 0, "weekday": 1, "role": 2, "allowed": 3}
_ABOUT_SLOT = ("role", "allowed")


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
        return _without(problem, {group[-1].id for group in _groups(problem).values() if len(group) > 1})
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


def _groups(problem: Problem) -> dict[str, list[Slot]]:
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
    return replace(leader, held=(*leader.held, *(Held(day, counts=True) for day in _uncounted(leader))))


def _uncounted(leader: Leader) -> list[date]:
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


def find_ways(inst: Instance, parts: Sequence[Part], left: Callable[[], float]) -> tuple[WayOut, ...]:
    """The cheapest verified changes. When there are several conflicts, each way mends them all."""
    ways: list[WayOut] = []
    kinds: Counter[str] = Counter()
    tried: list[Change] = []
    for text, change in candidates(inst, parts):
        if len(ways) >= MOST_WAYS or left() <= 0:
            break
        kind = f"{change['op']} of all" if change.get("leader", "") is None else change["op"]
        if kinds[kind] >= MOST_OF_A_KIND or change in tried:
            continue
        tried.append(change)
        changed = Instance(apply_change(inst.problem, change))
        if is_impossible_still(changed):
            completed = _complete(changed, text, change, left)
            if completed is not None and not ways:
                ways.append(completed)
        elif is_solvable(changed, min(left(), 3.0)):
            ways.append(WayOut(text, change, verified=True))
            kinds[kind] += 1
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
    yield from _seat_changes(inst, parts)
    yield from _rule_changes(inst, parts)
    for s in slots:
        name, several = slot_name(inst, s), len(_groups(inst.problem).get(inst.slots[s].group or "", ())) > 1
        text = Text(f"{name.zh} 不安排接访", f"Hold no reception on {name.en}")
        if several:
            text = Text(f"{name.zh} 少安排一席", f"One seat fewer on {name.en}")
        yield text, {"op": "drop_slot", "slot": inst.slots[s].id}


def _seat_changes(inst: Instance, parts: Sequence[Part]) -> Iterator[tuple[Text, Change]]:
    """Parallel seats where there are too few duties for the minimums; fewer where there are too few leaders."""
    counts = [inst.rules[part.key] for part in parts if part.kind == "count"]
    minimums = [rule for rule in counts if rule.low]
    if minimums and any(_uncounted(leader) for leader in inst.leaders):
        text = Text("在其他单位的接访也计入次数", "Let duties at other offices count here")
        yield text, {"op": "count_elsewhere"}
    chosen = _seats_missing(inst, minimums)
    if chosen:
        days, names = Text("", ""), [slot_name(inst, s) for s in chosen]
        if len(chosen) <= MOST_DAYS_NAMED:
            days = Text("：" + "、".join(n.zh for n in names), ": " + ", ".join(n.en for n in names))
        text = Text(
            f"同一场再增加一席，共增加 {len(chosen)} 席{days.zh}",
            f"One more seat at the same time, {len(chosen)} in all{days.en}",
        )
        yield text, {"op": "more_seats", "slots": [inst.slots[s].id for s in chosen]}
    covered = {inst.slots[part.key].group for part in parts if part.kind == "cover"}
    if any(len(_groups(inst.problem).get(group or "", ())) > 1 for group in covered):
        text = Text("每场接访都少安排一席", "One seat fewer at every session with several seats")
        yield text, {"op": "fewer_seats"}


def _let_serve(inst: Instance, slots: Sequence[int]) -> Iterator[tuple[Text, Change]]:
    """One leader who could serve after all, short leaves first (they are the easiest to move)."""
    options = []
    for s in slots:
        pin = inst.problem.pins.get(inst.slots[s].id)
        for p, bar in enumerate(inst.bars[s]):
            if bar in _COST_OF_BAR and (pin is None or inst.number_of(pin) == p):
                options.append((_COST_OF_BAR[bar], _leave_length(inst, s, p), s, p, bar))
    done: set[tuple[int, str]] = set()
    for _, _, s, p, bar in sorted(options):
        if (bar == "allowed" and inst.leaders[p].guest) or (bar in _ABOUT_SLOT and (s, bar) in done):
            continue
        done.add((s, bar))
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
    if bar == "allowed":
        text = Text(f"{name.zh} 不再限定人选", f"Let any leader serve on {name.en}")
        return text, {"op": "anybody", "slot": slot.id}
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
        elif rule.kind == "month_max":
            yield from _more_often(who, inst.leaders[rule.leader].id, inst.leaders[rule.leader].max_per_month)
        elif rule.kind.startswith("quota:"):
            quota = get_quota(inst.problem, rule.kind)
            text = Text(f"取消次数规则“{quota.label}”", f"Drop the quota “{quota.label}”")
            yield text, {"op": "drop_quota", "quota": quota.id}
    limited = [inst.leaders[inst.rules[part.key].leader] for part in parts if _is_maximum(inst, part)]
    if len(limited) > 1:
        highest = max(leader.max_per_month or 0 for leader in limited)
        for value in (highest + 1, highest + 2):
            text = Text(f"所有领导每月最多 {value} 次", f"Let everybody serve up to {value} times a month")
            yield text, {"op": "month_max", "leader": None, "value": value}
    if any(part.kind == "count" and inst.rules[part.key].kind == "month_min" for part in parts):
        text = Text("所有领导都不设每月最少次数", "Ask no monthly minimum of anybody")
        yield text, {"op": "month_min", "leader": None, "value": 0}


def _seats_missing(inst: Instance, minimums: Sequence[CountRule]) -> list[int]:
    """Slots, evenly spread, that get another seat so that every period has as many as its minimums ask; [] for none.

    All periods of these rules are mended at once; where counting shows no shortage, the conflict's own gets one seat.
    """
    kinds = {rule.kind for rule in minimums}
    periods: dict[str, list[CountRule]] = defaultdict(list)
    for rule in inst.rules:
        if rule.low and rule.kind in kinds:
            periods[rule.period].append(rule)
    taken = {slot.id for slot in inst.slots}
    chosen: list[int] = []
    for period, rules in sorted(periods.items()):
        slots = sorted({s for rule in rules for s in rule.slots if not inst.past[s] and not inst.is_offer(s)})
        missing = sum(rule.low for rule in rules) - len(slots)
        if missing <= 0 and any(rule.period == period for rule in minimums):
            missing = 1
        free = [s for s in slots if f"{inst.slots[s].id}+" not in taken]
        if missing > len(free):
            return []
        chosen += [free[(2 * number + 1) * len(free) // (2 * missing)] for number in range(missing)]
    return chosen


def _is_maximum(inst: Instance, part: Part) -> bool:
    return part.kind == "count" and inst.rules[part.key].kind == "month_max"


def _more_often(who: str, leader: str | None, most: int | None) -> Iterator[tuple[Text, Change]]:
    """A higher monthly maximum, the smallest change first."""
    for value in ((most or 0) + 1, (most or 0) + 2):
        text = Text(f"{who} 每月最多 {value} 次", f"Let {who} serve up to {value} times a month")
        yield text, {"op": "month_max", "leader": leader, "value": value}


def _closer(inst: Instance) -> Iterator[tuple[Text, Change]]:
    """Shorter distances, the smallest change first; one more duty within a window of several."""
    rules = inst.problem.rules
    if rules.window_k > 1:
        text = Text(
            f"{rules.window_days} 天内最多接访 {rules.window_k + 1} 次",
            f"Allow {rules.window_k + 1} duties within {rules.window_days} days",
        )
        yield text, {"op": "set_rule", "rule": "window_k", "value": rules.window_k + 1}
    for gap in range(inst.gap - 1, max(inst.gap - 4, 0), -1):
        changes: list[Change] = []
        if rules.min_gap > gap:
            changes.append({"op": "set_rule", "rule": "min_gap", "value": gap})
        if rules.window_k == 1 and rules.window_days > gap:
            changes.append({"op": "set_rule", "rule": "window_days", "value": gap})
        text = Text(f"两次接访的最短间隔改为 {gap} 天", f"Let two duties be {gap} days apart")
        yield text, changes[0] if len(changes) == 1 else {"op": "all", "changes": changes}
