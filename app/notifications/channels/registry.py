"""The channels an office can set up: which fields each has, which of them are secret, and how one is built."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from app.core.text import Text
from app.notifications.channels.base import Channel
from app.notifications.channels.bots import DingTalk, Feishu, WeCom
from app.notifications.channels.files import Files
from app.notifications.channels.mail import Mail, Security, Server
from app.notifications.channels.sms import Aliyun, Gateway

SECURITY: dict[str, Security] = {"smtps": "ssl", "smtp": "starttls", "smtp+plain": "none"}
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class BadSetup(ValueError):
    """The set-up cannot work; `text` says why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Provider:
    """One kind of set-up: its channel, and its fields with their defaults. Secret ones are never shown again."""

    channel: str
    options: Mapping[str, str]
    secrets: tuple[str, ...]


PROVIDERS: dict[str, Provider] = {
    "smtp": Provider(
        "mail",
        {
            "host": "",
            "port": "587",
            "security": "starttls",
            "sender": "",
            "sender_name": "",
            "username": "",
        },
        ("password",),
    ),
    "aliyun": Provider(
        "sms",
        {
            "url": "https://dysmsapi.aliyuncs.com/",
            "sign_name": "",
            "template": "",
            "templates": "",
        },
        ("key_id", "key_secret"),
    ),
    "gateway": Provider(
        "sms",
        {
            "url": "",
            "template": '{"phone": "{phone}", "text": "{text}", "id": "{id}"}',
            "field": "code",
            "accepted": "0",
            "later": "",
        },
        ("secret",),
    ),
    "wecom": Provider("wecom", {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"}, ("key",)),
    "dingtalk": Provider("dingtalk", {"url": "https://oapi.dingtalk.com/robot/send"}, ("token", "secret")),
    "feishu": Provider(
        "feishu", {"url": "https://open.feishu.cn/open-apis/bot/v2/hook"}, ("token", "secret")
    ),
}
OPTIONAL = {"sender_name", "username", "password", "templates", "later"}


def build(options: Mapping[str, str], secrets: Mapping[str, str]) -> Channel:
    """The channel of a set-up; `options["provider"]` names it. Raises BadSetup."""
    provider = options["provider"]
    found = {**PROVIDERS[provider].options, **options, **secrets}
    match provider:
        case "smtp":
            return Mail(_server(found))
        case "aliyun":
            return Aliyun(
                found["url"],
                found["key_id"],
                found["key_secret"],
                found["sign_name"],
                found["template"],
                parse_templates(found["templates"]),
            )
        case "gateway":
            check_template(found["template"])
            return Gateway(
                found["url"],
                found["secret"],
                found["template"],
                found["field"],
                found["accepted"],
                frozenset(found["later"].split()),
            )
        case "wecom":
            return WeCom(found["url"], found["key"])
        case "dingtalk":
            return DingTalk(found["url"], found["token"], found["secret"])
        case _:
            return Feishu(found["url"], found["token"], found["secret"])


def files(data_dir: Path) -> Channel:
    """The channel of a trial."""
    return Files(data_dir)


def _server(found: Mapping[str, str]) -> Server:
    security = found["security"]
    if security not in SECURITY.values():
        raise BadSetup(
            "加密方式只能是 SSL、STARTTLS 或不加密。", "Encryption is SSL, STARTTLS or none, nothing else."
        )
    if not found["port"].isdigit() or not 1 <= int(found["port"]) <= 65535:
        raise BadSetup(
            "邮件服务器端口应为 1 至 65535 的整数。", "The mail server's port is a number from 1 to 65535."
        )
    return Server(
        host=found["host"],
        port=int(found["port"]),
        sender=found["sender"],
        sender_name=found["sender_name"],
        username=found["username"],
        password=found.get("password", ""),
        security=security,  # type: ignore[arg-type]  # looked up just above
    )


def parse_templates(text: str) -> dict[str, str]:
    """Lines of "kind = template code". Raises BadSetup for a line that is not one."""
    found = {}
    for line in filter(None, (part.strip() for part in text.splitlines())):
        kind, equals, code = (part.strip() for part in line.partition("="))
        if not (kind and equals and code):
            raise BadSetup(
                f"模板对应关系“{line}”应写作“通知种类 = 模板编号”。",
                f'Write the template line "{line}" as "kind = template code".',
            )
        found[kind] = code
    return found


def check_template(text: str) -> None:
    """Raises BadSetup unless the text is a JSON object that says whom and what."""
    try:
        found = json.loads(text)
    except ValueError as error:
        raise BadSetup(f"请求模板不是有效的 JSON：{error}", f"The template is not JSON: {error}") from error
    if not isinstance(found, dict) or "{phone}" not in text or "{text}" not in text:
        raise BadSetup(
            "请求模板应为 JSON 对象，并包含 {phone} 和 {text}。",
            "The template is a JSON object with {phone} and {text} in it.",
        )


def options_of_url(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """Options and secrets of `smtps://user:password@host:465?from=rota@example.org`. Raises BadSetup."""
    parts = urlsplit(url)
    sender = parse_qs(parts.query).get("from", [""])[0]
    if parts.scheme not in SECURITY or not parts.hostname or "@" not in sender:
        raise BadSetup(
            "SMTP_URL 应写作 smtps://用户名:密码@主机:465?from=发件地址",
            "SMTP_URL: write it as smtps://user:password@host:465?from=sender@example.org",
        )
    options = {
        "provider": "smtp",
        "host": parts.hostname,
        "port": str(parts.port or PORTS[parts.scheme]),
        "security": SECURITY[parts.scheme],
        "sender": sender,
        "username": unquote(parts.username or ""),
    }
    return options, {"password": unquote(parts.password or "")}
