"""Jobs for the children of a solve: plain data, importable without any solver."""

from __future__ import annotations

from dataclasses import dataclass

from app.roster.engine.flow import Face
from app.roster.engine.problem import Problem


@dataclass(frozen=True, slots=True)
class Goal:
    """A level to bound or to dive for, at a smallest gap, with values of levels before it that must be kept.

    For 3a, `gap` is the gap wanted; `held` are then share levels that the face alone does not describe.
    """

    level: str
    gap: int
    held: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ShareJob:
    """The exact minima of these share levels in order, under all rules."""

    problem: Problem
    face: Face
    levels: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class ProofJob:
    """The largest gap from `low` to that of the goal (a 3a goal). With `chain`, then a bound of each of `levels`, those
    before it at their bounds: nothing better than the whole chain can exist, so it is what dives aim at first."""

    problem: Problem
    face: Face
    goal: Goal
    seconds: float
    low: int = 0
    levels: tuple[str, ...] = ()
    chain: bool = False


@dataclass(frozen=True, slots=True)
class DiveJob:
    """Bound a goal, and look for a roster that meets the bound by diving; `number` makes each dive another one."""

    problem: Problem
    face: Face
    goal: Goal
    seconds: float
    number: int


Job = ShareJob | ProofJob | DiveJob
