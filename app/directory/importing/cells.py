"""Clean what people typed into a cell: widths, spaces, names with titles, short texts.

Every cleaner is idempotent: cleaning a clean value changes nothing.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.core.text import Text
from app.directory.importing.grid import Cell

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\u180e]")
_WIDE_TO_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KEPT_WIDE = "，；：！？（）～"
"""Chinese punctuation that belongs in Chinese text as it is."""
_TEXT_WIDTHS = {code: to for code, to in _WIDE_TO_NARROW.items() if chr(code) not in _KEPT_WIDE}

ERROR_VALUES = {
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#ERROR!",
}
_NOTHING = {
    "",
    "-",
    "--",
    "—",
    "——",
    "–",
    "－",
    "/",
    "\\",
    "无",
    "暂无",
    "没有",
    "none",
    "n/a",
    "nil",
    "null",
    "*",
    "…",
}
_PHONE_LIKE = re.compile(r"\+?[\d\s()-]+")
_DANGEROUS_MINUS = re.compile(r"-.*[|!=(]", re.DOTALL)

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_HAN_NAME = re.compile(f"[{_HAN}]{{2,4}}|[{_HAN}]{{1,15}}(?:·[{_HAN}]{{1,15}})+")
_LATIN_NAME = re.compile(r"[^\W\d_]+(?:[ .'·-]+[^\W\d_]+)*\.?")
_DOTS = re.compile(r"\s*[·•‧・･∙⋅●▪]\s*")
_BRACKETED = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]*)[)）\]】〕]")
_REMARK = re.compile("女|男|[\u4e00-\u9fff]{1,4}族|兼|非中共|党外|中共党员|挂职|[A-Za-z0-9]+")
_VACANT = {"待定", "空缺", "暂缺", "缺", "空", "待补", "待任命", "未定", "某某", "xxx", "xx", "tbd", "vacant"}
_TITLES = (
    "党组书记|党委书记|纪委书记|政法委书记|副书记|书记|常务副县长|副县长|县长|副市长|市长|副区长|区长|副镇长|镇长|副乡长|乡长|副局长|局长|"
    "副部长|部长|副主任|主任|副主席|主席|常委|委员|副院长|院长|副检察长|检察长|副科长|科长|副处长|处长|副县级干部|调研员"
)

_ENDS_WITH_TITLE = re.compile(f"([{_HAN}]+?)((?:{_TITLES})(?:、?(?:{_TITLES}))*)")
_BEGINS_WITH_TITLE = re.compile(f"([{_HAN}、]*(?:{_TITLES}))([{_HAN}]{{2,3}})")
_TITLE_LIKE = re.compile(f"[{_HAN}、]*(?:{_TITLES})")
_SURNAMES_OF_TWO = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 长孙 宇文 轩辕 端木 百里 南宫 独孤 呼延 闻人 "
    "澹台 公冶 宗政 濮阳 淳于 单于 太叔 申屠 钟离 鲜于 闾丘 赫连 拓跋 完颜 东郭 西门 公羊 梁丘 左丘 第五"
)
_COMPOUND_SURNAMES = frozenset(_SURNAMES_OF_TWO.split())
_COURTESY = re.compile(r"\s*(?:同志|先生|女士)$")
"""Words of courtesy behind a name, which are no post."""
_SEVERAL = re.compile(r"[、,，;；/|]| 和 ")
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class CleanName:
    """A name as it will be kept ("" when there is none), a title found with it, and what was wrong.

    ``is_refused`` says that the row cannot be used; otherwise the problems are only worth a look.
    """

    name: str
    title: str = ""
    problems: tuple[Text, ...] = ()
    is_refused: bool = False


def half_width(text: str) -> str:
    """The text with full-width letters, digits and punctuation narrowed and invisible characters removed."""
    narrowed = unicodedata.normalize("NFKC", text.translate(_WIDE_TO_NARROW))
    return _INVISIBLE.sub("", narrowed.replace("\u3000", " ")).strip()


def clean_text(cell: Cell) -> str:
    """A cell as one line of text: narrow letters and digits, single spaces, none between Chinese characters.

    Chinese punctuation stays as written. Whole numbers have no decimal point; a dash or 无 alone is "".
    """
    text = _INVISIBLE.sub("", cell_text(cell).translate(_TEXT_WIDTHS))
    text = " ".join(text.split())
    text = re.sub(f"(?<=[{_HAN}，；：、（）]) (?=[{_HAN}，；：、（）])", "", text)
    return "" if is_nothing(text) else text


def cell_text(cell: Cell) -> str:
    """A cell's characters: numbers without exponent or trailing zeros, dates as 2026-01-05."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return format(Decimal(repr(cell)).normalize(), "f")
    return cell.isoformat() if not isinstance(cell, int) else str(cell)


def is_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing: empty, a dash, a slash, 无."""
    return half_width(text).lower() in _NOTHING


def is_error_value(cell: Cell) -> bool:
    """Whether the cell shows a spreadsheet error such as #REF!."""
    return isinstance(cell, str) and cell.strip().upper() in ERROR_VALUES


