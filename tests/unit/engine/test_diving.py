"""Dives and bounds of the proving process: what they find keeps every rule and meets the bound."""

import pytest

from app.roster.engine import SolveOptions
from app.roster.engine.bounds import gap_limit
from app.roster.engine.flow import FLOW_LEVELS, solve_levels
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import Goal
from app.roster.engine.run import Run
from app.roster.engine.scope import Scope
from app.roster.engine.team import Team
from tests.unit.engine import outside
from tests.unit.engine.cases import Raw, office, read


def dense() -> Raw:
    """A duty every day for nine people: nearly every gap is forced."""
    raw = office(leaders=9, days=120)
    days = [
        f"2026-{month:02}-{day:02}" for month, last in ((3, 31), (4, 30), (5, 31)) for day in range(1, last)
    ]
    raw["slots"] = [{"id": day, "date": day, "cls": "plain"} for day in days if day >= raw["start"]]
    return raw


@pytest.mark.parametrize("raw", [office(leaders=14, days=180), dense()], ids=["county", "township"])
def test_a_dive_meets_the_bound_on_the_smallest_gap(raw: Raw) -> None:
    inst = Instance(read(raw))
    flow = solve_levels(inst, FLOW_LEVELS)
    assert flow is not None
    scope, limit = Scope(flow.face, inst.gap), gap_limit(inst, flow.face)
    run = Run(inst, SolveOptions(time_limit=300, workers=1))
    with Team(run) as team:
        team.prove(scope, Goal("3a", limit), inst.gap)
        for _ in range(6):
            if run.best is None:
                team.dive(scope, Goal("3a", -run.bounds["3a"]))
        assert run.best is not None
        hard, values = outside.score(raw, inst.to_roster(run.best))
        assert (hard, values["3a"]) == (0, run.bounds["3a"])
        assert {level: values[level] for level in FLOW_LEVELS} == flow.values
        scope = Scope(flow.face, -values["3a"])
        for level in ("3b", "4", "5"):
            goal = Goal(level, scope.gap, tuple((name, values[name]) for name in ("3b", "4") if name < level))
            team.prove(scope, goal)
            team.dive(scope, goal)
            hard, values = outside.score(raw, inst.to_roster(run.best))
            assert hard == 0
            assert values[level] >= run.bounds[level]
