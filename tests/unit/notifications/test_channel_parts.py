"""Addresses of mail servers, templates, and what is written for a trial."""

import datetime as dt
import os
from pathlib import Path

import pytest

from app.notifications.channels import files
from app.notifications.channels.base import Message, SendFailed
from app.notifications.channels.mail import Server, compose, method_of
from app.notifications.channels.registry import BadSetup, check_template, options_of_url, parse_templates
from config import ConfigError, load_settings

AT = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
REQUIRED = {"SECRET_KEY": "s", "PASSWORD_SALT": "p", "FIELD_KEY": "1:" + "A" * 43 + "="}


def message(to: str = "a@example.org", subject: str = "主题", text: str = "正文") -> Message:
    return Message(to=to, subject=subject, text=text, short="短", message_id="<n-1@x>", at=AT)


def test_the_mail_server_of_the_installation() -> None:
    options, secrets = options_of_url("smtps://user%40x:p%3Aw@mail.example.org?from=rota@example.org")
    assert options == {
        "provider": "smtp",
        "host": "mail.example.org",
        "port": "465",
        "security": "ssl",
        "sender": "rota@example.org",
        "username": "user@x",
    }
    assert secrets == {"password": "p:w"}
    assert options_of_url("smtp://mail?from=a@b")[0]["port"] == "587"


@pytest.mark.parametrize("url", ["http://mail?from=a@b", "smtps://mail", "smtps:///?from=a@b"])
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(BadSetup, match="SMTP_URL"):
        options_of_url(url)


def test_the_setting_is_refused_at_start() -> None:
    assert load_settings(REQUIRED | {"SMTP_URL": "smtps://m?from=a@b"}).smtp_url == "smtps://m?from=a@b"
    with pytest.raises(ConfigError, match="SMTP_URL"):
        load_settings(REQUIRED | {"SMTP_URL": "mail.example.org"})


def test_templates_of_kinds() -> None:
    assert parse_templates("duty = SMS_1\n\n visit=SMS_2 ") == {"duty": "SMS_1", "visit": "SMS_2"}
    with pytest.raises(BadSetup):
        check_template('{"to": "{phone}"}')


def test_a_subject_cannot_add_headers_and_an_address_must_be_one() -> None:
    server = Server("h", 25, "rota@example.org", "局\r\nBcc: x@example.org")
    mail = compose(message(subject="a\r\nBcc: x@example.org"), server)
    assert mail["Bcc"] is None and mail["Subject"] == "a Bcc: x@example.org"
    for wrong in ("", "nobody", "a@b\r\nBcc: c@d", "a b@example.org"):
        with pytest.raises(SendFailed) as failed:
            compose(message(to=wrong), server)
        assert failed.value.failure == "permanent"


def test_a_calendar_part_without_a_method_is_refused() -> None:
    assert method_of("BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\n") == "CANCEL"
    with pytest.raises(SendFailed):
        method_of("BEGIN:VCALENDAR\r\n")


def test_files_are_replaced_private_and_purged(tmp_path: Path) -> None:
    channel = files.Files(tmp_path)
    channel.send(message())
    name = channel.send(message(text="anders"))
    (path,) = (tmp_path / "outbox").iterdir()
    assert path.name == name == "n-1.json" and path.stat().st_mode & 0o077 == 0
    assert (files.find_written(tmp_path, "<n-1@x>") or {})["text"] == "anders"
    os.utime(path, (0, 0))
    assert files.purge(tmp_path, AT) == 1
    assert files.find_written(tmp_path, "<n-1@x>") is None
