"""A county with three leaders and a published March and April 2026."""

import datetime as dt
from dataclasses import dataclass

import pytest
from flask import Flask

from app.core.database import transaction
from app.directory.models import Leader, Office
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

MONDAY = dt.date(2026, 3, 2)


@dataclass(frozen=True)
class County:
    """The office and its leaders, in roster order."""

    office: Office
    leaders: list[Leader]


@pytest.fixture
def county(app: Flask) -> County:
    """Published: every Monday to Friday of March and April, the leaders in turn."""
    with transaction():
        office = make_office("county")
        office.phone, office.address = "0000-1234567", "示例县人民路1号"
        office.scope = "本县行政区域内的信访事项"
        leaders = [
            make_leader(office, "安一", "县委书记", "lead"),
            make_leader(office, "包二"),
            make_leader(office, "陈三"),
        ]
        publish_days(office, leaders, workdays(MONDAY, dt.date(2026, 4, 30)))
        make_user("anna", "scheduler", office)
        make_user("rita", "reception", office)
    return County(office, leaders)
