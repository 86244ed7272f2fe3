"""Spreadsheets made for tests, each as the bytes of a file."""

import csv
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date

import xlsxwriter
import xlwt

from app.directory.importing.people import ExistingLeader
from app.directory.importing.plan import ImportPlan, PlanRow, plan_file

TODAY = date(2026, 11, 21)
Value = str | int | float | date | None
Rows = Sequence[Sequence[Value]]


def xlsx(
    rows: Rows,
    *,
    merges: Sequence[str] = (),
    formulas: Mapping[str, str] | None = None,
    errors: Sequence[str] = (),
    name: str = "名单",
    others: Mapping[str, Rows] | None = None,
    hidden: Sequence[str] = (),
) -> bytes:
    """An .xlsx file; ``merges`` are ranges whose first cell is already in ``rows``."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for title, content in {name: rows, **(others or {})}.items():
            sheet = workbook.add_worksheet(title)
            for row, values in enumerate(content):
                for column, value in enumerate(values):
                    if isinstance(value, date):
                        sheet.write_datetime(row, column, value, day)
                    elif value is not None:
                        sheet.write(row, column, value)
            if title in hidden:
                sheet.hide()
        first = workbook.get_worksheet_by_name(name)
        for area in merges:
            top, left = _corner(area)
            value = rows[top][left]
            first.merge_range(area, value)
        for cell, formula in (formulas or {}).items():
            first.write_formula(cell, formula, None, "计算值")
        for cell in errors:
            first.write_formula(cell, "=1/0", None, "#DIV/0!")
    return output.getvalue()


def _corner(area: str) -> tuple[int, int]:
    first = area.split(":", maxsplit=1)[0]
    return int(first[1:]) - 1, ord(first[0]) - ord("A")


def xls(
    rows: Rows, *, merges: Sequence[tuple[int, int, int, int]] = (), formula_at: tuple[int, int] | None = None
) -> bytes:
    """An .xls file; ``merges`` are top, bottom, left, right from 0 with the value of the first cell."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("名单", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, date):
                sheet.write(row, column, value, day)
            elif value is not None:
                sheet.write(row, column, value)
    for top, bottom, left, right in merges:
        sheet.merge(top, bottom, left, right)
    if formula_at:
        sheet.write(*formula_at, xlwt.Formula("1+1"))
    output = io.BytesIO()
    workbook.save(output)
    return output.getvalue()


def csv_file(rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A text table."""
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(rows)
    return output.getvalue().encode(encoding)


def xlsx_with_part(part: str, content: bytes, rows: Rows = (("姓名", "职务"), ("甲某", "县长"))) -> bytes:
    """An .xlsx file in which one part of the archive is replaced or added."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(rows))) as source,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            if entry.filename != part:
                target.writestr(entry.filename, source.read(entry))
        target.writestr(part, content)
    return output.getvalue()


def zip_file(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the given parts."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return output.getvalue()


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A small compound (OLE) file made by hand: one allocation sector, one directory, streams of one sector.

    Real encrypted workbooks have the stream EncryptedPackage; its content does not matter for recognising them.
    """
    names = ["Root Entry", *streams]
    directory_sectors = (len(names) + 3) // 4
    last, free, table_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chain = [table_mark, *(number + 2 for number in range(directory_sectors)), *([last] * len(streams))]
    chain[directory_sectors] = last
    table = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIIII", header, 40, 0, 1, 1, 0, 0, last, 0, last, 0, 0)
    struct.pack_into("<109I", header, 76, 0, *([free] * 108))
    entries = b"".join(
        _directory_entry(name, index, directory_sectors + index, len(streams.get(name, b"")))
        for index, name in enumerate(names)
    )
    directory = entries.ljust(directory_sectors * 512, b"\0")
    return (
        bytes(header)
        + table
        + directory
        + b"".join(content.ljust(512, b"\0")[:512] for content in streams.values())
    )


def _directory_entry(name: str, index: int, sector: int, size: int) -> bytes:
    entry = bytearray(128)
    encoded = name.encode("utf-16-le")
    entry[: len(encoded)] = encoded
    struct.pack_into("<HBB", entry, 64, len(encoded) + 2, 5 if index == 0 else 2, 1)
    struct.pack_into("<II", entry, 116, 0xFFFFFFFE if index == 0 else sector, size)
    return bytes(entry)


def plan(
    data: bytes, existing: Sequence[ExistingLeader] = (), known_townships: Sequence[str] | None = None
) -> ImportPlan:
    """The plan of a file on the tests' day."""
    return plan_file(data, existing, known_townships, TODAY)


def reason(data: bytes) -> str:
    """The code and the Chinese sentence with which a file is refused, "" when it is not."""
    refused = plan(data)
    return f"{refused.detail.split(' ')[0]} {refused.refused.zh}" if refused.refused else ""


def problems(row: PlanRow) -> str:
    """The Chinese sentences of a row in one text."""
    return "\n".join(problem.zh for problem in row.problems)


def apply(existing: Sequence[ExistingLeader], done: ImportPlan) -> list[ExistingLeader]:
    """What the office has after a plan was applied, as a caller with a database would do it."""
    leaders = {leader.key: leader for leader in existing}
    for row in done.rows:
        if row.action in {"add", "change"}:
            key = row.key if row.key is not None else f"new {row.line}"
            leaders[key] = ExistingLeader(
                key=key,
                name=row.name,
                post=row.post,
                sectors=row.sectors,
                townships=row.townships,
                phone=row.phone,
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                projects=row.projects,
                role=row.role,
                notes=row.notes,
            )
    return list(leaders.values())
