"""The levels of a roster kept by leader, so that a change of two leaders is priced without looking at the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.roster.engine.instance import Instance
from app.roster.engine.score import NO_GAP, duties_of, evaluate, gaps_of, weekday_excess, wish_hits


@dataclass(frozen=True, slots=True)
class Row:
    """One leader's part: distances from the share (all, rest, monfri), smallest gap, short gaps, weekdays, wishes."""

    away: tuple[int, int, int]
    gap: int
    short: int
    weekday: int
    wishes: int


class Tally:
    """Rows of all leaders of one roster."""

    def __init__(self, inst: Instance, who: Sequence[int]) -> None:
        self.inst = inst
        self.who = who
        self.prefs = [
            [pref for pref in inst.problem.prefs if pref.leader == leader.id] for leader in inst.leaders
        ]
        self.rows = [self.row(p, own) for p, own in enumerate(duties_of(inst, who))]
        self.start = evaluate(inst, who)

    def row(self, p: int, own: Sequence[int]) -> Row:
        """A leader's part with these duties (in any order)."""
        inst, own = self.inst, sorted(own)
        counts = (len(own), sum(inst.cls[s] == 1 for s in own), sum(inst.cls[s] == 2 for s in own))
        away = [abs(1000 * count - inst.shares.target[f][p]) for f, count in enumerate(counts)]
        gaps = gaps_of(inst, p, own)
        wishes = 0
        for pref in self.prefs[p]:
            hits = sum(wish_hits(inst, pref, s) for s in own)
            wishes += pref.w * hits if pref.type == "avoid" else pref.w * (hits == 0)
        return Row(
            (away[0], away[1], away[2]),
            min(gaps, default=-NO_GAP),
            sum(gap < inst.shares.short[p] for gap in gaps),
            weekday_excess(inst, p, own),
            wishes,
        )

    def levels(self) -> dict[str, int]:
        """The levels of the roster as it is."""
        return self.start

    def levels_with(
        self, moved: Mapping[int, Sequence[int]], changes: int, names: Sequence[str]
    ) -> list[int]:
        """The levels when some leaders have other duties; `changes` is added to the level of that name."""
        rows = list(self.rows)
        for p, own in moved.items():
            rows[p] = self.row(p, own)
        values = {
            "changes": self.start.get("changes", 0) + changes,
            "3a": -min(row.gap for row in rows),
            "3b": sum(row.short for row in rows),
            "4": sum(row.weekday for row in rows),
            "5": sum(row.wishes for row in rows),
        }
        for family, (largest, total) in enumerate((("1a", "1b"), ("2a", "2b"), ("2c", "2d"))):
            away = [row.away[family] for row in rows]
            values[largest], values[total] = max(away), sum(away)
        return [values[name] for name in names]
