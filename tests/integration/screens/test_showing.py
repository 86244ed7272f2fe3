"""What staff set up, write and call is what screens are told to show."""

import datetime as dt
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Office, Room
from app.screens import calls
from app.screens.models import Screen, ScreenGroup, ScreenNotice
from tests.factories import make_leader, make_office
from tests.integration.accounts.test_access import sign_in
from tests.integration.screens.helpers import MONDAY, STATE, make_hall, make_screen, shown
from tests.published import add_duty, make_revision, publish_days, replace_leader, workdays

SCREENS = "/offices/county/screens"
TOKEN = {"X-Screen-Token": "t1"}
LOOK = {"layout": "full", "language": "both", "room": ""}


@pytest.fixture
def office(app: Flask, client: FlaskClient) -> Office:
    """A county with one screen; anna is signed in."""
    with transaction():
        found, _leaders = make_hall()
        make_screen(found)
        db.session.add_all(
            [Room(office_id=found.id, name="一号接待室"), Room(office_id=found.id, name="二号接待室")]
        )
    sign_in(client, "anna")
    return found


def test_an_unchanged_snapshot_costs_one_statement(office: Office, app: Flask, client: FlaskClient) -> None:
    box = app.test_client()
    tag = {"If-None-Match": box.get(STATE, headers=TOKEN).headers["ETag"]}
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *found: statements.append(found[2]))
    assert box.get(STATE, headers=TOKEN | tag).status_code == 304
    assert len([one for one in statements if not one.startswith("BEGIN")]) == 1, statements


def test_every_kind_of_change_reaches_the_snapshot(office: Office, app: Flask, client: FlaskClient) -> None:
    box = app.test_client()

    def tag() -> str:
        return str(box.get(STATE, headers=TOKEN).headers["ETag"])

    seen = [tag()]
    form = {
        "kind": "suspension",
        "name": "维修",
        "reason": "维修",
        "first_day": "2026-03-03",
        "last_day": "2026-03-04",
    }
    client.post("/offices/county/calendar/periods", data=form)
    late = client.post(f"{SCREENS}/late", data={"minutes": "20"})
    assert late.status_code == 302
    seen.append(tag())
    with transaction():
        leaders = [make_leader(db.session.get_one(Office, office.id), "丁四")]
        replace_leader(db.session.get_one(Office, office.id), MONDAY, leaders[0])
    seen.append(tag())
    assert len(set(seen)) == 3


def test_a_screen_is_set_up(office: Office, client: FlaskClient, app: Flask) -> None:
    screen = db.session.scalars(select(Screen)).one()
    with transaction():
        town = make_office("town-01", "township", office, "柳河镇综合接待室")
        publish_days(town, [make_leader(town, "钱五")], workdays(MONDAY, dt.date(2026, 3, 31)))
    form = {
        "name": "门口",
        "group_id": "0",
        "layout": "calls",
        "language": "zh",
        "room": "",
        "more_offices": [town.id],
        "voice": "y",
    }
    assert client.get(f"{SCREENS}/{screen.id}").status_code == 200
    assert client.post(f"{SCREENS}/{screen.id}", data=form).status_code == 302
    told = shown(app.test_client())
    assert (told["layout"], told["language"], told["voice"], told["name"]) == ("calls", "zh", True, "门口")
    assert [place["office"]["code"] for place in told["places"]] == ["county", "town-01"]
    assert told["places"][1]["days"][0]["sessions"][0]["leaders"][0]["name"] == "钱五"
    assert client.post(f"{SCREENS}/{screen.id}", data=form | {"name": ""}).status_code == 400


