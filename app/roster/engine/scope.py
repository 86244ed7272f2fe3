"""What a search must keep: the face, the smallest gap, the objectives that are already settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.roster.engine.flow import Face
from app.roster.engine.run import Objective


@dataclass(frozen=True, slots=True)
class Scope:
    """What later objectives must respect: a face, a smallest gap, and objectives held at a value.

    `proof` is a larger face for bounds and dives, when `face` leaves out rosters that are just as good; with `totals`,
    the share levels and their values, it leaves out none and lets in none.
    """

    face: Face
    gap: int
    held: tuple[tuple[Objective, int], ...] = ()
    proof: Face | None = None
    totals: tuple[tuple[str, int], ...] = ()

    def holding(self, objective: Objective, value: int) -> Scope:
        """The scope with one more objective held."""
        if objective.level == "3a":
            return replace(self, gap=max(self.gap, -value))
        return replace(self, held=(*self.held, (objective, value)))

    def holding_gap(self, value: int | None, rest: Sequence[Objective], number: int) -> Scope:
        """The scope with the present smallest gap kept when 3a comes after objective `number` of `rest`."""
        later = any(objective.level == "3a" for objective in rest[number:])
        return replace(self, gap=max(self.gap, -value)) if later and value is not None else self
