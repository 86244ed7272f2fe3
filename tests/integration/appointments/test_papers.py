"""Papers: kept encrypted, counted, refused with words, opened only with a look that is written down."""

import datetime as dt
import io
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.appointments import vault
from app.appointments.errors import FileRefused
from app.appointments.models import Attachment, Visit
from app.appointments.service import papers
from app.appointments.service.booking import book
from app.core.database import db, transaction
from tests.factories import make_user
from tests.visit_scenario import make_visit_scenario, request_for

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(200))


@pytest.fixture
def visit(app: Flask) -> Visit:
    with transaction():
        scenario = make_visit_scenario()
        make_user("clerk", "reception", scenario.office)
        make_user("reader", "auditor", scenario.office)
        return book(scenario.office, request_for(1, scenario.key(dt.date(2026, 3, 10))))[0]


def test_five_at_most_and_what_is_removed_is_gone(visit: Visit) -> None:
    with transaction():
        kept = [papers.add(visit, f"{n}.jpg", JPEG) for n in range(5)]
    with pytest.raises(FileRefused, match="at most 5"), transaction():
        papers.add(visit, "6.jpg", JPEG)
    assert vault.keys_on_disk() >= {file.key for file in kept}
    with transaction():
        papers.remove(visit, db.session.get_one(Attachment, kept[0].id))
    assert kept[0].key not in vault.keys_on_disk()
    assert db.session.get_one(Attachment, kept[0].id).name == ""


@pytest.mark.parametrize(("locale", "words"), [("zh_CN", "没有接收"), ("en", "was not taken")])
def test_a_refused_file_leaves_nothing_on_the_disk(
    visit: Visit, client: FlaskClient, tmp_path: Path, locale: str, words: str
) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    client.get(f"/?lang={locale}")
    at = f"/offices/county/visits/{visit.id}/papers"
    hidden = JPEG + b"<script>alert(1)</script>"
    page = client.post(at, data={"paper": (io.BytesIO(hidden), "a.jpg")}, follow_redirects=True)
    assert words in page.text
    assert not list(tmp_path.rglob("*.sealed"))
    assert db.session.scalar(select(Attachment.id)) is None


def test_only_who_may_reveal_opens_a_file(visit: Visit, client: FlaskClient) -> None:
    with transaction():
        file = papers.add(visit, "照片.jpg", JPEG)
    at = f"/offices/county/visits/{visit.id}/papers/{file.id}"
    client.post("/sign-in", data={"username": "reader", "password": "correct horse battery"})
    assert client.post(at).status_code == 403
    clerk = client.application.test_client()
    clerk.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    answer = clerk.post(at)
    assert answer.data == JPEG
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    newest = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first()
    assert newest == "visit.open_file"


def test_a_file_that_was_altered_on_the_disk_is_not_given_out(visit: Visit, tmp_path: Path) -> None:
    with transaction():
        file = papers.add(visit, "照片.jpg", JPEG)
    path = next(tmp_path.rglob("*.sealed"))
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        vault.read(file.key)


def test_staff_add_a_file_and_are_told_why_not(visit: Visit, client: FlaskClient) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    at = f"/offices/county/visits/{visit.id}/papers"
    bad = client.post(at, data={"paper": (io.BytesIO(b"MZ"), "x.exe")}, follow_redirects=True)
    assert "x.exe" in bad.text
    assert "请先选择文件" in client.post(at, data={}, follow_redirects=True).text
    client.post(at, data={"paper": (io.BytesIO(JPEG), "y.jpg")})
    assert db.session.scalars(select(Attachment.media_type)).all() == ["image/jpeg"]
