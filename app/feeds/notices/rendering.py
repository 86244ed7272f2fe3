"""A template and values become a Word file, or its text for a preview."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment


def render_notice(template: bytes, values: Mapping[str, Any]) -> bytes:
    """The .docx. Values are text and escaped; the template was checked when it was uploaded, and cannot run code."""
    from docxtpl import DocxTemplate  # with lxml 0.3 s that other pages never pay

    document = DocxTemplate(BytesIO(template))
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(_clean(dict(values)), environment, autoescape=True)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def plain_text(document: bytes) -> list[list[str]]:
    """Every paragraph and table row as a list of cells, in order: what a preview shows."""
    from docx import Document
    from docx.table import Table

    lines = []
    for block in Document(BytesIO(document)).iter_inner_content():
        if isinstance(block, Table):
            lines += [[cell.text for cell in row.cells] for row in block.rows]
        elif block.text.strip():
            lines.append([block.text])
    return lines


def _clean(value: Any) -> Any:
    """Without control characters, which XML cannot hold."""
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part) for part in value]
    return (
        "".join(sign for sign in value if sign >= " " or sign in "\n\t") if isinstance(value, str) else value
    )
