"""Several things in one cell: townships, sectors, projects."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.text import Text
from app.directory.importing.cells import clean_text, is_nothing
from app.directory.importing.grid import Cell

LONGEST_ITEM = 120
"""Characters in one post, sector, township or project."""

_SEPARATORS = "、，,;；/|\n\r。"
_OPENING, _CLOSING = "（(【[《“", "）)】]》”"
_NUMBERING = re.compile(
    r"^\s*(?:[①-⑳⑴-⒇㈠-㈩]|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、:：](?!\d))\s*"
)
_MARKS = " .·•-—:："
_NUMBERING_INSIDE = re.compile(
    r"[①-⑳⑴-⒇]|(?<![\dA-Za-z.])\d{1,2}[.．)）](?![\d.])|(?:^|(?<=[\s、，,；;。]))\d{1,2}、", re.MULTILINE
)
_SPACE_BETWEEN_WORDS = re.compile("(?<=[\u4e00-\u9fff]{2})[ \u3000\t\xa0]+(?=[\u4e00-\u9fff]{2})")
_AND_SO_ON = re.compile(
    r"(?:等(?:\d+|[一二三四五六七八九十两]+)?(?:个)?(?:方面|领域|乡镇|镇街|镇|乡)?(?:的)?(?:工作|事务|事项)?)[。.]?$"
)
_LEADING_VERB = re.compile(
    r"^(?:协助.{0,6}?(?:分管|负责|抓)|负责|分管|主管|协管|联系|包联)(?:领域|工作)?[：:]?(?=..)"
)
_ONLY_VERBS = {"负责", "分管", "主管", "协管", "协助", "联系", "其中"}
"""What is left of "负责：1.教育 2.卫生" before the first number."""
_RUN_OF_TOWNSHIPS = re.compile("(?:[^镇乡街道]{2,3}(?:镇|乡|街道)){2,}")
_TOWNSHIP_END = "(?:民族乡|街道办事处|街道|办事处|开发区|管委会|镇|乡|苏木|农场|林场|村|社区)"
_AND_AFTER_TOWNSHIP = re.compile(f"({_TOWNSHIP_END})(?:和|及|与|以及)(?=.{{3,}})")
_STEM = re.compile(f"{_TOWNSHIP_END}$")
_PREFIX = re.compile("^.{2,8}?(?:县|市|区|旗)(?=.{2,})")


@dataclass(frozen=True, slots=True)
class Townships:
    """Townships by the names the office knows where it knows them, else as written; and what was odd."""

    names: tuple[str, ...]
    problems: tuple[Text, ...] = ()


def split_list(cell: Cell, *, at_spaces: bool = False) -> tuple[str, ...]:
    """The items of a cell, numbering and 等 removed, without repeats; brackets are never cut.

    Separated by 、 ， ； / or line breaks, with ``at_spaces`` also by a space between two Chinese words (but
    "教 育" is one word). "和" stays: 教育和体育 is one sector.
    """
    text = cell if isinstance(cell, str) else clean_text(cell)
    if is_nothing(text):
        return ()
    text = _NUMBERING_INSIDE.sub("\n", text)
    if at_spaces:
        text = _SPACE_BETWEEN_WORDS.sub("\n", text)
    pieces = _split_outside_brackets(text)
    items = [item for piece in pieces if (item := _clean_item(piece))]
    return tuple(dict.fromkeys(items))


def split_sectors(cell: Cell) -> tuple[str, ...]:
    """Sectors of a cell; a leading 分管 or 负责 is dropped, so that "分管教育、卫生" is 教育 and 卫生."""
    items = (_LEADING_VERB.sub("", item) for item in split_list(cell, at_spaces=True))
    return tuple(dict.fromkeys(item for item in items if item not in _ONLY_VERBS))


def split_townships(cell: Cell, known: Sequence[str] | None) -> Townships:
    """Townships of a cell. With the list of known ones, each is matched to it, also without 镇 or 乡 or with the
    county's name in front; what is not on the list stays as written, with a problem.
    """
    items: list[str] = []
    for item in split_list(cell, at_spaces=True):
        whole = _cut_into_known(item, known or ())
        pieces = _AND_AFTER_TOWNSHIP.sub(r"\1、", item).split("、")
        items += whole or [name for piece in pieces for name in _cut_at_endings(piece)]
    if known is None:
        return Townships(tuple(dict.fromkeys(items)))
    names: list[str] = []
    problems: list[Text] = []
    for item in items:
        matched, problem = _match(item, known)
        names += matched
        problems += [problem] if problem else []
    return Townships(tuple(dict.fromkeys(names)), tuple(problems))


def _match(item: str, known: Sequence[str]) -> tuple[list[str], Text | None]:
    """The known names an item stands for, and a sentence when that needs a look."""
    if item in known:
        return [item], None
    stem = _stem(item)
    same = [name for name in known if _stem(name) == stem]
    if len(same) == 1:
        is_other_kind = {item[-1], same[0][-1]} == {"镇", "乡"}
        return same, _other_kind(item, same[0]) if is_other_kind else None
    if len(same) > 1:
        return [item], _ambiguous(item, same)
    return [item], _unknown(item)


def _stem(name: str) -> str:
    short = _STEM.sub("", name)
    return _PREFIX.sub("", short if len(short) >= 2 else name)


def _cut_into_known(text: str, known: Iterable[str]) -> list[str]:
    """Names written without anything between them, "东河镇西岭乡"; [] when the text is not made of known names."""
    by_length = sorted(known, key=len, reverse=True)
    found: list[str] = []
    while text:
        name = next((name for name in by_length if name and text.startswith(name)), None)
        if name is None:
            return []
        found.append(name)
        text = text.removeprefix(name)
    return found


def _cut_at_endings(text: str) -> list[str]:
    """ "东河镇西岭乡" of names that are not known; the text itself unless all of it is short names with endings."""
    is_run = _RUN_OF_TOWNSHIPS.fullmatch(text) is not None
    return re.findall("[^镇乡街道]{2,3}(?:镇|乡|街道)", text) if is_run else [text]


def _split_outside_brackets(text: str) -> list[str]:
    pieces = [""]
    depth = 0
    for character in text:
        depth = max(depth + (character in _OPENING) - (character in _CLOSING), 0)
        if depth == 0 and character in _SEPARATORS:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def _clean_item(piece: str) -> str:
    """One item without its number, 等 and marks; "" for a number that lost its item."""
    item, before = clean_text(piece), ""
    while item != before:
        before = item
        item = clean_text(_NUMBERING.sub("", item).strip(_MARKS))
        item = _AND_SO_ON.sub("", item) or item
    return "" if re.fullmatch(r"[\d\s.]*", item) else item


def _other_kind(item: str, name: str) -> Text:
    return Text(f"“{item}”按“{name}”处理，请核对。", f"“{item}” was taken to be “{name}”; please check it.")


def _ambiguous(item: str, names: Sequence[str]) -> Text:
    listed = "、".join(names)
    return Text(
        f"联系乡镇“{item}”可能是{listed}；请写全名。",
        f"The township “{item}” may be any of {listed}; write its full name.",
    )


def _unknown(item: str) -> Text:
    return Text(
        f"联系乡镇“{item}”不在本单位的下级单位里，先按文字保存；请核对名称，或先建立这个单位。",
        f"The township “{item}” is not one of the office's units and is kept as text; check the name or add the unit.",
    )
