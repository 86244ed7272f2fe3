"""Calendars over HTTP: validators, compression, identity through corrections, secret links."""

import datetime as dt
import gzip
import itertools
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.feeds import service
from app.feeds.models import FeedLink
from tests.factories import make_leader, make_office
from tests.integration.feeds.conftest import MONDAY, County
from tests.published import publish_days, replace_leader
from tests.unit.feeds.ics_check import Component, read_strictly

FEED = "/o/county/calendar.ics"


def events(body: bytes) -> list[Component]:
    return [part for part in read_strictly(body).inside if part.name == "VEVENT"]


def by_uid(body: bytes) -> dict[str, Component]:
    return {event.text("UID"): event for event in events(body)}


def make_link(county: County, number: int = 0, name: str = "我的手机") -> tuple[int, str]:
    with transaction():
        link, secret = service.make_link(county.office, county.leaders[number].id, name)
    return link.id, f"/calendar/{secret}.ics"


def test_the_office_feed_is_a_good_calendar(county: County, client: FlaskClient) -> None:
    answer = client.get(FEED)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    found = events(answer.data)
    assert len(found) == 44
    assert found[0].text("SUMMARY") == "领导接访：安一（县委书记）"
    assert found[0].text("LOCATION") == "示例县信访局一楼 一号接待室"
    assert found[0].values("DTSTART") == ["20260302T083000"]
    assert found[0].parameters("DTSTART") == {"TZID": "Asia/Shanghai"}


@pytest.mark.parametrize("encoding", ["identity", "gzip", "gzip, deflate, br"])
def test_an_unchanged_feed_is_304_compressed_or_not(
    county: County, client: FlaskClient, encoding: str
) -> None:
    headers = {"Accept-Encoding": encoding}
    first = client.get(FEED, headers=headers)
    assert ("gzip" in encoding) == (first.headers.get("Content-Encoding") == "gzip")
    body = gzip.decompress(first.data) if "gzip" in encoding else first.data
    assert len(events(body)) == 44
    assert first.headers["ETag"].startswith('"'), "a strong tag"
    for validator in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-None-Match": f'"other", W/{first.headers["ETag"]}'},
        {"If-Modified-Since": first.headers["Last-Modified"]},
        {"If-None-Match": "*"},
    ):
        again = client.get(FEED, headers=headers | validator)
        assert (again.status_code, again.data) == (304, b""), validator
        assert again.headers["ETag"] == first.headers["ETag"]
    assert client.get(FEED, headers=headers | {"If-None-Match": '"x"'}).status_code == 200


def test_a_tag_from_one_encoding_is_known_in_another(county: County, client: FlaskClient) -> None:
    plain = client.get(FEED).headers["ETag"]
    zipped = client.get(FEED, headers={"Accept-Encoding": "gzip"}).headers["ETag"]
    assert plain != zipped
    both = {"Accept-Encoding": "gzip", "If-None-Match": plain}
    assert client.get(FEED, headers=both).status_code == 304
    assert client.get(FEED, headers={"If-None-Match": zipped}).status_code == 304


def test_a_quality_of_zero_means_no(county: County, client: FlaskClient) -> None:
    answer = client.get(FEED, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"BEGIN:VCALENDAR")


def test_head_says_the_same_without_the_body(county: County, client: FlaskClient) -> None:
    full, head = client.get(FEED), client.head(FEED)
    assert head.status_code == 200 and head.data == b""
    for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type"):
        assert head.headers[name] == full.headers[name]


