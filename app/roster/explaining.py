"""Why this leader, and what any other would cost: the answer for one seat of a draft, in words."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.text import Text
from app.roster.engine.score import evaluate
from app.roster.grid import Seat
from app.roster.workspace import Workspace

_DUTY = 1000
LEVEL_NAMES = {
    "changes": Text("与已发布不同的场次", "Sessions that differ from what is published"),
    "1a": Text("总次数：最大偏差", "All duties: largest difference"),
    "1b": Text("总次数：偏差合计", "All duties: sum of differences"),
    "2a": Text("休息日：最大偏差", "Rest days: largest difference"),
    "2b": Text("休息日：偏差合计", "Rest days: sum of differences"),
    "2c": Text("周一周五：最大偏差", "Mondays and Fridays: largest difference"),
    "2d": Text("周一周五：偏差合计", "Mondays and Fridays: sum of differences"),
    "3a": Text("两次接访的最短间隔", "Shortest gap between two duties"),
    "3b": Text("偏短的间隔", "Gaps that are rather short"),
    "4": Text("同一星期几过多", "Too often on one weekday"),
    "5": Text("未满足的意愿", "Wishes not met"),
}
MILLI_LEVELS = {"1a", "1b", "2a", "2b", "2c", "2d"}


@dataclass(frozen=True, slots=True)
class Cost:
    """How one level changes; `better` when the draft would gain."""

    level: Text
    amount: Text
    better: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another leader for the seat: the rules it breaks, and what it costs by level, the first that differs deciding."""

    leader: str
    name: str
    broken: tuple[Text, ...]
    costs: tuple[Cost, ...]

    @property
    def verdict(self) -> str:
        """forbidden, better, same or worse."""
        if self.broken:
            return "forbidden"
        if not self.costs:
            return "same"
        return "better" if self.costs[0].better else "worse"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer. `alternatives`: the cheapest first, forbidden ones last."""

    why: tuple[Text, ...]
    alternatives: tuple[Alternative, ...]


def level_amount(level: str, value: int) -> Text:
    """A value of a level for people: duties for the share levels, days for the gap, a number otherwise."""
    if level in MILLI_LEVELS:
        return Text(f"{value / _DUTY:.2f} 次", f"{value / _DUTY:.2f}")
    if level == "3a":
        return Text(f"{-value} 天", f"{-value} days")
    return Text(str(value), str(value))


def explain_seat(space: Workspace, seat: Seat) -> Explanation:
    """Why the seat is as it is. Past, suspended and unknown seats have no alternatives."""
    inst, judge = space.inst, space.judge
    if inst is None or judge is None or seat.key not in inst.index or seat.past or seat.suspended:
        return Explanation((), ())
    now = evaluate(inst, judge.holder)
    vectors = {}
    others = []
    for person in space.people:
        if person.id == seat.leader or inst.number_of(person.id) < 0:
            continue
        who = list(judge.holder)
        who[inst.index[seat.key]] = inst.number_of(person.id)
        then = evaluate(inst, who)
        vectors[person.id] = tuple(then[level] - now[level] for level in now)
        broken = tuple(judge.find_broken({seat.key: person.id}))
        others.append(Alternative(person.id, person.name, broken, _costs(now, then)))
    others.sort(key=lambda other: (bool(other.broken), vectors[other.leader]))
    return Explanation(tuple(_why(space, seat, others)), tuple(others))


def _costs(now: dict[str, int], then: dict[str, int]) -> tuple[Cost, ...]:
    costs = []
    for level, before in now.items():
        difference = then[level] - before
        if difference:
            costs.append(Cost(LEVEL_NAMES[level], _signed(level, difference), difference < 0))
    return tuple(costs)


def _signed(level: str, difference: int) -> Text:
    if level == "3a":
        return Text(f"{-difference:+d} 天", f"{-difference:+d} days")
    if level in MILLI_LEVELS:
        return Text(f"{difference / _DUTY:+.2f} 次", f"{difference / _DUTY:+.2f}")
    return Text(f"{difference:+d}", f"{difference:+d}")


def _why(space: Workspace, seat: Seat, others: list[Alternative]) -> list[Text]:
    if seat.leader is None:
        return [Text("这一席还没有安排领导。", "Nobody has this seat yet.")]
    forbidden = sum(1 for other in others if other.verdict == "forbidden")
    worse = sum(1 for other in others if other.verdict == "worse")
    rest = [other for other in others if other.verdict in ("same", "better")]
    name = seat.leader_name
    found = [
        Text(
            f"其他 {len(others)} 位领导中，{forbidden} 位因规则不能接访，{worse} 位会使排班更不均衡。",
            f"Of the {len(others)} other leaders, rules forbid {forbidden}, and {worse} would make the roster less even.",
        )
    ]
    better = [other.name for other in rest if other.verdict == "better"]
    same = [other.name for other in rest if other.verdict == "same"]
    if better:
        found.append(_list("换成他们会更均衡：", "More even with: ", better))
    if same:
        found.append(_list("换成他们同样均衡：", "Just as even with: ", same))
    if not rest:
        found.append(Text(f"没有人比 {name} 更合适。", f"Nobody fits better than {name}."))
    return found


def _list(zh: str, en: str, names: list[str]) -> Text:
    shown, rest = names[:6], len(names) - 6
    return Text(
        zh + "、".join(shown) + (f" 等 {len(names)} 位" if rest > 0 else "") + "。",
        en + ", ".join(shown) + (f" and {rest} more" if rest > 0 else "") + ".",
    )
