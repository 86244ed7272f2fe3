"""A bulletin as Excel, Word and JSON. No personal data: figures, units and leaders only."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

import docx
import xlsxwriter
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from flask_babel import gettext as _

from app.followup.bulletin.compose import Line
from app.followup.bulletin.making import Bulletin
from app.followup.words import FIGURES, RATES
from app.web.filters import days as days_text

_SHEET = 15.2  # centimetres between the margins
UNIT_FIGURES = (
    *(
        "opened",
        "acceptance_due",
        "accepted_in_time",
        "due",
        "closed_in_time",
        "ratable",
        "rated",
        "satisfied",
    ),
    *("supervise", "remind"),
)
# The same on a page, each rate behind its two figures, in two tables that fit a screen.
UNIT_TABLES = (
    ("opened", "acceptance_due", "accepted_in_time", "accepted", "due", "closed_in_time", "in_time"),
    ("ratable", "rated", "rating", "satisfied", "satisfaction", "supervise", "remind"),
)
UNIT_RATES = ("accepted", "in_time", "rating", "satisfaction")
LEADER_FIGURES = ("sessions_due", "sessions_held", "groups", "people", "opened", "due", "closed_in_time")


def title(bulletin: Bulletin) -> str:
    """Bulletin of an office for some days."""
    days = days_text(bulletin.days.first_day, bulletin.days.last_day)
    return str(_("Bulletin of %(office)s, %(days)s", office=bulletin.office.name, days=days))


def percent(rate: float | None) -> str:
    """87.5 %, or a dash when nothing was due."""
    return "—" if rate is None else f"{rate:.1%}"


def _share(rate: float | None) -> float | str:
    """A rate as a number a spreadsheet can count with."""
    return "—" if rate is None else rate


def _rows(bulletin: Bulletin, show: Callable[[float | None], Any]) -> list[list[Any]]:
    counts = (bulletin.counts, bulletin.counts_before, bulletin.counts_last_year)
    rates = (bulletin.rates, bulletin.rates_before, bulletin.rates_last_year)
    return [
        *([str(word), *(found[key] for found in counts)] for key, word in FIGURES.items()),
        *([str(word), *(show(found[key]) for found in rates)] for key, word in RATES.items()),
    ]


def _heads() -> list[str]:
    return [str(_("Figure")), str(_("These days")), str(_("Days before")), str(_("A year before"))]


def _units(bulletin: Bulletin, show: Callable[[float | None], Any]) -> tuple[list[str], list[list[Any]]]:
    heads = [
        str(_("Rank")),
        str(_("Unit")),
        *(str(FIGURES[key]) for key in UNIT_FIGURES),
        *(str(RATES[key]) for key in UNIT_RATES),
    ]
    rows = [
        [
            line.rank or "—",
            line.name or str(_("The office itself")),
            *(line.counts.get(key, 0) for key in UNIT_FIGURES),
            *(show(line.rates[key]) for key in UNIT_RATES),
        ]
        for line in bulletin.units
    ]
    return heads, rows


def _leaders(bulletin: Bulletin) -> tuple[list[str], list[list[Any]]]:
    heads = [str(_("Leader")), *(str(FIGURES[key]) for key in LEADER_FIGURES)]
    return heads, [
        [line.name, *(line.counts.get(key, 0) for key in LEADER_FIGURES)] for line in bulletin.leaders
    ]


def excel(bulletin: Bulletin) -> bytes:
    """Three sheets: figures, units, leaders."""
    out = BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    sheets: Sequence[tuple[str, tuple[list[str], list[list[Any]]]]] = (
        (str(_("Figures")), (_heads(), _rows(bulletin, _share))),
        (str(_("By unit")), _units(bulletin, _share)),
        (str(_("By leader")), _leaders(bulletin)),
    )
    share, dash = book.add_format({"num_format": "0.0%"}), book.add_format({"align": "right"})
    for name, (heads, rows) in sheets:
        sheet = book.add_worksheet(name)
        sheet.write_string(0, 0, title(bulletin), book.add_format({"bold": True, "font_size": 14}))
        sheet.write_row(2, 0, heads, bold)
        for number, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                form = share if isinstance(value, float) else dash if value == "—" else None
                sheet.write(number, column, value, form)
        sheet.set_column(0, len(heads), 12)
        named = 1 if heads[0] == str(_("Rank")) else 0
        sheet.set_column(named, named, 28)
        sheet.freeze_panes(3, 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def word(bulletin: Bulletin) -> bytes:
    """The same as a document to send round."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "SimSun", Pt(11)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # or the commas are set as in Taiwan
    document.add_heading(title(bulletin), 0)
    document.add_heading(str(_("Figures")), 1)
    _table(document, _heads(), _rows(bulletin, percent), (7,))
    document.add_heading(str(_("By unit")), 1)
    for figures in UNIT_TABLES:
        _table(document, *_units_part(bulletin, figures), (1.1, 3))
        document.add_paragraph()
    document.add_heading(str(_("By leader")), 1)
    _table(document, *_leaders(bulletin), (3,))
    document.add_paragraph(
        str(_("Units with %(number)s items or fewer due are listed and not ranked.", number=bulletin.few))
    )
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _units_part(bulletin: Bulletin, figures: Sequence[str]) -> tuple[list[str], list[list[Any]]]:
    """Some figures and rates of the units: as many as fit a sheet."""
    heads = [str(_("Rank")), str(_("Unit")), *(str((FIGURES | RATES)[key]) for key in figures)]
    return heads, [
        [
            line.rank or "—",
            line.name or str(_("The office itself")),
            *(percent(line.rates[key]) if key in RATES else line.counts.get(key, 0) for key in figures),
        ]
        for line in bulletin.units
    ]


def _table(document: Any, heads: list[str], rows: list[list[Any]], widths: Sequence[float]) -> None:
    """A table as wide as the sheet; `widths` of the first columns in centimetres, the others share the rest."""
    table = document.add_table(rows=1, cols=len(heads), style="Light Grid Accent 1")
    table.autofit = False
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = head
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
    rest = (_SHEET - sum(widths)) / (len(heads) - len(widths))
    for number, column in enumerate(table.columns):
        column.width = Cm(widths[number] if number < len(widths) else rest)
        for cell in column.cells:
            cell.width = column.width
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)


def plain(bulletin: Bulletin) -> dict[str, Any]:
    """The same numbers for other programs."""

    def lines(found: Sequence[Line]) -> list[dict[str, Any]]:
        return [
            {
                "id": line.id,
                "name": line.name,
                "rank": line.rank,
                "figures": dict(line.counts),
                "rates": dict(line.rates),
            }
            for line in found
        ]

    def figures(counts: Mapping[str, int], rates: Mapping[str, float | None]) -> dict[str, Any]:
        return {"figures": dict(counts), "rates": dict(rates)}

    return {
        "office": bulletin.office.code,
        "first_day": bulletin.days.first_day.isoformat(),
        "last_day": bulletin.days.last_day.isoformat(),
        **figures(bulletin.counts, bulletin.rates),
        "before": figures(bulletin.counts_before, bulletin.rates_before),
        "year_before": figures(bulletin.counts_last_year, bulletin.rates_last_year),
        "units": lines(bulletin.units),
        "leaders": lines(bulletin.leaders),
    }