def looks_like_formula(cell: Cell) -> bool:
    """Whether a text would run as a formula when a spreadsheet program opens it: =, @, + or a hostile -.

    "+86 138 …" is a telephone number and "-" or "-5" is no formula.
    """
    if not isinstance(cell, str):
        return False
    text = cell.lstrip(" \t\r\n\u3000\ufeff'")
    if text.startswith("+"):
        return _PHONE_LIKE.fullmatch(text) is None and len(text) > 1
    return (text.startswith(("=", "@")) and len(text) > 1) or _DANGEROUS_MINUS.match(text) is not None


def parse_weight(cell: Cell) -> Decimal | None:
    """A share of the load: 0.5, 50%, １/2 are one half. None when it is not a number from 0 to 10."""
    text = half_width(cell_text(cell)).replace(" ", "")
    try:
        if text.endswith("%"):
            value = Decimal(text[:-1]) / 100
        elif text.count("/") == 1:
            above, below = text.split("/")
            value = Decimal(above) / Decimal(below)
        else:
            value = Decimal(text)
    except (InvalidOperation, ZeroDivisionError):
        return None
    return value if value.is_finite() and 0 <= value <= 10 else None


def parse_role(cell: Cell) -> str:
    """ "lead" for 正职, "deputy" for 副职, "" for anything else."""
    text = half_width(cell_text(cell)).lower()
    if text.startswith("副") or "副职" in text or text == "deputy":
        return "deputy"
    return "lead" if "正" in text or text in {"lead", "主职", "主要领导", "一把手"} else ""


def clean_name(cell: Cell) -> CleanName:
    """A person's name without inner spaces, remarks and titles.

    "王 小 明" is 王小明; "张三（常委）" and "张三 县长" give the title apart; a surname with a title only, two
    people in one cell, digits and placeholders are refused with a sentence.
    """
    text = _DOTS.sub("·", half_width(cell_text(cell)))
    if not text or is_nothing(text):
        return CleanName("", is_refused=True)
    if text.lower().replace(" ", "") in _VACANT:
        return _refused(
            f"姓名一栏写的是“{text}”，不是人名；人选确定后再填。",
            f"The name says “{text}”, which is nobody's name; fill it in when the person is known.",
        )
    text = _COURTESY.sub("", text) or text
    remarks = [remark.strip() for remark in _BRACKETED.findall(text) if remark.strip()]
    text, title = _without_title(_BRACKETED.sub(" ", text).strip())
    titles = [remark for remark in remarks if not _REMARK.fullmatch(re.sub("[,、，; ]", "", remark))]
    return _checked_name(text, title or "、".join(titles))


def _without_title(text: str) -> tuple[str, str]:
    """Split "张三 县长", "张三县长" and "县长张三" into the name and the title."""
    words = text.split()
    if len(words) >= 2 and _TITLE_LIKE.fullmatch(words[-1]):
        return " ".join(words[:-1]), words[-1]
    if len(words) >= 2 and _TITLE_LIKE.fullmatch(words[0]):
        return " ".join(words[1:]), words[0]
    if match := _BEGINS_WITH_TITLE.fullmatch(text):
        return match[2], match[1]
    match = _ENDS_WITH_TITLE.fullmatch(text)
    return (match[1], match[2]) if match else (text, "")


def _checked_name(text: str, title: str) -> CleanName:
    name = _join_name(text)
    if name is None:
        return _refused(
            f"“{text}”像是两个人；请一行只写一位领导。",
            f"“{text}” looks like two people; write one leader per row.",
        )
    if not name or (title and (len(name) < 2 or name in _COMPOUND_SURNAMES)):
        return _refused(
            f"“{name}{title}”没有写全名；请在姓名一栏写全名，职务写在“职务”一栏。",
            f"“{name}{title}” is not a full name; write the full name here and the post in its own column.",
        )
    if not (_HAN_NAME.fullmatch(name) or _LATIN_NAME.fullmatch(name)) or len(name) > _LONGEST_NAME:
        return _odd_name(name, title)
    problems = (_title_found(name, title),) if title else ()
    if len(name) == 1:
        problems = (
            *problems,
            Text(
                f"姓名“{name}”只有一个字，请核对。", f"The name “{name}” has one character; please check it."
            ),
        )
    return CleanName(name, title, problems)


def _odd_name(name: str, title: str) -> CleanName:
    """Five and more Chinese characters may still be a name; digits and signs are not."""
    if re.fullmatch(f"[{_HAN}]{{5,12}}", name):
        warning = Text(
            f"“{name}”不像人名，请核对。", f"“{name}” does not look like a person's name; please check it."
        )
        return CleanName(name, title, (warning,))
    shown = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return _refused(
        f"“{shown}”不是人名；请在姓名一栏只写姓名。",
        f"“{shown}” is not a name; write only the name in this column.",
    )


def _title_found(name: str, title: str) -> Text:
    return Text(
        f"姓名一栏里的“{title}”已与姓名“{name}”分开。", f"“{title}” was separated from the name “{name}”."
    )


def _join_name(text: str) -> str | None:
    """The name without inner spaces; None when the cell seems to hold two people."""
    if _SEVERAL.search(text):
        return None
    words = text.split()
    if not re.search(f"[{_HAN}]", text) or len(words) < 2:
        return " ".join(words)
    if all(len(word) == 1 for word in words) or len(words[0]) == 1 or words[0] in _COMPOUND_SURNAMES:
        return "".join(words)
    return "".join(words) if len(words) == 2 and len(words[1]) == 1 else None


def _refused(zh: str, en: str) -> CleanName:
    return CleanName("", problems=(Text(zh, en),), is_refused=True)
