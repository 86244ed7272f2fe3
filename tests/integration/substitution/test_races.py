"""Real processes at the same moment: each race has one outcome, and everybody else one sentence."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.database import db, transaction
from app.roster.models import Duty, Revision
from app.roster.substitution import jobs, service
from app.roster.substitution.events import SubstituteNudged
from app.roster.substitution.models import LedgerEntry, SubstitutionAsk, SubstitutionRequest, SubstitutionStep
from tests.factories import make_leader
from tests.integration.substitution.conftest import County

pytestmark = pytest.mark.processes
PROCESSES = int(os.environ.get("RACING_PROCESSES", "3"))
ACCEPTS = int(os.environ.get("RACING_ACCEPTS", "60"))
Answers = list[tuple[str, str]]
Race = Callable[..., Answers]


class Racers:
    """Processes that are started once and serve every race of this file."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.integration.substitution.racer"]
        self.running = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]

    def tell(self, number: int, line: str) -> None:
        """One line to a process."""
        pipe = self.running[number].stdin
        assert pipe is not None
        pipe.write(line + "\n")
        pipe.flush()

    def hear(self, number: int) -> str:
        """One line of a process."""
        pipe = self.running[number].stdout
        assert pipe is not None
        return pipe.readline().strip()

    def close(self) -> None:
        """Their input ends, and so do they."""
        for process in self.running:
            process.communicate(timeout=30)


@pytest.fixture(scope="module")
def racers() -> Iterator[Racers]:
    """Processes of their own."""
    found = Racers()
    yield found
    found.close()


