"""Pure decisions about accounts, at their boundaries."""

import datetime as dt
from dataclasses import dataclass

import pytest

from app.accounts import rules
from app.accounts.permissions import PERMISSIONS, ROLE_PERMISSIONS, may
from app.accounts.words import PERMISSION_NAMES, ROLE_NAMES, ROLE_SENTENCES

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


@dataclass
class Node:
    id: int
    parent_id: int | None


@dataclass
class Held:
    role: str
    office_id: int


TREE = [Node(1, None), Node(2, 1), Node(3, 2), Node(4, 2), Node(9, None)]


def ago(*seconds: int) -> list[dt.datetime]:
    return [NOW - dt.timedelta(seconds=number) for number in seconds]


@pytest.mark.parametrize(
    ("tries", "seconds_to_wait"),
    [
        (ago(), None),
        (ago(1, 2), None),
        (ago(1, 2, 3), 897),
        (ago(3, 1, 2), 897),
        (ago(1, 2, 900), None),
        (ago(1, 2, 899), 1),
        (ago(1, 2, 3, 4, 5), 897),
    ],
)
def test_three_tries_in_fifteen_minutes(tries: list[dt.datetime], seconds_to_wait: int | None) -> None:
    until = rules.locked_until(tries, 3, NOW)
    assert until == (None if seconds_to_wait is None else NOW + dt.timedelta(seconds=seconds_to_wait))


@pytest.mark.parametrize(
    ("name", "good"),
    [("abc", True), ("zhang.wei-2", True), ("a" * 64, True), ("ab", False), ("a" * 65, False), ("Abc", False)]
    + [(name, False) for name in ("1abc", "abc.", "a b c", "张三丰", "", "abc\n")],
)
def test_user_names(name: str, good: bool) -> None:
    assert (rules.username_problem(name) is None) is good


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("0123456789", True),
        ("012345678", False),
        ("接访日程好用又可靠呀", True),
        ("aaaaaaaaab", False),
        ("x" * 124 + "abcde", False),
        ("I am Anna!!", False),
    ],
)
def test_passwords(password: str, good: bool) -> None:
    assert (rules.password_problem(password, "anna") is None) is good


def test_the_tree() -> None:
    assert rules.subtree(TREE, {2}) == {2, 3, 4}
    assert rules.subtree(TREE, {1, 9}) == {1, 2, 3, 4, 9}
    assert rules.subtree(TREE, set()) == set()
    assert rules.path_up(TREE, 4) == [4, 2, 1]


@pytest.mark.parametrize(
    ("offices", "everything", "allowed"),
    [
        ({3}, False, True),
        ({3, 4}, False, True),
        ({3, 9}, False, False),
        (set(), False, False),
        (set(), True, True),
    ],
)
def test_who_may_change_an_account(offices: set[int], everything: bool, allowed: bool) -> None:
    assert rules.may_manage(offices, {2, 3, 4}, everything) is allowed


@pytest.mark.parametrize(
    ("losing", "remaining", "office_id"),
    [
        ([Held("administrator", 3)], [], 3),
        ([Held("administrator", 3)], [Held("administrator", 1)], None),
        ([Held("administrator", 2)], [Held("administrator", 3)], 2),
        ([Held("administrator", 3)], [Held("administrator", 9)], 3),
        ([Held("administrator", 3)], [Held("scheduler", 3)], 3),
        ([Held("scheduler", 3)], [], None),
        ([], [], None),
    ],
)
def test_no_office_without_administrator(
    losing: list[Held], remaining: list[Held], office_id: int | None
) -> None:
    assert rules.left_without_administrator(TREE, losing, remaining) == office_id


def test_differences_are_field_by_field() -> None:
    before = {"name": "a", "posts": ["x"], "phone": None, "inner": {"same": 1, "gone": 2}}
    after = {"name": "b", "posts": ["x", "y"], "inner": {"same": 1}, "rows": [{"day": 1}]}
    assert rules.differences(before, after) == [
        rules.Difference("name", "a", "b"),
        rules.Difference("posts", "x", "x、y"),
        rules.Difference("inner.gone", "2", None),
        rules.Difference("rows.1.day", None, "1"),
    ]
    assert rules.differences(None, None) == []
    assert rules.differences("a", ["b"]) == [rules.Difference("", "a", "b")]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+86",
        "-1",
        "@SUM",
        "\tx",
        "\rx",
        "\nx",
        "\n=1",
        " =1",
        "\u200b@x",
        "＝1+1",
        "＋1",
        "－1",
        "\u3000＠x",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert rules.spreadsheet_safe(text) == "'" + text


def test_plain_cells_stay() -> None:
    assert [rules.spreadsheet_safe(text) for text in ("", "a=b", "张三", " 一")] == ["", "a=b", "张三", " 一"]


def test_every_role_and_permission_has_words() -> None:
    assert set(PERMISSION_NAMES) == PERMISSIONS
    assert set(ROLE_NAMES) == set(ROLE_SENTENCES) == set(ROLE_PERMISSIONS)


def test_a_grant_reaches_down_only() -> None:
    grants = [Held("scheduler", 2)]
    assert may(grants, "roster.publish", [3, 2, 1])
    assert not may(grants, "roster.publish", [1])
    assert may(grants, "roster.publish", None)
    assert not may(grants, "accounts.manage", None)
    with pytest.raises(ValueError, match="no such permission"):
        may(grants, "roster.burn", None)
