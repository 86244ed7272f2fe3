"""Text tables: find the encoding and the delimiter, then split into cells."""

import csv
import io
import re

from app.directory.importing import limits
from app.directory.importing.errors import FileRefused
from app.directory.importing.grid import Row, Sheet
from app.directory.importing.header import find_header
from app.directory.importing.refusals import refuse

_DELIMITERS = (",", "\t", ";", "，", "|", "；")
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WITHOUT_MARK = ("utf-16-be", "utf-16-le")
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DELIMITER_HINT = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def decode(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030 (which includes GBK). FileRefused for anything else."""
    encodings = _encodings(data)
    is_guess = encodings[0] in _WITHOUT_MARK  # almost any bytes are UTF-16, but few of them have lines
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL_CHARACTERS.search(text) and (not is_guess or "\n" in text or "\r" in text):
            return text
    raise refuse("unknown_encoding")


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return (encoding,)
    sample = data[:4000]
    if sample.count(0) > len(sample) // 10:
        even = sample[0::2].count(0)
        return _WITHOUT_MARK if even > sample[1::2].count(0) else _WITHOUT_MARK[::-1]
    return ("utf-8", "gb18030")


def read_delimited(text: str) -> Sheet:
    """The table in a text, split by the delimiter under which its heading row makes most sense.

    Raises FileRefused: too_many_cells, open_quote.
    """
    hint = _DELIMITER_HINT.match(text)
    if hint:
        # The hint is a line that spreadsheet programs do not show; they count from the one below.
        return Sheet("", _split(text[hint.end() :], hint[1]))
    sheets = [
        _read_with(text, delimiter) for delimiter in _DELIMITERS if delimiter in text or delimiter == ","
    ]
    readable = [found for found in sheets if isinstance(found, tuple)]
    if not readable:
        raise next(found for found in sheets if isinstance(found, FileRefused))
    sheet, delimiter = max(readable, key=lambda found: _recognised_columns(found[0]))
    _refuse_open_quote(text, delimiter)
    return sheet


def _read_with(text: str, delimiter: str) -> tuple[Sheet, str] | FileRefused:
    try:
        return Sheet("", _split(text, delimiter)), delimiter
    except FileRefused as refused:
        return refused


def _refuse_open_quote(text: str, delimiter: str) -> None:
    """A quote that is never closed swallows the rest of the file; only the strict reader notices."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise refuse("open_quote", line=line) from error


def _recognised_columns(sheet: Sheet) -> int:
    header = find_header(sheet.rows)
    return len(header.columns) if header else 0


def _split(text: str, delimiter: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    rows: list[Row] = []
    try:
        for row in reader:
            _check_size(row, len(rows), reader.line_num)
            rows.append(tuple(row))
    except csv.Error as error:
        raise refuse("broken", detail=repr(error)) from error
    return tuple(rows)


def _check_size(row: list[str], index: int, line: int) -> None:
    filled = [column for column, cell in enumerate(row) if cell.strip()]
    if filled and (index >= limits.MAX_ROWS or filled[-1] >= limits.MAX_COLUMNS):
        raise refuse("too_many_cells", sheet="", row=index, column=filled[-1])
    if any(len(cell) > limits.MAX_CELL_CHARACTERS for cell in row):
        raise refuse("open_quote", line=line)
