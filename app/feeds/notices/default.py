"""The templates an office begins with, made by code: a title, a paragraph, a table, a signature. A4."""

from functools import cache
from io import BytesIO
from typing import Any

ANNOUNCEMENT = (
    "{{单位}}领导接访公告",
    "为畅通群众诉求表达渠道，现将{{期间}}领导接访安排公告如下。来访群众请携带有效身份证件及相关材料，"
    "同一事项多人来访的，推选代表不超过5人。",
)
CORRECTION = (
    "{{单位}}领导接访更正公告",
    "{{单位}}领导接访安排（第{{版本}}版）作如下更正，原公告中相应内容同时作废。",
)
SUSPENSION = (
    "{{单位}}暂停接待公告",
    "因{{原因}}，下列场次的领导接访安排调整如下。给您带来不便，敬请谅解。",
)
_COLUMNS = ("日期", "星期", "领导", "职务", "分管", "时间", "地点", "电话", "备注")
_HEADINGS = ("日期", "星期", "接访领导", "职务", "分管领域", "接访时间", "接访地点", "联系电话", "备注")
_WIDTHS = {
    "日期": 25,
    "星期": 12,
    "领导": 22,
    "职务": 38,
    "分管": 34,
    "时间": 28,
    "地点": 44,
    "电话": 31,
    "备注": 15,
} | {
    "场次": 14,
    "原": 55,
    "现": 55,
}  # millimetres; the text of an A4 page is 249 wide across, 162 upright
_CHANGES = ("日期", "星期", "场次", "原", "现")
_CHANGE_HEADINGS = ("日期", "星期", "场次", "原安排", "现安排")


@cache
def default_template(kind: str) -> bytes:
    """The .docx template of a kind: announcement, correction or suspension."""
    from docx import Document  # with lxml 0.2 s that other pages never pay

    document = Document()
    _page(document, landscape=kind == "announcement")
    title, opening = {"announcement": ANNOUNCEMENT, "correction": CORRECTION, "suspension": SUSPENSION}[kind]
    _paragraph(document, title, size=22, bold=True, centred=True, face="方正小标宋简体")
    _paragraph(document, opening, indent=True)
    if kind == "announcement":
        _table(document, "场次", _COLUMNS, _HEADINGS)
    else:
        _table(document, "变更", _CHANGES, _CHANGE_HEADINGS)
    if kind == "correction":
        _paragraph(document, "{%p if 原因 %}")
        _paragraph(document, "更正原因：{{原因}}", indent=True)
        _paragraph(document, "{%p endif %}")
    _paragraph(document, "{%p if 暂定 %}")
    _paragraph(document, "{{暂定}}", indent=True)
    _paragraph(document, "{%p endif %}")
    _paragraph(document, "咨询电话：{{电话}}　地址：{{地址}}", indent=True)
    _paragraph(document, "最新安排以网页为准：{{网址}}", indent=True)
    _paragraph(document, "{{单位}}", right=True)
    _paragraph(document, "{{发布日期}}", right=True)
    _footer(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Any, landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = document.sections[0]
    width, height = (297, 210) if landscape else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(24)
    section.top_margin = section.bottom_margin = Mm(22)


def _paragraph(
    document: Any,
    text: str,
    size: int = 14,
    bold: bool = False,
    centred: bool = False,
    right: bool = False,
    indent: bool = False,
    face: str = "仿宋",
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    _run(paragraph, text, size, bold, face)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
        paragraph.paragraph_format.space_before = Pt(6)  # not glued to a table above
    paragraph.paragraph_format.space_after = Pt(6)


def _run(paragraph: Any, text: str, size: int, bold: bool, face: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, face
    run._element.rPr.rFonts.set(qn("w:eastAsia"), face)


def _table(document: Any, name: str, columns: tuple[str, ...], headings: tuple[str, ...]) -> None:
    """A heading that repeats on every page, then one row for each entry of the list `name`."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    table = document.add_table(rows=4, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    for column, name_of_column in zip(table.columns, columns, strict=True):
        column.width = Mm(_WIDTHS[name_of_column])  # the grid, which LibreOffice and WPS go by
        for cell in column.cells:
            cell.width = Mm(_WIDTHS[name_of_column])
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        _run(cell.paragraphs[0], heading, 10, True, "黑体")
    table.rows[1].cells[0].text = "{%tr for 行 in " + name + " %}"
    for cell, column in zip(table.rows[2].cells, columns, strict=True):
        _run(cell.paragraphs[0], "{{行." + column + "}}", 10, False, "仿宋")
    table.rows[3].cells[0].text = "{%tr endfor %}"


def _footer(document: Any) -> None:
    """The revision and its time stand on every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    _run(paragraph, "第{{版本}}版　发布时间 {{发布时间}}", 9, False, "宋体")
