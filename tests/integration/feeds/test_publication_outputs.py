"""Atom, corrections, revisions as they were, the snippet; and what an unchanged public file costs."""

import datetime as dt
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.feeds import public_files
from app.feeds.models import FeedSettings, PublicFile
from tests.integration.feeds.conftest import County
from tests.integration.feeds.test_calendars import FEED
from tests.integration.feeds.test_subscriptions import statements
from tests.published import replace_leader

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = dt.date(2026, 3, 10)


def correct(county: County, reason: str = "原领导外出开会", leader: int = 2) -> None:
    with transaction():
        replace_leader(county.office, DAY, county.leaders[leader], reason)


def test_an_unchanged_public_file_costs_one_read_and_304(county: County, client: FlaskClient) -> None:
    addresses = (FEED, FEED + "?lang=en", "/o/county/schedule.json", "/o/county/changes.atom")
    for number, address in enumerate(addresses):
        first = client.get(address)
        assert first.status_code == 200
        with statements() as sent:
            again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
            same = client.get(address)
        assert (again.status_code, same.data) == (304, first.data), address
        assert len(sent) == 2, sent
        assert "Cookie" not in first.headers["Vary"] and "Set-Cookie" not in first.headers
        correct(county, leader=(2, 1)[number % 2])
        changed = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert changed.status_code == 200, address


def test_files_are_named_by_content_and_their_address_points_to_what_holds(
    county: County, client: FlaskClient
) -> None:
    body = client.get(FEED).data
    link = public_files.folder() / "current" / "o/county/calendar.ics"
    first = link.resolve()
    assert link.read_bytes() == body
    assert first.parent.parent.name == "files" and first.stem == db.session.query(PublicFile).one().digest
    correct(county)
    assert link.read_bytes() == body, "until it is made anew"
    new = client.get(FEED).data
    assert link.read_bytes() == new != body
    assert first.read_bytes() == body, "what was written is never changed"
    link.resolve().unlink()
    client.application.extensions.pop("public files", None)
    assert client.get(FEED).data == new, "a machine without the file makes it again"


def test_atom_is_valid_and_says_what_changed(county: County, client: FlaskClient) -> None:
    correct(county, "外出 <开会> & 学习")
    answer = client.get("/o/county/changes.atom")
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.data)
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 3
    newest, oldest = feed.findall(f"{ATOM}entry")
    for element in (feed, newest, oldest):
        assert all(element.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated"))
    content = newest.findtext(f"{ATOM}content") or ""
    assert "外出 <开会> & 学习" in content and "由安一改为陈三" in content
    assert newest.findtext(f"{ATOM}updated") == "2026-02-20T10:00:00Z"
    assert feed.findtext(f"{ATOM}updated") == newest.findtext(f"{ATOM}updated")
    (alternate,) = [link.get("href") for link in newest.findall(f"{ATOM}link")]
    assert client.get(str(alternate).removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_old_revision_stays_and_is_marked(county: County, client: FlaskClient) -> None:
    assert "已被取代" not in client.get("/o/county/revisions/1").get_data(as_text=True)
    correct(county)
    old = client.get("/o/county/revisions/1").get_data(as_text=True)
    new = client.get("/o/county/revisions/2").get_data(as_text=True)
    assert "已被取代" in old and "/o/county/revisions/2" in old
    assert "现行有效" in new and "原领导外出开会" in new
    assert "安一" in new, "what it was before"
    listing = client.get("/o/county/corrections").get_data(as_text=True)
    assert listing.index("/o/county/revisions/2") < listing.index("/o/county/revisions/1")
    assert "原领导外出开会" in listing
    assert client.get("/o/county/revisions/3").status_code == 404
    assert client.get("/o/county/revisions/0").status_code == 404


def test_the_snippet_may_be_framed_by_the_offices_sites_only(county: County, client: FlaskClient) -> None:
    closed = client.get("/o/county/embed")
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    with transaction():
        db.session.add(FeedSettings(office_id=county.office.id, embed_sites="https://www.example.gov.cn"))
    answer = client.get("/o/county/embed")
    assert "frame-ancestors https://www.example.gov.cn" in answer.headers["Content-Security-Policy"]
    assert "安一" in answer.get_data(as_text=True) and "<script" not in answer.get_data(as_text=True)
    assert "frame-ancestors 'none'" in client.get("/o/county").headers["Content-Security-Policy"]
