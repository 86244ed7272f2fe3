"""An office with leaders, two units, and somebody to work there."""

import datetime as dt
from dataclasses import dataclass

from app.appointments.models import Visit
from app.core import clock
from app.core.database import db
from app.directory.models import Contact, Department, Leader, Office
from tests.factories import make_leader, make_office, make_user


@dataclass
class Scene:
    """What the tests of follow-through stand on."""

    office: Office
    leaders: list[Leader]
    units: list[Department]


def make_scene() -> Scene:
    """Call it inside `transaction()`."""
    office = make_office()
    office.phone = "0738-0000000"
    leaders = [make_leader(office, name) for name in ("赵示例", "钱示例", "孙示例")]
    units = []
    for name in ("示例县住建局", "示例县民政局"):
        unit = Department(office_id=office.id, name=name)
        unit.contacts.append(Contact(name=f"{name}联系人", phone="13900001234"))
        db.session.add(unit)
        units.append(unit)
    make_user("clerk", "reception", office)
    make_user("chief", "scheduler", office)
    db.session.flush()
    return Scene(office, leaders, units)


def make_visit(office_id: int) -> Visit:
    """A visit of today at which the leader received somebody."""
    visit = Visit(
        office_id=office_id,
        reference="1234-5678",
        code_hash="x",
        channel="window",
        state="closed",
        on_date=dt.date(2026, 3, 2),
        name="王密探",
        received_at=clock.now(),
        met_at=clock.now(),
    )
    db.session.add(visit)
    db.session.flush()
    return visit
