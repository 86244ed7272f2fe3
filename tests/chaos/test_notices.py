"""A small chaos in every test run; `python -m tests.chaos.notices` is the large one."""

import os

import pytest

from tests.chaos import notices


@pytest.mark.processes
@pytest.mark.timeout(170)
def test_none_lost_none_twice_while_processes_are_killed() -> None:
    server = os.environ.get("TEST_DATABASE_URL") or None
    found = notices.run(150, seed=7, server=server, every=(0.2, 1.0), patience=150, most_kills=3, processes=3)
    assert found.is_good, found
    assert found.kills
