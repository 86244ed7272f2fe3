"""One solve in progress: the best roster, the bounds, the clock, and telling the caller about all three."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.roster.engine.instance import Instance
from app.roster.engine.score import LEVELS, evaluate
from app.roster.engine.solution import LevelResult, Progress, SolveOptions
from app.roster.engine.words import Text

Vector = tuple[int, ...]
Held = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Objective:
    """One place in the lexicographic order: a level, or several weighed against each other ("4*2+5")."""

    name: str
    parts: tuple[tuple[str, int], ...]

    @property
    def level(self) -> str | None:
        """The level when it stands alone with weight 1."""
        return self.parts[0][0] if len(self.parts) == 1 and self.parts[0][1] == 1 else None

    def value(self, values: dict[str, int]) -> int:
        return sum(weight * values[level] for level, weight in self.parts)


def parse_objective(text: str) -> Objective:
    """Read "3b" or "4*2+5"; ValueError with a sentence when a level is unknown."""
    parts = []
    for term in text.split("+"):
        level, _, weight = term.strip().partition("*")
        if level not in LEVELS or (weight and not weight.isdigit()):
            raise ValueError(
                f"unknown level {term.strip()!r}; known are {', '.join(LEVELS)}, joined like 4*2+5"
            )
        parts.append((level, int(weight or 1)))
    if len(parts) > 1 and any(level == "3a" for level, _ in parts):
        raise ValueError(
            f"{text!r}: the smallest gap 3a stands alone, it cannot be weighed against other levels"
        )
    return Objective(text, tuple(parts))


class Clock:
    """Time spent, in seconds: by the wall, or in repeatable solves by counted work (each part of the engine charges
    what its work usually takes). The wall-clock deadline always holds."""

    def __init__(self, limit: float, counted: bool) -> None:
        self.started = time.monotonic()
        self.limit = limit
        self.counted = counted
        self.charged = 0.0

    def wall(self) -> float:
        return time.monotonic() - self.started

    def spent(self) -> float:
        return self.charged if self.counted else self.wall()

    def charge(self, seconds: float) -> None:
        self.charged += seconds

    def left(self) -> float:
        """Seconds left for work, never more than the wall clock allows."""
        wall = self.limit - self.wall()
        return min(wall, self.limit * 0.6 - self.charged) if self.counted else wall


class Run:
    """Keeps the best roster by the order of the objectives and a lower bound for each of them."""

    def __init__(
        self,
        inst: Instance,
        options: SolveOptions,
        on_progress: Callable[[Progress], None] | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.inst = inst
        self.options = options
        self.clock = Clock(options.time_limit, options.repeatable)
        wanted = [name for name in options.levels if name != "changes" or inst.published is not None]
        self.objectives = [parse_objective(name) for name in wanted]
        self.best: list[int] | None = None
        self.vector: Vector = ()
        # Nothing but the smallest gap can be below 0.
        self.proofs: list[tuple[str, int, Held]] = [
            (o.name, 0, ()) for o in self.objectives if o.level != "3a"
        ]
        self.bounds: dict[str, int] = {name: value for name, value, _ in self.proofs}
        self.notes: list[Text] = []
        self.reached: dict[str, float] = {}
        self._tell = on_progress
        self._stop = should_stop
        self._cancelled = False
        self._last_told = 0.0

    # -- time --------------------------------------------------------------------------------------------------

    @property
    def cancelled(self) -> bool:
        if not self._cancelled and self._stop is not None and self._stop():
            self._cancelled = True
        return self._cancelled

    def over(self) -> bool:
        """Whether to stop now: cancelled or out of time."""
        return self.cancelled or self.clock.left() <= 0

    # -- rosters and bounds ------------------------------------------------------------------------------------

    def vector_of(self, who: Sequence[int]) -> Vector:
        values = evaluate(self.inst, who)
        return tuple(objective.value(values) for objective in self.objectives)

    def offer(self, who: Sequence[int], phase: str = "") -> bool:
        """Take a valid roster when it is better than the best so far."""
        vector = self.vector_of(who)
        if self.best is not None and vector >= self.vector:
            return False
        changed = next(
            (i for i, value in enumerate(vector) if not self.vector or value != self.vector[i]), None
        )
        self.best, self.vector = list(who), vector
        self.bounds = {}
        for name, value, held in self.proofs:
            if self._keeps(held):
                self.bounds[name] = max(value, self.bounds.get(name, value))
        now = self.clock.wall()
        for objective in self.objectives[changed or 0 :]:
            self.reached[objective.name] = now
        self.tell(phase, self.objectives[changed].name if changed is not None else None, roster=True)
        return True

    def bound(self, name: str, value: int, phase: str = "", held: Held = ()) -> None:
        """Record a proven lower bound of an objective, given that those before it are no worse than they are.

        `held`: levels that the proof kept at a value. The bound counts while none of them is worse than that; it is
        dropped when one gets worse (a level before it improves), and comes to count when all are as good.
        """
        if (name, value, held) in self.proofs:
            return
        self.proofs.append((name, value, held))
        if value > self.bounds.get(name, value - 1) and self._keeps(held):
            self.bounds[name] = value
            self.tell(phase, name)

    def note(self, note: Text) -> None:
        """Remember something for the report that went wrong; each once."""
        if note not in self.notes:
            self.notes.append(note)

    def _keeps(self, held: Held) -> bool:
        return all((self.value_of(level) or 0) <= value for level, value in held)

    def value_of(self, name: str) -> int | None:
        """Best value of an objective so far."""
        for objective, value in zip(self.objectives, self.vector, strict=False):
            if objective.name == name:
                return value
        return None

    def levels(self) -> tuple[LevelResult, ...]:
        """All levels with value, bound and whether the bound is met. A bound counts only while every objective
        before it is proven or was held at its present value."""
        rows = []
        for objective, value in zip(self.objectives, self.vector, strict=False):
            bound = self.bounds.get(objective.name)
            proven = bound is not None and value <= bound
            rows.append(
                LevelResult(objective.name, value, bound, proven, self.reached.get(objective.name, 0.0))
            )
        return tuple(rows)

    def tell(self, phase: str, name: str | None = None, roster: bool = False) -> None:
        """Send a progress line."""
        if self._tell is None:
            return
        levels = self.levels()
        level = next((row for row in levels if row.level == name), None)
        best = self.inst.to_roster(self.best) if roster and self.best is not None else None
        self._last_told = self.clock.wall()
        self._tell(Progress(self._last_told, phase, level, levels, best))

    def pulse(self, phase: str) -> None:
        """Send a line when nothing was said for a second."""
        if self.clock.wall() - self._last_told >= 1.0:
            self.tell(phase)
