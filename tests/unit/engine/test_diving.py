"""Dives and bounds of the proving process: what they find keeps every rule and meets the bound."""

import pytest

from app.roster.engine import SolveOptions
from app.roster.engine.bounds import gap_limit
from app.roster.engine.campaign import Campaign
from app.roster.engine.flow import FLOW_LEVELS, solve_levels
from app.roster.engine.instance import Instance
from app.roster.engine.jobs import Goal, ProofJob
from app.roster.engine.run import Run
from app.roster.engine.scope import Scope
from app.roster.engine.team import DIED, Team
from tests.unit.engine import outside
from tests.unit.engine.cases import Raw, office, read


def dense() -> Raw:
    """A duty every day for nine people: nearly every gap is forced."""
    raw = office(leaders=9, days=60)
    days = [f"2026-{month:02}-{day:02}" for month, last in ((3, 31), (4, 30)) for day in range(1, last)]
    raw["slots"] = [{"id": day, "date": day, "cls": "plain"} for day in days if day >= raw["start"]]
    return raw


@pytest.mark.parametrize("raw", [office(leaders=10, days=100), dense()], ids=["county", "township"])
def test_a_campaign_proves_every_bound_and_reaches_the_smallest_gap(raw: Raw) -> None:
    inst = Instance(read(raw))
    flow = solve_levels(inst, FLOW_LEVELS)
    assert flow is not None
    run = Run(inst, SolveOptions(time_limit=300, workers=1))
    with Team(run) as team:
        limit = gap_limit(inst, flow.face)
        run.bound("3a", -limit)
        campaign = Campaign(run, Scope(flow.face, inst.gap), run.objectives[7:], team, limit)
        campaign.go()
        assert campaign.ideal is not None
    assert run.best is not None
    hard, values = outside.score(raw, inst.to_roster(run.best))
    assert (hard, values["3a"]) == (0, run.bounds["3a"])
    assert {level: values[level] for level in FLOW_LEVELS} == flow.values
    for level in ("3b", "4", "5"):
        assert values[level] >= run.bounds.get(level, 0)
    assert {level for level, _, _ in run.proofs} >= {"3a", "3b", "4", "5"}


def test_a_prover_that_dies_is_replaced_and_mentioned() -> None:
    inst = Instance(read(office(leaders=10, days=100)))
    flow = solve_levels(inst, FLOW_LEVELS)
    assert flow is not None
    run = Run(inst, SolveOptions(time_limit=300, workers=2, deterministic=False))
    with Team(run) as team:
        job = ProofJob(inst.problem, flow.face, Goal("3a", gap_limit(inst, flow.face)), 300.0)
        team.ask(0, job)
        child = team._children[0]
        assert child is not None
        child._process.kill()
        while not team.deaths:
            team.poll()
        assert team.is_idle(0)
        team.ask(0, job)
        while not team.is_idle(0):
            team.poll()
    assert run.notes == [DIED]
    assert "3a" in {level for level, _, _ in run.proofs}