def test_a_door_shows_its_own_room(office: Office, client: FlaskClient, app: Flask) -> None:
    with transaction():
        county = db.session.get_one(Office, office.id)
        revision = make_revision(county, dt.date(2026, 7, 1), dt.date(2026, 7, 1))
        for seat, room in ((1, "一号接待室"), (2, "二号接待室")):
            add_duty(revision, make_leader(county, f"孙{seat}"), dt.date(2026, 7, 1), seat=seat, room=room)
        db.session.scalars(select(Screen)).one().room = "二号接待室"
    (place,) = shown(app.test_client())["places"]
    assert [leader["name"] for one in place["later"] for leader in one["leaders"]] == ["孙2"]
    assert not any(day["sessions"] for day in place["days"])


def test_a_group_shows_the_same_everywhere_and_reloads_together(
    office: Office, client: FlaskClient, app: Flask
) -> None:
    group = LOOK | {"name": "乡镇大厅", "same_for_all": "y", "layout": "today", "language": "en"}
    assert client.post(f"{SCREENS}/groups", data=group).status_code == 302
    made = db.session.scalars(select(ScreenGroup)).one()
    screen = db.session.scalars(select(Screen)).one()
    values = LOOK | {"name": "大厅", "group_id": str(made.id)}
    assert client.post(f"{SCREENS}/{screen.id}", data=values).status_code == 302
    told = shown(app.test_client())
    assert (told["layout"], told["language"], told["reloads"]) == ("today", "en", 0)
    assert client.post(f"{SCREENS}/groups/{made.id}/reload").status_code == 302
    assert shown(app.test_client())["reloads"] == 1
    assert client.post(f"{SCREENS}/groups/{made.id}/close").status_code == 409
    client.post(f"{SCREENS}/{screen.id}", data=values | {"group_id": "0"})
    assert client.post(f"{SCREENS}/groups/{made.id}/close").status_code == 302
    assert shown(app.test_client())["layout"] == "full"


def test_a_text_is_written_changed_taken_off_and_each_is_undone(
    office: Office, client: FlaskClient, app: Flask
) -> None:
    texts = f"{SCREENS}/texts"
    form = {
        "text_zh": "停电",
        "text_en": "No power",
        "first_day": "2026-03-02",
        "last_day": "2026-03-04",
        "group_id": "0",
    }

    def on_screen() -> list[str]:
        return [one["zh"] for one in shown(app.test_client())["notices"]]

    def newest() -> int:
        return int(db.session.scalars(select(ScreenNotice.id).order_by(ScreenNotice.id.desc())).first() or 0)

    assert client.post(texts, data=form).status_code == 302
    assert on_screen() == ["停电"]
    assert client.post(f"{texts}/{newest()}", data=form | {"text_zh": "来电了"}).status_code == 302
    assert on_screen() == ["来电了"]
    assert client.post(f"{texts}/{newest()}/undo").status_code == 302
    assert on_screen() == ["停电"]
    first = newest() - 1
    assert client.post(f"{texts}/{first}/withdraw").status_code == 302
    assert on_screen() == []
    assert client.post(f"{texts}/{first}/withdraw").status_code == 409
    assert "停电" in client.get(texts).get_data(as_text=True)
    assert client.post(f"{texts}/{first}/restore").status_code == 302
    assert on_screen() == ["停电"]
    assert client.post(f"{texts}/{first}/restore").status_code == 409
    bad = client.post(texts, data=form | {"last_day": "2026-03-01"})
    assert bad.status_code == 400 and "No power" in bad.get_data(as_text=True)


