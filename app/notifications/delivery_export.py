"""The outbox as a table for a spreadsheet: Excel and CSV. Pure: rows in, bytes out."""

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO, StringIO

import xlsxwriter

from app.accounts.rules import spreadsheet_safe

Row = Sequence[str | int | dt.datetime]
WIDTHS = (8, 18, 24, 16, 18, 12, 18, 18, 14, 8, 40)


def workbook(title: str, headings: Sequence[str], rows: Iterable[Row]) -> bytes:
    """An Excel file with one sheet; instants are local wall times without a zone."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "border": 1})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, (heading, width) in enumerate(zip(headings, WIDTHS, strict=True)):
            sheet.write_string(0, column, heading, head)
            sheet.set_column(column, column, width)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(line, column, value.replace(tzinfo=None), time)
                elif isinstance(value, int):
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_string(line, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, 0, len(headings) - 1)
    return buffer.getvalue()


def csv_lines(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The same as CSV: UTF-8 with a mark, no cell is a formula."""
    yield "\ufeff" + _line(headings)
    for row in rows:
        yield _line([_cell(value) for value in row])


def _cell(value: str | int | dt.datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else spreadsheet_safe(str(value))


def _line(cells: Sequence[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
