"""Broken hard rules of a roster, each with its slots, its leader and a sentence in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.roster.engine.instance import NOBODY, STRANGER, Instance
from app.roster.engine.problem import Problem
from app.roster.engine.score import duties_of
from app.roster.engine.words import Text, bar_text, leader_name, period_text, slot_name


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule. `kind` is a bar of `find_bar`, or: nobody, unknown_leader, pin, past, gap, window,
    month_min, month_max, quota."""

    kind: str
    slots: tuple[str, ...]
    leader: str | None
    text: Text


def conflicts_of(problem: Problem, roster: Mapping[str, str | None]) -> list[Violation]:
    """Every broken hard rule of a roster; empty means that it may be published."""
    inst = Instance(problem)
    return find_violations(inst, inst.from_roster(roster), roster)


def find_violations(
    inst: Instance, who: Sequence[int], roster: Mapping[str, str | None] | None = None
) -> list[Violation]:
    """As `conflicts_of`, on a compiled problem. `roster` only tells which past assignments were edited."""
    found = [*_single(inst, who), *_pins(inst, who), *_distances(inst, who), *_counts(inst, who)]
    if roster is not None and inst.problem.published is not None:
        found += _past_edits(inst, roster)
    return found


def _violation(inst: Instance, kind: str, slots: Sequence[int], p: int | None, text: Text) -> Violation:
    leader = inst.leaders[p].id if p is not None and p >= 0 else None
    return Violation(kind, tuple(inst.slots[s].id for s in slots), leader, text)


def _single(inst: Instance, who: Sequence[int]) -> Iterator[Violation]:
    for s, p in enumerate(who):
        name = slot_name(inst, s)
        if inst.past[s]:
            continue
        if p == NOBODY and not inst.may_be_empty(s):
            yield _violation(
                inst, "nobody", [s], None, Text(f"{name.zh} 没有人接访", f"nobody receives on {name.en}")
            )
        elif p == STRANGER:
            text = Text(
                f"{name.zh} 安排的人不在领导名单中",
                f"{name.en} is given to somebody who is not a leader here",
            )
            yield _violation(inst, "unknown_leader", [s], None, text)
        elif p >= 0 and (bar := inst.bars[s][p]) is not None:
            yield _violation(inst, bar, [s], p, bar_text(inst, bar, s, p))


def _pins(inst: Instance, who: Sequence[int]) -> Iterator[Violation]:
    for slot_id, leader_id in inst.problem.pins.items():
        s = inst.index[slot_id]
        if who[s] != inst.number_of(leader_id):
            name, zh, en = slot_name(inst, s), "无人", "nobody"
            if leader_id is not None:
                zh = en = leader_name(inst, inst.number_of(leader_id))
            text = Text(f"{name.zh} 已固定为 {zh}，不能改动", f"{name.en} is pinned to {en}")
            yield _violation(inst, "pin", [s], inst.number_of(leader_id), text)


def _past_edits(inst: Instance, roster: Mapping[str, str | None]) -> Iterator[Violation]:
    published = inst.problem.published or {}
    for s in range(inst.m):
        slot_id = inst.slots[s].id
        if inst.past[s] and roster.get(slot_id) != published.get(slot_id):
            name = slot_name(inst, s)
            text = Text(f"{name.zh} 已经过去，不能改动", f"{name.en} is past and cannot change")
            yield _violation(inst, "past", [s], None, text)


def _distances(inst: Instance, who: Sequence[int]) -> Iterator[Violation]:
    rules = inst.problem.rules
    for p, own in enumerate(duties_of(inst, who)):
        for index, s in enumerate(own):
            for t in own[index + 1 :]:
                if inst.day[t] - inst.day[s] >= max(inst.gap, 1) and inst.slots[s].group is None:
                    break
                if inst.clash(s, t) and not (inst.past[s] and inst.past[t]):
                    yield _gap_violation(inst, s, t, p)
        if rules.window_k > 1:
            for s, t in zip(own, own[rules.window_k :], strict=False):
                if inst.day[t] - inst.day[s] < rules.window_days and not inst.past[t]:
                    yield _window_violation(inst, s, t, p)


def _gap_violation(inst: Instance, s: int, t: int, p: int) -> Violation:
    who, apart = leader_name(inst, p), inst.day[t] - inst.day[s]
    one, other = slot_name(inst, s), slot_name(inst, t)
    if apart == 0:
        text = Text(f"{who} 在 {one.zh} 有两场接访", f"{who} has two duties at once on {one.en}")
    else:
        text = Text(
            f"{who} 在 {one.zh} 和 {other.zh} 相隔 {apart} 天，少于规定的 {inst.gap} 天",
            f"{who} has {one.en} and {other.en}, {apart} days apart; the rule asks for {inst.gap}",
        )
    return _violation(inst, "gap", [s, t], p, text)


def _window_violation(inst: Instance, s: int, t: int, p: int) -> Violation:
    rules, who, one = inst.problem.rules, leader_name(inst, p), slot_name(inst, s)
    text = Text(
        f"{who} 自 {one.zh} 起 {rules.window_days} 天内超过 {rules.window_k} 次",
        f"{who} has more than {rules.window_k} duties within {rules.window_days} days from {one.en}",
    )
    return _violation(inst, "window", [s, t], p, text)


def _counts(inst: Instance, who: Sequence[int]) -> Iterator[Violation]:
    for rule in inst.rules:
        own = [s for s in rule.slots if who[s] == rule.leader]
        name, when = leader_name(inst, rule.leader), period_text(rule.period)
        count, kind = len(own) + rule.base, rule.kind.partition(":")[0]
        if len(own) < rule.low:
            least = rule.low + rule.base
            text = Text(
                f"{name} {when.zh}接访 {count} 次，少于规定的 {least} 次",
                f"{name} has {count} in {when.en}; at least {least} needed",
            )
            yield _violation(inst, kind, own, rule.leader, text)
        if rule.high is not None and len(own) > rule.high:
            most = rule.high + rule.base
            text = Text(
                f"{name} {when.zh}接访 {count} 次，多于规定的 {most} 次",
                f"{name} has {count} in {when.en}; at most {most} allowed",
            )
            yield _violation(inst, kind, own, rule.leader, text)
