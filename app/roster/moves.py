"""Moving a duty by hand, pure: what a drop on a cell would change, and which rules that would break.

A seat belongs to its day; what moves is the leader. So a duty of L on day D dropped
- on another leader M, the same day: M takes the seat (or both exchange, when M has a seat that day, too);
- on another day of L: L takes a seat of that day, and whoever had it gets the seat L leaves (an exchange);
- on a duty of M on another day: L and M exchange.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.text import Text
from app.roster.engine.instance import NOBODY, Instance
from app.roster.engine.words import bar_text, period_text
from app.roster.grid import Seat

Changes = dict[str, str | None]

LOCKED = Text("席位已固定，先取消固定才能改动", "This seat is locked; unlock it first")
PAST = Text("已经过去，不能改动", "This day is past and stays as it was")
SUSPENDED = Text("当天暂停接待", "Reception is suspended that day")
NO_SESSION = Text("当天没有接访安排", "There is no session that day")
OTHER_DAY = Text(
    "这位领导当天没有接访：可放在同一天交给他，或放在他已有的接访上互换",
    "No duty of this leader that day: drop on the same day to hand over, or on one of the duties to exchange",
)
SAME = Text("原位置", "Where it is now")


@dataclass(frozen=True, slots=True)
class Move:
    """What a drop does. `blocked`: why it cannot be done at all (then `changes` is empty)."""

    changes: Changes
    blocked: Text | None = None

    @property
    def exchange(self) -> bool:
        """Whether two leaders change places."""
        return len(self.changes) > 1 and None not in self.changes.values()


def plan_move(seats: Sequence[Seat], source: Seat, leader: str, day: date) -> Move:
    """What dropping `source` on the cell of `leader` and `day` changes; leader "" is the row of empty seats."""
    if (reason := _closed(source)) is not None:
        return Move({}, reason)
    if not leader:
        if source.leader is None or day != source.day:
            return Move({}, SAME)
        return Move({source.key: None})
    there = [seat for seat in seats if seat.day == day]
    if not there:
        return Move({}, NO_SESSION)
    own = [seat for seat in there if seat.leader == leader and seat.key != source.key]
    if day == source.day:
        if leader == source.leader:
            return Move({}, SAME)
        return _exchange(source, own[0], leader) if own else Move({source.key: leader})
    if leader == source.leader:
        others = [seat for seat in there if seat.leader != leader]
        if not others:
            return Move({}, Text("这位领导当天已有接访", "This leader is on duty that day already"))
        target = _nearest(others, source)
        return _exchange(source, target, target.leader)
    return _exchange(source, _nearest(own, source), leader) if own else Move({}, OTHER_DAY)


def _exchange(source: Seat, target: Seat, other: str | None) -> Move:
    if (reason := _closed(target)) is not None:
        return Move({}, reason)
    return Move({source.key: other, target.key: source.leader})


def _nearest(seats: Sequence[Seat], source: Seat) -> Seat:
    """The seat most like the one being moved: open, the same session, the same number."""
    return min(
        seats,
        key=lambda seat: (not seat.open, seat.session != source.session, abs(seat.number - source.number)),
    )


def _closed(seat: Seat) -> Text | None:
    if seat.suspended:
        return SUSPENDED
    if seat.past:
        return PAST
    return LOCKED if seat.locked else None


class Judge:
    """Says which rules a change would break that hold now. Compiles the roster once, then answers in microseconds."""

    def __init__(self, inst: Instance, roster: Mapping[str, str | None]) -> None:
        self.inst = inst
        self.holder = inst.from_roster(roster)
        self.own: dict[int, list[int]] = defaultdict(list)
        for s, who in enumerate(self.holder):
            self.own[who].append(s)
        self.rules: dict[int, list[int]] = defaultdict(list)
        for number, rule in enumerate(inst.rules):
            self.rules[rule.leader].append(number)

    def find_broken(self, changes: Mapping[str, str | None]) -> list[Text]:
        """Sentences for what the change breaks anew; empty when it breaks nothing."""
        inst = self.inst
        new = {
            inst.index[key]: inst.number_of(leader) for key, leader in changes.items() if key in inst.index
        }
        gains: dict[int, list[int]] = defaultdict(list)
        losses: dict[int, list[int]] = defaultdict(list)
        for s, who in new.items():
            gains[who].append(s)
            losses[self.holder[s]].append(s)
        found = list(self._single(new))
        for who in sorted(set(gains) | set(losses)):
            if who >= 0:
                before = self.own[who]
                after = sorted((set(before) - set(losses[who])) | set(gains[who]))
                found += self._distances(who, after, gains[who])
                found += self._counts(who, before, after)
        return found

    def _single(self, new: Mapping[int, int]) -> Iterator[Text]:
        for s, who in new.items():
            if who == NOBODY and not self.inst.may_be_empty(s):
                yield Text("当天将没有人接访", "Nobody would be on duty")
            elif who >= 0 and (bar := self.inst.bars[s][who]) is not None:
                yield _text(bar_text(self.inst, bar, s, who))

    def _distances(self, who: int, after: Sequence[int], gained: Sequence[int]) -> Iterator[Text]:
        inst, name = self.inst, self.inst.leaders[who].label
        for s in gained:
            for t in after:
                if t == s or not inst.clash(s, t) or (inst.past[s] and inst.past[t]):
                    continue
                apart, on = abs(inst.day[s] - inst.day[t]), inst.slots[t].date
                if apart == 0:
                    yield Text(f"{name} 同一天已有另一场接访", f"{name} is already on duty at the same time")
                else:
                    yield Text(
                        f"{name} 与 {on.month}月{on.day}日仅隔 {apart} 天，规定至少 {inst.gap} 天",
                        f"{name}: only {apart} days from {on:%d %b}; the rule asks for {inst.gap}",
                    )
        yield from self._windows(who, after, gained)

    def _windows(self, who: int, after: Sequence[int], gained: Sequence[int]) -> Iterator[Text]:
        rules, inst = self.inst.problem.rules, self.inst
        if rules.window_k <= 1:
            return
        for at, s in enumerate(after[: -rules.window_k]):
            run = after[at : at + rules.window_k + 1]
            if inst.day[run[-1]] - inst.day[s] < rules.window_days and set(run) & set(gained):
                name = inst.leaders[who].label
                yield Text(
                    f"{name} {rules.window_days} 天内将超过 {rules.window_k} 次",
                    f"{name} would have more than {rules.window_k} duties within {rules.window_days} days",
                )
                return

    def _counts(self, who: int, before: Sequence[int], after: Sequence[int]) -> Iterator[Text]:
        name, was, now = self.inst.leaders[who].label, set(before), set(after)
        for number in self.rules[who]:
            rule = self.inst.rules[number]
            slots, when = set(rule.slots), period_text(rule.period)
            had, has = len(slots & was), len(slots & now)
            if rule.high is not None and has > rule.high and has > had:
                most = rule.high + rule.base
                yield Text(
                    f"{name} {when.zh}将有 {has + rule.base} 次，最多 {most} 次",
                    f"{name} would have {has + rule.base} in {when.en}; at most {most} allowed",
                )
            if has < rule.low and has < had:
                least = rule.low + rule.base
                yield Text(
                    f"{name} {when.zh}只剩 {has + rule.base} 次，至少 {least} 次",
                    f"{name} would have only {has + rule.base} in {when.en}; at least {least} needed",
                )


def _text(words: object) -> Text:
    return Text(words.zh, words.en)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Target:
    """A cell a duty may be dropped on. `state`: ok, conflict (allowed, but breaks rules), blocked."""

    leader: str
    day: date
    state: str
    why: tuple[Text, ...]
    exchange: bool


def find_targets(
    judge: Judge, seats: Sequence[Seat], source: Seat, leaders: Sequence[str], days: Sequence[date]
) -> list[Target]:
    """Every cell of `leaders` x `days` that a drop of `source` could mean something on.

    Cells of other leaders on other days where they have no duty are left out: nothing can be dropped there.
    """
    shown, found = set(days), []
    holders = {(seat.leader, seat.day) for seat in seats if seat.leader is not None and seat.day in shown}
    cells = {(leader, source.day) for leader in ("", *leaders)} | holders
    if source.leader is not None:
        cells |= {(source.leader, day) for day in days}
    by_day: dict[date, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_day[seat.day].append(seat)
    for leader, day in sorted(cells, key=lambda cell: (cell[1], cell[0] or "")):
        if leader is None or day not in shown:
            continue
        move = plan_move(by_day[day], source, leader, day)
        if move.blocked is not None:
            found.append(Target(leader, day, "blocked", (move.blocked,), False))
            continue
        why = tuple(judge.find_broken(move.changes))
        found.append(Target(leader, day, "conflict" if why else "ok", why, move.exchange))
    return found
