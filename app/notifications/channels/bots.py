"""Group bots of WeCom, DingTalk and Feishu. They answer HTTP 200 also when they refuse: the code in the body counts.

The signatures are those of the vendors' pages on custom group robots.
"""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote_plus

from app.notifications.channels.base import HttpChannel, Message, SendFailed

WECOM_BYTES = 2048
# Too often, or busy: worth trying again. Every other code is a refusal.
WECOM_LATER = {-1, 45009, 45033}
DINGTALK_LATER = {-1, 130101, 130102, 660026, 410100}
FEISHU_LATER = {9499, 11232, 99991400}


class WeCom(HttpChannel):
    """A group robot of WeCom (企业微信): the key is in the address."""

    def __init__(self, url: str, key: str, **patience: float) -> None:
        super().__init__(**patience)
        self._url, self._key = url, key

    def send(self, message: Message) -> str:
        """Post a text; a mobile number in `to` is mentioned."""
        text = message.text.encode()[:WECOM_BYTES].decode(errors="ignore")
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if message.to:
            body["text"]["mentioned_mobile_list"] = [message.to]
        answer = self.post(self._url, params={"key": self._key}, json=body)
        return check(answer, "errcode", WECOM_LATER)


class DingTalk(HttpChannel):
    """A group robot of DingTalk (钉钉) with a signing secret."""

    def __init__(self, url: str, token: str, secret: str, **patience: float) -> None:
        super().__init__(**patience)
        self._url, self._token, self._secret = url, token, secret

    def send(self, message: Message) -> str:
        """Post a text; a mobile number in `to` is mentioned."""
        stamp = str(int(message.at.timestamp() * 1000))
        address = (
            f"{self._url}?access_token={quote_plus(self._token)}"
            f"&timestamp={stamp}&sign={quote_plus(dingtalk_signature(self._secret, stamp))}"
        )
        body: dict[str, Any] = {"msgtype": "text", "text": {"content": message.text}}
        if message.to:
            body["at"] = {"atMobiles": [message.to]}
        return check(self.post(address, json=body), "errcode", DINGTALK_LATER)


class Feishu(HttpChannel):
    """A group robot of Feishu (飞书) with a signing secret."""

    def __init__(self, url: str, token: str, secret: str, **patience: float) -> None:
        super().__init__(**patience)
        self._url, self._token, self._secret = url.rstrip("/"), token, secret

    def send(self, message: Message) -> str:
        """Post a text."""
        stamp = str(int(message.at.timestamp()))
        body = {
            "timestamp": stamp,
            "sign": feishu_signature(self._secret, stamp),
            "msg_type": "text",
            "content": {"text": message.text},
        }
        answer = self.post(f"{self._url}/{self._token}", json=body)
        if "code" not in answer and "StatusCode" in answer:  # its older form
            answer = {"code": answer["StatusCode"]}
        return check(answer, "code", FEISHU_LATER)


def dingtalk_signature(secret: str, stamp: str) -> str:
    """HMAC-SHA256 of "timestamp, newline, secret" with the secret, in base64."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def feishu_signature(secret: str, stamp: str) -> str:
    """HMAC-SHA256 of nothing with "timestamp, newline, secret" as the key, in base64."""
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def check(answer: dict[str, Any], code: str, later: set[int]) -> str:
    """The receipt of an accepted message. Raises SendFailed for an error code, or for none at all."""
    found = answer.get(code)
    if found in (0, "0"):
        return f"{code} 0"
    if not isinstance(found, int):
        raise SendFailed("unknown", f"an answer without {code}")
    raise SendFailed("temporary" if found in later else "permanent", f"{code} {found}")
