"""Cells of a spreadsheet as plain data, whatever the file's format was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.text import Text

Cell = str | int | float | date
"""Text ("" when empty), a number as the file stores it, or a real date. Errors are their text ("#REF!")."""

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """One merged block; rows and columns count from 0, both ends belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its cells from A1 on (rows may differ in length), merged blocks and the cells with formulas."""

    name: str
    rows: tuple[Row, ...]
    visible: bool = True
    merges: tuple[Merge, ...] = ()
    formulas: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """A file that could be read: its sheets in order, and what the person should know about the reading."""

    sheets: tuple[Sheet, ...]
    notes: tuple[Text, ...] = ()


def column_letters(column: int) -> str:
    """The letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return letters


def cell_reference(row: int, column: int) -> str:
    """The name a spreadsheet program shows for a cell counted from 0: (6, 1) is B7."""
    return f"{column_letters(column)}{row + 1}"


def cell_at(row: Row, column: int) -> Cell:
    """The cell of a row, "" past its end."""
    return row[column] if column < len(row) else ""


def fill_merges(sheet: Sheet) -> tuple[Row, ...]:
    """The rows with the value of every merged block repeated in all of its cells (inside the used area)."""
    rows = [list(row) for row in sheet.rows]
    width = max((len(row) for row in rows), default=0)
    for merge in sheet.merges:
        _fill_block(rows, merge, width)
    return tuple(tuple(row) for row in rows)


def _fill_block(rows: list[list[Cell]], merge: Merge, width: int) -> None:
    if merge.top >= len(rows) or merge.left >= len(rows[merge.top]):
        return
    value = rows[merge.top][merge.left]
    if value == "":
        return
    for row in rows[merge.top : merge.bottom + 1]:
        row.extend([""] * (min(merge.right + 1, width) - len(row)))
        for column in range(merge.left, min(merge.right + 1, width)):
            row[column] = value


def is_empty_row(row: Iterable[Cell]) -> bool:
    """Whether no cell of the row holds anything but spaces."""
    return all(isinstance(cell, str) and not cell.strip() for cell in row)
