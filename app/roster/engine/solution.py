"""What goes into a solve and what comes out of it: options, progress, levels, reasons, the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.roster.engine.score import LEVELS
from app.roster.engine.words import Text

STATUSES = ("optimal", "feasible", "infeasible", "stopped")


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How to solve.

    `time_limit` in wall-clock seconds. `levels` is the order of the objective; leave a level out to switch it off,
    join levels with weights to weigh them against each other: ``("1a", "1b", "3a", "4*2+5")``. `deterministic` gives
    the same roster for the same seed: one worker, and phases that end by counted work instead of by the clock (the
    time limit remains as a safety net, and a solve that hits it is not repeatable). None: deterministic when
    `workers` is 1.
    """

    time_limit: float = 60.0
    workers: int = 2
    seed: int = 0
    levels: tuple[str, ...] = LEVELS
    explain: bool = False
    deterministic: bool | None = None

    @property
    def repeatable(self) -> bool:
        return self.workers == 1 if self.deterministic is None else self.deterministic


@dataclass(frozen=True, slots=True)
class LevelResult:
    """One level: its value, the best proven lower bound, and when (seconds from the start) both were reached.

    The bound of a level holds given that all levels before it keep their values.
    """

    level: str
    value: int
    bound: int | None
    proven: bool
    seconds: float

    @property
    def gap(self) -> int | None:
        """Value minus bound; None without a bound."""
        return None if self.bound is None else self.value - self.bound

    def to_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "bound": self.bound,
            "proven": self.proven,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """A line of news: `phase` in plain words, the level it is about (None: the phase as such), all levels so far.

    `roster` is the best roster so far when it just became better, else None.
    """

    seconds: float
    phase: str
    level: LevelResult | None = None
    levels: tuple[LevelResult, ...] = ()
    roster: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of an impossible set. `rule` names the rule of the problem file, `kind` the sort of reason."""

    kind: str
    rule: str
    dates: tuple[str, ...]
    leaders: tuple[str, ...]
    text: Text

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "dates": list(self.dates),
            "leaders": list(self.leaders),
            "rule": self.rule,
            "text": self.text.to_json(),
        }


@dataclass(frozen=True, slots=True)
class WayOut:
    """A change of the problem that makes it solvable. `change` can be applied by `changes.apply_change`."""

    text: Text
    change: Mapping[str, Any]
    verified: bool

    def to_json(self) -> dict[str, Any]:
        return {"text": self.text.to_json(), "change": dict(self.change), "verified": self.verified}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why there is no roster: the smallest verified set of reasons, and the cheapest ways out."""

    reasons: tuple[Reason, ...]
    ways_out: tuple[WayOut, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "reasons": [reason.to_json() for reason in self.reasons],
            "ways_out": [way.to_json() for way in self.ways_out],
        }


@dataclass(frozen=True, slots=True)
class Solution:
    """The outcome. `status`: optimal (every level proven), feasible, infeasible (see `conflict`), stopped (no roster).

    `roster` is empty when there is none. `explain` is filled when the options ask for it. `notes` say what went wrong
    without spoiling the roster: a proving process that died.
    """

    status: str
    roster: Mapping[str, str | None]
    levels: tuple[LevelResult, ...]
    seconds: float
    seed: int
    conflict: Conflict | None = None
    explain: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    def report(self) -> dict[str, Any]:
        """The report file (`docs/schema/report.schema.json`)."""
        report: dict[str, Any] = {
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "seed": self.seed,
            "levels": {level.level: level.to_json() for level in self.levels},
            "conflict": self.conflict.to_json() if self.conflict else None,
        }
        if self.explain:
            report["explain"] = dict(self.explain)
        if self.notes:
            report["notes"] = [note.to_json() for note in self.notes]
        return report


def solution_from_json(report: Mapping[str, Any], roster: Mapping[str, str | None]) -> Solution:
    """A solution from its report and roster files: the inverse of `Solution.report` (which rounds seconds)."""
    levels = tuple(
        LevelResult(name, row["value"], row["bound"], row["proven"], row["seconds"])
        for name, row in report["levels"].items()
    )
    conflict = conflict_from_json(report["conflict"]) if report.get("conflict") else None
    return Solution(
        report["status"],
        roster,
        levels,
        report["seconds"],
        report["seed"],
        conflict,
        report.get("explain", {}),
        tuple(Text(**note) for note in report.get("notes", ())),
    )


def conflict_from_json(raw: Mapping[str, Any]) -> Conflict:
    """A conflict from the report."""
    reasons = tuple(
        Reason(row["kind"], row["rule"], tuple(row["dates"]), tuple(row["leaders"]), Text(**row["text"]))
        for row in raw["reasons"]
    )
    ways = tuple(WayOut(Text(**row["text"]), row["change"], row["verified"]) for row in raw["ways_out"])
    return Conflict(reasons, ways)
