"""Public pages: what each state says, in both languages, without a cookie or a script."""

import datetime as dt
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import refresh
from sqlalchemy import event

from app.calendar.models import Period
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.feeds.stamps import bump
from tests.factories import make_leader, make_office
from tests.integration.feeds.conftest import MONDAY, County
from tests.published import add_duty, make_revision, publish_days, replace_leader, workdays


def at(clock: FixedClock, text: str) -> None:
    """Put the clock to a time in Shanghai."""
    clock.at = dt.datetime.fromisoformat(text + "+08:00").astimezone(dt.UTC)


def page(client: FlaskClient, address: str = "/o/county", language: str = "zh-CN") -> str:
    """The page, which must be there."""
    refresh()  # the fixture's application context outlives the request, and Babel remembers in it
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


def today_panel(html: str) -> str:
    """The panel of today."""
    return html[html.index('id="today"') :].partition("</section>")[0]


@pytest.mark.parametrize(
    ("time", "zh", "en"),
    [
        ("2026-03-02T08:00", "今天 08:30 开始接访", "Begins at 08:30 today"),
        ("2026-03-02T08:30", "正在接访，至 17:30", "Receiving today until 17:30"),
        ("2026-03-02T17:29", "正在接访，至 17:30", "Receiving today until 17:30"),
        ("2026-03-02T17:30", "今天的接访已结束", "Reception is over for today"),
        ("2026-03-07T10:00", "休息日，不接访", "Rest day: no reception"),
        ("2026-05-01T10:00", "劳动节", "Labour Day"),
    ],
)
def test_today_says_how_it_stands(
    county: County, client: FlaskClient, clock: FixedClock, time: str, zh: str, en: str
) -> None:
    at(clock, time)
    assert zh in today_panel(page(client))
    assert en in today_panel(page(client, language="en"))


def test_today_shows_who_where_and_the_portfolio(county: County, client: FlaskClient) -> None:
    panel = today_panel(page(client))
    for fact in ("安一", "县委书记", "教育、卫生健康", "柳河镇", "一号接待室", "0000-1234567"):
        assert fact in panel
    assert "包二" not in panel


