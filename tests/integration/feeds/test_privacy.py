"""What must not leave: secrets are put into every field that is not for the public, and no public byte has one."""

import datetime as dt
import gzip

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.core.database import db, transaction
from app.directory.models import Contact, Department, Leader, LeaderFacet
from app.feeds import service
from app.roster.models import Leave
from tests.factories import make_user
from tests.integration.feeds.conftest import County
from tests.published import replace_leader

SECRETS = st.text(st.sampled_from("甲乙丙丁戊己庚辛0123456789"), min_size=12, max_size=24)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SECRETS, min_size=10, max_size=10, unique=True))
def test_no_public_byte_holds_a_private_field(
    app: Flask, county: County, client: FlaskClient, secrets: list[str]
) -> None:
    phone, note, user, contact, mail, leave, duty_note, publisher, project, department = secrets
    with transaction():
        db.session.execute(update(Leader).values(note=note, sort_key=note))
        for leader in db.session.query(Leader):
            leader.phone = phone
            db.session.add(LeaderFacet(leader_id=leader.id, kind="project", value=project))
            db.session.add(
                Leave(
                    leader_id=leader.id,
                    first_day=dt.date(2026, 3, 9),
                    last_day=dt.date(2026, 3, 9),
                    reason=leave,
                )
            )
        unit = Department(office_id=county.office.id, name=department)
        unit.contacts.append(Contact(name=contact, phone=contact, email=mail))
        db.session.add(unit)
        make_user(user, "scheduler", county.office)
        replace_leader(
            county.office, dt.date(2026, 3, 9), county.leaders[0], note=duty_note, published_by=publisher
        )
        _, token = service.make_link(county.office, county.leaders[0].id, note)
    addresses = [
        "/",
        "/o/county",
        "/o/county?q=副县长&day=2026-03-09&lang=en",
        "/o/county/year/2026",
        *(f"/o/county/leaders/{leader.id}" for leader in county.leaders),
        "/o/county/calendar.ics",
        f"/calendar/{token}.ics",
        "/o/county/schedule.json",
        "/screen/county",
        "/screen/county/state.json",
    ]
    for address in addresses:
        answer = client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        zipped = answer.headers.get("Content-Encoding") == "gzip"
        body = gzip.decompress(answer.data) if zipped else answer.data
        everything = (body.replace(b"\r\n ", b"") + str(answer.headers).encode()).decode()
        for secret in secrets:
            assert secret not in everything, (address, secret)
