"""From the bytes of a file that somebody else made to plain cells.

Spreadsheets are parsed in a child process with a memory and a time limit, because the parser trusts the file;
text tables (CSV) are read here. The file's content decides what it is; its name is only a hint for people.
"""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from app.core.text import Text
from app.directory.importing import limits
from app.directory.importing.csv_text import decode, read_delimited
from app.directory.importing.grid import Book, Cell, Merge, Sheet
from app.directory.importing.refusals import refuse

_SOURCE_FOLDER = Path(__file__).resolve().parents[3]
_CHILD = (
    "import sys; sys.path.append(sys.argv.pop(1));"
    "from app.directory.importing.sandbox.child import main; main(sys.argv[1:])"
)
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS = {
    b"%PDF": "pdf",
    b"{\\rtf": "rtf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"BM": "image",
    b"Rar!": "zip",
    b"7z\xbc\xaf": "zip",
    b"\x1f\x8b": "zip",
}
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")


def read_file(data: bytes) -> Book:
    """The sheets of an .xlsx, .xls, .csv or .tsv file (or of a web page named .xls) as plain cells.

    Raises FileRefused, with one sentence, for anything else and for what goes beyond ``limits``.
    """
    if not data.strip(b"\x00 \r\n\t"):
        raise refuse("empty")
    if len(data) > limits.MAX_FILE_BYTES:
        raise refuse("file_too_large")
    if data.startswith(b"PK"):
        return _read_in_child("xlsx", data)
    if data.startswith(_COMPOUND_FILE):
        return _read_in_child("xls", data)
    if data.startswith(_OLD_EXCEL):
        raise refuse("old_excel")
    for magic, kind in _OTHER_KINDS.items():
        if data.startswith(magic):
            raise refuse("not_a_spreadsheet", kind=kind)
    return _read_text(data)


def _read_text(data: bytes) -> Book:
    text = decode(data)
    opening = text.lstrip("\ufeff \r\n\t")[:2000].lower()
    if "urn:schemas-microsoft-com:office:spreadsheet" in opening:
        raise refuse("other_spreadsheet", kind="XML 2003")
    if opening.startswith("mime-version:"):
        raise refuse("other_spreadsheet", kind="MHTML")
    if opening.startswith("<") and (
        "<html" in opening or "<table" in opening or opening.startswith("<!doctype")
    ):
        return _read_in_child("html", text.encode())
    if opening.startswith("<?xml"):
        raise refuse("not_a_spreadsheet", kind="XML")
    return Book((read_delimited(text),))


def _read_in_child(kind: str, data: bytes) -> Book:
    """Let a child process parse the file; whatever way it ends, the answer is a Book or FileRefused."""
    command = [sys.executable, "-I", "-c", _CHILD, str(_SOURCE_FOLDER), kind]
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=limits.CHILD_WALL_SECONDS,
            env={"LC_ALL": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse("too_heavy", detail="time limit") from error
    if done.returncode < 0:
        raise refuse("too_heavy", detail=f"signal {-done.returncode}: {_tail(done.stderr)}")
    if done.returncode > 0:
        raise refuse("broken", detail=_tail(done.stderr))
    answer = json.loads(done.stdout)
    if "refused" in answer:
        refused = answer["refused"]
        raise refuse(refused["code"], refused["detail"], **refused["values"])
    return _book(answer["sheets"], is_web_page=kind == "html")


def _tail(output: bytes) -> str:
    return output[-500:].decode("utf-8", "replace")


def _book(sheets: list[dict[str, Any]], is_web_page: bool) -> Book:
    notes = (
        (
            Text(
                "这个文件其实是网页表格，只是扩展名像 Excel；已按表格读取，请核对。",
                "The file is really a web page named like a spreadsheet; its table was read, please check it.",
            ),
        )
        if is_web_page
        else ()
    )
    return Book(tuple(_sheet(sheet) for sheet in sheets), notes)


def _sheet(sheet: dict[str, Any]) -> Sheet:
    return Sheet(
        name=sheet["name"],
        rows=tuple(tuple(_cell(cell) for cell in row) for row in sheet["rows"]),
        visible=sheet["visible"],
        merges=tuple(Merge(*merge) for merge in sheet["merges"]),
        formulas=frozenset((row, column) for row, column in sheet["formulas"]),
    )


def _cell(value: str | int | float | dict[str, str]) -> Cell:
    return date.fromisoformat(value["date"]) if isinstance(value, dict) else value
