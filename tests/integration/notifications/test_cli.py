"""The commands say what they do."""

from flask import Flask

from app.core.database import db, transaction
from tests.integration.notifications import support
from tests.integration.notifications.support import note, only


def test_sending_from_the_command_line(app: Flask) -> None:
    support.use()
    with transaction():
        office, leader = support.an_office_with_a_leader()
    note(office, leader)
    assert app.test_cli_runner().invoke(args=["notices", "send"]).output == "sent: 1\n"
    assert only().state == "sent"
    assert app.test_cli_runner().invoke(args=["notices", "send"]).output == "Nothing is due.\n"


def test_a_worker_on_sqlite_is_told_what_to_run_instead(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        result = app.test_cli_runner().invoke(args=["worker"])
        assert result.exit_code == 1 and "flask scheduler run" in result.output
