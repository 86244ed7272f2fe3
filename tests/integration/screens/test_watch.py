"""Heartbeats, the board, and what the office is told."""

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.notifications import kinds
from app.notifications.models import Notice
from app.screens.jobs import check_screens
from app.screens.models import Screen
from tests.integration.accounts.test_access import sign_in
from tests.integration.screens.helpers import MONDAY, contact, make_hall, make_screen
from tests.published import replace_leader

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def hall(app: Flask) -> tuple[Office, list[Leader]]:
    """An office with one screen."""
    with transaction():
        office, leaders = make_hall()
        make_screen(office)
    return office, leaders


def condition() -> str:
    """What the office was told last."""
    check_screens()
    return db.session.scalars(select(Screen.condition)).one()


def told() -> list[str]:
    """The kinds of notices queued, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(Notice.kind).order_by(Notice.id)))


def test_dark_and_back_are_told_once_each(
    hall: tuple[Office, list[Leader]], client: FlaskClient, clock: FixedClock
) -> None:
    assert condition() == "new"
    assert contact(client, shown={"county": 1}) == 204
    assert (condition(), told()) == ("fresh", [])
    clock.advance(5 * MINUTE)
    assert condition() == "fresh"
    clock.advance(MINUTE)
    assert (condition(), condition(), told()) == ("dark", "dark", ["screen_dark"])
    contact(client, shown={"county": 1})
    assert (condition(), condition(), told()) == ("fresh", "fresh", ["screen_dark", "screen_back"])
    clock.advance(6 * MINUTE)
    assert (condition(), told()) == ("dark", ["screen_dark", "screen_back", "screen_dark"])


def test_the_words_of_a_notice_are_whole_and_no_longer_true_when_it_is_back(
    hall: tuple[Office, list[Leader]], app: Flask, client: FlaskClient, clock: FixedClock
) -> None:
    contact(client, shown={"county": 1})
    check_screens()
    clock.advance(6 * MINUTE)
    check_screens()
    notice = db.session.scalars(select(Notice)).one()
    kind = kinds.find_kind("screen_dark")
    assert kind is not None and kind.still_true(notice)
    with app.test_request_context():
        values = kind.values(notice)
    assert set(values) == set(kind.placeholders)
    assert "12:00" in kind.body.zh.format(**values) and values["link"].endswith("/offices/county/screens")
    contact(client, shown={"county": 1})
    check_screens()
    db.session.expire_all()
    assert not kind.still_true(notice)


def test_a_screen_that_shows_an_older_revision_lags(
    hall: tuple[Office, list[Leader]], client: FlaskClient, clock: FixedClock
) -> None:
    office, leaders = hall
    contact(client, shown={"county": 1})
    with transaction():
        replace_leader(office, MONDAY, leaders[1], published_at=clock.now())
    assert condition() == "fresh"
    clock.advance(3 * MINUTE)
    contact(client, shown={"county": 1})
    assert (condition(), told()) == ("lagging", ["screen_lagging"])
    contact(client, shown={"county": 2})
    assert (condition(), told()) == ("fresh", ["screen_lagging", "screen_back"])


@pytest.mark.parametrize(
    ("moment", "always_on", "expected"),
    [
        ("2026-03-02T20:00", False, "fresh"),  # Monday evening: the hall is closed
        ("2026-03-02T20:00", True, "dark"),
        ("2026-03-07T10:00", False, "fresh"),  # Saturday
        ("2026-03-03T09:00", False, "dark"),
    ],
)
def test_nobody_is_told_of_a_screen_that_is_switched_off_at_night(
    app: Flask, client: FlaskClient, clock: FixedClock, moment: str, always_on: bool, expected: str
) -> None:
    with transaction():
        office, _leaders = make_hall()
        make_screen(office, always_on=always_on)
    contact(client, shown={"county": 1})
    check_screens()
    clock.at = dt.datetime.fromisoformat(moment + "+08:00").astimezone(dt.UTC)
    assert condition() == expected


def test_the_board_says_how_each_screen_fares(
    hall: tuple[Office, list[Leader]], client: FlaskClient, clock: FixedClock
) -> None:
    with transaction():
        make_screen(hall[0], "t2", name="二楼走廊")
    contact(client, shown={"county": 1}, drift_seconds=-1800, storage_full=True, storage_bytes=40960)
    sign_in(client, "rita")
    page = client.get("/offices/county/screens?lang=en").get_data(as_text=True)
    for words in ("Up to date", "Not heard of yet", "clock off by -30 min", "storage full", "keeps 40 kB"):
        assert words in page, words
    assert 'class="screen-day-there"' in page
    assert "大厅 t1" in page and "二楼走廊" in page
    assert "二楼走廊" not in client.get("/offices/county/screens?q=大厅").get_data(as_text=True)
    assert "大厅 t1" not in client.get("/offices/county/screens?state=new").get_data(as_text=True)


@pytest.mark.parametrize(
    "report", [None, [], "x", {"shown": []}, {"drift_seconds": "1"}, {"drift_seconds": True}, {"shown": {"a": "b"}}, {"storage_bytes": 1e300}]
)  # fmt: skip
def test_nonsense_is_refused_and_nothing_of_it_kept(
    hall: tuple[Office, list[Leader]], client: FlaskClient, report: object
) -> None:
    answer = client.post("/screen/own/contact", json=report, headers={"X-Screen-Token": "t1"})
    assert answer.status_code == 400
    assert db.session.scalars(select(Screen.last_contact_at)).one() is None


def test_an_unknown_token_reports_nothing(hall: tuple[Office, list[Leader]], client: FlaskClient) -> None:
    assert contact(client, "t9", shown={}) == 401
