"""From a file's bytes to a checked notice of one year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.calendar.errors import BadNotice, DateOutOfRange
from app.calendar.importing.csv_file import read_csv
from app.calendar.importing.ics_file import read_ics
from app.calendar.importing.json_file import read_json
from app.calendar.importing.raw import RawDay, RawNotice
from app.calendar.notice import Notice, NoticeDay, NoticeDocument, holiday_name
from app.calendar.statutory import statutory_days
from app.core.text import Text

LARGEST_FILE = 512 * 1024
MOST_DAYS = 120
_SATURDAY = 5
_NEW_YEAR = "元旦"


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the days came from: "JSON", "ICS" or "CSV", the file's name and SHA-256, and the papers it names."""

    format: str
    filename: str
    content_hash: str
    papers: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """One line for a record: format, file and papers."""
        return " ".join((self.format, self.filename, *self.papers))


@dataclass(frozen=True, slots=True)
class ParsedNotice:
    """A notice read from a file. `problems` are doubts a person should look at; the days are usable all the same."""

    year: int
    days: tuple[NoticeDay, ...]
    provenance: Provenance
    problems: tuple[Text, ...] = ()

    def as_notice(self, documents: tuple[NoticeDocument, ...] = ()) -> Notice:
        """The notice for a WorkingCalendar, with the documents a person named for it."""
        return Notice(self.year, self.days, documents, self.provenance.source)


def parse_notice(content: bytes, filename: str, year: int | None = None) -> ParsedNotice:
    """Read a notice; the format is seen from the content, the name only told back. `year` picks one of several.

    Raises BadNotice with one sentence: too large, not readable, a year not announced, contradicting days.
    """
    _check_size(content)
    kind, raw = _read(content)
    if not raw.days:
        raise _not_announced(raw.year)
    notice_year = _notice_year(raw, year)
    chosen = [entry for entry in raw.days if year_of(entry) == notice_year]
    _check_days(chosen, raw, notice_year)
    days = _merged(chosen)
    provenance = Provenance(kind, filename[-120:], hashlib.sha256(content).hexdigest(), raw.papers[:10])
    return ParsedNotice(notice_year, days, provenance, raw.problems + _doubts(days, notice_year))


def year_of(entry: RawDay) -> int:
    """The year whose notice a day belongs to: a New Year's day of December is the next year's."""
    is_new_year = entry.day.month == 12 and holiday_name(entry.name).zh.startswith(_NEW_YEAR)
    return entry.day.year + 1 if is_new_year else entry.day.year


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST_FILE:
        raise BadNotice(
            f"文件有 {len(content) // 1024} KB，一年的放假安排不会超过 {LARGEST_FILE // 1024} KB，请检查是否选错文件。",
            f"The file has {len(content) // 1024} KB; a year's notice has less than {LARGEST_FILE // 1024} KB. "
            "Check that it is the right file.",
        )


def _read(content: bytes) -> tuple[str, RawNotice]:
    text = _decoded(content)
    beginning = text.lstrip()[:20].upper()
    if beginning.startswith(("{", "[")):
        return "JSON", read_json(text)
    if beginning.startswith("BEGIN:VCALENDAR"):
        return "ICS", read_ics(text.encode())
    return "CSV", read_csv(text)


def _decoded(content: bytes) -> str:
    """The text of a UTF-8 (with or without mark), UTF-16 or GBK file; the last is what Excel writes in China."""
    encodings = ("utf-16",) if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadNotice(
        "这不是文本文件。请导入 holiday-cn 的 JSON、日历（.ics）或 CSV 文件；Excel 表请先另存为 CSV。",
        "This is not a text file. Import a holiday-cn JSON, a calendar (.ics) or a CSV file; "
        "save an Excel sheet as CSV first.",
    )


def _not_announced(year: int | None) -> BadNotice:
    zh, en = (f"{year} 年的", f" for {year}") if year else ("", "")
    return BadNotice(
        f"文件里没有任何日期：{zh}放假安排可能尚未公布，请在国务院办公厅发布通知后再导入。",
        f"The file has no days: the notice{en} is probably not announced yet. "
        "Import it after the State Council has issued it.",
    )


def _notice_year(raw: RawNotice, wanted: int | None) -> int:
    """The year the notice is for: the file's own, the one asked for, or the only one its days belong to."""
    years = sorted({raw.year} if raw.year is not None else {year_of(entry) for entry in raw.days})
    if wanted in years:
        return wanted
    if wanted is None and len(years) == 1:
        return years[0]
    listed = "、".join(map(str, years[:12]))
    if wanted is None:
        raise BadNotice(
            f"文件里有 {listed} 年的日期，请选择要导入哪一年。",
            f"The file has days of the years {listed.replace('、', ', ')}. Choose the year to import.",
        )
    raise BadNotice(
        f"文件里没有 {wanted} 年的日期，只有 {listed} 年的。",
        f"The file has no days of {wanted}, only of {listed.replace('、', ', ')}.",
    )


def _check_days(chosen: list[RawDay], raw: RawNotice, year: int) -> None:
    strays = [entry for entry in raw.days if raw.year is not None and year_of(entry) != raw.year]
    if strays:
        day = strays[0].day.isoformat()
        raise BadNotice(
            f"{strays[0].where.zh}的日期 {day} 不属于 {year} 年的放假安排，请检查文件。",
            f"The date {day} ({strays[0].where.en}) does not belong to the notice for {year}. Check the file.",
        )
    if len(chosen) > MOST_DAYS:
        raise BadNotice(
            f"文件列出 {len(chosen)} 天，一年的放假和补班不会超过 {MOST_DAYS} 天；请不要把普通周末也列入。",
            f"The file lists {len(chosen)} days; a year has fewer than {MOST_DAYS} holidays and make-up days. "
            "Leave ordinary weekends out.",
        )


def _merged(chosen: Iterable[RawDay]) -> tuple[NoticeDay, ...]:
    """One entry a date, in order. The same day twice is merged; rest and work for one day is refused."""
    found: dict[date, RawDay] = {}
    for entry in sorted(chosen, key=lambda raw: raw.day):
        other = found.setdefault(entry.day, entry)
        if other.off != entry.off:
            raise BadNotice(
                f"{entry.day.isoformat()} 既写着休又写着班（{other.where.zh}、{entry.where.zh}），请保留正确的一项。",
                f"{entry.day.isoformat()} is both rest and work ({other.where.en}, {entry.where.en}). "
                "Keep the right one.",
            )
    return tuple(NoticeDay(day, holiday_name(raw.name or "节假日"), raw.off) for day, raw in found.items())


def _doubts(days: tuple[NoticeDay, ...], year: int) -> tuple[Text, ...]:
    """What is possible but unusual: a make-up day on a weekday, a statutory day that is not a rest day."""
    odd = [entry.day for entry in days if not entry.off and entry.day.weekday() < _SATURDAY]
    off = {entry.day for entry in days if entry.off}
    doubts = [
        Text(
            f"{day.isoformat()} 本来就是周一至周五，却注明补班。",
            f"{day.isoformat()} is a Monday to Friday anyway, yet marked as a make-up working day.",
        )
        for day in odd
    ]
    try:
        missing = [entry for entry in statutory_days(year) if entry.day not in off]
    except DateOutOfRange:
        missing = []
    doubts += [
        Text(
            f"{entry.day.isoformat()} 是法定的{entry.name.zh}，文件里却没有放假，请确认文件完整。",
            f"{entry.day.isoformat()} is {entry.name.en} by law, but no rest day in the file. "
            "Make sure that the file is complete.",
        )
        for entry in missing
    ]
    return tuple(doubts)
