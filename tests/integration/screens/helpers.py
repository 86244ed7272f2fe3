"""An office with a published spring, its people, and enrolled screens."""

import datetime as dt
import json
from typing import Any

from flask.testing import FlaskClient

from app.core import clock
from app.core.database import db
from app.core.ids import hash_token
from app.directory.models import Leader, Office
from app.screens.models import Screen
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

MONDAY = dt.date(2026, 3, 2)
STATE = "/screen/own/state.json"


def make_hall() -> tuple[Office, list[Leader]]:
    """A county with three leaders, published until the end of June; anna sets up screens, rita receives."""
    office = make_office("county")
    leaders = [make_leader(office, name) for name in ("安一", "包二", "陈三")]
    publish_days(office, leaders, workdays(MONDAY, dt.date(2026, 6, 30)))
    make_user("anna", "scheduler", office)
    make_user("rita", "reception", office)
    return office, leaders


def make_screen(office: Office, token: str = "t1", **values: Any) -> Screen:
    """An enrolled screen that answers to `token`."""
    screen = Screen(
        office_id=office.id,
        name=values.pop("name", f"大厅 {token}"),
        token_hash=hash_token(token),
        approved_at=clock.now(),
        approved_by="anna",
        **values,
    )
    db.session.add(screen)
    db.session.flush()
    return screen


def contact(client: FlaskClient, token: str = "t1", **report: Any) -> int:
    """Report as a player does; the status."""
    headers = {"X-Screen-Token": token}
    return client.post("/screen/own/contact", json=report, headers=headers).status_code


def shown(client: FlaskClient, token: str = "t1") -> dict[str, Any]:
    """What a screen is told to show."""
    answer = client.get(STATE, headers={"X-Screen-Token": token})
    assert answer.status_code == 200
    content: dict[str, Any] = json.loads(answer.get_json()["content"])
    return content
