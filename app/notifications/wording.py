"""Texts with placeholders: what is wrong with one, and what it says. Pure.

A placeholder is a name in braces: `{leader}`. Its Chinese name works too (`{领导}`), and so do full-width braces,
which Chinese keyboards make.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from app.core.text import Text

_BRACES = str.maketrans({"｛": "{", "｝": "}"})
_PLACEHOLDER = re.compile(r"\{\s*([^{}\n]*?)\s*\}")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a text from being used: a sentence that says where."""

    text: Text


def names_in(text: str) -> list[str]:
    """The names between braces in order, as they were typed."""
    return _PLACEHOLDER.findall(text.translate(_BRACES))


def problems(text: str, known: Mapping[str, Text], required: Collection[str] = ()) -> list[Problem]:
    """Everything wrong with the placeholders of a text; `known`: their names with what they are called."""
    aliases = _aliases(known)
    found = list(_brace_problems(text))
    for match in _PLACEHOLDER.finditer(text.translate(_BRACES)):
        if match[1] not in aliases:
            found.append(_unknown(text, match, known))
    present = {aliases.get(name) for name in names_in(text)}
    for name in required:
        if name not in present:
            label = known[name]
            found.append(
                Problem(
                    Text(
                        f"缺少必需的 {{{label.zh}}}：没有它，收到的人不知道该怎么办。请加进文中。",
                        f'{{{name}}} ("{label.en}") is missing: without it nobody knows what to do. Put it into the text.',
                    )
                )
            )
    return found


def fill(text: str, values: Mapping[str, str], known: Mapping[str, Text]) -> str:
    """The text with every placeholder replaced; one that nobody knows stays as it is. Empty lines at the end go."""
    aliases = _aliases(known)

    def value(match: re.Match[str]) -> str:
        return values.get(aliases.get(match[1], ""), match[0])

    return _PLACEHOLDER.sub(value, text.translate(_BRACES) if names_in(text) else text).rstrip()


def to_names(text: str, known: Mapping[str, Text], naming: Callable[[str], str]) -> str:
    """The text with each known placeholder written as `naming(name)`: to show Chinese names to Chinese readers."""
    aliases = _aliases(known)

    def renamed(match: re.Match[str]) -> str:
        name = aliases.get(match[1])
        return match[0] if name is None else f"{{{naming(name)}}}"

    return _PLACEHOLDER.sub(renamed, text.translate(_BRACES) if names_in(text) else text)


def _aliases(known: Mapping[str, Text]) -> dict[str, str]:
    """Every accepted spelling with the name it means."""
    return {spelling: name for name, label in known.items() for spelling in (name, label.zh)}


def _brace_problems(text: str) -> Iterator[Problem]:
    plain = _PLACEHOLDER.sub(lambda match: " " * len(match[0]), text.translate(_BRACES))
    for position, sign in enumerate(plain):
        if sign in "{}":
            line, column = _where(text, position)
            near = text[position : position + _SHOWN].splitlines()[0]
            yield Problem(
                Text(
                    f"第 {line} 行第 {column} 个字处的花括号“{near}”没有成对。占位符要写成 {{名称}}。",
                    f'Line {line}, character {column}: the brace at "{near}" has no partner. Write {{name}}.',
                )
            )


def _unknown(text: str, match: re.Match[str], known: Mapping[str, Text]) -> Problem:
    line, column = _where(text, match.start())
    zh = "、".join(f"{{{label.zh}}}" for label in known.values())
    en = ", ".join(f"{{{name}}}" for name in known)
    return Problem(
        Text(
            f"第 {line} 行第 {column} 个字处的 {{{match[1]}}} 不是这类通知的占位符。可以用：{zh}。",
            f"Line {line}, character {column}: this kind of notice has no {{{match[1]}}}. It knows {en}.",
        )
    )


def _where(text: str, position: int) -> tuple[int, int]:
    """Line and character, both from 1."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
