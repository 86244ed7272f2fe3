"""One row of the file as the values of one leader, with everything that is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.core.text import Text
from app.directory.importing.cells import (
    clean_name,
    clean_text,
    is_error_value,
    parse_role,
    parse_weight,
)
from app.directory.importing.dates import ParsedDate, parse_day, parse_term
from app.directory.importing.grid import Cell, Row, cell_at, is_empty_row
from app.directory.importing.header import Column, Header
from app.directory.importing.headings import Field
from app.directory.importing.lists import LONGEST_ITEM, split_list, split_sectors, split_townships
from app.directory.importing.phones import clean_phone
from app.directory.importing.sheets import LeaderTable, leader_rows


@dataclass(slots=True)
class LeaderRow:
    """What one row says about a leader. "" and () and None mean that the file says nothing about it.

    ``line`` counts from 1 as a spreadsheet program shows it. ``until_is_open`` is the explicit 至今. Rows whose
    names lie in one merged cell share ``name_block``. A refused row has at least one problem.
    """

    line: int
    name: str = ""
    post: str = ""
    sectors: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    phone: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    until_is_open: bool = False
    projects: tuple[str, ...] = ()
    role: str = ""
    weight: Decimal | None = None
    office: str = ""
    notes: str = ""
    name_block: int | None = None
    is_refused: bool = False
    problems: list[Text] = field(default_factory=list)

    def refuse(self, zh: str, en: str) -> None:
        """The row cannot be used; the sentence says why and how to mend it."""
        self.problems.append(Text(zh, en))
        self.is_refused = True


def read_rows(table: LeaderTable, known_townships: Sequence[str] | None, today: date) -> list[LeaderRow]:
    """Every row of the table that holds a person. Raises FileRefused("formula")."""
    return [
        _RowReader(table, index, header, known_townships, today).read()
        for index, header in leader_rows(table)
    ]


class _RowReader:
    """Reads the fields of one row; each method fills its part of the result and adds its problems."""

    def __init__(
        self,
        table: LeaderTable,
        index: int,
        header: Header,
        known_townships: Sequence[str] | None,
        today: date,
    ) -> None:
        self.table = table
        self.index = index
        self.header = header
        self.known_townships = known_townships
        self.today = today
        self.row: Row = table.rows[index]
        self.result = LeaderRow(line=index + 1)

    def read(self) -> LeaderRow:
        """The row's values; reading never stops at the first problem."""
        self._read_name()
        self._read_post()
        self._read_phone()
        self._read_lists()
        self._read_term()
        self._read_rest()
        return self.result

    def _cells(self, wanted: Field) -> list[Cell]:
        """The filled cells of a field, the usual column first."""
        return self._filled(self.header.columns_of(wanted))

    def _filled(self, columns: Sequence[Column]) -> list[Cell]:
        """The filled cells of these columns; error values become a problem."""
        cells = []
        for column in columns:
            cell = cell_at(self.row, column.index)
            if is_error_value(cell):
                self.result.problems.append(
                    Text(
                        f"“{column.heading}”是错误值 {cell}，没有采用；请改成正确的内容。",
                        f"“{column.heading}” shows the error {cell} and was left out; put the right value there.",
                    )
                )
            elif not is_empty_row((cell,)):
                cells.append(cell)
        return cells

    def _first(self, wanted: Field) -> Cell:
        return next(iter(self._cells(wanted)), "")

    def _read_name(self) -> None:
        result = self.result
        found = clean_name(self._first(Field.NAME))
        result.name, result.post = found.name, found.title
        result.is_refused = found.is_refused
        result.problems += found.problems
        result.name_block = self._name_block()
        if found.is_refused and not result.problems:
            result.refuse(
                "没有姓名；请填写姓名，如果是上一位领导的续行，请重复写上姓名。",
                "The name is missing; fill it in, or repeat it if the row continues the leader above.",
            )

    def _name_block(self) -> int | None:
        """The first row of the merged cell that the name stands in, if it covers several rows."""
        columns = {column.index for column in self.header.columns_of(Field.NAME)}
        for merge in self.table.sheet.merges:
            if merge.left in columns and merge.top <= self.index <= merge.bottom and merge.bottom > merge.top:
                return merge.top
        return None

    def _read_post(self) -> None:
        columns = sorted(self.header.columns_of(Field.POST), key=lambda column: column.index)
        lines = (line for cell in self._filled(columns) for line in _lines(cell))
        posts = dict.fromkeys(text for line in lines if (text := clean_text(line)))
        self.result.post = self._short("、".join(posts)) or self.result.post

    def _short(self, text: str) -> str:
        """The text, or "" with a problem when it is longer than can be kept."""
        if len(text) <= LONGEST_ITEM:
            return text
        self.result.problems.append(
            Text(
                f"“{text[:20]}…”超过 {LONGEST_ITEM} 个字，没有采用；请缩短，或用顿号分开。",
                f"“{text[:20]}…” is longer than {LONGEST_ITEM} characters and was left out; shorten or separate it.",
            )
        )
        return ""

    def _read_phone(self) -> None:
        found = [clean_phone(cell) for cell in self._cells(Field.PHONE)]
        chosen = next((phone for phone in found if phone.number), found[0] if found else None)
        if chosen is not None:
            self.result.phone = chosen.number
            self.result.problems += chosen.problems

    def _read_lists(self) -> None:
        result = self.result
        townships = split_townships(self._first(Field.TOWNSHIPS), self.known_townships)
        result.townships = self._all_short(townships.names)
        result.problems += townships.problems
        result.sectors = self._all_short(split_sectors(self._first(Field.SECTORS)))
        result.projects = self._all_short(split_list(self._first(Field.PROJECTS)))

    def _all_short(self, items: Sequence[str]) -> tuple[str, ...]:
        return tuple(kept for item in items if (kept := self._short(item)))

    def _read_term(self) -> None:
        begin, end = ParsedDate(), ParsedDate()
        for cell in (*self._cells(Field.TERM), *self._cells(Field.FROM)):
            term = parse_term(cell, self.today)
            begin = term.begin if term else parse_day(cell, is_end=False, today=self.today)
            end = term.end if term else end
        for cell in self._cells(Field.UNTIL)[:1]:
            term = parse_term(cell, self.today)
            begin = term.begin if term and begin.day is None else begin
            end = term.end if term else parse_day(cell, is_end=True, today=self.today)
        self._keep_term(begin, end)

    def _keep_term(self, begin: ParsedDate, end: ParsedDate) -> None:
        result = self.result
        for parsed in (begin, end):
            if parsed.problem is not None:
                result.problems.append(parsed.problem)
                result.is_refused = result.is_refused or parsed.day is None
        result.valid_from, result.valid_until, result.until_is_open = begin.day, end.day, end.is_open
        if begin.day and end.day and end.day < begin.day:
            result.refuse(
                f"离任时间 {end.day.isoformat()} 早于任职时间 {begin.day.isoformat()}；请改正其中一个。",
                f"The end {end.day.isoformat()} is before the start {begin.day.isoformat()}; correct one of them.",
            )

    def _read_rest(self) -> None:
        result = self.result
        result.role = parse_role(self._first(Field.ROLE))
        result.office = clean_text(self._first(Field.OFFICE))
        result.notes = clean_text(self._first(Field.NOTES))
        weight = self._first(Field.WEIGHT)
        result.weight = parse_weight(weight) if weight != "" else None
        if weight != "" and clean_text(weight) and result.weight is None:
            result.problems.append(
                Text(
                    f"系数“{clean_text(weight)}”不是 0 到 10 的数，没有采用；请写成 1、0.5 或 50%。",
                    f"The weight “{clean_text(weight)}” is not a number from 0 to 10 and was left out; write 1, 0.5 or 50%.",
                )
            )


def _lines(cell: Cell) -> list[Cell]:
    """A post of several lines, "县委常委⏎副县长", is several posts; a mark of its own at the break stays one break."""
    if not isinstance(cell, str) or re.search(r"[A-Za-z]", cell):
        return [cell]
    return [line.strip(" 、，,;；") for line in re.split(r"[\r\n]+", cell)]
