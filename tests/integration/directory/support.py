"""Small helpers of the directory's tests."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import xlsxwriter
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from tests.factories import make_office, make_user

PASSWORD = "correct horse battery"
HEADINGS = ("姓名", "职务", "分管领域", "联系乡镇", "联系电话", "任职时间", "离任时间")


def sign_in(client: FlaskClient, role: str = "scheduler", office: Office | None = None) -> Office:
    """An office with somebody of this role, signed in."""
    with transaction():
        office = office or make_office("county")
        make_user(f"a-{role}", role, office)
    g.pop("_login_user", None)  # the tests' application context outlives a request
    assert client.post("/sign-in", data={"username": f"a-{role}", "password": PASSWORD}).status_code == 302
    return office


def csv_file(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """A CSV file with headings."""
    text = io.StringIO()
    csv.writer(text).writerows([headings, *rows])
    return text.getvalue().encode()


def xlsx_file(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    """An .xlsx file with a title above the headings."""
    output = BytesIO()
    with xlsxwriter.Workbook(output) as workbook:
        sheet = workbook.add_worksheet("名单")
        sheet.write_string(0, 0, "示例县接访领导名单")
        for number, row in enumerate([headings, *rows], 1):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
    return output.getvalue()


def audit_actions() -> list[str]:
    """Every action recorded, oldest first."""
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def leader_count() -> int:
    """How many leaders there are."""
    return db.session.scalar(select(func.count()).select_from(Leader)) or 0


def only_leader(name: str) -> Leader:
    """The leader of this name, read afresh."""
    db.session.rollback()
    return db.session.scalars(select(Leader).where(Leader.name == name)).one()


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
