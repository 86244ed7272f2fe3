"""A secret in every personal or secret field of every table: none in what the public, a key or a log can see."""

import datetime as dt
import io
import logging
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, LargeBinary, select, update

from app.appointments.models import ReadinessItem, Recusal, Visit, VisitPerson
from app.core import clock
from app.core.database import db, transaction
from app.core.encryption import Encrypted
from app.directory.models import Office
from app.feeds.api.tokens import SCOPES, make_token
from app.feeds.static_site import archive
from app.followup.models import Pause
from app.notifications.models import RecipientSettings
from app.privacy import COLUMNS, kind_of
from tests.whole_app.addresses import every_address
from tests.whole_app.county import County

# Not text of people: bytes of an uploaded book, keys of a provider as one JSON value.
OTHER_THAN_TEXT = {
    "import_uploads.book",
    "channel_setups.secrets",
    "kept_messages.content",
    "users.code_secret",
}
DAY = dt.date(2026, 3, 9)


def add_what_the_county_lacks(county: County) -> None:
    """A row in every table that holds personal data. Inside `transaction()`."""
    visit = db.session.scalars(select(Visit)).first()
    assert visit is not None
    leader, now = int(county.values["leader_id"]), clock.now()
    db.session.add_all(
        [
            VisitPerson(visit_id=visit.id, part="companion", name="-"),
            ReadinessItem(visit_id=visit.id, kind="material", asked_at=now, due_at=now),
            Pause(matter_id=int(county.values["matter_id"]), first_day=DAY, last_day=DAY, reason="-"),
        ]
    )
    for table, row in (
        (Recusal, {"visit_id": visit.id, "leader_id": leader, "made_at": now, "made_by": "anna"}),
        (
            RecipientSettings,
            {"recipient_kind": "visit", "recipient_id": visit.id, "office_id": visit.office_id},
        ),
    ):
        if db.session.scalar(select(table)) is None:
            db.session.add(table(**row))
    db.session.flush()


def plant() -> dict[str, str]:
    """Write a secret of its own into every readable-text column that is personal or secret. Inside `transaction()`."""
    planted: dict[str, str] = {}
    for name, kinds in COLUMNS.items():
        table = db.metadata.tables[name]
        if not db.session.execute(select(table).limit(1)).first():
            continue
        for column in kinds.get("personal", "").split() + kinds.get("secret", "").split():
            place, found = f"{name}.{column}", table.c[column]
            if place in OTHER_THAN_TEXT or not isinstance(found.type, Encrypted):
                continue
            planted[place] = f"秘{len(planted):02}密探139{len(planted):08}"
            db.session.execute(update(table).values({column: planted[place]}))
    return planted


def hashes() -> dict[str, str]:
    """What is stored of keys and codes: it is of no use, and still nobody's business."""
    found = {}
    for name, kinds in COLUMNS.items():
        for column in kinds.get("secret", "").split():
            kind = db.metadata.tables[name].c[column].type
            if isinstance(kind, Encrypted | JSON | LargeBinary):
                continue
            for number, value in enumerate(db.session.scalars(select(db.metadata.tables[name].c[column]))):
                if isinstance(value, str) and len(value) > 20:
                    found[f"{name}.{column} {number}"] = value
    return found


def public_bytes(app: Flask, county: County, client: FlaskClient) -> Iterator[tuple[str, bytes]]:
    """Every public page, feed and resource, the archive; with a key of every scope the resources for keys."""
    office = db.session.scalars(select(Office).where(Office.code == county.values["office_code"])).one()
    with transaction():
        key = {"Authorization": f"Bearer {make_token(office, '办公系统', list(SCOPES), None)[1]}"}
    for address in every_address(app, county):
        if address.method == "GET" and address.access in ("public", "token") and not address.one_tap:
            for language in ("zh_CN", "en"):
                headers = {"Accept-Language": language} | (key if address.access == "token" else {})
                answer = client.get(address.path, headers=headers)
                yield f"{address} {answer.status_code}", answer.data + str(answer.headers).encode()
    with zipfile.ZipFile(io.BytesIO(archive([office]))) as site:
        yield from ((name, site.read(name)) for name in site.namelist())


@pytest.mark.timeout(170)
def test_none_of_them_is_seen(
    app: Flask, county: County, client: FlaskClient, caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    with transaction():
        add_what_the_county_lacks(county)
        planted = plant()
    personal = {
        f"{name}.{column}"
        for name, kinds in COLUMNS.items()
        for column in kinds.get("personal", "").split()
        if kind_of(name, column) == "personal"
    }
    assert personal - planted.keys() - OTHER_THAN_TEXT == set(), "the county has no row for these"
    secrets = planted | hashes()
    seen = 0
    with caplog.at_level(logging.INFO):
        for where, content in public_bytes(app, county, client):
            seen += 1
            assert [place for place, value in secrets.items() if value.encode() in content] == [], where
    logged = caplog.text + "".join(capfd.readouterr())
    assert [place for place, value in secrets.items() if value in logged] == []
    assert seen > 60
