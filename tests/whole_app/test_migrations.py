"""Migrations stand in one line, lead up and down again, and end at the tables the program knows."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from app.core.database import db
from app.web.migrations import head
from tests.whole_app.county import County

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


@pytest.fixture
def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return ScriptDirectory.from_config(config)


def test_they_are_numbered_in_one_line(script: ScriptDirectory) -> None:
    revisions = list(script.walk_revisions())[::-1]
    assert [revision.revision for revision in revisions] == [
        f"{number:04}" for number in range(1, len(revisions) + 1)
    ]
    assert [revision.down_revision for revision in revisions] == [
        None,
        *(revision.revision for revision in revisions[:-1]),
    ]
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert len(names) == len(revisions)


def test_the_program_knows_the_newest(script: ScriptDirectory) -> None:
    assert script.get_heads() == [head()]


def test_up_down_and_up_again(app: Flask) -> None:
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == head()


def test_down_to_the_foundation_and_up_again_with_rows(app: Flask, county: County) -> None:
    """What an office has is still there after its database went through every migration since the foundation."""
    tables = ("offices", "leaders", "duties", "draft_duties", "feed_links", "users", "audit_entries")
    before = {table: db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in tables}
    assert all(before.values())
    db.session.remove()
    downgrade(revision="0001")
    upgrade()
    assert before == {
        table: db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() for table in tables
    }
    with pytest.raises(DatabaseError, match="never changed"):
        db.session.execute(text("UPDATE duties SET leader_name = 'x'"))


def test_the_tables_are_those_of_the_program(app: Flask) -> None:
    """What `flask db check` says."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: (
                    kind != "table" or not name.startswith("procrastinate_")
                ),
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_migrations_do_not_import_the_program() -> None:
    for path in VERSIONS.glob("*.py"):
        assert not re.search(
            r"^\s*(from|import) (app|config)\b", path.read_text(encoding="utf-8"), re.MULTILINE
        )
