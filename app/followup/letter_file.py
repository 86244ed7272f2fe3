"""A letter as a Word document, laid out as official letters are: A4, title, number, text, signature on the right."""

from io import BytesIO
from typing import Any

TITLES = {"supervise": "督办函", "remind": "提醒函"}  # a letter is Chinese whatever language its writer reads
_SHORT = 40  # the lines of a signature are no longer


def word(kind: str, number: str, text: str) -> bytes:
    """The .docx of a letter: blocks of `text` are parted by empty lines, the last one of short lines is the signature."""
    import docx  # with lxml 0.2 s that other pages never pay

    document = docx.Document()
    _sheet(document)
    _line(document, TITLES[kind], size=22, bold=True, align="CENTER", face="方正小标宋简体")
    _line(document, number, align="CENTER")
    document.add_paragraph()
    blocks = [
        block.splitlines() for block in text.replace("\r\n", "\n").strip().split("\n\n") if block.strip()
    ]
    signed = len(blocks) > 1 and all(len(line) <= _SHORT for line in blocks[-1])
    for place, block in enumerate(blocks):
        if signed and place == len(blocks) - 1:
            document.add_paragraph()
        for line in block:
            if signed and place == len(blocks) - 1:
                _line(document, line.strip(), align="RIGHT")
            else:
                _line(document, line.strip(), indent=not line.strip().endswith(("：", ":")))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _sheet(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # or the commas are set as in Taiwan
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)


def _line(
    document: Any,
    text: str,
    size: int = 16,
    bold: bool = False,
    align: str = "",
    indent: bool = False,
    face: str = "仿宋",
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, face
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if align:
        paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    form = paragraph.paragraph_format
    form.first_line_indent = Pt(2 * size) if indent else None
    form.space_after, form.line_spacing = Pt(0 if size == 16 else 10), Pt(30)
