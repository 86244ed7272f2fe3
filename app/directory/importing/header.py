"""Find the row (or two rows) that name the columns, and what each column is.

Offices put titles, units and notes above the heading, merge group headings over two columns, leave columns
out and order them as they like; so every one of the first rows is tried and the one that names most fields wins.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text import Text
from app.directory.importing.grid import Cell, Merge, Row, cell_at, column_letters
from app.directory.importing.headings import Field, find_field, heading_key, standing

_ROWS_SEARCHED = 60
_GROUP_OF_DATES = re.compile("任|时间|日期|term")
_BEGIN_WORDS = {"起", "自", "从", "开始", "起始", "始", "到任", "from", "start"}
_END_WORDS = {"止", "至", "到", "结束", "截止", "终", "离任", "until", "to", "end"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is read: its place from 0, its field, and the heading as written."""

    index: int
    field: Field
    heading: str


@dataclass(frozen=True, slots=True)
class Header:
    """The heading: its first and last row from 0, its columns from left to right, and all headings found."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    problems: tuple[Text, ...] = ()

    def columns_of(self, field: Field) -> tuple[Column, ...]:
        """The columns of a field, the usual heading first."""
        own = [column for column in self.columns if column.field == field]
        return tuple(sorted(own, key=lambda column: (standing(column.heading), column.index)))

    @property
    def has_name(self) -> bool:
        """Whether some column holds names."""
        return any(column.field is Field.NAME for column in self.columns)


def find_header(rows: Sequence[Row], merges: Sequence[Merge] = ()) -> Header | None:
    """The best heading among the first rows; None when no row names a field.

    ``rows`` have their merged cells filled; ``merges`` tell two equal headings from one that was merged. A heading without a name column is returned too (``has_name`` is False), for the sentence that says so.
    """
    best: Header | None = None
    for index in range(min(len(rows), _ROWS_SEARCHED)):
        header = header_at(rows, index, merges)
        if header is not None and (best is None or _rank(header) > _rank(best)):
            best = header
    return best


def _rank(header: Header) -> tuple[bool, int]:
    return header.has_name, len({column.field for column in header.columns} - {Field.IGNORED})


def header_at(rows: Sequence[Row], index: int, merges: Sequence[Merge] = ()) -> Header | None:
    """The heading that begins in this row, or None. One word merged over several columns is a title."""
    single = _header(rows, index, index, merges)
    if single is None or index + 1 >= len(rows) or not _continues(rows[index], rows[index + 1]):
        return single
    double = _header(rows, index, index + 1, merges)
    return double if double is not None and _rank(double) >= _rank(single) else single


def _continues(upper: Row, lower: Row) -> bool:
    """Whether the lower row is the second line of a heading: only headings, blanks and repeats of the upper."""
    differing = [
        _text(cell)
        for column, cell in enumerate(lower)
        if _text(cell) and _text(cell) != _text(cell_at(upper, column))
    ]
    return bool(differing) and all(_is_sub_heading(text) for text in differing)


def _is_sub_heading(text: str) -> bool:
    return find_field(text) is not None or heading_key(text) in _BEGIN_WORDS | _END_WORDS


def _header(rows: Sequence[Row], top: int, bottom: int, merges: Sequence[Merge]) -> Header | None:
    headings = _headings(rows[top], rows[bottom] if bottom > top else ())
    columns = [
        Column(index, field, _written(group, sub))
        for index, (group, sub) in enumerate(headings)
        if (field := _field(group, sub)) is not None
    ]
    texts = tuple(
        dict.fromkeys(" ".join(dict.fromkeys(filter(None, pair))) for pair in headings if any(pair))
    )
    if not columns or (len(texts) == 1 and len(columns) > 1):
        return None
    return Header(top, bottom, tuple(columns), texts, tuple(_duplicates(columns, top, merges)))


def _written(group: str, sub: str) -> str:
    if not sub or sub == group:
        return group
    return sub if find_field(sub) is not None else f"{group}{sub}"


def _headings(upper: Row, lower: Row) -> list[tuple[str, str]]:
    """For each column the upper and the lower heading; a blank upper one belongs to the group on its left."""
    pairs: list[tuple[str, str]] = []
    group = ""
    for index in range(max(len(upper), len(lower))):
        above, below = _text(cell_at(upper, index)), _text(cell_at(lower, index))
        group = above or (group if below else "")
        pairs.append((group, below))
    return pairs


def _field(group: str, sub: str) -> Field | None:
    if not sub or sub == group:
        return find_field(group)
    if _GROUP_OF_DATES.search(heading_key(group)):
        if heading_key(sub) in _BEGIN_WORDS:
            return Field.FROM
        if heading_key(sub) in _END_WORDS:
            return Field.UNTIL
    return find_field(group + sub) or find_field(sub) or find_field(group)


def _duplicates(columns: Sequence[Column], row: int, merges: Sequence[Merge]) -> list[Text]:
    """A sentence for every heading that stands twice, except over neighbours that were one merged cell."""
    problems = []
    seen: dict[str, Column] = {}
    for column in columns:
        first = seen.setdefault(heading_key(column.heading), column)
        if (
            first is not column
            and column.field is not Field.IGNORED
            and not _is_one(first, column, row, merges)
        ):
            here, there = column_letters(column.index), column_letters(first.index)
            problems.append(
                Text(
                    f"表头里有两列“{column.heading}”（{there} 列和 {here} 列）：以 {there} 列为准，它空着时才看 {here} 列；"
                    "请删去多余的一列或改名。",
                    f"Two columns are headed “{column.heading}” ({there} and {here}): {there} is used, and {here} only "
                    "where it is empty; remove or rename one of them.",
                )
            )
    return problems


def _is_one(first: Column, second: Column, row: int, merges: Sequence[Merge]) -> bool:
    return any(
        merge.top <= row <= merge.bottom and merge.left <= first.index and second.index <= merge.right
        for merge in merges
    )


def _text(cell: Cell) -> str:
    return " ".join(cell.split()) if isinstance(cell, str) else ""
