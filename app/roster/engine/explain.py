"""Why this leader, and why not another: for one slot of a finished roster, in words and in levels.

Every other leader is tried on the slot: either a rule forbids it (then the rule is named), or the cheapest simple repair
is priced: taking the duty over, or exchanging it for one of the other leader's duties. Costs are differences of the
levels, so "+1000 in 1a" reads as "one leader would be a whole duty further from the fair share".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.roster.engine.instance import Instance
from app.roster.engine.problem import Problem
from app.roster.engine.score import LEVELS, duties_of
from app.roster.engine.tally import Tally
from app.roster.engine.violations import find_violations
from app.roster.engine.words import Text, bar_text, day_text, leader_name, slot_name

LEVEL_WORDS = {
    "changes": Text("改动的已公布安排", "published duties moved"),
    "1a": Text("与应接次数的最大差距", "largest distance from the fair share"),
    "1b": Text("与应接次数的差距合计", "total distance from the fair share"),
    "2a": Text("休息日次数的最大差距", "largest distance on rest days"),
    "2b": Text("休息日次数的差距合计", "total distance on rest days"),
    "2c": Text("周一周五次数的最大差距", "largest distance on Mondays and Fridays"),
    "2d": Text("周一周五次数的差距合计", "total distance on Mondays and Fridays"),
    "3a": Text("最短间隔", "smallest gap"),
    "3b": Text("偏短的间隔", "short gaps"),
    "4": Text("同一星期几过多", "too many on one weekday"),
    "5": Text("未满足的意愿", "wishes not met"),
}


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another leader for the slot. Forbidden when `rule` is set; else `costs` by level (only what differs), after
    giving the slot `swap` in return (None: simply taking the duty over)."""

    leader: str
    text: Text
    rule: str | None = None
    costs: Mapping[str, int] = field(default_factory=dict)
    swap: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "leader": self.leader,
            "costs": dict(self.costs),
            "rule": self.rule,
            "swap": self.swap,
            "text": self.text.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a slot has its leader (None: empty), and every other leader, the cheapest first, the forbidden last."""

    slot: str
    leader: str | None
    why: tuple[Text, ...]
    instead: tuple[Alternative, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "why": [text.to_json() for text in self.why],
            "instead": [one.to_json() for one in self.instead],
        }


def explain_slot(problem: Problem, roster: Mapping[str, str | None], slot_id: str) -> Explanation:
    """Explain one slot of a roster; KeyError when the problem has no such slot."""
    inst = Instance(problem)
    return Explainer(inst, inst.from_roster(roster)).explain(inst.index[slot_id])


def explain_all(problem: Problem, roster: Mapping[str, str | None]) -> dict[str, Any]:
    """The explain part of the report: every slot, as JSON values."""
    inst = Instance(problem)
    explainer = Explainer(inst, inst.from_roster(roster))
    return {slot.id: explainer.explain(inst.index[slot.id]).to_json() for slot in problem.slots}


class Explainer:
    """Explains the slots of one roster."""

    def __init__(self, inst: Instance, who: Sequence[int]) -> None:
        self.inst, self.who = inst, list(who)
        self.duties = duties_of(inst, who)
        self.tally = Tally(inst, who)
        self.names = [name for name in LEVELS if name != "changes" or inst.published is not None]
        self.now = self.tally.levels()
        self.broken = len(find_violations(inst, who))
        self.rules_of: dict[int, list[int]] = defaultdict(list)
        for number, rule in enumerate(inst.rules):
            self.rules_of[rule.leader].append(number)

    def explain(self, s: int) -> Explanation:
        """Everything about one slot."""
        p = self.who[s]
        others = [self.alternative(s, other) for other in range(self.inst.n) if other != p]
        others.sort(key=lambda one: (one.rule is not None, [one.costs.get(name, 0) for name in self.names]))
        leader = self.inst.leaders[p].id if p >= 0 else None
        return Explanation(self.inst.slots[s].id, leader, tuple(self.why(s, others)), tuple(others))

    # -- the other leaders -------------------------------------------------------------------------------------

    def alternative(self, s: int, other: int) -> Alternative:
        """One other leader on the slot."""
        leader = self.inst.leaders[other].id
        forbidden = self.forbidden(s, other)
        if forbidden is not None:
            return Alternative(leader, forbidden[1], forbidden[0])
        best = self.cheapest(s, other)
        if best is None:
            return self.blocked(s, other)
        vector, t = best
        costs = {
            name: value - self.now[name]
            for name, value in zip(self.names, vector, strict=True)
            if value != self.now[name]
        }
        swap = None if t is None else self.inst.slots[t].id
        return Alternative(leader, self.cost_text(other, t, costs), None, costs, swap)

    def forbidden(self, s: int, other: int) -> tuple[str, Text] | None:
        """The rule that keeps the leader from the slot whatever is exchanged."""
        inst, name = self.inst, slot_name(self.inst, s)
        if inst.past[s]:
            return "past", Text(f"{name.zh} 已经过去", f"{name.en} is past")
        if inst.slots[s].id in inst.problem.pins:
            return "pin", Text(f"{name.zh} 已固定，不能改动", f"{name.en} is pinned")
        bar = inst.bars[s][other]
        return None if bar is None else (bar, bar_text(inst, bar, s, other))

    def cheapest(self, s: int, other: int) -> tuple[list[int], int | None] | None:
        """The best valid repair: (levels, slot given in return or None)."""
        options: list[tuple[list[int], int | None]] = []
        for t in [None, *self.duties[other]]:
            if self.fits(s, other, t):
                options.append((self.price(s, other, t), t))
        options.sort(key=lambda option: (option[0], -1 if option[1] is None else option[1]))
        return next((option for option in options if self.keeps_rules(s, other, option[1])), None)

    def keeps_rules(self, s: int, other: int, t: int | None) -> bool:
        """Counted rules and windows of the two leaders are broken no more than before."""
        new = self.changed(s, other, t)
        for number in {*self.rules_of[other], *self.rules_of[self.who[s]]}:
            rule = self.inst.rules[number]
            was, now = (sum(roster[u] == rule.leader for u in rule.slots) for roster in (self.who, new))
            high = self.inst.m if rule.high is None else rule.high
            if max(rule.low - now, now - high, 0) > max(rule.low - was, was - high, 0):
                return False
        if self.inst.problem.rules.window_k == 1:
            return True
        return len(find_violations(self.inst, new)) <= self.broken

    def fits(self, s: int, other: int, t: int | None) -> bool:
        """Distances and bars of an exchange."""
        inst, p = self.inst, self.who[s]
        if any(inst.clash(s, u) for u in self.duties[other] if u != t):
            return False
        if t is None:
            return True
        if p < 0 or inst.past[t] or p not in inst.can[t]:
            return False
        return not any(inst.clash(t, u) for u in self.duties[p] if u != s)

    def changed(self, s: int, other: int, t: int | None) -> list[int]:
        new = list(self.who)
        new[s] = other
        if t is not None:
            new[t] = self.who[s]
        return new

    def price(self, s: int, other: int, t: int | None) -> list[int]:
        p = self.who[s]
        moved = {other: [u for u in self.duties[other] if u != t] + [s]}
        if p >= 0:
            moved[p] = [u for u in self.duties[p] if u != s] + ([] if t is None else [t])
        changes = 0
        if self.inst.published is not None:
            new = self.changed(s, other, t)
            changes = sum(
                (new[u] != self.inst.published[u]) - (self.who[u] != self.inst.published[u])
                for u in {s, s if t is None else t}
            )
        return self.tally.levels_with(moved, changes, self.names)

    def blocked(self, s: int, other: int) -> Alternative:
        """No simple repair: name the duty that is too close, or the counted rule."""
        inst, who = self.inst, leader_name(self.inst, other)
        leader = inst.leaders[other].id
        close = next((u for u in self.duties[other] if inst.clash(s, u)), None)
        if close is not None:
            day = day_text(inst.slots[close].date)
            apart = abs(inst.day[s] - inst.day[close])
            days = "1 day" if apart == 1 else f"{apart} days"
            text = Text(
                f"{who} 在 {day.zh} 已有接访，只相隔 {apart} 天，规定至少 {inst.gap} 天",
                f"{who} already serves on {day.en}, {days} away; the rule asks for {inst.gap}",
            )
            return Alternative(leader, text, "gap")
        before = {violation.text for violation in find_violations(inst, self.who)}
        fresh = [v for v in find_violations(inst, self.changed(s, other, None)) if v.text not in before]
        if fresh:
            return Alternative(leader, fresh[0].text, fresh[0].kind)
        text = Text(f"换成 {who} 会打破次数规则", f"With {who} a counted rule would be broken")
        return Alternative(leader, text, "count")

    # -- words -------------------------------------------------------------------------------------------------

    def cost_text(self, other: int, t: int | None, costs: Mapping[str, int]) -> Text:
        who = leader_name(self.inst, other)
        zh, en = f"换成 {who}", f"With {who}"
        if t is not None:
            given = slot_name(self.inst, t)
            zh, en = f"{zh}（用 {given.zh} 交换）", f"{en} (in exchange for {given.en})"
        first = next((name for name in self.names if name in costs), None)
        if first is None:
            return Text(f"{zh}：一样好", f"{en}: just as good")
        return Text(
            f"{zh}：{LEVEL_WORDS[first].zh}{amount(first, costs[first]).zh}",
            f"{en}: {LEVEL_WORDS[first].en} {amount(first, costs[first]).en}",
        )

    def why(self, s: int, others: Iterable[Alternative]) -> list[Text]:
        """Sentences for the leader who has the slot."""
        inst, p = self.inst, self.who[s]
        name = slot_name(inst, s)
        if p < 0:
            return [Text(f"{name.zh} 没有安排领导", f"Nobody is assigned on {name.en}")]
        texts = []
        if inst.past[s]:
            texts.append(Text("已经过去，照原样保留", "It is past and stays as it was"))
        elif inst.slots[s].id in inst.problem.pins:
            texts.append(Text("这一场是固定安排", "This duty is pinned"))
        texts.append(self.share_text(p))
        texts += self.gap_texts(s, p)
        texts.append(self.rivals_text(list(others)))
        return texts

    def share_text(self, p: int) -> Text:
        target, count, who = self.inst.shares.target[0][p], len(self.duties[p]), leader_name(self.inst, p)
        share = f"{target / 1000:.2f}"
        return Text(
            f"{who} 应接 {share} 次，共排 {count} 次",
            f"The fair share of {who} is {share}, the roster gives {count}",
        )

    def gap_texts(self, s: int, p: int) -> list[Text]:
        own, inst = self.duties[p], self.inst
        place = own.index(s)
        before = inst.day[s] - inst.day[own[place - 1]] if place else None
        after = inst.day[own[place + 1]] - inst.day[s] if place + 1 < len(own) else None
        if before is None and after is None:
            return []
        zh = "，".join(
            [f"距上一次 {before} 天"] * (before is not None) + [f"距下一次 {after} 天"] * (after is not None)
        )
        en = ", ".join(
            [f"{before} days after the last one"] * (before is not None)
            + [f"{after} days before the next"] * (after is not None)
        )
        return [Text(zh, en[0].upper() + en[1:])]

    def rivals_text(self, others: Sequence[Alternative]) -> Text:
        barred = sum(1 for one in others if one.rule is not None)
        worse = sum(1 for one in others if one.rule is None and self.is_worse(one))
        equal = len(others) - barred - worse
        return Text(
            f"其他 {len(others)} 位领导中，{barred} 位不能接，{worse} 位换上会变差，{equal} 位一样好",
            f"Of the other {len(others)} leaders {barred} cannot serve, {worse} would make it worse, {equal} are as good",
        )

    def is_worse(self, one: Alternative) -> bool:
        return [one.costs.get(name, 0) for name in self.names] > [0] * len(self.names)


def amount(level: str, difference: int) -> Text:
    """A difference of a level for people: duties, days or a number."""
    sign = "+" if difference > 0 else "−"
    size = abs(difference)
    if level in ("1a", "1b", "2a", "2b", "2c", "2d"):
        return Text(f" {sign}{size / 1000:.2f} 次", f"{sign}{size / 1000:.2f} duties")
    if level == "3a":
        less = difference > 0
        return Text(
            f"{'缩短' if less else '延长'} {size} 天", f"{'shorter' if less else 'longer'} by {size} days"
        )
    return Text(f" {sign}{size}", f"{sign}{size}")
