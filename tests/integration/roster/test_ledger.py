"""What the ledger counts: covers for the substitute, duties elsewhere at home, suspensions by policy."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.calendar import service as calendar
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.roster import building, publishing, queries
from app.roster.ledger import Ledger, balances_before, ledger
from app.roster.models import Draft, LeaderTerms
from app.roster.solving import build_drafts
from app.roster.substitution import service as substitution
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import days_from, make_draft, make_rule

MAY = dt.date(2026, 5, 1)


@pytest.fixture
def office(app: Flask) -> Office:
    """Four leaders, one every working day; April is published by turns, five duties each."""
    with transaction():
        office = make_office()
        for name in ("示例甲", "示例乙", "示例丙", "示例丁"):
            make_leader(office, name)
        make_rule(office)
    publish(office, dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    return office


def publish(office: Office, first: dt.date, last: dt.date, reason: str = "") -> Draft:
    """Build and publish."""
    with transaction():
        draft = building.create(db.session.merge(office), first, last, "anna", 8)
    build_drafts([draft.id])
    with transaction():
        publishing.publish(db.session.get_one(Draft, draft.id), reason, "anna", accept_conflicts=True)
    return draft


def people(office: Office) -> list[Leader]:
    """In order."""
    return db.session.query(Leader).filter_by(office_id=office.id).order_by(Leader.position, Leader.id).all()


def given(book: Ledger) -> dict[str, tuple[int, int, int]]:
    """Held, to come, elsewhere by name."""
    return {line.name: (line.all.held, line.all.planned, line.all.elsewhere) for line in book.lines}


def test_covers_count_for_the_substitute_and_feed_the_next_plan(office: Office, client: FlaskClient) -> None:
    one, two, *_others = people(office)
    own = [duty for duty in queries.current_duties(office.id) if duty.leader_id == one.id]
    for duty in own[:4]:
        with transaction():
            substitution.arrange_now(
                db.session.merge(office), duty.seat_key, two.id, "anna", reason="business", accept_rules=True
            )
    balances = balances_before(office, MAY)[0]
    before = {line.leader_id: line.all for line in ledger(office, 2026).lines}
    assert before[one.id].planned == len(own) - 4
    assert balances[two.id] - balances[one.id] >= 7000  # eight duties apart, by shares that may differ by one
    following = publish(office, MAY, dt.date(2026, 8, 31))
    counts = [duty.leader_id for duty in queries.draft_duties(following.id)]
    assert counts.count(one.id) - counts.count(two.id) >= 7
    with transaction():
        make_user("anna", "scheduler", db.session.merge(office))
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    page = client.get(f"/offices/county/ledger?year=2026&leader={two.id}").text
    assert page.count("taken over from 示例甲") == 4
    assert "official business" in page
    page = client.get(f"/offices/county/ledger?year=2026&leader={one.id}").text
    assert page.count("taken over by 示例乙") == 4


def test_a_leaders_share_is_worked_out_on_the_page(office: Office, client: FlaskClient) -> None:
    """21 working days of April over four leaders, one with half a share: 21 × 10.5 of 73.5 is 3."""
    with transaction():
        db.session.add(LeaderTerms(leader_id=people(office)[0].id, share_percent=50))
        make_user("anna", "scheduler", office)
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    one = people(office)[0]
    page = client.get(f"/offices/county/ledger?year=2026&leader={one.id}").text
    assert "21.00 duties × 10.5 of 73.5 weighted sessions = 3.00, less 0.00 carried in = 3.00." in page


def test_duties_elsewhere_count_at_home_unless_the_office_says_no(office: Office) -> None:
    one = people(office)[0]
    with transaction():
        town = make_office("town-01", "township", db.session.merge(office), "城关镇")
        make_leader(town, "示例戊")
        publishing.publish(make_draft(town, days_from(dt.date(2026, 6, 1), 4), [one]), "", "anna")
    book = ledger(office, 2026)
    assert given(book)["示例甲"][2] == 4
    assert sum(line.all.balance for line in book.lines) == 0
    assert ledger(town, 2026).lines[-1].all.elsewhere == 0  # a guest's duties at home are not the township's
    with transaction():
        make_rule(db.session.merge(office), "fairness", elsewhere=False)
    assert given(ledger(office, 2026))["示例甲"][2] == 0


def test_a_suspended_duty_counts_only_where_the_office_says_so(office: Office) -> None:
    had = {duty.on_date: duty.leader_id for duty in queries.current_duties(office.id)}
    first, last = dt.date(2026, 4, 20), dt.date(2026, 4, 22)
    with transaction():
        calendar.add_period(db.session.merge(office), "suspension", "装修", first, last, reason="装修")
    publish(office, dt.date(2026, 4, 1), dt.date(2026, 4, 30), "装修")
    lost = [had[day] for day in (first, dt.date(2026, 4, 21), last)]
    without = {line.leader_id: line.all.planned for line in ledger(office, 2026).lines}
    assert sum(without.values()) == len(had) - 3
    with transaction():
        make_rule(db.session.merge(office), "fairness", suspended=True)
    counted = ledger(office, 2026)
    assert sum(line.all.planned for line in counted.lines) == len(had)
    for line in counted.lines:
        assert line.all.planned - without[line.leader_id] == lost.count(line.leader_id) == len(line.suspended)
    assert sum(line.all.balance for line in counted.lines) == 0
