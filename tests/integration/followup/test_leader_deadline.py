"""The day a leader sets: sooner than the Regulations or refused, followed by the units, kept apart in the bulletin."""

import datetime as dt
import html
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.dates import DateRange
from app.followup.bulletin import queries as bulletin
from app.followup.errors import LeaderDayRefused
from app.followup.models import Matter
from app.followup.service import letters, limits
from app.followup.service.matters import Opening, close, open_matter
from tests.integration.followup.scenario import Scene, make_scene

TODAY = dt.date(2026, 3, 2)
FRIDAY = dt.date(2026, 3, 20)
REGULATION = dt.date(2026, 5, 6)  # 60 days, then Labour Day


@pytest.fixture
def scene(app: Flask) -> Scene:
    with transaction():
        return make_scene()


def begin(scene: Scene, **more: Any) -> Matter:
    said: dict[str, Any] = {"received_on": TODAY, "subject": "示例事由", "disposition": "raised"} | more
    with transaction():
        return open_matter(scene.office, Opening(units=[scene.units[0].id], **said), "赵示例")


def days_of(matter: Matter) -> tuple[Any, ...]:
    db.session.refresh(matter)
    return matter.leader_due_on, matter.due_on, matter.regulation_due_on, matter.parts[0].due_on


def test_the_units_part_follows_the_leader(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene, leader_due_on=FRIDAY)
    assert days_of(matter) == (FRIDAY, FRIDAY, REGULATION, FRIDAY)
    with transaction():
        limits.pause(scene.office, matter, TODAY, TODAY + dt.timedelta(days=9), "鉴定", "赵示例")
    assert days_of(matter) == (FRIDAY, FRIDAY, dt.date(2026, 5, 11), FRIDAY)
    with transaction():
        limits.set_leader_day(scene.office, matter, dt.date(2026, 4, 30), "领导改期", "赵示例")
    assert days_of(matter)[1] == dt.date(2026, 4, 30)
    with transaction():
        limits.extend(scene.office, matter, 5, "复杂", "赵示例")
    assert days_of(matter) == (None, *[dt.date(2026, 5, 15)] * 3)


@pytest.mark.parametrize(
    ("received", "day", "said"),
    [
        (TODAY, dt.date(2026, 5, 7), "at the latest Wed 6 May 2026"),
        (TODAY - dt.timedelta(days=3), dt.date(2026, 2, 26), "received on Fri 27 February"),
        (TODAY - dt.timedelta(days=3), dt.date(2026, 3, 1), "Sun 1 March is past"),
        (
            dt.date(2025, 12, 1),
            FRIDAY,
            "the last day was Fri 30 January; a leader's date can no longer be set",
        ),
    ],
)
def test_days_that_cannot_be_set(scene: Scene, received: dt.date, day: dt.date, said: str) -> None:
    with pytest.raises(LeaderDayRefused) as refused:
        begin(scene, received_on=received, leader_due_on=day)
    assert said in refused.value.text.en
    assert db.session.query(Matter).count() == 0


def test_the_first_and_the_last_day_can(scene: Scene) -> None:
    assert begin(scene, leader_due_on=TODAY).due_on == TODAY
    matter = begin(scene, leader_due_on=REGULATION)
    assert days_of(matter)[:3] == (REGULATION, REGULATION, REGULATION)


def test_the_bulletin_counts_by_the_regulations(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene, leader_due_on=FRIDAY)
    clock.at += dt.timedelta(days=30)  # after the leader's date, long before the Regulations'
    with transaction():
        close(scene.office, matter, "办结", "赵示例")
    march, may = DateRange.of_month(2026, 3), DateRange.of_month(2026, 5)
    assert bulletin.totals([scene.office.id], march)["due"] == 0
    counts = bulletin.totals([scene.office.id], may)
    assert (counts["due"], counts["closed_in_time"]) == (1, 1)
    assert [row.id for row in bulletin.rows_behind("closed_in_time", [scene.office.id], may).rows] == [
        matter.id
    ]


def test_the_tables_lead_down_and_up_with_rows(scene: Scene) -> None:
    begin(scene, leader_due_on=FRIDAY)
    db.session.remove()
    downgrade(revision="0011")
    before = db.session.execute(
        text("SELECT m.due_on, u.due_on FROM matters m JOIN matter_units u ON true")
    ).one()
    assert [str(day) for day in before] == [str(REGULATION)] * 2
    db.session.remove()
    upgrade()
    found = db.session.query(Matter).one()
    assert days_of(found) == (None, REGULATION, REGULATION, REGULATION)


def test_letters_can_say_whose_day_it_is(scene: Scene) -> None:
    matter = begin(scene, leader_due_on=FRIDAY)
    assert "2026年3月20日" in letters.draft_text(scene.office, matter.parts[0], "remind")


def test_by_hand(scene: Scene, client: FlaskClient) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    form = {
        "received_on": "2026-03-02",
        "subject": "示例事由",
        "disposition": "raised",
        "urgency": "normal",
        "duty_leader": "0",
        "case_leader": "0",
        "main_unit": str(scene.units[0].id),
        "leader_days": "90",
    }
    late = client.post("/offices/county/matters/new?lang=en", data=form)
    assert late.status_code == 422
    assert "at the latest Wed 6 May 2026" in late.text
    assert 'value="90"' in late.text
    two = client.post(
        "/offices/county/matters/new?lang=en", data=form | {"leader_day": "2026-03-19", "leader_days": "18"}
    )
    assert "do not meet" in two.text
    made = client.post("/offices/county/matters/new", data=form | {"leader_days": "18"})
    page = html.unescape(client.get(f"{made.location}?lang=en").text)
    assert "the leader set Fri 20 March (by the Regulations: Wed 6 May)" in page
    assert "Labour" not in page
    nothing = client.post(f"{made.location}/leader-day?lang=en", data={"leader-text": "改期"})
    assert (nothing.status_code, "Write the day the leader wants it done by" in nothing.text) == (422, True)
    moved = client.post(
        f"{made.location}/leader-day", data={"leader-leader_day": "2026-04-01", "leader-text": "改到四月"}
    )
    assert moved.status_code == 303
    lifted = client.post(f"{made.location}/leader-day/lift", data={"lift-text": "领导收回"})
    assert lifted.status_code == 303
    page = client.get(f"{made.location}?lang=en").text
    assert "改到四月" in page
    assert "领导收回" in page
    assert "Lift the leader" not in page
    sheet = client.get("/offices/county/handover?format=csv&lang=en").text
    assert "Due by the Regulations" in sheet
