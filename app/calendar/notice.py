"""A holiday notice as plain data: which days it makes rest days, which it makes working days, who issued it.

One year can have several documents (2015, 2019, 2020): the year's days are what holds after the last of them.
A notice's days can lie in the December before its year (29 December 2018 belongs to the notice for 2019), so
nothing here ever assumes that a day of a notice has the notice's year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.text import Text

STATE_COUNCIL_OFFICE = "国务院办公厅"

HOLIDAY_NAMES: Mapping[str, Text] = {
    text.zh: text
    for text in (
        Text("元旦", "New Year's Day"),
        Text("春节", "Spring Festival"),
        Text("清明节", "Qingming Festival"),
        Text("劳动节", "Labour Day"),
        Text("端午节", "Dragon Boat Festival"),
        Text("中秋节", "Mid-Autumn Festival"),
        Text("国庆节", "National Day"),
        Text("抗战胜利70周年纪念日", "70th Anniversary of Victory Day"),
    )
}
_SHORT_NAMES = {
    "元旦节": "元旦",
    "清明": "清明节",
    "五一": "劳动节",
    "五一劳动节": "劳动节",
    "国际劳动节": "劳动节",
    "劳动": "劳动节",
    "端午": "端午节",
    "中秋": "中秋节",
    "国庆": "国庆节",
    "十一": "国庆节",
    "除夕": "春节",
}


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day a notice names: a rest day (`off`) or a make-up working day (调休上班).

    `replaces` is the weekday a make-up day pays for, where the notice says so (those up to 2009 do);
    None leaves it to the rule in `app.calendar.makeup`.
    """

    day: date
    name: Text
    off: bool
    replaces: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeDocument:
    """The paper a notice came on. `number` (文号) and `issued_on` are None where they are not known for certain."""

    title: str
    issuer: str = STATE_COUNCIL_OFFICE
    number: str | None = None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """All that is announced for one year: days in order of date, documents in order of issue, and the source."""

    year: int
    days: tuple[NoticeDay, ...]
    documents: tuple[NoticeDocument, ...] = ()
    source: str = ""


def holiday_name(zh: str) -> Text:
    """A holiday's name in both languages; a name nobody knows in English stays Chinese in both.

    "国庆节、中秋节" is translated part by part, and short forms (端午, 五一) get their full name.
    """
    parts = [_SHORT_NAMES.get(part, part) for part in zh.strip().replace("/", "、").split("、") if part]
    known = [HOLIDAY_NAMES.get(part, Text(part, part)) for part in parts]
    return Text("、".join(text.zh for text in known), " and ".join(text.en for text in known))


def merged_days(notices: Iterable[Notice]) -> dict[date, NoticeDay]:
    """Every announced day by date. Where two years' notices name one day, the later year's was issued later and wins."""
    return {
        entry.day: entry for notice in sorted(notices, key=lambda found: found.year) for entry in notice.days
    }
