"""Entry of the child process: file bytes on standard input, JSON on standard output.

Started with the kind of the file ("xlsx", "xls" or "html") as its only argument; see ``reader``. It limits its
own memory and processor time before it reads the first byte. The answer is ``{"sheets": [...]}`` or
``{"refused": {"code", "detail", "values"}}``; a crash is an answer too, which the parent understands.
"""

import json
import math
import resource
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from app.directory.importing import limits
from app.directory.importing.sandbox import archive, biff, html_table
from app.directory.importing.sandbox.refusal import Refusal

JsonCell = str | int | float | dict[str, str]


def limit_this_process() -> None:
    """No more memory and time than a list of leaders can need, and no core file when that is not enough."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.CHILD_MEMORY_BYTES, limits.CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CHILD_CPU_SECONDS, limits.CHILD_CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def read(kind: str, data: bytes) -> list[dict[str, Any]]:
    """The sheets of a file, each as name, visible, rows, merges, formulas. Raises Refusal."""
    if kind == "html":
        rows, merges = html_table.read_table(data.decode("utf-8"))
        return [{"name": "", "visible": True, "rows": rows, "merges": merges, "formulas": []}]
    scans = _scan_xlsx(data) if kind == "xlsx" else biff.scan_workbook(biff.workbook_stream(data))
    if len(scans) > limits.MAX_SHEETS:
        raise Refusal("too_many_sheets", count=len(scans))
    try:
        with CalamineWorkbook.from_filelike(BytesIO(data)) as workbook:
            return _read_sheets(workbook, scans)
    except PasswordError as error:
        raise Refusal("encrypted") from error
    except CalamineError as error:
        raise Refusal("broken", detail=repr(error)) from error


def _scan_xlsx(data: bytes) -> dict[str, archive.SheetScan]:
    with archive.open_archive(data) as opened:
        archive.check_contents(opened)
        parts = archive.sheet_parts(opened)
        return {
            name: archive.scan_sheet(opened, part, name)
            for name, part in parts.items()
            if "worksheets" in part
        }


def _read_sheets(workbook: CalamineWorkbook, scans: dict[str, archive.SheetScan]) -> list[dict[str, Any]]:
    sheets = []
    budget = limits.MAX_TEXT_CHARACTERS
    for metadata in workbook.sheets_metadata:
        if metadata.typ != SheetTypeEnum.WorkSheet or metadata.name not in scans:
            continue
        sheet = workbook.get_sheet_by_name(metadata.name)
        rows = _rows(sheet, scans[metadata.name])
        budget -= sum(len(cell) for row in rows for cell in row if isinstance(cell, str))
        if budget < 0:
            raise Refusal("too_much_text")
        visible = metadata.visible == SheetVisibleEnum.Visible
        merges = [(*first, *last) for first, last in (sheet.merged_cell_ranges or [])[: limits.MAX_MERGES]]
        formulas = scans[metadata.name].formulas
        sheets.append(
            {"name": metadata.name, "visible": visible, "rows": rows, "merges": merges, "formulas": formulas}
        )
    return sheets


def _rows(sheet: CalamineSheet, scan: archive.SheetScan) -> list[list[JsonCell]]:
    """The sheet from A1 on; the texts of error cells, which the parser drops, are put back."""
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for row, column, text in scan.errors:
        while len(rows) <= row:
            rows.append([])
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text
    return rows


def _cell(value: object) -> JsonCell:
    if isinstance(value, str):
        return value[: limits.MAX_CELL_CHARACTERS]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return "#NUM!"
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return str(value)
    return value if isinstance(value, int) else str(value)


def main(arguments: Iterable[str]) -> None:
    """Read standard input as the named kind of file and print the answer."""
    limit_this_process()
    (kind,) = arguments
    answer: dict[str, Any]
    try:
        answer = {"sheets": read(kind, sys.stdin.buffer.read(limits.MAX_FILE_BYTES + 1))}
    except Refusal as refusal:
        answer = {"refused": {"code": refusal.code, "detail": refusal.detail, "values": refusal.values}}
    except MemoryError:
        answer = {"refused": {"code": "too_heavy", "detail": "MemoryError", "values": {}}}
    json.dump(answer, sys.stdout, ensure_ascii=True)
