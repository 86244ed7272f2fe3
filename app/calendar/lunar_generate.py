"""Makes `lunar_table.json`: lunar years and Qingming days, 1901 to 2099, from the tables of the cnlunar package.

Run once, and again only when cnlunar corrects its data:  python -m app.calendar.lunar_generate
"""

from __future__ import annotations

import json
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cnlunar import config
from cnlunar.solar24 import getTheYearAllSolarTermsList

FIRST_YEAR, LAST_YEAR = config.START_YEAR, config.START_YEAR + len(config.lunarMonthData) - 1
TABLE = Path(__file__).with_name("lunar_table.json")
_QINGMING = config.SOLAR_TERMS_NAME_LIST.index("清明")


def build_table() -> dict[str, Any]:
    """The whole table, with the package it came from."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return {
        "source": f"cnlunar {version('cnlunar')}",
        "first_year": FIRST_YEAR,
        "qingming_day_in_april": "".join(str(getTheYearAllSolarTermsList(year)[_QINGMING]) for year in years),
        "years": [_year_row(year) for year in years],
    }


def _year_row(year: int) -> dict[str, Any]:
    """One lunar year: its first solar day, leap month or 0, and L(ong, 30) or S(hort, 29) of each month in order."""
    bits = config.lunarMonthData[year - FIRST_YEAR]
    lengths = ["L" if bits & (1 << month) else "S" for month in range(12)]
    leap = (bits >> config.LEAPMONTH_NUM_BIT) & 0xF
    if leap:
        lengths.insert(leap, "L" if bits & (1 << config.MONTH_DAY_BIT) else "S")
    packed = config.lunarNewYearList[year - FIRST_YEAR]
    start = date(year, (packed >> 5) & 0x3, packed & 0x1F)
    return {"year": year, "start": start.isoformat(), "leap": leap, "lengths": "".join(lengths)}


def as_lines(table: dict[str, Any]) -> str:
    """JSON with one lunar year a line, so that a change is readable."""
    rows = ",\n".join(json.dumps(row) for row in table.pop("years"))
    head = json.dumps(table, indent=1).rstrip("\n}")
    return f'{head},\n "years": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    TABLE.write_text(as_lines(build_table()), encoding="utf-8")
