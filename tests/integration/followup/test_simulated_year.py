"""A small simulated year: every seat, deadline and figure recomputed. `python -m tests.simulated_year` is the large one."""

import pytest
from flask import Flask

from app.core.clock import FixedClock
from tests.conftest import QUICK_HASHES
from tests.simulated_year.run import run_in


@pytest.mark.timeout(170)
def test_an_independent_judge_finds_nothing(app: Flask, clock: FixedClock) -> None:
    app.extensions["security"].pwd_context = QUICK_HASHES
    verdict = run_in(app, clock, visits=90, offices=2, days=8, seed=3)
    assert verdict.problems == []
    assert verdict.counts["book"] > 20
    assert {"begin", "open", "publish", "wait", "move", "walk_in"} <= set(verdict.counts)
    assert sum(verdict.checked.values()) > 2000
