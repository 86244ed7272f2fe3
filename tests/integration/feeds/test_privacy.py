"""What must not leave: secrets are put into every field that is not for the public, and no public byte has one."""

import datetime as dt
import gzip
import io
import itertools
import zipfile
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.core.database import db, transaction
from app.directory.models import Contact, Department, Leader, LeaderFacet
from app.feeds import queries, service
from app.feeds.notices.default import default_template
from app.feeds.notices.rendering import render_notice
from app.feeds.notices.values import KINDS, notice_values
from app.feeds.static_site import archive
from app.roster.models import Leave
from tests.factories import make_user
from tests.integration.feeds.conftest import County
from tests.published import replace_leader

COUNTER = itertools.count()
SECRETS = st.text(st.sampled_from("甲乙丙丁戊己庚辛0123456789"), min_size=12, max_size=24).map(
    lambda text: f"密{text}"
)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        unit = Department(office_id=county.office.id, name=f"{department}{next(COUNTER)}")
        unit.contacts.append(Contact(name=contact, phone=contact, email=mail))
        db.session.add(unit)
        make_user(f"{user}{next(COUNTER)}", "scheduler", county.office)
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
        "/o/county/changes.atom",
        "/o/county/corrections",
        "/o/county/revisions/1",
        "/o/county/embed",
        "/api/v1/openapi.json",
        "/api/v1/offices",
        "/api/v1/offices/county/sessions?from=2026-01-01&to=2026-12-31",
        "/api/v1/offices/county/revisions",
        "/api/v1/offices/county/revisions/2",
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
    for name, content in documents(county):
        for secret in secrets:
            assert secret.encode() not in content, (name, secret)


def documents(county: County) -> Iterator[tuple[str, bytes]]:
    """What leaves the house as files: every part of the archive, every kind of notice."""
    with zipfile.ZipFile(io.BytesIO(archive([county.office]))) as site:
        yield from ((name, site.read(name)) for name in site.namelist())
    roll = queries.publication(county.office).roll
    assert roll is not None
    office = {"单位": county.office.name, "电话": "", "地址": "", "网址": ""}
    values = notice_values(office, county.office.timezone, roll, roll.newest.number)
    for kind in KINDS:
        with zipfile.ZipFile(io.BytesIO(render_notice(default_template(kind), values))) as word:
            yield from ((f"{kind}: {name}", word.read(name)) for name in word.namelist())
