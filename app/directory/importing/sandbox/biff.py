"""The records of an .xls workbook, as far as limits, passwords, formulas and error cells need them.

Source: Microsoft, "[MS-XLS] Excel Binary File Format", section 2.3 (record numbers) and 2.4 (records).
"""

import struct
from collections.abc import Iterator

from app.directory.importing.sandbox.archive import SheetScan
from app.directory.importing.sandbox.compound import CompoundFile
from app.directory.importing.sandbox.refusal import Refusal

_BEGIN, _END, _PASSWORD, _SHEET = 0x0809, 0x000A, 0x002F, 0x0085
_FORMULA, _BOOLEAN_OR_ERROR, _MANY_NUMBERS, _MANY_BLANKS, _BLANK = 0x0006, 0x0205, 0x00BD, 0x00BE, 0x0201
_CELLS = {_FORMULA, _BOOLEAN_OR_ERROR, _MANY_NUMBERS, 0x0203, 0x0204, 0x00FD, 0x027E, 0x00D6}
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def workbook_stream(data: bytes) -> bytes:
    """The workbook's records. Raises Refusal: encrypted, old_excel, not_a_spreadsheet, broken."""
    container = CompoundFile(data)
    names = container.names
    if not container.has_root:
        raise Refusal("broken", detail="no root entry")
    if "EncryptedPackage" in names:
        raise Refusal("encrypted")
    if "WordDocument" in names:
        raise Refusal("not_a_spreadsheet", kind="word")
    if "PowerPoint Document" in names:
        raise Refusal("not_a_spreadsheet", kind="powerpoint")
    if "Workbook" not in names:
        raise Refusal("old_excel" if "Book" in names else "not_a_spreadsheet", kind="other")
    return container.stream("Workbook")


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    while offset + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, offset)
        yield number, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length


def scan_workbook(stream: bytes) -> dict[str, SheetScan]:
    """Every worksheet's scan by name, in order. Raises Refusal: encrypted, too_many_cells, formula, broken."""
    scans: dict[str, SheetScan] = {}
    try:
        for number, body in _records(stream, 0):
            if number == _PASSWORD:
                raise Refusal("encrypted")
            if number == _SHEET and body[5] == 0:
                name = _sheet_name(body)
                scans[name] = _scan_sheet(stream, struct.unpack_from("<I", body)[0], name)
            if number == _END:
                break
    except (struct.error, IndexError) as error:
        raise Refusal("broken", detail=repr(error)) from error
    return scans


def _sheet_name(body: bytes) -> str:
    length, is_wide = body[6], body[7] & 1
    return body[8 : 8 + 2 * length].decode("utf-16-le") if is_wide else body[8 : 8 + length].decode("latin-1")


def _scan_sheet(stream: bytes, offset: int, name: str) -> SheetScan:
    scan = SheetScan()
    depth = 0
    for number, body in _records(stream, offset):
        depth += (number == _BEGIN) - (number == _END)
        if depth == 0:
            break
        if depth == 1 and number in _CELLS:
            _scan_cell(scan, number, body, name)
    return scan


def _scan_cell(scan: SheetScan, number: int, body: bytes, sheet: str) -> None:
    row, column = struct.unpack_from("<HH", body)
    last = struct.unpack_from("<H", body, len(body) - 2)[0] if number == _MANY_NUMBERS else column
    scan.use(row, max(column, last), sheet)
    if number == _FORMULA:
        scan.add_formula(row, column, sheet)
    if number == _BOOLEAN_OR_ERROR and body[7] == 1:
        scan.errors.append((row, column, _ERRORS.get(body[6], "#ERROR!")))
