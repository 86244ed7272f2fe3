"""Changes that touch a conflict, cheapest first: what `ways` tries."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.roster.engine.bounds import hall_allows
from app.roster.engine.changes import Change, days_uncounted, groups_of
from app.roster.engine.flow import open_face
from app.roster.engine.instance import CountRule, Instance
from app.roster.engine.parts import Part
from app.roster.engine.problem import get_quota
from app.roster.engine.words import WEEKDAYS_EN, WEEKDAYS_ZH, Text, day_text, leader_name, slot_name

MOST_DAYS_NAMED = 6
_COST_OF_BAR = {"leave": 0, "weekday": 1, "role": 2, "allowed": 3}
_ABOUT_SLOT = ("role", "allowed")


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
        name, several = (
            slot_name(inst, s),
            len(groups_of(inst.problem).get(inst.slots[s].group or "", ())) > 1,
        )
        text = Text(f"{name.zh} 不安排接访", f"Hold no reception on {name.en}")
        if several:
            text = Text(f"{name.zh} 少安排一席", f"One seat fewer on {name.en}")
        yield text, {"op": "drop_slot", "slot": inst.slots[s].id}


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


def _seat_changes(inst: Instance, parts: Sequence[Part]) -> Iterator[tuple[Text, Change]]:
    """Parallel seats where there are too few duties for the minimums; fewer where there are too few leaders."""
    counts = [inst.rules[part.key] for part in parts if part.kind == "count"]
    minimums = [rule for rule in counts if rule.low]
    if minimums and any(days_uncounted(leader) for leader in inst.leaders):
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
    if any(len(groups_of(inst.problem).get(group or "", ())) > 1 for group in covered):
        text = Text("每场接访都少安排一席", "One seat fewer at every session with several seats")
        yield text, {"op": "fewer_seats"}


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


def _is_maximum(inst: Instance, part: Part) -> bool:
    return part.kind == "count" and inst.rules[part.key].kind == "month_max"


def _more_often(who: str, leader: str | None, most: int | None) -> Iterator[tuple[Text, Change]]:
    """A higher monthly maximum, the smallest change first."""
    for value in ((most or 0) + 1, (most or 0) + 2):
        text = Text(f"{who} 每月最多 {value} 次", f"Let {who} serve up to {value} times a month")
        yield text, {"op": "month_max", "leader": leader, "value": value}


def _shorter(inst: Instance) -> list[int]:
    """The next shorter distances; when counting excludes them, the longest that it allows, and some below it."""
    face = open_face(inst)
    limit = bisect_left(range(1, inst.gap), True, key=lambda gap: not hall_allows(inst, face, gap))
    if limit >= inst.gap - 1:
        return list(range(inst.gap - 1, max(inst.gap - 4, 0), -1))
    return sorted({limit, limit * 9 // 10, limit * 8 // 10} - {0}, reverse=True)


def _closer(inst: Instance) -> Iterator[tuple[Text, Change]]:
    """Shorter distances, the smallest change first; one more duty within a window of several."""
    rules = inst.problem.rules
    if rules.window_k > 1:
        text = Text(
            f"{rules.window_days} 天内最多接访 {rules.window_k + 1} 次",
            f"Allow {rules.window_k + 1} duties within {rules.window_days} days",
        )
        yield text, {"op": "set_rule", "rule": "window_k", "value": rules.window_k + 1}
    for gap in _shorter(inst):
        changes: list[Change] = []
        if rules.min_gap > gap:
            changes.append({"op": "set_rule", "rule": "min_gap", "value": gap})
        if rules.window_k == 1 and rules.window_days > gap:
            changes.append({"op": "set_rule", "rule": "window_days", "value": gap})
        text = Text(f"两次接访的最短间隔改为 {gap} 天", f"Let two duties be {gap} days apart")
        yield text, changes[0] if len(changes) == 1 else {"op": "all", "changes": changes}
