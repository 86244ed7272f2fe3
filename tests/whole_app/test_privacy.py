"""Every column is classified; what is personal or secret is never stored readable."""

from app.core.database import db
from app.core.encryption import Encrypted
from app.privacy import COLUMNS, READABLE, kind_of


def test_every_column_is_classified_once(app: object) -> None:
    tables = db.metadata.tables
    existing = {f"{name}.{column.name}" for name, table in tables.items() for column in table.columns}
    listed = [
        f"{table}.{column}"
        for table, kinds in COLUMNS.items()
        for names in kinds.values()
        for column in names.split()
    ]
    assert sorted(existing - set(listed)) == [], "classify these in app/privacy.py"
    assert sorted(set(listed) - existing) == [], "these are gone"
    assert len(listed) == len(set(listed))


def test_what_is_personal_or_secret_is_not_readable(app: object) -> None:
    readable = {
        f"{name}.{column.name}"
        for name, table in db.metadata.tables.items()
        for column in table.columns
        if kind_of(name, column.name) in ("personal", "secret") and not isinstance(column.type, Encrypted)
    }
    assert readable == set(READABLE)


def test_every_encrypted_column_is_bound_to_its_place(app: object) -> None:
    """The associated data names table and column, so a value moved elsewhere cannot be read."""
    for name, table in db.metadata.tables.items():
        for column in table.columns:
            if isinstance(column.type, Encrypted):
                assert column.type.context == f"{name}.{column.name}"
                assert kind_of(name, column.name) in ("personal", "secret")
