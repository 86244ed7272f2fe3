"""What importing a file would do, row by row, before anything is written.

Rules, decided here and told to people in the preview:

- An empty cell, like a column that is missing, leaves what the office has; nothing is ever erased silently.
  Only an explicit 至今 opens a term that had an end.
- A problem of one row never blocks another. A row is refused when its name, its term or its person is in doubt;
  other problems (a phone, a township that is not known) leave out the one value and are told.
- Lists are compared without order. Importing the same file again after applying the plan keeps everything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from app.core.text import Text
from app.directory.importing.cells import clean_name, clean_text
from app.directory.importing.errors import FileRefused
from app.directory.importing.grid import Book
from app.directory.importing.people import ExistingLeader, Person, group_people, match_existing
from app.directory.importing.phones import clean_phone
from app.directory.importing.reader import read_file
from app.directory.importing.refusals import refuse
from app.directory.importing.rows import LeaderRow, read_rows
from app.directory.importing.sheets import choose_table

Action = Literal["add", "change", "keep", "refuse"]
Value = str | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One row of the file and what it would do.

    The values are those the leader has afterwards: an existing value where the file says nothing. ``changes``
    maps a field (name, post, sectors, townships, phone, from, until, projects, role, notes) to its old and new
    value. ``key`` is the matched ``ExistingLeader.key``, None for a new leader. ``joined_to`` is the line of the
    same person's first row, when this row was merged into it; such a row is "keep" and needs no writing.
    ``weight`` and ``office`` are carried as read and never compared.
    """

    line: int
    action: Action
    name: str
    post: str
    sectors: tuple[str, ...]
    townships: tuple[str, ...]
    phone: str
    valid_from: date | None
    valid_until: date | None
    problems: tuple[Text, ...] = ()
    changes: Mapping[str, tuple[Value, Value]] = field(default_factory=dict)
    key: object = None
    joined_to: int | None = None
    projects: tuple[str, ...] = ()
    role: str = ""
    notes: str = ""
    weight: Decimal | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """All rows in the order of the file, notes about the file, or why the whole file is refused.

    ``detail`` are technical words for the log.
    """

    rows: tuple[PlanRow, ...] = ()
    notes: tuple[Text, ...] = ()
    refused: Text | None = None
    detail: str = ""

    def count(self, action: Action) -> int:
        """How many rows have this action."""
        return sum(row.action == action for row in self.rows)

    @property
    def writes_nothing(self) -> bool:
        """Whether applying the plan would change nothing."""
        return not any(row.action in {"add", "change"} for row in self.rows)


def plan_file(
    data: bytes, existing: Sequence[ExistingLeader], known_townships: Sequence[str] | None, today: date
) -> ImportPlan:
    """The plan for a file's bytes. A file that cannot be used gives a plan with ``refused``; nothing is raised.

    ``known_townships`` are the names to match 联系乡镇 to, None when the office has no such list.
    """
    try:
        return plan_import(read_file(data), existing, known_townships, today)
    except FileRefused as refused:
        return ImportPlan(refused=refused.text, detail=f"{refused.code} {refused.detail}".strip())


@dataclass(frozen=True, slots=True)
class ReadList:
    """The rows of a list of leaders as the file gives them, and notes about the file: the slow part of a plan."""

    rows: tuple[LeaderRow, ...]
    notes: tuple[Text, ...]


def plan_import(
    book: Book, existing: Sequence[ExistingLeader], known_townships: Sequence[str] | None, today: date
) -> ImportPlan:
    """The plan for a file that was read. Raises FileRefused when no list of leaders is in it."""
    return plan_list(read_list(book, known_townships, today), existing, today)


def read_list(book: Book, known_townships: Sequence[str] | None, today: date) -> ReadList:
    """The leaders of a file, compared with nobody yet. Raises FileRefused when no list of leaders is in it."""
    table = choose_table(book)
    rows = read_rows(table, known_townships, today)
    if not rows:
        raise refuse("no_rows")
    return ReadList(tuple(rows), table.notes)


def plan_list(read: ReadList, existing: Sequence[ExistingLeader], today: date) -> ImportPlan:
    """The plan for a list; `read` stays as it is and may be planned again with other leaders."""
    rows = [replace(row, problems=list(row.problems)) for row in read.rows]
    leaders = [_normalised(leader) for leader in existing]
    people = group_people(rows)
    matches = match_existing(people, leaders)
    planned = [
        planned for person in people for planned in _plan_person(person, matches.get(person.row.line), today)
    ]
    done = {row.line for row in planned}
    planned += [_as_read(row, "refuse") for row in rows if row.line not in done]
    notes = (*read.notes, *_untouched(leaders, planned, today))
    return ImportPlan(tuple(sorted(planned, key=lambda row: row.line)), notes)


def _normalised(leader: ExistingLeader) -> ExistingLeader:
    """The leader in the same forms as the file's values, so that only real differences count."""
    return replace(
        leader,
        name=clean_name(leader.name).name or leader.name,
        post=clean_text(leader.post),
        notes=None if leader.notes is None else clean_text(leader.notes),
        phone=clean_phone(leader.phone).number or leader.phone,
    )


