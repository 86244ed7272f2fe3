"""Repairing a roster at a wanted gap: rosters with holes and wrong counts, mended neighbourhood by neighbourhood.

The gap is kept hard, while empty slots and missed counts cost something (`RosterModel(elastic=True)`); each step frees
a few leaders or a stretch of days and lets CP-SAT lower the price. Equal prices are accepted with a little random
cost, so that the search drifts along plateaus. Good at the end game that annealing finds hard, and in dense offices
(a duty every day, few leaders), where nearly every roster with the gap has the wrong counts at first.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from app.roster.engine.cpsat import solve_model
from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.model import EMPTY_PRICE, RosterModel
from app.roster.engine.run import Run
from app.roster.engine.score import duties_of

STEP_SECONDS = (0.4, 1.0)
END_GAME = 8
NOISE = 40


def with_holes(inst: Instance, face: Face, who: Sequence[int], gap: int) -> list[int]:
    """The roster without the duties that come too soon after another one (pinned duties stay)."""
    kept = list(who)
    for p, own in enumerate(duties_of(inst, who)):
        anchors = [s for s in own if inst.past[s] or len(face.can[s]) == 1]
        for s in own:
            if s in anchors:
                continue
            near_held = any(abs(inst.day[s] - day) < gap for day in inst.held[p])
            if near_held or any(inst.clash(s, t, gap) for t in anchors):
                kept[s] = -1
            else:
                anchors.append(s)
    return kept


def price_of(run: Run, face: Face, who: Sequence[int]) -> int:
    """Price of the holes and missed counts of a roster."""
    inst = run.inst
    holes = sum(p == -1 and not face.empty[s] for s, p in enumerate(who))
    duties = duties_of(inst, who)
    away = 0
    for family, row in enumerate(face.boxes):
        for p, (low, high) in enumerate(row):
            count = sum(family == 0 or inst.cls[s] == family for s in duties[p])
            away += max(low - count, count - high, 0)
    for rule in inst.rules:
        count = sum(who[s] == rule.leader for s in rule.slots)
        away += max(rule.low - count, 0) + max(count - (inst.m if rule.high is None else rule.high), 0)
    return EMPTY_PRICE * holes + away


class Mender:
    """The neighbourhood search at one gap."""

    def __init__(self, run: Run, face: Face, gap: int, who: Sequence[int], rng: random.Random) -> None:
        self.run, self.face, self.gap, self.rng = run, face, gap, rng
        self.who = list(who)
        self.price = price_of(run, face, who)
        # In sparse offices a gap spans most of a leader's choices, so whole leaders are freed most of the time.
        dense = run.inst.m > 15 * run.inst.n
        self.size = {"days": min(60.0, run.inst.m), "leaders": 4.0 if dense else 6.0, "both": 120.0}
        self.weights = (25, 55, 20) if dense else (80, 10, 10)

    def mend(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Work until nothing is missed (True) or the time is up."""
        begun = self.run.clock.spent()
        while self.price and not stop() and self.run.clock.spent() - begun < seconds:
            self.step(self.rng.choices(("leaders", "days", "both"), self.weights)[0])
        return self.price == 0

    def step(self, kind: str) -> None:
        inst, rng = self.run.inst, self.rng
        free = {"days": self.free_days, "leaders": self.free_leaders, "both": self.free_both}[kind]()
        model = RosterModel(inst, self.face, self.gap, self.who, free, elastic=True)
        if not model.x:
            self.run.clock.charge(0.01)
            return
        model.hint(self.who)
        noise = sum(var * rng.randrange(1, 5) for var in model.x.values() if rng.random() < 0.2)
        model.model.minimize(NOISE * model.missed + noise)
        answer = solve_model(
            self.run,
            model.model,
            STEP_SECONDS[self.price <= END_GAME],
            seed=rng.randrange(2**31),
            phase="3a",
            light=True,
        )
        if answer.found:
            new = model.read(answer.solver, self.who)
            price = price_of(self.run, self.face, new)
            if price <= self.price:
                self.who, self.price = new, price
        quick = answer.status == "optimal"
        self.size[kind] *= 1.02 if quick else 0.93
        self.size[kind] = min(max(self.size[kind], 3.0), inst.n if kind == "leaders" else inst.m)

    def free_days(self) -> list[int]:
        """A stretch of consecutive slots, a hole inside when there is one."""
        m, size = self.run.inst.m, int(self.size["days"])
        holes = [s for s, p in enumerate(self.who) if p == -1 and not self.face.empty[s]]
        if holes and self.rng.random() < 0.7:
            start = self.rng.choice(holes) - self.rng.randrange(size)
        else:
            start = self.rng.randrange(-size // 2, m - size // 2)
        return list(range(max(start, 0), min(start + size, m)))

    def free_leaders(self) -> list[int]:
        """All holes, and all duties of some leaders: those with wrong counts, those who could fill a hole, others."""
        inst, rng, size = self.run.inst, self.rng, max(int(self.size["leaders"]), 2)
        duties = duties_of(inst, self.who)
        holes = [
            s for s, p in enumerate(self.who) if p == -1 and (not self.face.empty[s] or rng.random() < 0.3)
        ]
        wrong = self.wrong_counts(duties)
        chosen = set(rng.sample(wrong, min(len(wrong), (size + 1) // 2)))
        if holes:
            able = list(self.face.can[rng.choice(holes)])
            rng.shuffle(able)
            chosen |= set(able[: max(size - len(chosen), 0) // 2 + 1])
        while len(chosen) < min(size, inst.n):
            chosen.add(rng.randrange(inst.n))
        return sorted({*holes, *(s for p in chosen for s in duties[p])})

    def free_both(self) -> list[int]:
        """A long stretch of days for the leaders with wrong counts and as many others."""
        inst, rng, size = self.run.inst, self.rng, int(self.size["both"])
        duties = duties_of(inst, self.who)
        chosen = set(self.wrong_counts(duties)[:3]) | set(rng.sample(range(inst.n), (inst.n + 1) // 2))
        start = rng.randrange(-size // 2, inst.m - size // 2)
        stretch = range(max(start, 0), min(start + size, inst.m))
        return [s for s in stretch if self.who[s] in chosen or self.who[s] == -1]

    def wrong_counts(self, duties: Sequence[Sequence[int]]) -> list[int]:
        """Leaders with a count outside its box, in random order."""
        inst = self.run.inst
        wrong = []
        for p, own in enumerate(duties):
            counts = [len(own), sum(inst.cls[s] == 1 for s in own), sum(inst.cls[s] == 2 for s in own)]
            boxes = (row[p] for row in self.face.boxes)
            if any(not low <= count <= high for count, (low, high) in zip(counts, boxes, strict=True)):
                wrong.append(p)
        self.rng.shuffle(wrong)
        return wrong
