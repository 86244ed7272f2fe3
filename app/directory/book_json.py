"""The cells of a spreadsheet as JSON text, for the time between preview and confirmation."""

import datetime as dt
import json
from typing import Any

from app.core.text import Text
from app.directory.importing.grid import Book, Cell, Merge, Sheet


def dump_book(book: Book) -> str:
    """The book's sheets as JSON; notes about the reading are kept too."""
    return json.dumps(
        {
            "sheets": [_sheet_out(sheet) for sheet in book.sheets],
            "notes": [[note.zh, note.en] for note in book.notes],
        },
        ensure_ascii=False,
    )


def load_book(text: str) -> Book:
    """Undo `dump_book`."""
    stored = json.loads(text)
    return Book(
        tuple(_sheet_in(sheet) for sheet in stored["sheets"]),
        tuple(Text(zh, en) for zh, en in stored["notes"]),
    )


def _sheet_out(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "rows": [
            [{"date": cell.isoformat()} if isinstance(cell, dt.date) else cell for cell in row]
            for row in sheet.rows
        ],
        "visible": sheet.visible,
        "merges": [[merge.top, merge.left, merge.bottom, merge.right] for merge in sheet.merges],
        "formulas": sorted(sheet.formulas),
    }


def _sheet_in(stored: dict[str, Any]) -> Sheet:
    return Sheet(
        name=stored["name"],
        rows=tuple(tuple(_cell_in(cell) for cell in row) for row in stored["rows"]),
        visible=stored["visible"],
        merges=tuple(Merge(*merge) for merge in stored["merges"]),
        formulas=frozenset((row, column) for row, column in stored["formulas"]),
    )


def _cell_in(value: str | int | float | dict[str, str]) -> Cell:
    return dt.date.fromisoformat(value["date"]) if isinstance(value, dict) else value
