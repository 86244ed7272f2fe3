"""The list of leaders as a spreadsheet in the columns of the import template, so that it can come back."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO

import xlsxwriter

from app.directory.import_rules import day_in_office, since
from app.directory.importing.template import column_headings
from app.directory.models import Leader, Office
from app.directory.rules import facts_on

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Text from people is text, never a formula or a link.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
WIDTHS = (6, 14, 28, 32, 28, 20, 14, 14, 20)


def leaders_file(
    office: Office, leaders: Sequence[Leader], day: dt.date, locale: str, with_phones: bool
) -> bytes:
    """An .xlsx file of the leaders as they are on `day` (or on their nearest day in office)."""
    output = BytesIO()
    is_english = locale.startswith("en")
    with xlsxwriter.Workbook(output, OPTIONS) as workbook:
        workbook.set_properties({"created": dt.datetime(day.year, day.month, day.day)})  # noqa: DTZ001
        bold = workbook.add_format({"bold": True, "font_size": 13})
        heading = workbook.add_format({"bold": True, "border": 1, "bg_color": "#DCE6F1", "align": "center"})
        text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        date = workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        sheet = workbook.add_worksheet("Leaders" if is_english else "领导名单")
        name = office.name_en or office.name if is_english else office.name
        sheet.write_string(0, 0, f"{name} {day.isoformat()}", bold)
        for column, (label, width) in enumerate(zip(column_headings(locale), WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(1, column, label, heading)
        for row, leader in enumerate(leaders, 2):
            for column, value in enumerate(leader_cells(leader, row - 1, day, with_phones)):
                if isinstance(value, dt.date):
                    sheet.write_datetime(row, column, value, date)
                else:
                    sheet.write_string(row, column, value, text)
        sheet.freeze_panes(2, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
    return output.getvalue()


def leader_cells(leader: Leader, number: int, day: dt.date, with_phones: bool) -> tuple[str | dt.date, ...]:
    """One row: number, name, post, sectors, townships, phone, from, until, note."""
    day = day_in_office(leader, day)
    facts = facts_on(leader, day)
    return (
        str(number),
        leader.name,
        facts.post,
        "、".join(facts.sectors),
        "、".join(facts.townships),
        (leader.phone or "") if with_phones else "",
        since(leader, day) or "",
        leader.last_day or "",
        leader.note,
    )