def test_it_stays_the_same_through_the_week_and_ages_on_one_day(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    clock.at = dt.datetime(2026, 5, 1, 4, tzinfo=dt.UTC)
    tags, modified = set(), []
    for _ in range(14):
        answer = client.get(FEED)
        tags.add(answer.headers["ETag"])
        modified.append(answer.last_modified)
        clock.advance(dt.timedelta(days=1))
    assert len(tags) <= 3
    assert all(later >= earlier for earlier, later in itertools.pairwise(modified) if later and earlier)
    changes = sum(a != b for a, b in itertools.pairwise(modified))
    assert changes == len(tags) - 1, "Last-Modified moves when the content does, and only then"


def test_a_substitution_changes_one_event_and_nothing_else(county: County, client: FlaskClient) -> None:
    before = by_uid(client.get(FEED).data)
    tag = client.get(FEED).headers["ETag"]
    with transaction():
        replace_leader(county.office, dt.date(2026, 3, 10), county.leaders[2])
    answer = client.get(FEED, headers={"If-None-Match": tag})
    after = by_uid(answer.data)
    assert answer.status_code == 200
    assert before.keys() == after.keys()
    changed = [uid for uid in before if before[uid].lines != after[uid].lines]
    assert len(changed) == 1
    old, new = before[changed[0]], after[changed[0]]
    assert (old.values("SEQUENCE"), new.values("SEQUENCE")) == (["0"], ["1"])
    assert new.values("LAST-MODIFIED") > old.values("LAST-MODIFIED")
    assert new.values("DTSTAMP") == new.values("LAST-MODIFIED")
    assert "陈三" in new.text("SUMMARY")


def test_the_leaders_on_both_sides_of_a_substitution(county: County, client: FlaskClient) -> None:
    _, old_link = make_link(county, 0)
    _, new_link = make_link(county, 2)
    day = dt.date(2026, 3, 5)  # the fourth working day: the first leader's
    mine = len(events(client.get(old_link).data))
    with transaction():
        replace_leader(county.office, day, county.leaders[2])
    (gone,) = [e for e in events(client.get(old_link).data) if e.values("STATUS") == ["CANCELLED"]]
    assert gone.values("DTSTART") == ["20260305T083000"]
    assert gone.values("SEQUENCE") == ["1"]
    assert len(events(client.get(old_link).data)) == mine
    taken = [e for e in events(client.get(new_link).data) if e.values("DTSTART") == ["20260305T083000"]]
    assert [e.values("STATUS") for e in taken] == [["CONFIRMED"]]


def test_a_leader_serving_at_two_offices_has_both_in_one_feed(county: County, client: FlaskClient) -> None:
    with transaction():
        town = make_office("town-01", "township", county.office, "柳河镇综合接待室")
        publish_days(town, [county.leaders[0]], [dt.date(2026, 3, 7)])
    _, link = make_link(county)
    summaries = {e.text("SUMMARY") for e in events(client.get(link).data)}
    assert summaries == {"接访：示例县信访局", "接访：柳河镇综合接待室"}
    english = client.get(link + "?lang=en&alarm=30").data
    assert b"Reception duty: Sample county" in english
    assert english.count(b"TRIGGER:-PT30M") == len(events(english))


def test_wrong_and_revoked_links_look_the_same(county: County, client: FlaskClient) -> None:
    link_id, link = make_link(county)
    _, other = make_link(county, 0, "办公室电脑")
    assert client.get(link).status_code == 200
    with transaction():
        service.revoke_link(county.office, link_id)
    answers = [client.get(link), client.get("/calendar/" + "x" * 43 + ".ics"), client.get("/calendar/.x.ics")]
    assert {(a.status_code, a.data, a.content_type, a.headers["Cache-Control"]) for a in answers} == {
        (404, answers[0].data, "text/plain; charset=utf-8", "no-store")
    }
    assert client.get(link + "?alarm=x").data == answers[0].data
    assert client.get(other).status_code == 200, "each link is revoked by itself"


def test_only_a_hash_is_stored_and_the_fetch_is_noted_now_and_then(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    link_id, link = make_link(county)
    secret = re.findall(r"/calendar/(.+)\.ics", link)[0]

    def stored() -> FeedLink:
        db.session.rollback()
        return db.session.scalars(select(FeedLink).where(FeedLink.id == link_id)).one()

    assert secret not in str(vars(stored()))
    client.get(link, headers={"User-Agent": "iOS/18 \x1b[31mdataaccessd/1.0"})
    assert stored().last_client == "iOS/18 [31mdataaccessd/1.0"
    first = stored().last_fetched_at
    assert first == clock.now()
    clock.advance(dt.timedelta(minutes=9))
    client.get(link, headers={"User-Agent": "iOS/18 \x1b[31mdataaccessd/1.0"})
    assert stored().last_fetched_at == first
    client.get(link, headers={"User-Agent": "Thunderbird"})
    assert stored().last_client == "Thunderbird"


def test_the_leader_feed_never_carries_its_own_address(county: County, client: FlaskClient) -> None:
    _, link = make_link(county)
    answer = client.get(link)
    assert link.encode() not in answer.data
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert client.get(link, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_an_office_without_a_revision_has_an_empty_calendar(app: Flask, client: FlaskClient) -> None:
    with transaction():
        office = make_office("town-01", "township", name="柳河镇")
        make_leader(office)
    body = client.get("/o/town-01/calendar.ics").data
    assert events(body) == []
    assert b"BEGIN:VTIMEZONE" in body


def test_an_option_that_cannot_be_meant_is_refused_in_a_sentence(county: County, client: FlaskClient) -> None:
    answer = client.get(FEED + "?alarm=soon")
    assert answer.status_code == 400
    assert "alarm：请写 0 到 10080 之间的整数。" in answer.get_data(as_text=True)
    assert client.get("/o/nowhere/calendar.ics").status_code == 404


def test_a_provisional_year_says_so(county: County, client: FlaskClient) -> None:
    with transaction():
        publish_days(
            county.office, county.leaders, [dt.date(2027, 3, 1)], provisional=True, kind="publication"
        )
    calendar = read_strictly(client.get(FEED).data)
    assert calendar.text("NAME").endswith("（2027年暂定）")
    told = [
        e.values("DTSTART")[0][:4]
        for e in calendar.inside
        if e.name == "VEVENT" and "暂定" in e.text("DESCRIPTION")
    ]
    assert told == ["2027"]


def test_the_window_may_be_asked_for(county: County, client: FlaskClient, clock: FixedClock) -> None:
    clock.at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    assert events(client.get(FEED).data) == []
    assert len(events(client.get(FEED + "?past=365").data)) == 44
    assert MONDAY.isoformat() in client.get(FEED + "?past=365").get_data(as_text=True)
