"""Setting up channels in the browser: what is secret goes in and never comes out, a test shows that it works."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.directory.models import Office
from app.notifications.delivery import Delivery, nearest_settings
from app.notifications.models import ChannelSetup
from tests.factories import make_office, make_user
from tests.integration.notifications.sinks import Gateway, MailSink, gateway, mail_sink

PAGES = "/offices/county/notices/channels"
SECRET = "a-secret-nobody-sees"


@pytest.fixture(autouse=True)
def _signed_in(app: Flask, client: FlaskClient) -> None:
    with transaction():
        county = make_office()
        make_office("town-01", "township", county)
        make_user("sam", "scheduler", county)
    client.post("/sign-in", data={"username": "sam", "password": "correct horse battery"})


def smtp(port: int, **changes: str) -> dict[str, str]:
    return {
        "host": "127.0.0.1",
        "port": str(port),
        "security": "none",
        "sender": "rota@example.org",
        "active": "y",
        "on_unknown": "repeat",
        **changes,
    }


def row() -> ChannelSetup:
    db.session.rollback()
    return db.session.scalars(select(ChannelSetup).execution_options(populate_existing=True)).one()


def test_mail_is_set_up_tried_and_used_by_the_offices_below(client: FlaskClient) -> None:
    sink = MailSink()
    with mail_sink(sink) as port:
        assert client.post(f"{PAGES}/smtp", data=smtp(port)).status_code == 303
        page = client.post(f"{PAGES}/smtp/test", data={"to": "me@example.org"}, follow_redirects=True)
    assert "250 2.0.0 taken" in page.text
    assert sink.mails[0]["To"] == "me@example.org" and sink.mails[0]["Subject"] == "接访日程：测试"
    town = db.session.scalars(select(Office).filter_by(code="town-01")).one()
    setup = Delivery().find_setup(town.id, "mail")
    assert setup is not None and setup.on_unknown == "repeat"
    assert "示例县信访局" in client.get("/offices/town-01/notices/channels").text


def test_secrets_never_come_back_and_stay_when_left_empty(client: FlaskClient) -> None:
    form = {
        "url": "http://127.0.0.1:1",
        "token": SECRET,
        "secret": SECRET,
        "active": "y",
        "on_unknown": "ask",
    }
    client.post(f"{PAGES}/dingtalk", data=form)
    assert SECRET not in client.get(f"{PAGES}/dingtalk").text
    client.post(f"{PAGES}/dingtalk", data={**form, "token": "", "secret": "", "url": "http://127.0.0.1:2"})
    assert row().options["url"] == "http://127.0.0.1:2"
    assert json.loads(row().secrets or "") == {"token": SECRET, "secret": SECRET}
    stored = db.session.scalar(text("SELECT secrets FROM channel_setups"))
    assert SECRET.encode() not in bytes(stored)
    trail = [
        entry.after for entry in db.session.scalars(select(AuditEntry).filter_by(action="channel.change"))
    ]
    assert SECRET not in json.dumps(trail)
    assert trail[0] is not None and trail[0]["secrets changed"] == ["secret", "token"]


@pytest.mark.parametrize(
    ("provider", "form", "sentence"),
    [
        ("dingtalk", {"url": "https://example.org", "token": "x"}, "还有必填的设置没有填写"),
        ("wecom", {"url": "ftp://example.org", "key": "x"}, "地址应以 https:// 开头"),
        ("smtp", smtp(0), "1 至 65535"),
        ("smtp", smtp(25, username="u"), "填了用户名就要填密码"),
        (
            "gateway",
            {"url": "https://x", "secret": "s", "template": "{", "field": "code", "accepted": "0"},
            "请求模板不是有效的 JSON",
        ),
        (
            "aliyun",
            {
                "url": "https://x",
                "sign_name": "示例",
                "template": "SMS_1",
                "templates": "duty",
                "key_id": "i",
                "key_secret": "s",
            },
            "应写作“通知种类 = 模板编号”",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(
    client: FlaskClient, provider: str, form: dict[str, str], sentence: str
) -> None:
    page = client.post(f"{PAGES}/{provider}", data={"on_unknown": "ask", **form})
    assert page.status_code == 422 and sentence in page.text
    assert db.session.query(ChannelSetup).count() == 0


def test_an_error_inside_a_200_is_told(client: FlaskClient) -> None:
    with gateway(Gateway(lambda *_: (200, b'{"errcode": 93000}'))) as url:
        client.post(f"{PAGES}/wecom", data={"url": url, "key": "k", "active": "y", "on_unknown": "ask"})
        page = client.post(f"{PAGES}/wecom/test", data={"to": ""}, follow_redirects=True)
    assert "errcode 93000" in page.text


def test_a_test_needs_a_set_up_and_an_address(client: FlaskClient) -> None:
    page = client.post(f"{PAGES}/smtp/test", data={"to": "a@example.org"}, follow_redirects=True)
    assert "请先填写并保存" in page.text
    assert client.get(f"{PAGES}/pigeon").status_code == 404


def test_removing_and_switching_off(client: FlaskClient) -> None:
    client.post(f"{PAGES}/smtp", data=smtp(25))
    client.post("/offices/town-01/notices/channels/smtp", data={**smtp(25), "active": ""})
    town = db.session.scalars(select(Office).filter_by(code="town-01")).one()
    assert Delivery().find_setup(town.id, "mail") is None  # switched off here, whatever the county has
    client.post("/offices/town-01/notices/channels/smtp/remove")
    db.session.rollback()
    assert Delivery().find_setup(town.id, "mail") is not None


def test_how_people_are_reached_and_following_the_office_above(client: FlaskClient) -> None:
    form = {
        "own": "y",
        "first": "sms",
        "second": "mail",
        "third": "sms",
        "language": "zh_CN",
        "quiet_from": "22:00",
        "quiet_until": "07:00",
    }
    assert client.post(PAGES, data=form).status_code == 303
    town = db.session.scalars(select(Office).filter_by(code="town-01")).one()
    assert nearest_settings(town).channels == ["sms", "mail"]
    assert client.post(PAGES, data={**form, "quiet_until": ""}).status_code == 422
    client.post(PAGES, data={"language": "zh_CN"})
    db.session.rollback()
    assert nearest_settings(town).channels == []
