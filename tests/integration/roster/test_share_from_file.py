"""The share column of an imported file reaches the leader's terms."""

from decimal import Decimal

from flask import Flask

from app.core.database import db, transaction
from app.core.events import emit
from app.directory.events import LeaderShareGiven
from app.roster.models import LeaderTerms
from tests.factories import make_leader, make_office


def test_a_share_from_a_file_is_taken_and_other_terms_stay(app: Flask) -> None:
    with transaction():
        leader = make_leader(make_office())
        db.session.add(
            LeaderTerms(leader_id=leader.id, share_percent=100, forbidden_weekdays=[2], month_min=1)
        )
    with transaction():
        emit(LeaderShareGiven(leader.id, leader.office_id, Decimal("0.5")))
    terms = db.session.get_one(LeaderTerms, leader.id)
    assert (terms.share_percent, terms.forbidden_weekdays, terms.month_min) == (50, [2], 1)


def test_the_usual_share_of_a_leader_without_terms_writes_nothing(app: Flask) -> None:
    with transaction():
        leader = make_leader(make_office())
    with transaction():
        emit(LeaderShareGiven(leader.id, leader.office_id, Decimal(1)))
    assert db.session.get(LeaderTerms, leader.id) is None
