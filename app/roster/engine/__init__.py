"""The roster engine: a pure package, standard library only until a solve starts (then ortools, highspy).

Public names::

    Problem, Leader, Slot, Rules, Quota, Preference, Busy, Held, replan     problem as data
    problem_from_json, problem_to_json, load_problem, ProblemError          files
    solve, SolveOptions, Progress, Solution, LevelResult                    solving in this process
    score, fairness, conflicts_of                                           looking at a roster

`app.roster.engine.process` solves in child processes that can be cancelled, `app.roster.engine.explain` answers
"why me?" and "why not?", `app.roster.engine.cli` is the command.
"""

from app.roster.engine.codec import load_problem, problem_from_json
from app.roster.engine.encode import problem_to_json
from app.roster.engine.problem import (
    Busy,
    Held,
    Leader,
    Preference,
    Problem,
    ProblemError,
    Quota,
    Rules,
    Slot,
    replan,
)
from app.roster.engine.score import LEVELS, Fairness, fairness, score
from app.roster.engine.solution import (
    Conflict,
    LevelResult,
    Progress,
    Reason,
    Solution,
    SolveOptions,
    WayOut,
)
from app.roster.engine.solve import solve
from app.roster.engine.violations import Violation, conflicts_of
from app.roster.engine.words import Text

__all__ = [
    "LEVELS",
    "Busy",
    "Conflict",
    "Fairness",
    "Held",
    "Leader",
    "LevelResult",
    "Preference",
    "Problem",
    "ProblemError",
    "Progress",
    "Quota",
    "Reason",
    "Rules",
    "Slot",
    "Solution",
    "SolveOptions",
    "Text",
    "Violation",
    "WayOut",
    "conflicts_of",
    "fairness",
    "load_problem",
    "problem_from_json",
    "problem_to_json",
    "replan",
    "score",
    "solve",
]
