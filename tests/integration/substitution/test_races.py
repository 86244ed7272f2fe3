"""Real processes at the same moment: each race has one outcome, and everybody else one sentence."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.database import db, transaction
from app.roster.models import Duty, Revision
from app.roster.substitution import service
from app.roster.substitution.events import SubstituteNudged
from app.roster.substitution.models import LedgerEntry, SubstitutionAsk, SubstitutionRequest, SubstitutionStep
from tests.factories import make_leader
from tests.integration.substitution.conftest import County

pytestmark = pytest.mark.processes
PROCESSES = 4
Answers = list[tuple[str, str]]


def race(url: str, folder: Path, tasks: list[list[Any]], processes: int = PROCESSES) -> Answers:
    """Deal the tasks out to processes, let all go at once; the answers in the order of the tasks."""
    hands = [tasks[number::processes] for number in range(processes)]
    running = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.integration.substitution.racer",
                url,
                str(folder),
                json.dumps(hand),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for hand in hands
    ]
    for process in running:
        assert process.stdout is not None and process.stdout.readline().strip() == "ready"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    dealt = [json.loads(process.communicate(timeout=240)[0]) for process in running]
    db.session.rollback()
    db.session.expire_all()
    return [tuple(dealt[n % processes][n // processes]) for n in range(len(tasks))]


def with_leaders(county: County, count: int) -> list[int]:
    """More leaders, who have no duty yet; their ids."""
    with transaction():
        return [make_leader(county.office, f"候选{number}").id for number in range(count)]


def cover(county: County, number: int, candidates: list[int]) -> SubstitutionRequest:
    """A request for the n-th working day."""
    with transaction():
        duty = county.duty(county.day(number))
        return service.request_cover(
            county.office, duty.leader_id or 0, [duty.seat_key], "business", "staff", candidates=candidates
        )


def asks_of(request: SubstitutionRequest) -> list[int]:
    query = (
        select(SubstitutionAsk.id)
        .where(SubstitutionAsk.request_id == request.id)
        .order_by(SubstitutionAsk.id)
    )
    return list(db.session.scalars(query))


def current(county: County, number: int) -> list[Duty]:
    """The rows published now for a day: more than one would be two leaders on one seat."""
    rows = select(Duty).where(Duty.on_date == county.day(number), Duty.until_revision.is_(None))
    return list(db.session.scalars(rows))


def test_two_hundred_accept_the_same_cover(county: County, database_url: str, tmp_path: Path) -> None:
    county.set_policy(ask="all")
    request = cover(county, 6, with_leaders(county, 200))
    answers = race(database_url, tmp_path, [["accept", ask] for ask in asks_of(request)])
    assert Counter(kind for kind, _ in answers) == {"ok": 1, "Overtaken": 199}
    (row,) = current(county, 6)
    sentences = {sentence for kind, sentence in answers if kind != "ok"}
    assert sentences == {f"3月10日的接访已由{row.leader_name}接下，您不必再处理。谢谢。"}
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 2
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 2
    assert request.state == "done"


def test_two_hundred_accepts_of_twenty_covers_have_one_winner_each(
    county: County, database_url: str, tmp_path: Path
) -> None:
    county.set_policy(ask="all")
    people = with_leaders(county, 10)
    requests = [cover(county, number, people) for number in range(1, 21)]
    tasks = [["accept", ask] for asks in zip(*map(asks_of, requests), strict=True) for ask in asks]
    answers = race(database_url, tmp_path, tasks)
    assert Counter(kind for kind, _ in answers) == {"ok": 20, "Overtaken": 180}
    assert all(request.state == "done" for request in requests)
    assert all(len(current(county, number)) == 1 for number in range(1, 21))
    numbers = sorted(db.session.scalars(select(Revision.number)))
    assert numbers == list(range(1, 22))


def test_accept_against_withdraw(county: County, database_url: str, tmp_path: Path) -> None:
    people = with_leaders(county, 10)
    requests = [cover(county, number + 5, [people[number]]) for number in range(10)]
    tasks: list[list[Any]] = []
    for request in requests:
        tasks += [["accept", asks_of(request)[0]], ["withdraw", request.id]]
    answers = race(database_url, tmp_path, tasks, 2)
    for number, request in enumerate(requests):
        pair = answers[2 * number : 2 * number + 2]
        assert sorted(kind for kind, _ in pair) == ["Overtaken", "ok"], pair
        accepted = pair[0][0] == "ok"
        assert request.state == ("done" if accepted else "withdrawn")
        (row,) = current(county, number + 5)
        assert (row.leader_id == people[number]) is accepted


def test_accept_against_staff_who_decide(county: County, database_url: str, tmp_path: Path) -> None:
    people = with_leaders(county, 8)
    requests = [cover(county, number + 5, [people[number]]) for number in range(4)]
    tasks: list[list[Any]] = []
    for number, request in enumerate(requests):
        seat = county.duty(county.day(number + 5)).seat_key
        tasks += [["accept", asks_of(request)[0]], ["now", county.office.id, seat, people[number + 4]]]
    answers = race(database_url, tmp_path, tasks, 2)
    for number in range(4):
        (row,) = current(county, number + 5)
        accepted, decided = answers[2 * number], answers[2 * number + 1]
        # Staff who come second replace the substitute just found; a candidate who comes second hears who has it.
        assert decided[0] == "ok" and row.leader_id == people[number + 4]
        assert accepted[0] == "ok" or "接下" in accepted[1]


def test_swap_over_swap(county: County, database_url: str, tmp_path: Path) -> None:
    seats = [county.duty(county.day(n)).seat_key for n in (6, 8, 5)]
    with transaction():
        first = service.request_swap(county.office, county.leaders[1].id, seats[0], seats[1], "staff")
    with transaction():
        second = service.request_swap(county.office, county.leaders[0].id, seats[2], seats[1], "staff")
    answers = race(database_url, tmp_path, [["accept", asks_of(first)[0]], ["accept", asks_of(second)[0]]], 2)
    assert sorted(kind for kind, _ in answers) == ["Overtaken", "ok"]
    assert sorted((first.state, second.state)) == ["done", "expired"]
    assert all(len(current(county, number)) == 1 for number in (5, 6, 8))


def test_deadlines_by_four_processes_do_each_thing_once(
    county: County, database_url: str, tmp_path: Path
) -> None:
    county.set_policy(at_deadline="nudge")
    people = with_leaders(county, 6)
    requests = [cover(county, number + 10, [people[number]]) for number in range(6)]
    due = max(request.deadline_at for request in requests if request.deadline_at)
    race(database_url, tmp_path, [["deadlines", due.isoformat()] for _ in range(8)])
    nudged = db.session.scalar(
        select(func.count()).select_from(SubstitutionStep).where(SubstitutionStep.what == "nudged")
    )
    assert nudged == 6
    assert not [
        event for event in county.told if isinstance(event, SubstituteNudged)
    ]  # other processes did it
