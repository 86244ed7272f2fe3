"""Which sheet of a book holds the list of leaders, and which rows of it are people.

Chosen is the first visible sheet with the best heading; sheets named as examples or instructions are never
read. Nothing is left out silently: the other sheets are named in a note.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.text import Text
from app.directory.importing.cells import half_width, looks_like_formula
from app.directory.importing.grid import Book, Row, Sheet, cell_at, cell_reference, fill_merges, is_empty_row
from app.directory.importing.header import Header, find_header, header_at
from app.directory.importing.headings import Field, find_field
from app.directory.importing.refusals import refuse

_NOT_A_LIST = re.compile(
    r"\W*(填写|填表|使用)?(示例|样例|样表|范例|说明|须知|examples?|samples?|instructions?|readme)\W*\d*\W*",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|total\b)|"
    r"(注|备\s*注|附\s*注|说\s*明|填表说明|注意事项|notes?)\s*[:：\d一二三]|"
    r"(填表人|制表人?|填报人|审核人?|负责人|联系人|经办人|单位负责人|主要领导|分管领导|填报单位|报送单位|填报日期|填报时间|制表日期|"
    r"制表时间|填表日期|填表时间|日期|单位|审批人?|签字|签章|prepared by|date)\s*(\((签字|签名|签章|盖章|公章)\))?\s*[:：]|"
    r"\(?(盖章|公章)\)?|以上|本表|此表|第\s*\d+\s*页",
    re.IGNORECASE,
)
_EXAMPLE_WORD = "(?:示例|样例|例|example)"
_EXAMPLE = re.compile(
    rf"[(【\[]{_EXAMPLE_WORD}[)】\]].*|{_EXAMPLE_WORD}(?:\d*|行|\s*[:：].*)|.*[(【\[]{_EXAMPLE_WORD}[)】\]]",
    re.IGNORECASE,
)
"""A row marked as an example; "示例县" and "示例镇" are ordinary (invented) places."""
_NUMBERED = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.]")
_DATE_LINE = re.compile(r"[\d〇○一二三四五六七八九十]{4}\s*年\s*\S{1,3}\s*月(\s*\S{1,3}\s*日)?")
"""The date below a signature."""
_SECTION = re.compile("班子|名单|党政领导|县委|市委|区委|政府|人大|政协|乡镇")
_LONGEST_LONE_NAME = 12


@dataclass(frozen=True, slots=True)
class LeaderTable:
    """The sheet to read, its rows with merged cells filled, its first heading, and notes for the person."""

    sheet: Sheet
    rows: tuple[Row, ...]
    header: Header
    notes: tuple[Text, ...]


def choose_table(book: Book) -> LeaderTable:
    """The sheet with the list of leaders. Raises FileRefused: empty, no_header, no_name_column, two_name_columns."""
    candidates = [
        (sheet, rows, find_header(rows, sheet.merges))
        for sheet in book.sheets
        if sheet.visible and not _NOT_A_LIST.fullmatch(sheet.name) and (rows := fill_merges(sheet))
    ]
    candidates = [found for found in candidates if not all(is_empty_row(row) for row in found[1])]
    if not candidates:
        raise refuse("empty")
    usable = [
        (sheet, rows, header) for sheet, rows, header in candidates if header is not None and header.has_name
    ]
    if not usable:
        raise _no_name_column(candidates[0][1], [header for _, _, header in candidates if header is not None])
    sheet, rows, header = max(usable, key=lambda found: len({column.field for column in found[2].columns}))
    _refuse_two_names(header)
    others = [other.name for other, _, _ in candidates if other is not sheet]
    return LeaderTable(sheet, rows, header, (*book.notes, *_not_read(others, sheet.name), *header.problems))


def _no_name_column(rows: Sequence[Row], headers: Sequence[Header]) -> Exception:
    best = max(headers, key=lambda header: len(header.columns), default=None)
    if best is not None and len({column.field for column in best.columns}) >= 2:
        return refuse("no_name_column", found="、".join(best.headings[:12]))
    cells = (half_width(cell) for row in rows[:20] for cell in row if isinstance(cell, str) and cell.strip())
    found = "、".join(text[:20] for text, _ in zip(dict.fromkeys(cells), range(6), strict=False))
    return refuse("no_header", found=found or "—")


def _refuse_two_names(header: Header) -> None:
    names = header.columns_of(Field.NAME)
    for other in names[1:]:
        if other.heading == names[0].heading and other.index - names[0].index > 1:
            cells = (cell_reference(header.top, column.index) for column in (names[0], other))
            raise refuse("two_name_columns", **dict(zip(("cell", "other"), cells, strict=True)))


def _not_read(names: Sequence[str], chosen: str) -> list[Text]:
    if not names:
        return []
    listed = "、".join(f"“{name}”" for name in names)
    return [
        Text(
            f"只读取了工作表“{chosen}”，没有读取{listed}；如也要导入，请把它们各存为一个文件。",
            f"Only sheet “{chosen}” was read, not {listed}; save those as files of their own to import them.",
        )
    ]


def leader_rows(table: LeaderTable) -> Iterator[tuple[int, Header]]:
    """The rows that hold a person, each with the heading that applies to it (tables may follow one another).

    Skipped are blanks, totals, notes, signatures, repeated headings, section titles and examples. Raises
    FileRefused("formula") at the first cell with a formula in a column that is read.
    """
    header = table.header
    _refuse_formulas(table, header.top, header)
    skipped_to = header.bottom
    for index in range(header.bottom + 1, len(table.rows)):
        row = table.rows[index]
        if index <= skipped_to or _is_no_person(row, header):
            continue
        following = _next_heading(table, index)
        if following is not None:
            header, skipped_to = following, following.bottom
            _refuse_two_names(header)
            continue
        _refuse_formulas(table, index, header)
        if not _is_blank(row, header):
            yield index, header


def _next_heading(table: LeaderTable, index: int) -> Header | None:
    row = table.rows[index]
    if not any(isinstance(cell, str) and find_field(cell) is Field.NAME for cell in row):
        return None
    header = header_at(table.rows, index, table.sheet.merges)
    return (
        header
        if header and header.has_name and len({column.field for column in header.columns}) > 1
        else None
    )


def _refuse_formulas(table: LeaderTable, index: int, header: Header) -> None:
    for column in header.columns:
        is_formula = (index, column.index) in table.sheet.formulas
        if column.field is not Field.IGNORED and (
            is_formula or looks_like_formula(cell_at(table.rows[index], column.index))
        ):
            raise refuse("formula", sheet=table.sheet.name, row=index, column=column.index)


def _is_blank(row: Row, header: Header) -> bool:
    """Nothing in the columns that are read; a running number alone is no person."""
    return is_empty_row(
        cell_at(row, column.index) for column in header.columns if column.field is not Field.IGNORED
    )


def _is_no_person(row: Row, header: Header) -> bool:
    """Whether a row with texts is a note, a total, a signature, a title or an example."""
    filled = [half_width(cell) for cell in row if isinstance(cell, str) and cell.strip()]
    if not filled:
        return False
    name, notes = (_text_of(row, header, field) for field in (Field.NAME, Field.NOTES))
    marked = any(_EXAMPLE.fullmatch(text) for text in (filled[0], name, notes) if text)
    return marked or _FOOTER.match(filled[0]) is not None or _is_title(row, filled, name)


def _text_of(row: Row, header: Header, field: Field) -> str:
    texts = (half_width(str(cell_at(row, column.index))) for column in header.columns_of(field))
    return next(filter(None, texts), "")


def _is_title(row: Row, filled: Sequence[str], name: str) -> bool:
    """A title inside the table: one text, merged over several columns or alone and unlike a name."""
    if len(set(filled)) > 1 or any(not isinstance(cell, str) for cell in row):
        return False
    if len(filled) >= 3 or _NUMBERED.match(filled[0]) or _DATE_LINE.fullmatch(filled[0]):
        return True
    return filled[0] == name and (len(name) > _LONGEST_LONE_NAME or _SECTION.search(name) is not None)