def _plan_person(person: Person, leader: ExistingLeader | None, today: date) -> list[PlanRow]:
    if person.row.is_refused:
        return [_as_read(row, "refuse") for row in (person.row, *person.others)]
    first = _as_read(person.row, "add") if leader is None else _compare(person.row, leader, today)
    return [first, *(_as_read(row, "keep", joined_to=person.row.line) for row in person.others)]


def _as_read(row: LeaderRow, action: Action, joined_to: int | None = None) -> PlanRow:
    return PlanRow(
        line=row.line,
        action=action,
        name=row.name,
        post=row.post,
        sectors=row.sectors,
        townships=row.townships,
        phone=row.phone,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        problems=tuple(row.problems),
        joined_to=joined_to,
        projects=row.projects,
        role=row.role,
        notes=row.notes,
        weight=row.weight,
        office=row.office,
    )


def _compare(row: LeaderRow, leader: ExistingLeader, today: date) -> PlanRow:
    """The row of a person the office has: which fields differ, and the values afterwards."""
    pairs = _old_and_new(row, leader)
    begin, end = row.valid_from or leader.valid_from, _end_after(row, leader)
    if begin is not None and end is not None and end < begin:
        row.refuse(*_reversed_term(begin, end))
        return replace(_as_read(row, "refuse"), key=leader.key)
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    after: dict[str, Any] = {name: pair[1] for name, pair in pairs.items()}
    return replace(
        _as_read(row, "change" if changes else "keep"),
        post=after["post"],
        sectors=after["sectors"],
        townships=after["townships"],
        phone=after["phone"],
        valid_from=begin,
        valid_until=end,
        projects=after["projects"] or row.projects,
        role=after["role"] or row.role,
        notes=after["notes"] or row.notes,
        problems=(*row.problems, *_has_left(end, today)),
        changes=changes,
        key=leader.key,
    )


def _old_and_new(row: LeaderRow, leader: ExistingLeader) -> dict[str, tuple[Value, Value]]:
    return {
        "post": (leader.post, row.post or leader.post),
        "sectors": (leader.sectors, _list_after(leader.sectors, row.sectors)),
        "townships": (leader.townships, _list_after(leader.townships, row.townships)),
        "phone": (leader.phone, row.phone or leader.phone),
        "from": (leader.valid_from, row.valid_from or leader.valid_from),
        "until": (leader.valid_until, _end_after(row, leader)),
        "projects": (
            leader.projects,
            None if leader.projects is None else _list_after(leader.projects, row.projects),
        ),
        "role": (leader.role, None if leader.role is None else row.role or leader.role),
        "notes": (leader.notes, None if leader.notes is None else row.notes or leader.notes),
    }


def _list_after(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """The old list, also in its old order, unless the file gives other items."""
    return old if not new or set(new) == set(old) else new


def _end_after(row: LeaderRow, leader: ExistingLeader) -> date | None:
    return None if row.until_is_open else row.valid_until or leader.valid_until


def _reversed_term(begin: date, end: date) -> tuple[str, str]:
    return (
        f"导入后离任时间 {end.isoformat()} 会早于任职时间 {begin.isoformat()}；请在文件里写明任职时间或离任时间（或“至今”）。",
        f"The end {end.isoformat()} would be before the start {begin.isoformat()}; "
        "give the right start or end (or 至今) in the file.",
    )


def _has_left(end: date | None, today: date) -> list[Text]:
    if end is None or end >= today:
        return []
    return [
        Text(
            f"任期已于 {end.isoformat()} 结束；如仍在任，请在离任时间一栏写“至今”或新的日期。",
            f"The term ended on {end.isoformat()}; if it goes on, write 至今 or a new date as its end.",
        )
    ]


def _untouched(leaders: Sequence[ExistingLeader], planned: Sequence[PlanRow], today: date) -> list[Text]:
    """A note about leaders in office whom the file does not mention; importing never ends a term by omission."""
    mentioned = {row.key for row in planned if row.key is not None} | {row.name for row in planned}
    names = [
        leader.name
        for leader in leaders
        if not {leader.key, leader.name} & mentioned
        and (leader.valid_until is None or leader.valid_until >= today)
    ]
    if not names:
        return []
    listed = "、".join(names[:10]) + ("等" if len(names) > 10 else "")
    return [
        Text(
            f"单位里另有 {len(names)} 位领导不在文件里，保持不变：{listed}。",
            f"{len(names)} leaders of the office are not in the file and stay as they are: {listed}.",
        )
    ]


def plan_to_json(plan: ImportPlan, locale: str) -> dict[str, Any]:
    """The plan as ``{"rows": [{"line", "action", "name", "post", "sectors", "townships", "phone", "from", "until",
    "problems"}], "refused": null | {"reason"}}``; dates as ISO text or null, sentences in the locale's language.
    """
    refused = None if plan.refused is None else {"reason": plan.refused.in_locale(locale)}
    return {"rows": [_row_to_json(row, locale) for row in plan.rows], "refused": refused}


def _row_to_json(row: PlanRow, locale: str) -> dict[str, Any]:
    return {
        "line": row.line,
        "action": row.action,
        "name": row.name,
        "post": row.post,
        "sectors": list(row.sectors),
        "townships": list(row.townships),
        "phone": row.phone,
        "from": row.valid_from.isoformat() if row.valid_from else None,
        "until": row.valid_until.isoformat() if row.valid_until else None,
        "problems": [problem.in_locale(locale) for problem in row.problems],
    }
