"""Requests nobody decides end, each with its words, and are purged like the others; nothing stays on the disk."""

import datetime as dt
import os
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.appointments import jobs, vault
from app.appointments.errors import ChangedMeanwhile
from app.appointments.finding import Filter, count_groups, list_visits
from app.appointments.models import Seat, Visit, VisitStep
from app.appointments.service import day, papers, records, resident, screening, steps
from app.appointments.service.booking import book, confirm
from app.appointments.words import sentence_of
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup.service import papers as matter_papers
from app.notifications.models import Notice
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

DAY = dt.date(2026, 3, 10)
JPEG = b"\xff\xd8\xff\xe0" + b"invented" * 20


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        return make_visit_scenario(places=1, months_unplaced=6, months_received=12, open_per_person=9)


def flask(app: Flask, *words: str) -> str:
    done = app.test_cli_runner().invoke(args=list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_lists_close_and_the_placeless_end_and_each_is_told_and_purged(
    app: Flask, scenario: VisitScenario, clock: FixedClock
) -> None:
    key = scenario.key(DAY)
    with transaction():
        confirm(book(scenario.office, request_for(1, key))[0], "clerk")
        waits, _code = book(scenario.office, request_for(2, key, waiting=True))
        placeless, _code = book(scenario.office, request_for(3))
        papers.add(placeless, "照片.jpg", JPEG)
    ids = (waits.id, placeless.id)
    clock.at = dt.datetime(2026, 3, 9, 8, 59, tzinfo=dt.UTC)  # a minute before 17:00, the cut-off
    jobs.end_undecided()
    assert [db.session.get_one(Visit, one).state for one in ids] == ["waiting", "received"]
    clock.at += dt.timedelta(minutes=1)
    assert "1 on closed waiting lists, 0 without a day" in flask(app, "visits", "expire", "--dry-run")
    jobs.end_undecided()
    clock.advance(dt.timedelta(days=60))
    assert "0 on closed waiting lists, 1 without a day" in flask(app, "visits", "expire", "--dry-run")
    flask(app, "visits", "expire")
    db.session.expire_all()
    visits = [db.session.get_one(Visit, one) for one in ids]
    assert [visit.state for visit in visits] == ["expired", "expired"]
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert "候补" in sentence_of(visits[0])
        assert sentence_of(visits[0]) != sentence_of(visits[1])
    kinds = db.session.scalars(
        select(Notice.kind).where(Notice.kind.in_(("visit.waiting_ended", "visit.not_decided")))
    )
    assert sorted(kinds) == ["visit.not_decided", "visit.waiting_ended"]
    assert count_groups(scenario.office.id)["to_decide"] == 2
    clock.advance(dt.timedelta(days=181))
    listed = flask(app, "visits", "purge", "--dry-run")
    assert "2 visits (2 that led to no visit), 0 files" in listed
    flask(app, "visits", "purge")
    assert vault.keys_on_disk() == set()
    assert list_visits(scenario.office.id, Filter())[0] == []
    assert count_groups(scenario.office.id)["to_decide"] == 0
    with pytest.raises(ChangedMeanwhile), transaction():
        resident.cancel(db.session.get_one(Visit, ids[0]))


def test_a_day_nobody_closed_is_purged_as_long_after_as_a_visit(
    app: Flask, scenario: VisitScenario, clock: FixedClock
) -> None:
    with transaction():
        came, _code = book(scenario.office, request_for(1, scenario.key(DAY)))
        other, _code = book(scenario.office, request_for(2, scenario.key(DAY + dt.timedelta(days=1))))
        for visit in (came, other):
            confirm(visit, "clerk")
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    with transaction():
        for step in (day.check_in, day.call, day.begin):
            step(came, "clerk")
    clock.advance(dt.timedelta(days=359))
    assert "visits" not in flask(app, "visits", "purge", "--dry-run")
    clock.advance(dt.timedelta(days=3))
    assert "2 visits (2 whose day nobody closed)" in flask(app, "visits", "purge", "--dry-run")
    flask(app, "visits", "purge")
    db.session.expire_all()
    assert [(v.state, v.name) for v in db.session.scalars(select(Visit).order_by(Visit.id))] == [
        ("closed", ""),
        ("expired", ""),
    ]
    assert db.session.scalar(select(Seat.id)) is None
    assert db.session.scalars(select(VisitStep.what).order_by(VisitStep.id.desc())).first() == "purged"


def test_files_of_a_killed_process_go_and_files_of_an_upload_stay(
    app: Flask, scenario: VisitScenario, clock: FixedClock
) -> None:
    with transaction():
        kept = papers.add(book(scenario.office, request_for(1))[0], "照片.jpg", JPEG).key
    lost, paper = vault.store(JPEG), vault.store(JPEG, matter_papers.FOLDER)
    half = vault._path(kept, "attachments").with_suffix(".new")
    half.write_bytes(b"half")
    moment = clock.now().timestamp()
    for path in vault._root("").glob("*/*/*"):
        os.utime(path, (moment, moment))
    assert vault.orphans() == [], "they may belong to a transaction that is still open"
    clock.advance(dt.timedelta(hours=2))
    assert {path.name for path in vault.orphans()} == {f"{lost}.sealed", f"{paper}.sealed", half.name}
    jobs.purge()
    assert vault.orphans() == []
    assert vault.read(kept) == JPEG


def test_a_request_taken_up_again_waits_anew(scenario: VisitScenario, clock: FixedClock) -> None:
    with transaction():
        visit, _code = book(scenario.office, request_for(3))
        screening.refuse(visit, "not_clear", "x", "clerk")
    clock.advance(dt.timedelta(days=61))
    with transaction():
        screening.reopen(db.session.get_one(Visit, visit.id), "clerk")
    clock.advance(dt.timedelta(days=59))
    jobs.end_undecided()
    assert db.session.get_one(Visit, visit.id).state == "received"
    clock.advance(dt.timedelta(days=1))
    jobs.end_undecided()
    assert db.session.get_one(Visit, visit.id).state == "expired"


def test_who_acts_at_that_moment_is_left_alone_and_nobody_waits_for_the_other(
    app: Flask, scenario: VisitScenario, clock: FixedClock
) -> None:
    """The job holds the end of the audit trail once it has ended one request: it must not wait for a second one then."""
    with transaction():
        first, second = (book(scenario.office, request_for(number))[0] for number in (1, 2))
    clock.advance(dt.timedelta(days=61))
    ended = threading.Thread(target=in_context, args=(app, jobs.end_undecided))
    with transaction():
        steps.hold(second)
        ended.start()
        if db.engine.dialect.name == "postgresql":  # SQLite lets the job write after us
            ended.join(20)
        resident.cancel(second)
    ended.join(20)
    db.session.expire_all()
    assert (first.state, second.state) == ("expired", "cancelled")


def in_context(app: Flask, work: Callable[[], object]) -> None:
    with app.app_context():
        work()


def test_nothing_is_written_of_a_visit_whose_data_was_removed(
    scenario: VisitScenario, clock: FixedClock
) -> None:
    with transaction():
        visit, _code = book(scenario.office, request_for(1, scenario.key(DAY)))
        confirm(visit, "clerk")
        visit.state, visit.ended_at = "closed", clock.now()
    clock.advance(dt.timedelta(days=366))
    jobs.purge()
    db.session.expire_all()
    assert visit.purged_at is not None
    with pytest.raises(ChangedMeanwhile), transaction():
        records.save_draft(visit, "示例来访人说", 0, "clerk")
