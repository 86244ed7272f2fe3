"""What a re-plan costs, on the page that publishes it."""

import datetime as dt
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.directory.models import Leader
from app.roster.engine import problem_from_json, problem_to_json, replan
from app.roster.models import Draft
from app.roster.problems import roster_of
from app.roster.queries import draft_duties
from app.roster.replanning import find_cost
from app.roster.workspace import compiled
from tests.roster_scenario import Scenario, make_draft, publish_draft

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def second(scenario: Scenario) -> Draft:
    """March is published; a draft for the same days waits, in which one duty goes to another leader."""
    with transaction():
        publish_draft(db.session.get_one(Draft, scenario.draft.id))
        published = roster_of(draft_duties(scenario.draft.id))
        people = [db.session.get_one(Leader, leader.id) for leader in scenario.leaders]
        draft = make_draft(people[0].office, people, TODAY, dt.date(2026, 3, 31))
        draft.based_on = 1
        draft.problem = problem_to_json(replan(problem_from_json(draft.problem), published, TODAY))
        moved = next(duty for duty in draft_duties(draft.id) if duty.leader_id == people[2].id)
        moved.leader_id = people[0].id
    return draft


def test_moves_and_distances_before_and_after(second: Draft, scenario: Scenario) -> None:
    inst = compiled(second.problem)
    assert inst is not None
    cost = find_cost(inst, roster_of(draft_duties(second.id)))
    assert cost is not None
    assert cost.moves == 1
    assert cost.total_after > cost.total_before
    assert cost.verdict == "worse"
    back = find_cost(inst, inst.problem.published or {})
    assert back is not None
    assert (back.moves, back.verdict) == (0, "same")
    assert replace(cost, largest_after=0.0).verdict == "better"


def test_the_page_says_it_in_words(anna: FlaskClient, second: Draft, scenario: Scenario) -> None:
    page = anna.get(f"/offices/county/drafts/{second.id}/publish").get_data(as_text=True)
    assert "Published duties that move: 1." in page
    assert scenario.leaders[0].name in page
    assert "The new plan is" in page
    assert "less fair" in page
    first = anna.get(f"/offices/county/drafts/{second.id}/publish?lang=zh-CN").get_data(as_text=True)
    assert "新方案的代价" in first


def test_a_first_plan_costs_nothing(anna: FlaskClient, scenario: Scenario) -> None:
    page = anna.get(f"/offices/county/drafts/{scenario.draft.id}/publish").get_data(as_text=True)
    assert "What the new plan costs" not in page
