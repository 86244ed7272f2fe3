"""The spreadsheet that offices can download, fill in and import."""

from datetime import date
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ROWS_PREPARED = 300

_HEADINGS = {
    "zh": ("序号", "姓名", "职务", "分管领域", "联系乡镇", "联系电话", "任职时间", "离任时间", "备注"),
    "en": ("No.", "Name", "Post", "Sectors", "Townships", "Phone", "From", "Until", "Notes"),
}
_WIDTHS = (6, 14, 28, 32, 28, 20, 14, 14, 20)
_PHONE_COLUMN, _FIRST_DATE_COLUMN, _LAST_DATE_COLUMN = 5, 6, 7
_SHEETS = {"zh": ("领导名单", "示例"), "en": ("Leaders", "Example")}
_TITLES = {
    "zh": (
        "接访领导名单（每行一位；多个乡镇、领域用顿号分开；不用填的格留空）",
        "示例：此表不会导入，人名和号码均为虚构",
    ),
    "en": (
        "Leaders who receive the public (one per row; separate several townships or sectors with 、)",
        "Example: this sheet is never imported; names and numbers are invented",
    ),
}
_EXAMPLES: dict[str, tuple[tuple[str | date, ...], ...]] = {
    "zh": (
        (
            "1",
            "甲示例",
            "县委常委、示例副县长",
            "教育、卫生健康",
            "东示例镇、西示例乡",
            "13900000001",
            date(2026, 1, 5),
            "",
            "示例",
        ),
        (
            "2",
            "乙示例",
            "示例县信访局局长",
            "信访",
            "",
            "0399-0000002",
            date(2025, 3, 1),
            date(2027, 2, 28),
            "示例",
        ),
    ),
    "en": (
        (
            "1",
            "Anna Example",
            "Deputy head",
            "education、health",
            "East Example、West Example",
            "13900000001",
            date(2026, 1, 5),
            "",
            "Example",
        ),
        (
            "2",
            "Bruno Sample",
            "Head of petitions",
            "petitions",
            "",
            "0399-0000002",
            date(2025, 3, 1),
            date(2027, 2, 28),
            "Example",
        ),
    ),
}


def column_headings(locale: str) -> tuple[str, ...]:
    """The headings of the template's columns, for files in the same columns."""
    return _HEADINGS["en" if locale.startswith("en") else "zh"]


def template_file(locale: str) -> bytes:
    """An .xlsx file with an empty list of leaders and a second sheet of invented examples, which is never imported.

    English for a locale that starts with "en", Chinese otherwise. The bytes are the same for the same locale.
    """
    language = "en" if locale.startswith("en") else "zh"
    output = BytesIO()
    with xlsxwriter.Workbook(output, _OPTIONS) as workbook:
        workbook.set_properties({"created": date(2026, 1, 1)})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 13}),
            "heading": workbook.add_format(
                {"bold": True, "border": 1, "bg_color": "#DCE6F1", "align": "center"}
            ),
            "text": workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        }
        for name, title in zip(_SHEETS[language], _TITLES[language], strict=True):
            _prepare(workbook.add_worksheet(name), title, language, formats)
        for index, row in enumerate(_EXAMPLES[language]):
            _write_row(workbook.get_worksheet_by_name(_SHEETS[language][1]), index + 2, row, formats)
    return output.getvalue()


def _prepare(sheet: Worksheet, title: str, language: str, formats: dict[str, Format]) -> None:
    """Title, headings, widths, and formats that keep telephone numbers text and dates dates."""
    sheet.write_string(0, 0, title, formats["title"])
    for column, (heading, width) in enumerate(zip(_HEADINGS[language], _WIDTHS, strict=True)):
        is_date = _FIRST_DATE_COLUMN <= column <= _LAST_DATE_COLUMN
        sheet.set_column(column, column, width, formats["date" if is_date else "text"])
        sheet.write_string(1, column, heading, formats["heading"])
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:I{_ROWS_PREPARED}"})


def _write_row(
    sheet: Worksheet, row: int, values: tuple[str | date, ...], formats: dict[str, Format]
) -> None:
    for column, value in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, formats["date"])
        else:
            sheet.write_string(row, column, value, formats["text"])
