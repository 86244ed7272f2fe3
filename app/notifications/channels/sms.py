"""Text messages through a gateway: Aliyun's own interface, and a generic one that is described in the set-up.

Aliyun: RPC style, signature version 1.0 (HMAC-SHA1), action SendSms of version 2017-05-25, as its pages describe.
The generic one posts JSON from a template, signed with HMAC-SHA256 in headers.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from app.notifications.channels.base import Failure, HttpChannel, Message, SendFailed

ALIYUN_LATER = (
    "isv.BUSINESS_LIMIT_CONTROL",
    "isv.AMOUNT_NOT_ENOUGH",
    "isv.OUT_OF_SERVICE",
    "isp.",
    "Throttling",
    "ServiceUnavailable",
    "InternalError",
)


class Aliyun(HttpChannel):
    """Aliyun SMS. Its templates live with Aliyun: each kind of notice has the code of one, or the default's."""

    def __init__(
        self,
        url: str,
        key_id: str,
        key_secret: str,
        sign_name: str,
        template: str,
        templates: Mapping[str, str] | None = None,
        **patience: float,
    ) -> None:
        super().__init__(**patience)
        self._url, self._key_id, self._key_secret = url, key_id, key_secret
        self._sign_name, self._template, self._templates = sign_name, template, dict(templates or {})

    def send(self, message: Message) -> str:
        """Send one text message; the receipt is Aliyun's BizId."""
        own = self._templates.get(message.kind)
        values = dict(message.values) if own else {"content": message.short}
        parameters = {
            "AccessKeyId": self._key_id,
            "Action": "SendSms",
            "Format": "JSON",
            "OutId": message.message_id.strip("<>").partition("@")[0],
            "PhoneNumbers": message.to,
            "RegionId": "cn-hangzhou",
            "SignName": self._sign_name,
            "SignatureMethod": "HMAC-SHA1",
            # The same for every try of a message within a second only; Aliyun refuses a nonce it has seen.
            "SignatureNonce": hashlib.sha256(f"{message.message_id} {message.at}".encode()).hexdigest()[:32],
            "SignatureVersion": "1.0",
            "TemplateCode": own or self._template,
            "TemplateParam": json.dumps(values, ensure_ascii=False),
            "Timestamp": message.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Version": "2017-05-25",
        }
        parameters["Signature"] = aliyun_signature(parameters, self._key_secret)
        answer = self.post(self._url, data=parameters)
        code = answer.get("Code")
        if code == "OK":
            return f"BizId {answer.get('BizId', '')}"[:200]
        if not isinstance(code, str):
            raise SendFailed("unknown", "an answer without Code")
        raise SendFailed("temporary" if code.startswith(ALIYUN_LATER) else "permanent", code)


def aliyun_signature(parameters: Mapping[str, str], secret: str) -> str:
    """The signature of a POST: sorted, percent-encoded twice, HMAC-SHA1 with "secret&", in base64."""
    joined = "&".join(f"{_percent(name)}={_percent(parameters[name])}" for name in sorted(parameters))
    text = f"POST&{_percent('/')}&{_percent(joined)}"
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


def _percent(text: str) -> str:
    return quote(text, safe="-_.~")


class Gateway(HttpChannel):
    """Any gateway that takes JSON. `template` is a JSON object whose texts may hold {phone}, {text}, {id}.

    Signed: X-Timestamp (seconds), and X-Signature = hex HMAC-SHA256 of "timestamp.body" with the secret. Accepted:
    the answer's `field` (dots lead inwards) equals `accepted`; `later` are codes worth trying again.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        template: str,
        field: str,
        accepted: str,
        later: frozenset[str] = frozenset(),
        **patience: float,
    ) -> None:
        super().__init__(**patience)
        self._url, self._secret, self._template = url, secret, json.loads(template)
        self._field, self._accepted, self._later = field, accepted, later

    def send(self, message: Message) -> str:
        """Send one text message; the receipt is the code of the answer."""
        names = {"phone": message.to, "text": message.short, "id": message.message_id}
        body = json.dumps(_filled(self._template, names), ensure_ascii=False).encode()
        stamp = str(int(message.at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": message.message_id,
            "X-Timestamp": stamp,
            "X-Signature": gateway_signature(self._secret, stamp, body),
        }
        code = _lookup(self.post(self._url, data=body, headers=headers), self._field)
        if code == self._accepted:
            return f"{self._field} {code}"[:200]
        if code is None:
            raise SendFailed("unknown", f"an answer without {self._field}"[:180])
        failure: Failure = "temporary" if code in self._later else "permanent"
        raise SendFailed(failure, f"{self._field} {code}"[:60])


def gateway_signature(secret: str, stamp: str, body: bytes) -> str:
    """Hexadecimal HMAC-SHA256 of "timestamp.body"."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _filled(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(value, names) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, names) for value in part]
    if not isinstance(part, str):
        return part
    for name, value in names.items():
        if part == f"{{{name}}}":
            return value
        part = part.replace(f"{{{name}}}", value)
    return part


def _lookup(answer: Any, field: str) -> str | None:
    for step in field.split("."):
        answer = answer.get(step) if isinstance(answer, dict) else None
    return None if answer is None else str(answer).lower() if isinstance(answer, bool) else str(answer)
