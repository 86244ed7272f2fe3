"""Decisions about accounts: passwords, lock-out, who may manage whom, how a change reads. Plain Python."""

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.accounts.permissions import Grant
from app.core.text import Text

WINDOW = dt.timedelta(minutes=15)
TRIES_PER_NAME = 8
TRIES_PER_ADDRESS = 40  # an office shares one address
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 128
USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,62}[a-z0-9]")
_FORMULA_SIGNS = ("=", "+", "-", "@")
_CONTROLS = ("\t", "\r", "\n")
_SKIPPED = (
    " \t\r\n\v\f\0\u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u3000\ufeff"
)


class OfficeNode(Protocol):
    """An office in the tree."""

    id: int
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a change; None where it was not there."""

    field: str
    before: str | None
    after: str | None


def locked_until(tries: Sequence[dt.datetime], limit: int, now: dt.datetime) -> dt.datetime | None:
    """When the next try is allowed, or None when it is allowed now. `tries` are the failed ones, in any order."""
    recent = sorted(at for at in tries if at > now - WINDOW)
    return recent[-limit] + WINDOW if len(recent) >= limit else None


def password_problem(password: str, username: str) -> Text | None:
    """Why this password is not good enough; None when it is."""
    if len(password) < SHORTEST_PASSWORD:
        return Text(
            f"密码至少 {SHORTEST_PASSWORD} 个字符，可用一句话。",
            f"A password has at least {SHORTEST_PASSWORD} characters; a sentence is fine.",
        )
    if len(password) > LONGEST_PASSWORD:
        return Text(
            f"密码最多 {LONGEST_PASSWORD} 个字符。", f"A password has at most {LONGEST_PASSWORD} characters."
        )
    if username and username.casefold() in password.casefold():
        return Text("密码不能包含用户名。", "The password may not contain the user name.")
    if len(set(password)) < 5:
        return Text(
            "密码太简单，请使用更多不同的字符。", "The password is too simple: use more different characters."
        )
    return None


def username_problem(username: str) -> Text | None:
    """Why this cannot be a user name; None when it can."""
    if USERNAME.fullmatch(username):
        return None
    return Text(
        "用户名为 3 至 64 个小写字母、数字、点、横线或下划线，以字母开头。",
        "A user name has 3 to 64 small letters, digits, dots, dashes or underscores, and begins with a letter.",
    )


def subtree(offices: Iterable[OfficeNode], roots: Collection[int]) -> set[int]:
    """Ids of the offices in `roots` and of everything below them."""
    children: dict[int | None, list[int]] = {}
    for office in offices:
        children.setdefault(office.parent_id, []).append(office.id)
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        office_id = waiting.pop()
        if office_id not in found:
            found.add(office_id)
            waiting.extend(children.get(office_id, []))
    return found


def path_up(offices: Iterable[OfficeNode], office_id: int) -> list[int]:
    """The office and everything above it, itself first."""
    parents = {office.id: office.parent_id for office in offices}
    path = [office_id]
    while (above := parents.get(path[-1])) is not None and above not in path:
        path.append(above)
    return path


def may_manage(account_offices: Collection[int], reach: Collection[int], everything: bool) -> bool:
    """May an administrator who reaches `reach` change the account itself (name, password, deactivation)?

    Only when every office of the account (the one that keeps it, and those of its roles) is within reach: an
    administrator of a township must not take over somebody who is also administrator of the county. An account
    without any office belongs to those who reach everything.
    """
    return everything if not account_offices else set(account_offices) <= set(reach)


def left_without_administrator(
    offices: Sequence[OfficeNode], losing: Iterable[Grant], remaining: Iterable[Grant]
) -> int | None:
    """The first office that would have nobody to manage its accounts once the grants in `losing` are gone.

    `remaining` are the grants that people who can sign in keep. None: every office keeps an administrator, its
    own or one above it.
    """
    covered = {grant.office_id for grant in remaining if grant.role == "administrator"}
    for grant in losing:
        if grant.role == "administrator" and covered.isdisjoint(path_up(offices, grant.office_id)):
            return grant.office_id
    return None


def differences(before: Any, after: Any) -> list[Difference]:
    """What changed between two JSON values, field by field; nested fields are joined with dots."""
    old, new = flattened(before), flattened(after)
    fields = [*old, *(field for field in new if field not in old)]
    return [
        Difference(field, old.get(field), new.get(field))
        for field in fields
        if old.get(field) != new.get(field)
    ]


def flattened(value: Any, prefix: str = "") -> dict[str, str]:
    """A JSON value as one text for each field: {"a": {"b": 1}} is {"a.b": "1"}. Lists of plain values are joined;
    null is as good as absent.
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        fields: dict[str, str] = {}
        for key, inner in value.items():
            fields |= flattened(inner, f"{prefix}.{key}" if prefix else str(key))
        return fields
    if isinstance(value, list):
        if all(not isinstance(item, Mapping | list) for item in value):
            return {prefix: "、".join(str(item) for item in value) or "—"}
        return {
            name: text
            for number, item in enumerate(value, 1)
            for name, text in flattened(item, f"{prefix}.{number}" if prefix else str(number)).items()
        }
    return {prefix: str(value)}


def spreadsheet_safe(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula (OWASP: CSV injection).

    Programs skip blanks, line ends and marks of direction before the sign, and read the full-width ＝＋－＠ alike.
    """
    sign = unicodedata.normalize("NFKC", text.lstrip(_SKIPPED)[:1])
    return f"'{text}" if sign in _FORMULA_SIGNS or text[:1] in _CONTROLS else text
