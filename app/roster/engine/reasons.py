"""Impossible sets in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from app.roster.engine.instance import Instance
from app.roster.engine.parts import Part
from app.roster.engine.solution import Reason
from app.roster.engine.words import Text, bar_text, leader_name, names_text, period_text, slot_name

BAR_WORDS = {
    "term": Text("不在任", "not in office"),
    "leave": Text("请假", "on leave"),
    "weekday": Text("当天星期不接访", "do not serve on that weekday"),
    "role": Text("职务不符", "have another role"),
    "allowed": Text("不在指定范围", "not among the named leaders"),
    "busy": Text("另有接访任务", "on duty elsewhere"),
    "held": Text("前后已有接访", "serve too close before or after"),
}


def reasons_of(inst: Instance, parts: Sequence[Part]) -> tuple[Reason, ...]:
    """One reason for the days (or the minimums) that collide, one for each pin and each leader's rule that matters."""
    covers = [part.key for part in parts if part.kind == "cover"]
    pins = [part.key for part in parts if part.kind == "pin"]
    leaders = [part.key for part in parts if part.kind == "distance"]
    counts = [part.key for part in parts if part.kind == "count"]
    reasons: list[Reason] = []
    if len(covers) == 1 and len(parts) == 1:
        reasons.append(nobody_reason(inst, covers[0]))
    elif covers:
        reasons.append(days_reason(inst, covers, pins))
    reasons += [pin_reason(inst, s) for s in pins]
    reasons += count_reasons(inst, counts)
    if leaders:
        reasons.append(distance_reason(inst, leaders, covers + pins, not covers and not counts))
    return tuple(reasons)


def dates_of(inst: Instance, slots: Sequence[int]) -> tuple[str, ...]:
    return tuple(sorted({inst.slots[s].date.isoformat() for s in slots}))


def ids_of(inst: Instance, leaders: Sequence[int]) -> tuple[str, ...]:
    return tuple(inst.leaders[p].id for p in sorted(set(leaders)))


def nobody_reason(inst: Instance, s: int) -> Reason:
    """A slot that nobody can take, with a count of the causes."""
    causes = Counter(bar for bar in inst.bars[s] if bar is not None)
    zh = "，".join(f"{count} 人{BAR_WORDS[bar].zh}" for bar, count in causes.most_common())
    en = ", ".join(f"{count} {BAR_WORDS[bar].en}" for bar, count in causes.most_common())
    name = slot_name(inst, s)
    text = Text(f"{name.zh} 没有一位领导能接访：{zh}", f"Nobody can receive on {name.en}: {en}")
    rule = causes.most_common(1)[0][0] if causes else "leaders"
    return Reason("nobody", rule, dates_of(inst, [s]), ids_of(inst, range(inst.n)), text)


def days_reason(inst: Instance, covers: Sequence[int], pins: Sequence[int]) -> Reason:
    """Days that together have too few leaders."""
    leaders = sorted({p for s in covers for p in inst.able[s]})
    days = names_text([slot_name(inst, s).zh for s in covers], 6).zh
    days_en = names_text([slot_name(inst, s).en for s in covers], 6).en
    names = names_text([leader_name(inst, p) for p in leaders])
    also = (
        Text("（其中有人已固定在别的日子）", " (some of them pinned to other days)") if pins else Text("", "")
    )
    if len(leaders) < len(covers) or pins:
        text = Text(
            f"{days} 共 {len(covers)} 场，只有 {names.zh}（{len(leaders)} 人）能接访{also.zh}",
            f"{days_en}: {len(covers)} duties, but only {len(leaders)} leaders can serve: {names.en}{also.en}",
        )
    else:
        text = Text(
            f"{days} 共 {len(covers)} 场都要有人接访，能接访的是 {names.zh}",
            f"{days_en}: {len(covers)} duties must be covered; those who can serve are {names.en}",
        )
    return Reason("hall", "coverage", dates_of(inst, covers), ids_of(inst, leaders), text)


def pin_reason(inst: Instance, s: int) -> Reason:
    """A pin, with the bar that forbids it when there is one."""
    p = inst.number_of(inst.problem.pins[inst.slots[s].id])
    name, who = slot_name(inst, s), leader_name(inst, p)
    bar = inst.bars[s][p]
    if bar is None:
        text = Text(f"{name.zh} 已固定为 {who}", f"{name.en} is pinned to {who}")
        return Reason("pin", "pins", dates_of(inst, [s]), ids_of(inst, [p]), text)
    why = bar_text(inst, bar, s, p)
    text = Text(f"{name.zh} 已固定为 {who}，但{why.zh}", f"{name.en} is pinned to {who}, but {why.en}")
    return Reason(f"pin_{bar}", bar, dates_of(inst, [s]), ids_of(inst, [p]), text)


def distance_reason(inst: Instance, leaders: Sequence[int], slots: Sequence[int], only_pins: bool) -> Reason:
    """The distance rule of the leaders involved."""
    rules = inst.problem.rules
    gap = max(inst.gap, 1)
    names = names_text([leader_name(inst, p) for p in sorted(leaders)])
    if rules.window_k > 1:
        zh = f"{names.zh} 在 {rules.window_days} 天内最多接访 {rules.window_k} 次，两次至少相隔 {gap} 天"
        en = f"{names.en}: at most {rules.window_k} duties within {rules.window_days} days, {gap} days apart"
    else:
        zh = f"{names.zh} 两次接访至少要相隔 {gap} 天"
        en = f"{names.en}: two duties must be at least {gap} days apart"
    if only_pins and len(slots) == 2:
        apart = abs(inst.day[slots[0]] - inst.day[slots[1]])
        zh, en = f"{zh}，这两场只相隔 {apart} 天", f"{en}; these two are {apart} days apart"
    kind = "pins_close" if only_pins else "distance"
    rule = "window_days" if rules.window_k == 1 and rules.window_days > rules.min_gap else "min_gap"
    return Reason(kind, rule, dates_of(inst, slots), ids_of(inst, leaders), Text(zh, en))


def count_reasons(inst: Instance, numbers: Sequence[int]) -> list[Reason]:
    """Minimums and maximums, those of one period together."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in numbers:
        groups[inst.rules[number].kind, inst.rules[number].period].append(number)
    return [count_reason(inst, kind, period, group) for (kind, period), group in sorted(groups.items())]


def count_reason(inst: Instance, kind: str, period: str, numbers: Sequence[int]) -> Reason:
    """The counted rules of one kind in one period."""
    rules = [inst.rules[number] for number in numbers]
    slots = sorted({s for rule in rules for s in rule.slots})
    leaders = [rule.leader for rule in rules]
    names = names_text([leader_name(inst, p) for p in sorted(leaders)])
    when = period_text(period)
    least = sum(rule.low for rule in rules)
    if least:
        each = rules[0].low + rules[0].base
        zh = f"{when.zh}只有 {len(slots)} 场接访可排给 {names.zh}，而这 {len(rules)} 位领导每人至少 {each} 次，共需 {least} 场"
        en = (
            f"{when.en} has {len(slots)} duties that {names.en} could take, but these {len(rules)} leaders "
            f"need at least {each} each, {least} together"
        )
    else:
        most = sum(rule.high or 0 for rule in rules)
        zh = f"{when.zh} {names.zh} 合计最多接访 {most} 次"
        en = f"{when.en}: {names.en} may serve at most {most} times together"
    days = dates_of(inst, slots)
    shown = (days[0], days[-1]) if len(days) > 1 else days
    return Reason(kind.partition(":")[0], kind, shown, ids_of(inst, leaders), Text(zh, en))
