"""Jobs for the children of a solve: plain data, importable without any solver."""

from __future__ import annotations

from dataclasses import dataclass

from app.roster.engine.flow import Face
from app.roster.engine.problem import Problem


@dataclass(frozen=True, slots=True)
class ProofJob:
    """What to prove: the largest gap in [low, high] (task "3a"), a floor of 3b, 4 or 5 at gap `low`, or (task
    "shares") the exact minima of `levels` in order, under all rules."""

    task: str
    problem: Problem
    face: Face
    low: int
    high: int
    seconds: float
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchJob:
    """What to look for beside the main process: a roster with gaps of `gap` (task "hunt"), or a better one in the
    scope that `levels` describes (task "polish")."""

    task: str
    problem: Problem
    face: Face
    gap: int
    who: tuple[int, ...]
    levels: tuple[str, ...]
    seed: int
    seconds: float
