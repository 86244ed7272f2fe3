"""The first two backups of a leader are never away together."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.core.dates import DateRange
from app.directory.models import Leader, Office
from app.roster import absences, publishing
from app.roster.backup_rule import both_away, in_words
from app.roster.errors import BadEntry
from app.roster.models import Leave
from app.roster.substitution.models import Backup
from app.roster.substitution.queries import default_policy
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import days_from, make_draft

DAY = dt.date(2026, 4, 13)
People = tuple[Office, list[Leader]]


@pytest.fixture
def people(app: Flask) -> People:
    """A leader with the backups A, B and C; A is on leave for a week."""
    with transaction():
        office = make_office()
        found = [make_leader(office, name) for name in ("示例甲", "示例乙", "示例丙", "示例丁")]
        for rank, backup in zip("ABC", found[1:], strict=True):
            db.session.add(Backup(office_id=office.id, leader_id=found[0].id, backup_id=backup.id, rank=rank))
        absences.add_leave(office, found[1].id, DAY, DAY + dt.timedelta(days=4))
        make_user("anna", "scheduler", office)
    return office, found


def sign_in(client: FlaskClient) -> None:
    """Anna, in English."""
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")


def refuse(office: Office) -> None:
    """The office refuses leave that takes both away."""
    policy = default_policy(office.id)
    policy.refuse_together = True
    db.session.add(policy)


def test_a_leave_that_takes_both_away_is_saved_with_a_warning(client: FlaskClient, people: People) -> None:
    _office, (_one, _a, b, c) = people
    sign_in(client)
    dates = {"first_day": "2026-04-15", "last_day": "2026-04-20"}
    page = client.post(f"/offices/county/absences/{b.id}/leave", data=dates, follow_redirects=True).text
    assert "2026-04-15 to 2026-04-17: 示例乙 and 示例丙, the first two backups of 示例甲" in page
    assert "stand in for each other are away together" in client.get("/offices/county/absences").text
    page = client.post(f"/offices/county/absences/{c.id}/leave", data=dates, follow_redirects=True).text
    assert "first two backups" not in page  # the third may be away


def test_a_leader_and_the_first_backup_neither(people: People) -> None:
    office, (one, *_others) = people
    with transaction():
        absences.add_leave(office, one.id, DAY, DAY)
    (found,) = in_words(both_away(office, DateRange.from_days(DAY, DAY)))
    assert found.zh == "2026-04-13，示例甲 与第一替补 示例乙 同时请假；两人不能同时不在。"


def test_by_policy_it_is_refused_in_one_sentence(people: People) -> None:
    office, (_one, a, b, _c) = people
    with transaction():
        refuse(office)
    with pytest.raises(BadEntry) as refused, transaction():
        absences.add_leave(office, b.id, DAY, DAY)
    assert refused.value.text.zh == (
        "2026-04-13，示例甲 的前两位替补 示例乙、示例丙 同时请假；两人不能同时不在。请改期，或先调整替补。"
    )
    with transaction():
        before = absences.add_leave(office, b.id, dt.date(2026, 4, 6), dt.date(2026, 4, 8))
        own = db.session.query(Leave).filter_by(leader_id=a.id).one()
        absences.change_leave(office, own, DAY, DAY + dt.timedelta(days=5))  # its own days are no clash
    with pytest.raises(BadEntry), transaction():
        absences.change_leave(office, before, dt.date(2026, 4, 6), DAY)


def test_before_publishing_it_stands_in_the_list_and_may_be_accepted(people: People) -> None:
    office, (one, _a, b, _c) = people
    with transaction():
        absences.add_leave(office, b.id, DAY, DAY)
        draft = make_draft(office, days_from(DAY, 5), [one])
    found = [o for o in publishing.find_obstacles(draft) if o.kind == "backups"]
    assert [(o.hard, o.seat_keys) for o in found] == [(False, ("r1:2026-04-13:day:1",))]
    days = [both.days for both in both_away(office, DateRange.from_days(DAY, DAY + dt.timedelta(days=9)))]
    assert [(found.first_day, found.last_day) for found in days] == [(DAY, DAY)]
    with transaction():
        assert publishing.publish(draft, "", "anna", accept_conflicts=True).number == 1