@pytest.fixture
def race(racers: Racers, database_url: str, tmp_path: Path) -> Race:
    """Deal tasks out to processes, let all go at once; the answers in the order of the tasks."""

    def run(tasks: list[list[Any]], processes: int = PROCESSES) -> Answers:
        db.session.rollback()
        for number in range(processes):
            order = {"url": database_url, "folder": str(tmp_path), "tasks": tasks[number::processes]}
            racers.tell(number, json.dumps(order))
        assert [racers.hear(number) for number in range(processes)] == ["ready"] * processes
        for number in range(processes):
            racers.tell(number, "go")
        dealt = [json.loads(racers.hear(number)) for number in range(processes)]
        db.session.rollback()
        db.session.expire_all()
        return [tuple(dealt[n % processes][n // processes]) for n in range(len(tasks))]

    return run


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


def test_many_accept_the_same_cover(county: County, race: Race) -> None:
    """`RACING_ACCEPTS=2000` for a long one."""
    county.set_policy(ask="all")
    request = cover(county, 6, with_leaders(county, ACCEPTS))
    answers = race([["accept", ask] for ask in asks_of(request)])
    assert Counter(kind for kind, _ in answers) == {"ok": 1, "Overtaken": ACCEPTS - 1}
    (row,) = current(county, 6)
    sentences = {sentence for kind, sentence in answers if kind != "ok"}
    assert sentences == {f"3月10日的接访已由{row.leader_name}接下，您不必再处理。谢谢。"}
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 2
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 2
    assert request.state == "done"


def test_two_hundred_accepts_of_twenty_covers_have_one_winner_each(county: County, race: Race) -> None:
    county.set_policy(ask="all")
    people = with_leaders(county, 10)
    requests = [cover(county, number, people) for number in range(1, 21)]
    tasks = [["accept", ask] for asks in zip(*map(asks_of, requests), strict=True) for ask in asks]
    answers = race(tasks)
    assert Counter(kind for kind, _ in answers) == {"ok": 20, "Overtaken": 180}
    assert all(request.state == "done" for request in requests)
    assert all(len(current(county, number)) == 1 for number in range(1, 21))
    numbers = sorted(db.session.scalars(select(Revision.number)))
    assert numbers == list(range(1, 22))


def test_accept_against_withdraw(county: County, race: Race) -> None:
    people = with_leaders(county, 10)
    requests = [cover(county, number + 5, [people[number]]) for number in range(10)]
    tasks: list[list[Any]] = []
    for request in requests:
        tasks += [["accept", asks_of(request)[0]], ["withdraw", request.id]]
    answers = race(tasks, 2)
    for number, request in enumerate(requests):
        pair = answers[2 * number : 2 * number + 2]
        assert sorted(kind for kind, _ in pair) == ["Overtaken", "ok"], pair
        accepted = pair[0][0] == "ok"
        assert request.state == ("done" if accepted else "withdrawn")
        (row,) = current(county, number + 5)
        assert (row.leader_id == people[number]) is accepted


def test_accept_against_staff_who_decide(county: County, race: Race) -> None:
    people = with_leaders(county, 8)
    requests = [cover(county, number + 5, [people[number]]) for number in range(4)]
    tasks: list[list[Any]] = []
    for number, request in enumerate(requests):
        seat = county.duty(county.day(number + 5)).seat_key
        tasks += [["accept", asks_of(request)[0]], ["now", county.office.id, seat, people[number + 4]]]
    answers = race(tasks, 2)
    for number in range(4):
        (row,) = current(county, number + 5)
        accepted, decided = answers[2 * number], answers[2 * number + 1]
        # Staff who come second replace the substitute just found; a candidate who comes second hears who has it.
        assert decided[0] == "ok" and row.leader_id == people[number + 4]
        assert accepted[0] == "ok" or "接下" in accepted[1]


def test_swap_over_swap(county: County, race: Race) -> None:
    seats = [county.duty(county.day(n)).seat_key for n in (6, 8, 5)]
    with transaction():
        first = service.request_swap(county.office, county.leaders[1].id, seats[0], seats[1], "staff")
    with transaction():
        second = service.request_swap(county.office, county.leaders[0].id, seats[2], seats[1], "staff")
    answers = race([["accept", asks_of(first)[0]], ["accept", asks_of(second)[0]]], 2)
    assert sorted(kind for kind, _ in answers) == ["Overtaken", "ok"]
    assert sorted((first.state, second.state)) == ["done", "expired"]
    assert all(len(current(county, number)) == 1 for number in (5, 6, 8))


def test_deadlines_by_four_processes_do_each_thing_once(county: County, race: Race) -> None:
    county.set_policy(at_deadline="nudge")
    people = with_leaders(county, 6)
    requests = [cover(county, number + 10, [people[number]]) for number in range(6)]
    due = max(request.deadline_at for request in requests if request.deadline_at)
    race([["deadlines", due.isoformat()] for _ in range(8)])
    nudged = db.session.scalar(
        select(func.count()).select_from(SubstitutionStep).where(SubstitutionStep.what == "nudged")
    )
    assert nudged == 6
    assert not [
        event for event in county.told if isinstance(event, SubstituteNudged)
    ]  # other processes did it


def test_approve_against_withdraw_and_the_beginning_of_the_session(county: County, race: Race) -> None:
    county.set_policy(approval=True)
    people = with_leaders(county, 12)
    requests = [cover(county, number + 5, [people[number]]) for number in range(12)]
    for request in requests:
        with transaction():
            service.accept(db.session.get_one(SubstitutionAsk, asks_of(request)[0]), "candidate")
    begun = dt.datetime(2026, 4, 1, tzinfo=dt.UTC).isoformat()
    tasks: list[list[Any]] = []
    for request in requests[:6]:
        tasks += [["approve", request.id], ["withdraw", request.id]]
    for request in requests[6:]:
        tasks += [["approve", request.id], ["deadlines", begun]]
    answers = race(tasks, 2)
    for number, request in enumerate(requests):
        first, second = answers[2 * number : 2 * number + 2]
        withdrawn = number < 6 and second[0] == "ok"
        assert request.state == ("done" if first[0] == "ok" else "withdrawn" if withdrawn else "expired")
        if number < 6:  # what has begun ends requests whoever looks first
            assert sorted((first[0], second[0])) in (["Overtaken", "ok"], ["Overtaken", "Overtaken"])
        (row,) = current(county, number + 5)
        assert (row.leader_id == people[number]) is (request.state == "done")


def test_undo_once(county: County, race: Race) -> None:
    people = with_leaders(county, 3)
    requests = [cover(county, number + 5, [people[number]]) for number in range(3)]
    for request in requests:
        with transaction():
            service.accept(db.session.get_one(SubstitutionAsk, asks_of(request)[0]), "candidate")
    answers = race([["undo", request.id] for request in requests for _ in "1234"], 2)
    for number, request in enumerate(requests):
        kinds = Counter(kind for kind, _ in answers[4 * number : 4 * number + 4])
        assert kinds == {"ok": 1, "Overtaken": 3} and request.state == "undone"
    reversed_ones = db.session.scalars(select(LedgerEntry.reversed_at)).all()
    assert len(reversed_ones) == 6 and all(reversed_ones)
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 1 + 3 + 3


def test_accept_against_a_leave(county: County, race: Race) -> None:
    """Agreed and on leave is never the end: the leave is there, so the duty is open again, or stays with its leader."""
    county.set_policy(approval=True)
    people = with_leaders(county, 6)
    requests = [cover(county, number + 5, [people[number]]) for number in range(6)]
    tasks: list[list[Any]] = []
    for number, request in enumerate(requests):
        day = county.day(number + 5).isoformat()
        tasks += [["accept", asks_of(request)[0]], ["leave", county.office.id, people[number], day]]
    answers = race(tasks, 2)
    assert {kind for kind, _ in answers[1::2]} == {"ok"}
    jobs.process_deadlines(clock.now())  # what two transactions at once could not see of each other
    db.session.expire_all()
    for request in requests:
        assert request.state == "asked" and request.escalated_at is not None
        assert [duty.state for duty in request.duties] == ["open"]
