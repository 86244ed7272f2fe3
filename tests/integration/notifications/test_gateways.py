"""Gateways and bots: signed as the vendors ask, an error code inside an HTTP 200 is a failure, patience ends."""

import base64
import datetime as dt
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.notifications.channels.base import Channel, Message, SendFailed
from app.notifications.channels.bots import DingTalk, Feishu, WeCom
from app.notifications.channels.sms import Aliyun, Gateway, aliyun_signature
from tests.integration.notifications import sinks

AT = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
MESSAGE = Message(
    "13800000000", "主题", "正文", "短信", "<notice-1-ab@example.org>", AT, kind="duty", values={"what": "事"}
)


def make(name: str, url: str, **patience: float) -> Channel:
    template = '{"to": ["{phone}"], "content": "【示例】{text}", "ref": "{id}", "n": 1}'
    channels: dict[str, Any] = {
        "wecom": lambda: WeCom(url, "key", **patience),
        "dingtalk": lambda: DingTalk(url, "token", "secret", **patience),
        "feishu": lambda: Feishu(url, "token", "secret", **patience),
        "aliyun": lambda: Aliyun(url, "id", "secret", "示例", "SMS_1", {"duty": "SMS_2"}, **patience),
        "gateway": lambda: Gateway(url, "secret", template, "result.code", "0", frozenset({"9"}), **patience),
    }
    found: Channel = channels[name]()
    return found


def send(name: str, answer: Any, **patience: float) -> tuple[str, sinks.Gateway]:
    """The receipt or "class: code", and what arrived."""
    state = sinks.Gateway(lambda *_: answer() if callable(answer) else answer)
    with sinks.gateway(state) as url:
        channel = make(name, url, **patience)
        try:
            return channel.send(MESSAGE), state
        except SendFailed as failed:
            return f"{failed.failure}: {failed.code}", state
        finally:
            channel.close()


@pytest.mark.parametrize(
    ("name", "body", "receipt"),
    [
        ("wecom", b'{"errcode": 0, "errmsg": "ok"}', "errcode 0"),
        ("wecom", b'{"errcode": 45009}', "temporary: errcode 45009"),
        ("wecom", b'{"errcode": 93000}', "permanent: errcode 93000"),
        ("dingtalk", b'{"errcode": 0}', "errcode 0"),
        ("dingtalk", b'{"errcode": 310000, "errmsg": "sign not match"}', "permanent: errcode 310000"),
        ("dingtalk", b'{"errcode": 130101}', "temporary: errcode 130101"),
        ("feishu", b'{"code": 0}', "code 0"),
        ("feishu", b'{"StatusCode": 0, "StatusMessage": "success"}', "code 0"),
        ("feishu", b'{"code": 19021, "msg": "sign match fail"}', "permanent: code 19021"),
        ("feishu", b'{"code": 11232}', "temporary: code 11232"),
        ("aliyun", b'{"Code": "OK", "BizId": "900^0"}', "BizId 900^0"),
        ("aliyun", b'{"Code": "isv.BUSINESS_LIMIT_CONTROL"}', "temporary: isv.BUSINESS_LIMIT_CONTROL"),
        ("aliyun", b'{"Code": "isv.MOBILE_NUMBER_ILLEGAL"}', "permanent: isv.MOBILE_NUMBER_ILLEGAL"),
        ("gateway", b'{"result": {"code": 0}}', "result.code 0"),
        ("gateway", b'{"result": {"code": "9"}}', "temporary: result.code 9"),
        ("gateway", b'{"result": {"code": 4}}', "permanent: result.code 4"),
        ("gateway", b'{"result": "?"}', "unknown: an answer without result.code"),
        ("wecom", b"<html>", "unknown: an answer that is not JSON"),
        ("feishu", b"[]", "unknown: an answer that is not an object"),
    ],
)
def test_the_code_in_the_body_counts(name: str, body: bytes, receipt: str) -> None:
    assert send(name, (200, body))[0] == receipt


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (429, "temporary"),
        (500, "temporary"),
        (503, "temporary"),
        (502, "unknown"),
        (504, "unknown"),
        (404, "permanent"),
        (302, "permanent"),
    ],
)
def test_status_codes(status: int, failure: str) -> None:
    assert send("wecom", (status, b"{}"))[0] == f"{failure}: HTTP {status}"


