"""Why this leader, and what any other would cost: the engine's answer for one seat of a draft, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.text import Text
from app.roster.engine.explain import Alternative as Answer
from app.roster.engine.explain import Explainer, amount
from app.roster.engine.instance import Instance
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
STAYS = Text(
    "这一场已约群众，或在不调整的日子内，排班时保持已发布的领导。",
    "People are already invited, or nothing moves on this day: the published leader stays.",
)
MILLI_LEVELS = {"1a", "1b", "2a", "2b", "2c", "2d"}


@dataclass(frozen=True, slots=True)
class Cost:
    """How one level would change; `better` when the draft would gain."""

    level: Text
    amount: Text
    better: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another leader for the seat. `forbidden`: the rule that stands against it, in words. `given`: the seat that goes
    the other way when the cheapest way is an exchange. `costs`: by level, the first that differs decides."""

    leader: str
    name: str
    forbidden: Text | None
    given: Seat | None
    costs: tuple[Cost, ...]

    @property
    def verdict(self) -> str:
        """forbidden, better, same or worse."""
        if self.forbidden is not None:
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
    """Why the seat is as it is. Suspended seats and those the engine does not plan have no explanation."""
    inst = space.inst
    if inst is None or seat.key not in inst.index or seat.suspended:
        return Explanation((), ())
    if not (seat.past or seat.locked) and _stays_published(inst, seat.key):
        return Explanation((STAYS,), ())
    found = Explainer(inst, inst.from_roster(space.roster)).explain(inst.index[seat.key])
    seats = {one.key: one for one in space.seats}
    why = tuple(Text(text.zh + "。", text.en + ".") for text in found.why)
    if seat.past or seat.locked:
        return Explanation(why, ())
    return Explanation(why, tuple(_alternative(inst, answer, seats) for answer in found.instead))


def _stays_published(inst: Instance, seat_key: str) -> bool:
    """Whether a re-plan was told to leave the seat to its published leader."""
    pinned = inst.problem.pins.get(seat_key)
    return pinned is not None and (inst.problem.published or {}).get(seat_key) == pinned


def _alternative(inst: Instance, answer: Answer, seats: Mapping[str, Seat]) -> Alternative:
    return Alternative(
        leader=answer.leader,
        name=inst.leaders[inst.number_of(answer.leader)].label,
        forbidden=Text(answer.text.zh, answer.text.en) if answer.rule is not None else None,
        given=seats.get(answer.swap) if answer.swap is not None else None,
        costs=tuple(_cost(level, value) for level, value in answer.costs.items()),
    )


def _cost(level: str, difference: int) -> Cost:
    words = amount(level, difference)
    return Cost(LEVEL_NAMES[level], Text(words.zh.strip(), words.en), difference < 0)
