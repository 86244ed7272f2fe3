"""The audit trail: chained, append-only, scoped, searchable, exportable."""

import contextvars
import csv
import datetime as dt
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts import audit
from app.accounts.models import AuditEntry
from app.core.clock import FixedClock
from app.core.database import db, transaction
from tests.factories import make_office, make_user


@pytest.fixture
def trail(app: Flask, clock: FixedClock) -> None:
    """Entries of two offices and of none, on two days; an auditor of the county and an administrator of the city."""
    with transaction():
        city = make_office("city", "city")
        county = make_office("county", "county", city)
        make_user("audra", "auditor", county)
        make_user("root", "administrator", city)
        clock.at = dt.datetime(2026, 3, 2, 15, 59, 59, 123456, tzinfo=dt.UTC)  # 2 March 23:59:59 in Shanghai
        audit.record("leader.edit", "leader:1", county.id, {"name": "张三"}, {"name": "张三丰"})
        clock.at = dt.datetime(2026, 3, 2, 16, 0, tzinfo=dt.UTC)  # 3 March
        audit.record(
            "leader.add", "leader:2", county.id, None, {"name": "=HYPERLINK(1)", "posts": ["副县长"]}
        )
        audit.record("office.edit", "office:1", city.id, {"a": 1}, {"a": 2})
        audit.record("thing.purge", "thing:1")


def sign_in(client: FlaskClient, name: str) -> None:
    client.post("/sign-in", data={"username": name, "password": "correct horse battery"})


@pytest.mark.usefixtures("trail")
def test_the_chain_holds_after_the_database_has_read_it_back() -> None:
    db.session.expunge_all()
    check = audit.check_chain()
    assert (check.count, check.broken_at) == (4, None)
    assert audit.find_break() is None


def test_odd_values_hash_the_same_when_read_back(app: Flask) -> None:
    with transaction():
        audit.record("a.b", "c:1", None, {10: "x", 9: "y", "中": [1, 2.5, None, True]}, (1, "二"))
        audit.record("a.b", "c:2", None, float(10**20), {"empty": {}, "list": []})
    db.session.expunge_all()
    assert audit.find_break() is None


def test_what_json_cannot_hold_is_refused(app: Flask) -> None:
    with pytest.raises(TypeError), transaction():
        audit.record("a.b", "c:1", None, {"day": dt.date(2026, 1, 1)})
    with pytest.raises(ValueError, match="JSON"), transaction():
        audit.record("a.b", "c:1", None, {"share": float("nan")})


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_entries(statement: str) -> None:
    with pytest.raises(DBAPIError, match="never changed or deleted"), transaction():
        db.session.execute(text(statement))


@pytest.mark.usefixtures("trail")
def test_an_alteration_behind_the_triggers_shows(app: Flask, client: FlaskClient) -> None:
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "leader:2")).one()
    with transaction():
        on = " ON audit_entries" if db.engine.dialect.name == "postgresql" else ""
        db.session.execute(text(f"DROP TRIGGER audit_entries_no_update{on}"))
        db.session.execute(text(f"UPDATE audit_entries SET actor = 'nobody' WHERE id = {entry.id}"))
    db.session.expunge_all()
    assert audit.check_chain().broken_at == entry.id
    result = app.test_cli_runner().invoke(args=["accounts", "verify-audit"])
    assert result.exit_code == 1
    assert f"breaks at entry {entry.id}" in result.output
    sign_in(client, "audra")
    assert f"第 {entry.id} 条处断开" in client.get("/audit/check").text
    assert "已被改动" in client.get("/audit").text


@pytest.mark.usefixtures("trail")
def test_an_intact_chain_is_said_to_hold(app: Flask, client: FlaskClient) -> None:
    sign_in(client, "audra")
    assert "共 4 条" in client.get("/audit/check").text
    result = app.test_cli_runner().invoke(args=["accounts", "verify-audit"])
    assert result.exit_code == 0
    assert "4 entries" in result.output


@pytest.mark.usefixtures("trail")
@pytest.mark.parametrize(
    ("who", "query", "subjects"),
    [
        ("audra", "", {"leader:1", "leader:2"}),
        ("root", "", {"leader:1", "leader:2", "office:1", "thing:1"}),
        ("audra", "?office=city", {"leader:1", "leader:2"}),
        ("root", "?office=city", {"office:1"}),
        ("root", "?q=张三丰", {"leader:1"}),
        ("root", "?q=%25", set()),
        ("root", "?action=leader.add", {"leader:2"}),
        ("root", "?actor=COMMAND", {"leader:1", "leader:2", "office:1", "thing:1"}),
        ("root", "?actor=nobody", set()),
        ("root", "?last=2026-03-02", {"leader:1"}),
        ("root", "?first=2026-03-03", {"leader:2", "office:1", "thing:1"}),
        ("root", "?first=2026-03-02&last=2026-03-02&q=leader", {"leader:1"}),
        ("root", "?first=nonsense&page=-4", {"leader:1", "leader:2", "office:1", "thing:1"}),
        ("root", "?last=9999-12-31", {"leader:1", "leader:2", "office:1", "thing:1"}),
        ("root", "?page=2", set()),
    ],
)
def test_the_trail_is_filtered_and_scoped(
    client: FlaskClient, who: str, query: str, subjects: set[str]
) -> None:
    sign_in(client, who)
    answer = client.get(f"/audit{query}")
    assert answer.status_code == 200
    known = {"leader:1", "leader:2", "office:1", "thing:1"}
    assert {subject for subject in known if subject in answer.text} == subjects


@pytest.mark.usefixtures("trail")
def test_a_change_reads_as_before_and_after(client: FlaskClient) -> None:
    sign_in(client, "audra")
    page = client.get("/audit").text
    assert "<del>张三</del>" in page
    assert "<ins>张三丰</ins>" in page


@pytest.mark.usefixtures("trail")
def test_the_export_is_scoped_and_holds_no_formula(client: FlaskClient) -> None:
    sign_in(client, "audra")
    answer = client.get("/audit.csv?q=HYPERLINK")
    assert answer.mimetype == "text/csv"
    assert answer.text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["subject"] for row in rows] == ["leader:2"]
    assert rows[0]["after"] == "name: =HYPERLINK(1); posts: 副县长"
    served = contextvars.Context()  # without the context of the tests, as on a server
    everything = served.run(lambda: client.get("/audit.csv").text)
    assert "office:1" not in everything
    assert not any(cell[:1] in "=+@" for row in csv.reader(io.StringIO(everything)) for cell in row if cell)


def test_the_trail_says_who_and_from_where(app: Flask, client: FlaskClient) -> None:
    with transaction():
        county = make_office("county")
        make_user("root", "administrator", county)
        bob = make_user("bob", "scheduler", county)
    sign_in(client, "root")
    client.post(f"/people/{bob.id}/deactivate", headers={"X-Request-ID": "abcdef-123456"})
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.actor, entry.address, entry.request_id) == ("root", "127.0.0.1", "abcdef-123456")