def test_of_all_versions_of_a_text_one_is_on_screen_however_often_it_is_undone(
    office: Office, client: FlaskClient, app: Flask
) -> None:
    texts = f"{SCREENS}/texts"
    form = {"text_en": "", "first_day": "2026-03-02", "last_day": "2026-03-04", "group_id": "0"}

    def on_screen() -> list[str]:
        return [one["zh"] for one in shown(app.test_client())["notices"]]

    def number(text: str) -> int:
        return db.session.scalars(select(ScreenNotice.id).where(ScreenNotice.text_zh == text)).one()

    def press(word: str, text: str) -> int:
        return client.post(f"{texts}/{number(text)}/{word}").status_code

    client.post(texts, data=form | {"text_zh": "甲"})
    client.post(f"{texts}/{number('甲')}", data=form | {"text_zh": "乙"})
    client.post(f"{texts}/{number('乙')}", data=form | {"text_zh": "丙"})
    assert on_screen() == ["丙"]
    for word, text, status, left in (
        ("undo", "丙", 302, ["乙"]),
        ("undo", "丙", 409, ["乙"]),  # pressed twice
        ("undo", "乙", 302, ["甲"]),
        ("restore", "丙", 302, ["丙"]),
        ("restore", "乙", 302, ["乙"]),
        ("restore", "甲", 302, ["甲"]),
        ("withdraw", "甲", 302, []),
    ):
        assert (press(word, text), on_screen()) == (status, left)
    page = client.get(texts).get_data(as_text=True)
    assert page.count("/restore") == 1 and f"texts/{number('甲')}/restore" in page


def test_running_late_is_said_today_by_those_who_receive(
    office: Office, app: Flask, clock: FixedClock
) -> None:
    rita = app.test_client()
    sign_in(rita, "rita")
    for minutes in ("30", "45"):
        assert rita.post(f"{SCREENS}/late", data={"minutes": minutes}).status_code == 302
    (late,) = shown(app.test_client())["notices"]
    assert (late["kind"], late["minutes"], late["last_day"]) == ("late", 45, "2026-03-02")
    assert rita.post(f"{SCREENS}/late", data={"minutes": "0"}).status_code == 302
    assert shown(app.test_client())["notices"] == []
    rita.post(f"{SCREENS}/late", data={"minutes": "900"})
    assert shown(app.test_client())["notices"] == []
    assert rita.post(f"{SCREENS}/texts", data={}).status_code == 403


def test_a_registered_provider_says_which_tickets_are_called(
    office: Office, app: Flask, clock: FixedClock
) -> None:
    def provider(_office_id: int, now: dt.datetime) -> Sequence[calls.Call]:
        return [calls.Call("427", "一号接待室", now)]

    calls.register(app, provider)
    (group,) = shown(app.test_client())["calls"]
    assert group["calls"] == [
        {
            "ticket": "427",
            "room": "一号接待室",
            "from": int(clock.now().timestamp() * 1000),
            "until": int((clock.now() + dt.timedelta(minutes=10)).timestamp() * 1000),
        }
    ]


def test_a_screen_moves_to_another_office(office: Office, client: FlaskClient, app: Flask) -> None:
    screen = db.session.scalars(select(Screen)).one()
    with transaction():
        make_office("town-01", "township", db.session.get_one(Office, office.id), "柳河镇综合接待室")
        make_office("other", "county", name="邻县信访局")
    assert client.post(f"{SCREENS}/{screen.id}/move", data={"office": "other"}).status_code == 400
    assert client.post(f"{SCREENS}/{screen.id}/move", data={"office": "town-01"}).status_code == 302
    assert shown(app.test_client())["places"][0]["office"]["code"] == "town-01"
    assert client.get(f"{SCREENS}/{screen.id}").status_code == 404


def test_a_simulated_day_is_looked_at_by_links(office: Office, client: FlaskClient) -> None:
    screen = db.session.scalars(select(Screen)).one()
    page = client.get(f"{SCREENS}/{screen.id}/preview?day=2026-03-07&time=10:00").get_data(as_text=True)
    assert "picture?at=2026-03-07T10:00" in page and "time=18:30" in page
    picture = client.get(f"{SCREENS}/{screen.id}/picture?at=2026-03-07T10:00")
    assert "frame-ancestors 'self'" in picture.headers["Content-Security-Policy"]
    assert client.get(f"{SCREENS}/{screen.id}/preview?day=nonsense&time=25:99").status_code == 200
    gallery = client.get(f"{SCREENS}/gallery").get_data(as_text=True)
    assert gallery.count("<iframe") >= 29
    assert client.get(f"{SCREENS}/gallery/nothing").status_code == 404