def test_hanging_up_and_hanging_are_unknown() -> None:
    assert send("gateway", None)[0] == "unknown: connection lost"

    def slow() -> tuple[int, bytes]:
        time.sleep(0.3)
        return 200, b"{}"

    assert send("gateway", slow, read_seconds=0.05)[0] == "unknown: no answer in time"


def test_nobody_there_is_temporary() -> None:
    with pytest.raises(SendFailed) as failed:
        make("wecom", "http://127.0.0.1:1").send(MESSAGE)
    assert (failed.value.failure, failed.value.code) == ("temporary", "not connected")


def test_dingtalk_signs_timestamp_and_secret() -> None:
    _receipt, state = send("dingtalk", (200, b'{"errcode": 0}'))
    asked = parse_qs(urlsplit(state.paths[0]).query)
    stamp = str(int(AT.timestamp() * 1000))
    digest = hmac.new(b"secret", f"{stamp}\nsecret".encode(), hashlib.sha256).digest()
    assert asked == {
        "access_token": ["token"],
        "timestamp": [stamp],
        "sign": [base64.b64encode(digest).decode()],
    }
    assert state.bodies[0]["at"] == {"atMobiles": ["13800000000"]}


def test_feishu_signs_nothing_with_timestamp_and_secret() -> None:
    _receipt, state = send("feishu", (200, b'{"code": 0}'))
    stamp = str(int(AT.timestamp()))
    digest = hmac.new(f"{stamp}\nsecret".encode(), digestmod=hashlib.sha256).digest()
    assert state.bodies[0]["sign"] == base64.b64encode(digest).decode()
    assert (state.paths[0], state.bodies[0]["timestamp"]) == ("/token", stamp)


def test_aliyun_signature_is_the_one_of_its_own_example() -> None:
    """The example of Aliyun's page on the signature, with POST in the place of GET computed by hand."""
    parameters = {"AccessKeyId": "testId", "Action": "SendSms", "TemplateParam": '{"customer":"test"}'}
    text = "POST&%2F&AccessKeyId%3DtestId%26Action%3DSendSms%26TemplateParam%3D%257B%2522customer%2522%253A%2522test%2522%257D"
    digest = hmac.new(b"testSecret&", text.encode(), hashlib.sha1).digest()
    assert aliyun_signature(parameters, "testSecret") == base64.b64encode(digest).decode()


def test_aliyun_sends_the_kinds_own_template() -> None:
    _receipt, state = send("aliyun", (200, b'{"Code": "OK"}'))
    sent = {name: values[0] for name, values in parse_qs(state.bodies[0]["form"]).items()}
    assert (sent["TemplateCode"], sent["TemplateParam"], sent["OutId"]) == (
        "SMS_2",
        '{"what": "事"}',
        "notice-1-ab",
    )
    signature = sent.pop("Signature")
    assert signature == aliyun_signature(sent, "secret")


def test_the_generic_gateway_is_signed_over_the_bytes_sent() -> None:
    _receipt, state = send("gateway", (200, b'{"result": {"code": 0}}'))
    assert state.bodies == [
        {"to": ["13800000000"], "content": "【示例】短信", "ref": "<notice-1-ab@example.org>", "n": 1}
    ]
    stamp = state.headers[0]["X-Timestamp"]
    expected = hmac.new(b"secret", stamp.encode() + b"." + state.raw[0], hashlib.sha256).hexdigest()
    assert state.headers[0]["X-Signature"] == expected
    assert state.headers[0]["Idempotency-Key"] == "<notice-1-ab@example.org>"
