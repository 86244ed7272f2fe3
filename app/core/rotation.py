"""New keys for what is stored: every encrypted value and file is sealed again under the newest key.

In batches, each in a transaction of the caller; what is under the newest key already is passed over, so a run that was
broken off is simply started again. Blind indexes are made anew with the values they belong to.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, CursorResult, LargeBinary, Row, Table, select, tuple_, type_coerce, update

from app.core.database import db
from app.core.encryption import Encrypted, blind_index, decrypt, newest_key

BATCH = 500


@dataclass(frozen=True, slots=True)
class Index:
    """The column that holds the blind index of an encrypted one, and the form in which values are compared."""

    column: str
    normal: Callable[[str], str]


_indexes: dict[tuple[str, str], Index] = {}
_files: dict[str, Callable[[], Iterator[bool]]] = {}


def register_index(table: str, column: str, index: str, normal: Callable[[str], str] = str) -> None:
    """`index` is the blind index of `column`; in `setup.install` of the feature."""
    _indexes[table, column] = Index(index, normal)


def register_files(name: str, reseal: Callable[[], Iterator[bool]]) -> None:
    """Files that are encrypted with the field keys; `reseal` yields for each whether it had to be changed."""
    _files[name] = reseal


def files() -> Mapping[str, Callable[[], Iterator[bool]]]:
    """The registered kinds of files."""
    return dict(_files)


def encrypted_tables() -> list[Table]:
    """The tables with encrypted columns, by name."""
    return sorted((t for t in db.metadata.tables.values() if _columns(t)), key=lambda table: table.name)


def rotate_batch(table: Table, after: Sequence[Any] | None) -> tuple[Sequence[Any] | None, int]:
    """Seal a batch of rows again, those after the key `after`.

    Returns the key of the last row looked at (None: the table is done) and how many rows were changed. A row that
    somebody changes meanwhile is left alone: it is under the newest key by that.
    """
    columns, keys = _columns(table), list(table.primary_key.columns)
    raw = [type_coerce(column, LargeBinary).label(column.name) for column in columns]
    indexes = [table.c[index.column] for column in columns if (index := _index_of(table, column))]
    query = select(*keys, *indexes, *raw).order_by(*keys).limit(BATCH)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    rows = db.session.execute(query).all()
    changed = sum(_rotate_row(table, row) for row in rows)
    return (tuple(getattr(rows[-1], key.name) for key in keys) if len(rows) == BATCH else None), changed


def _rotate_row(table: Table, row: Row[Any]) -> bool:
    values: dict[str, Any] = {}
    unchanged = [column == getattr(row, column.name) for column in table.primary_key.columns]
    for column in _columns(table):
        blob = getattr(row, column.name)
        if blob is None or bytes(blob)[0] == newest_key():
            continue
        context = cast(Encrypted, column.type).context
        text = decrypt(bytes(blob), context)
        values[column.name] = text
        unchanged.append(type_coerce(column, LargeBinary) == bytes(blob))
        index = _index_of(table, column)
        if index is not None and getattr(row, index.column) is not None:
            values[index.column] = blind_index(index.normal(text), context)
    if not values:
        return False
    result = db.session.execute(update(table).where(*unchanged).values(**values))
    return cast(CursorResult[Any], result).rowcount == 1


def _columns(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, Encrypted)]


def _index_of(table: Table, column: Column[Any]) -> Index | None:
    return _indexes.get((table.name, column.name))