def test_after_hours_and_on_rest_days_the_next_session_is_shown(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    at(clock, "2026-03-06T18:00")  # Friday evening; the next is on Monday
    panel = today_panel(page(client))
    assert "下一次接访: 2026年3月9日 星期一" in " ".join(panel.split())


def test_morning_and_afternoon_stand_by_themselves(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    day = dt.date(2026, 5, 6)
    with transaction():
        revision = make_revision(county.office, day, day)
        add_duty(revision, county.leaders[0], day, "am")
        add_duty(revision, county.leaders[1], day, "pm")
    at(clock, "2026-05-06T10:00")
    panel = today_panel(page(client))
    assert "正在接访，至 12:00" in panel and "今天 14:30 开始接访" in panel


def test_a_substitution_is_told_everywhere_with_its_reason(county: County, client: FlaskClient) -> None:
    with transaction():
        replace_leader(county.office, MONDAY, county.leaders[2], "安一同志外出参加会议")
    html = page(client)
    assert "代 安一 接访" in today_panel(html)
    changes = html[html.index('id="changes"') :].partition("</section>")[0]
    assert "安一" in changes and "陈三" in changes and "安一同志外出参加会议" in changes
    assert "第2版" in html


def test_a_suspension_by_the_calendar_and_by_the_roster(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    with transaction():
        replace_leader(
            county.office, MONDAY, county.leaders[0], "场地维修", status="suspended", kind="suspension"
        )
    assert "暂停接待" in today_panel(page(client))
    with transaction():
        db.session.add(
            Period(
                office_id=county.office.id,
                kind="suspension",
                name="装修",
                reason="接待场所装修",
                first_day=dt.date(2026, 3, 1),
                last_day=None,
                by_appointment_only=True,
                made_at=clock.now(),
                made_by="test",
            )
        )
        bump([county.office.id])  # what the event of a real change does
    panel = today_panel(page(client))
    assert "接待场所装修" in panel and "恢复时间另行通知" in panel and "预约来访照常接待" in panel


def test_on_a_wholly_suspended_day_nobody_seems_to_receive(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    with transaction():
        db.session.add(
            Period(
                office_id=county.office.id,
                kind="suspension",
                name="装修",
                first_day=MONDAY,
                last_day=dt.date(2026, 3, 10),
                made_at=clock.now(),
                made_by="test",
            )
        )
        bump([county.office.id])  # what the event of a real change does
    panel = " ".join(today_panel(page(client)).split())
    assert "正在接访" not in panel
    assert "至2026年3月10日（含当日）" in panel
    assert "下一次接访: 2026年3月11日" in panel


def test_nothing_is_published_yet(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_office("town-01", "township", name="柳河镇").phone = "0000-7654321"
    html = page(client, "/o/town-01")
    assert "接访日程尚未发布" in html and "0000-7654321" in html
    assert "No roster has been published yet" in page(client, "/o/town-01", "en")
    assert client.get("/o/town-01/year/2026").status_code == 404
    assert "尚未设置接待单位" not in page(client, "/")


def test_no_office_at_all(app: Flask, client: FlaskClient) -> None:
    assert "尚未设置接待单位" in page(client, "/")


def test_provisional_is_said_where_it_is(county: County, client: FlaskClient, clock: FixedClock) -> None:
    with transaction():
        days = workdays(dt.date(2027, 3, 1), dt.date(2027, 3, 5))
        publish_days(county.office, county.leaders, days, provisional=True, kind="publication")
    assert "暂定" not in page(client)
    assert "暂定" in page(client, "/o/county/year/2027")
    assert "Provisional" in page(client, "/o/county?day=2027-03-01", "en")


@pytest.mark.parametrize("words", ["柳河", " 柳河镇 ", "教育", "陈 三", "副县长"])
def test_my_leader_is_found_by_township_sector_name_or_post(
    county: County, client: FlaskClient, words: str
) -> None:
    html = page(client, f"/o/county?q={words}")
    assert html.count('class="who" href') >= 1 or 'class="found"' in html
    assert "3月4日" in html[html.index('id="find"') :].partition("</section>")[0]


def test_nobody_found_says_what_to_do_and_echoes_safely(county: County, client: FlaskClient) -> None:
    html = page(client, "/o/county?q=<script>alert(1)</script>")
    assert "<script>alert" not in html
    assert "没有与" in html


def test_a_leader_has_a_page_only_when_on_the_roster(county: County, client: FlaskClient) -> None:
    with transaction():
        stranger = make_leader(county.office, "丁四")
    html = page(client, f"/o/county/leaders/{county.leaders[1].id}")
    assert "包二" in html and html.count("<tr>") == 1 + 15
    assert client.get(f"/o/county/leaders/{stranger.id}").status_code == 404


def test_offices_are_found_by_name_or_township(county: County, client: FlaskClient) -> None:
    with transaction():
        make_office("town-01", "township", county.office, "柳河镇综合接待室")
        make_office("town-02", "township", county.office, "青山镇综合接待室")
    assert "柳河镇" in page(client, "/?q=柳河") and "青山镇" not in page(client, "/?q=柳河")
    assert "没有找到" in page(client, "/?q=100%25")
    assert "安一" in page(client, "/"), "who receives today"


def test_pages_are_validated_by_tag_and_change_when_something_changes(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    first = client.get("/o/county")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/o/county", headers=tag).status_code == 304
    assert "Accept-Language" in first.headers["Vary"]
    assert first.headers["Cache-Control"].startswith("public")
    refresh()
    assert client.get("/o/county", headers=tag | {"Accept-Language": "en"}).status_code == 200
    refresh()
    at(clock, "2026-03-02T18:00")
    assert client.get("/o/county", headers=tag).status_code == 200
    with transaction():
        county.office.phone = "0000-9999999"
        db.session.merge(county.office)
    assert "0000-9999999" in page(client)


def test_no_cookie_is_set_unless_a_language_is_chosen(county: County, client: FlaskClient) -> None:
    for address in (
        "/",
        "/o/county",
        "/o/county/year/2026",
        "/o/county/calendar.ics",
        "/o/county/schedule.json",
    ):
        assert "Set-Cookie" not in client.get(address).headers, address
    assert client.get("/o/county?lang=en").headers["Set-Cookie"].startswith("lang=en;")


def test_public_pages_may_be_indexed_and_others_not(county: County, client: FlaskClient) -> None:
    assert "X-Robots-Tag" not in client.get("/o/county").headers
    assert client.get("/sign-in").headers["X-Robots-Tag"] == "noindex"
    assert "Disallow: /offices" in client.get("/robots.txt").get_data(as_text=True)


def test_bad_addresses_get_a_sentence(county: County, client: FlaskClient) -> None:
    assert client.get("/o/nowhere").status_code == 404
    assert client.get("/o/county?day=tomorrow").status_code == 400
    assert client.get("/o/county?day=9999-12-31").status_code in (200, 400)
    assert client.get("/o/county?day=0001-01-01").status_code in (200, 400)
    assert client.get("/o/county/year/1999").status_code == 404


def test_an_unchanged_page_costs_one_read_and_the_list_of_offices_few(
    county: County, client: FlaskClient
) -> None:
    client.get("/o/county")
    counts = []
    for address in ("/o/county", "/o/county/corrections", "/o/county/leaders/1", "/"):
        seen: list[str] = []
        listen = lambda *args, seen=seen: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        client.get(address)
        event.remove(db.engine, "before_cursor_execute", listen)
        counts.append(sum(statement.startswith("SELECT") for statement in seen))
    assert counts[:3] == [1, 1, 1]
    assert counts[3] <= 10


class _Checker(HTMLParser):
    """Collects ids, scripts and inline styles."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.found: list[str] = []
        self.headings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.headings += tag == "h1"
        if tag == "script" or any(name == "style" or name.startswith("on") for name, _ in attrs):
            self.found.append(tag)


@pytest.mark.parametrize(
    "address", ["/", "/o/county", "/o/county?q=教育", "/o/county/year/2026", "/o/county/leaders/1"]
)
def test_pages_are_plain(county: County, client: FlaskClient, address: str) -> None:
    checker = _Checker()
    checker.feed(page(client, address))
    assert checker.found == [], "no script and no inline style"
    assert len(checker.ids) == len(set(checker.ids)), "an id stands twice"
    assert checker.headings == 1
