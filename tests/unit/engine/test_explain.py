"""Why this leader, and what another would cost: the prices are real, the rules named are real."""

import time

from app.roster.engine import SolveOptions, conflicts_of, score, solve
from app.roster.engine.explain import explain_slot
from tests.unit.engine.cases import office, read

RAW = office(leaders=9, days=90)
PROBLEM = read(RAW)
ROSTER = dict(solve(PROBLEM, SolveOptions(time_limit=3, workers=1, deterministic=False)).roster)


def test_every_price_is_what_the_exchange_costs() -> None:
    before = score(PROBLEM, ROSTER)
    for slot in RAW["slots"][:12]:
        for one in explain_slot(PROBLEM, ROSTER, slot["id"]).instead:
            if one.rule is not None:
                continue
            changed = ROSTER | {slot["id"]: one.leader}
            if one.swap is not None:
                changed[one.swap] = ROSTER[slot["id"]]
            after = score(PROBLEM, changed)
            assert after["hard"] == 0
            assert dict(one.costs) == {
                name: after[name] - before[name] for name in after if after[name] != before[name]
            }


def test_a_rule_that_forbids_is_broken_by_the_exchange() -> None:
    named = set()
    for slot in RAW["slots"]:
        for one in explain_slot(PROBLEM, ROSTER, slot["id"]).instead:
            if one.rule is not None:
                named.add(one.rule)
                assert conflicts_of(PROBLEM, ROSTER | {slot["id"]: one.leader})
    assert "leave" in named


def test_words_in_both_languages_and_quick() -> None:
    begun = time.monotonic()
    explanation = explain_slot(PROBLEM, ROSTER, RAW["slots"][20]["id"])
    assert time.monotonic() - begun < 1.0
    assert explanation.leader == ROSTER[RAW["slots"][20]["id"]]
    assert all(text.zh and text.en for text in explanation.why)
    assert len(explanation.instead) == 8


def test_a_pinned_slot_cannot_be_given_away() -> None:
    slot = RAW["slots"][20]["id"]
    pinned = read(RAW | {"pins": {slot: ROSTER[slot]}})
    assert {one.rule for one in explain_slot(pinned, ROSTER, slot).instead} == {"pin"}
