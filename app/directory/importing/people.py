"""Which rows of the file are one person, and which person of the office each one is.

The same name alone proves nothing: the mobile phone decides first, then the post. What cannot be decided is
refused with a sentence that says what to add; nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.text import Text
from app.directory.importing.phones import is_mobile
from app.directory.importing.rows import LeaderRow


@dataclass(frozen=True, slots=True)
class ExistingLeader:
    """A leader the office already has, as of today. ``key`` is whatever identifies it to the caller.

    ``projects``, ``role``, ``office`` and ``notes`` are None where the caller does not keep them: then they are
    never compared.
    """

    key: Hashable
    name: str
    post: str = ""
    sectors: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    phone: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    projects: tuple[str, ...] | None = None
    role: str | None = None
    notes: str | None = None


@dataclass(slots=True)
class Person:
    """One person of the file: the first row carries what all of its rows say together."""

    row: LeaderRow
    others: list[LeaderRow] = field(default_factory=list)


def group_people(rows: Sequence[LeaderRow]) -> list[Person]:
    """The people of the file in the order of their first lines. Rows that may be two people are refused.

    Rows that are already refused are left out. Rows of one person are merged into its first row: lists are
    joined, empty fields filled.
    """
    by_name: dict[str, list[LeaderRow]] = defaultdict(list)
    for row in rows:
        if not row.is_refused:
            by_name[row.name].append(row)
    people = [person for same_name in by_name.values() for person in _people_of_one_name(same_name)]
    return sorted(people, key=lambda person: person.row.line)


def _people_of_one_name(rows: list[LeaderRow]) -> list[Person]:
    """Rows with most to tell them apart come first, so that a bare row finds everyone it may belong to."""
    clusters: list[list[LeaderRow]] = []
    for row in sorted(rows, key=lambda row: (-bool(row.phone) - bool(row.post), row.line)):
        fitting = [cluster for cluster in clusters if any(_is_same_block(row, other) for other in cluster)]
        fitting = fitting or [
            cluster for cluster in clusters if all(_may_be_same(row, other) for other in cluster)
        ]
        if len(fitting) > 1:
            row.refuse(*_ambiguous_in_file(row, [line for cluster in fitting for line in _lines(cluster)]))
        elif fitting:
            fitting[0].append(row)
        else:
            clusters.append([row])
    people = [_merge(sorted(cluster, key=lambda row: row.line)) for cluster in clusters]
    _note_namesakes(people)
    return people


def _lines(rows: Sequence[LeaderRow]) -> list[int]:
    return [row.line for row in rows]


def _is_same_block(one: LeaderRow, other: LeaderRow) -> bool:
    return one.name_block is not None and one.name_block == other.name_block


def _may_be_same(one: LeaderRow, other: LeaderRow) -> bool:
    """Nothing tells them apart: equal mobile phones always, else neither phone nor post differ."""
    if one.phone and other.phone:
        if one.phone != other.phone:
            return False
        if is_mobile(one.phone):
            return True
    return not one.post or not other.post or one.post == other.post


def _merge(rows: list[LeaderRow]) -> Person:
    first, *others = rows
    for other in others:
        _join(first, other)
        other.problems.append(
            Text(
                f"与第 {first.line} 行是同一人，内容已并入第 {first.line} 行。",
                f"The same person as line {first.line}; the row was joined to it.",
            )
        )
    return Person(first, others)


def _join(first: LeaderRow, other: LeaderRow) -> None:
    """Put what the other row says into the first: lists joined, gaps filled, a different term pointed out."""
    first.sectors = tuple(dict.fromkeys((*first.sectors, *other.sectors)))
    first.townships = tuple(dict.fromkeys((*first.townships, *other.townships)))
    first.projects = tuple(dict.fromkeys((*first.projects, *other.projects)))
    posts = [post for post in first.post.split("、") + other.post.split("、") if post]
    first.post = "、".join(dict.fromkeys(posts)) if first.post != other.post else first.post
    for name in ("phone", "role", "office", "notes", "weight", "valid_from"):
        if not getattr(first, name):
            setattr(first, name, getattr(other, name))
    if not first.valid_until and not first.until_is_open:
        first.valid_until, first.until_is_open = other.valid_until, other.until_is_open
    if _contradicts(first.valid_from, other.valid_from) or _contradicts(first.valid_until, other.valid_until):
        other.problems.append(
            Text(
                f"任职或离任时间与第 {first.line} 行不同，以第 {first.line} 行为准；历任职务请在系统里逐条添加。",
                f"The term differs from line {first.line}, which is used; add earlier posts one by one in the program.",
            )
        )


def _contradicts(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one != other


def _note_namesakes(people: Sequence[Person]) -> None:
    for person in people:
        lines = [other.row.line for other in people if other is not person]
        if lines:
            listed = "、".join(map(str, lines))
            person.row.problems.append(
                Text(
                    f"与第 {listed} 行同名，因电话或职务不同，按不同的人处理，请核对。",
                    f"Has the same name as line {listed}; taken as different people because phone or post differ.",
                )
            )


def match_existing(people: Sequence[Person], existing: Sequence[ExistingLeader]) -> dict[int, ExistingLeader]:
    """For the line of each person the leader it is; people not in it are new. Undecidable rows are refused.

    Among leaders of the same name an equal phone decides, then an equal post, then being the only one left.
    """
    matches: dict[int, ExistingLeader] = {}
    by_name: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_name[person.row.name].append(person)
    leaders: dict[str, list[ExistingLeader]] = defaultdict(list)
    for leader in existing:
        leaders[leader.name].append(leader)
    for name, namesakes in by_name.items():
        free = list(leaders[name])
        waiting = list(namesakes)
        for is_equal in (_has_same_phone_and_post, _has_same_phone, _has_same_post):
            waiting, free = _match_by(is_equal, waiting, free, matches)
        _match_rest(waiting, free, matches, is_alone=len(namesakes) == 1)
    return matches


def _has_same_phone(row: LeaderRow, leader: ExistingLeader) -> bool:
    return bool(row.phone) and row.phone == leader.phone


def _has_same_post(row: LeaderRow, leader: ExistingLeader) -> bool:
    return bool(row.post) and row.post == leader.post


def _has_same_phone_and_post(row: LeaderRow, leader: ExistingLeader) -> bool:
    return _has_same_phone(row, leader) and _has_same_post(row, leader)


def _match_by(
    is_equal: Callable[[LeaderRow, ExistingLeader], bool],
    people: list[Person],
    leaders: list[ExistingLeader],
    matches: dict[int, ExistingLeader],
) -> tuple[list[Person], list[ExistingLeader]]:
    """Take the pairs that fit each other and nobody else; what is left of both lists."""
    for person in list(people):
        fitting = [leader for leader in leaders if is_equal(person.row, leader)]
        rivals = [other for other in people if fitting and is_equal(other.row, fitting[0])]
        if len(fitting) == 1 and len(rivals) == 1:
            matches[person.row.line] = fitting[0]
            people.remove(person)
            leaders.remove(fitting[0])
    return people, leaders


def _match_rest(
    people: list[Person], leaders: list[ExistingLeader], matches: dict[int, ExistingLeader], is_alone: bool
) -> None:
    if not people or not leaders:
        return
    if is_alone and len(leaders) == 1:
        matches[people[0].row.line] = leaders[0]
        if _looks_like_another(people[0].row, leaders[0]):
            people[0].row.problems.append(_maybe_another(leaders[0]))
        return
    for person in people:
        for row in (person.row, *person.others):
            row.refuse(*_ambiguous_in_office(row, leaders))


def _looks_like_another(row: LeaderRow, leader: ExistingLeader) -> bool:
    phones_differ = bool(row.phone and leader.phone and row.phone != leader.phone)
    return phones_differ and bool(row.post and leader.post and row.post != leader.post)


def _maybe_another(leader: ExistingLeader) -> Text:
    return Text(
        f"单位里已有同名的“{leader.name}”（{leader.post}），电话和职务都不同，按同一人修改；如是另一人，请先在系统里添加。",
        f"The office has a “{leader.name}” ({leader.post}) with another phone and post, who will be changed; "
        "if this is somebody else, add them in the program first.",
    )


def _ambiguous_in_file(row: LeaderRow, lines: Sequence[int]) -> tuple[str, str]:
    listed = "、".join(map(str, sorted(lines)))
    return (
        f"第 {listed} 行有同名的不同的人，分不清这一行是哪一位“{row.name}”；请补上电话或职务。",
        f"Lines {listed} are different people of this name, and this row may be any “{row.name}”; add a phone or post.",
    )


def _ambiguous_in_office(row: LeaderRow, leaders: Sequence[ExistingLeader]) -> tuple[str, str]:
    listed = "、".join(leader.post or leader.phone or "—" for leader in leaders)
    return (
        f"单位里已有同名的“{row.name}”（{listed}），分不清是哪一位；请写上与系统里一致的电话或职务。",
        f"The office already has “{row.name}” ({listed}) and it is not clear who is meant; "
        "give the phone or the post as the program has it.",
    )
