"""Is a template of an office's own safe and right? Plain Word without macros, only known placeholders, no code."""

import zipfile
from io import BytesIO

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from app.core.errors import RotaError
from app.feeds.notices.values import LISTS, PLAIN

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 24 * 1024 * 1024
MOST_PARTS = 300
DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NO_PLACEHOLDERS = ("docProps/core.xml", "docProps/app.xml", "word/footnotes.xml", "word/endnotes.xml")
_EXTERNAL = b'TargetMode="External"'
_HYPERLINK = b"relationships/hyperlink"
ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Not,
    nodes.Test,
    nodes.Const,
)


class BadTemplate(RotaError):
    """A Word file that cannot be a notice's template."""


def check_template(content: bytes) -> frozenset[str]:
    """The placeholders a .docx uses. Raises BadTemplate saying what is wrong and how to mend it."""
    _check_package(content)
    return _check_placeholders(content)


def _check_package(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise BadTemplate(
            "模板不能超过 2 MB，请删去图片后再上传。", "A template has 2 MB at most; remove pictures."
        )
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BadTemplate("文件解开后过大，不能使用。", "The file is too large once unpacked.")
            names = {part.filename for part in parts}
            types = package.read("[Content_Types].xml") if "[Content_Types].xml" in names else b""
            xml = {name: package.read(name) for name in names if name.endswith((".xml", ".rels"))}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise BadTemplate(
            "这不是 Word 文档（.docx）。请在 Word 或 WPS 中“另存为”.docx 后再上传。",
            "This is not a Word document (.docx). Save it as .docx in Word or WPS and upload it again.",
        ) from error
    if DOCUMENT not in types or "word/document.xml" not in names:
        raise BadTemplate(
            "请上传不含宏的 .docx 文档（不是 .docm 或 .dotx）。",
            "Upload a .docx document without macros (not .docm or .dotx).",
        )
    if any(name.endswith("vbaProject.bin") or name.startswith("word/embeddings/") for name in names):
        raise BadTemplate(
            "文档中含有宏或嵌入的对象，请删去后再上传。",
            "The document holds macros or embedded objects; remove them.",
        )
    if any(b"<!DOCTYPE" in part or b"<!ENTITY" in part for part in xml.values()):
        raise BadTemplate(
            "文档的结构不能使用，请另存为新的 .docx。",
            "Save the document anew as .docx; this one cannot be used.",
        )
    if any(b"{{" in xml.get(name, b"") or b"{%" in xml.get(name, b"") for name in NO_PLACEHOLDERS):
        raise BadTemplate(
            "文档属性、脚注中不能有占位符，请移到正文、页眉或页脚。",
            "Placeholders cannot stand in the document's properties or footnotes; move them to the text.",
        )
    if any(_reaches_out(part) for name, part in xml.items() if name.endswith(".rels")):
        raise BadTemplate(
            "文档引用了外部文件（如远程模板或链接的图片），请改为嵌入或删去。",
            "The document refers to files elsewhere (a remote template, a linked picture); embed or remove them.",
        )


def _reaches_out(relations: bytes) -> bool:
    return any(
        _EXTERNAL in relation and _HYPERLINK not in relation
        for relation in relations.replace(b"'", b'"').split(b"<Relationship ")
    )


def _check_placeholders(content: bytes) -> frozenset[str]:
    from docxtpl import DocxTemplate  # with lxml 0.3 s that other pages never pay

    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    parts = [template.get_xml()]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        parts += [template.get_part_xml(part) for _key, part in template.get_headers_footers(uri)]
    used: set[str] = set()
    for part in parts:
        used |= _names(template.patch_xml(part))
    if not used:
        raise BadTemplate(
            "模板中没有任何占位符，例如 {{单位}}。请从默认模板改起。",
            "The template has no placeholder such as {{单位}}. Begin with the default one.",
        )
    return frozenset(used)


def _names(source: str) -> set[str]:
    try:
        tree = SandboxedEnvironment(autoescape=True).parse(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(
            f"占位符写法有误：{error.message}。请对照默认模板检查大括号是否成对。",
            f"A placeholder is not written right: {error.message}. Compare with the default template.",
        ) from error
    used: set[str] = set()
    _walk(tree, {}, used)
    return used


def _walk(node: nodes.Node, rows: dict[str, str], used: set[str]) -> None:
    """`rows`: names of loop variables and the list each runs over."""
    if not isinstance(node, ALLOWED):
        raise BadTemplate(
            "模板中只能使用占位符、{%tr for … %} 和 {%p if … %}，不能使用函数或其他代码。",
            "Only placeholders, {%tr for … %} and {%p if … %} may stand in a template, no functions or other code.",
        )
    if isinstance(node, nodes.For):
        _walk_loop(node, rows, used)
        return
    if isinstance(node, nodes.Getattr):
        _check_field(node, rows, used)
        return
    if isinstance(node, nodes.Name):
        _check_name(node.name, rows, used)
    for child in node.iter_child_nodes():
        _walk(child, rows, used)


def _walk_loop(node: nodes.For, rows: dict[str, str], used: set[str]) -> None:
    source, target = node.iter, node.target
    if not isinstance(source, nodes.Name) or source.name not in LISTS or not isinstance(target, nodes.Name):
        raise BadTemplate(
            f"循环只能用于：{'、'.join(LISTS)}，例如 {{%tr for 行 in 场次 %}}。",
            f"A loop runs over {' or '.join(LISTS)}, for example {{%tr for 行 in 场次 %}}.",
        )
    if any(isinstance(child, nodes.For) or child.find(nodes.For) for child in node.body):
        raise BadTemplate("循环不能套在循环里。", "A loop cannot stand inside a loop.")
    used.add(source.name)
    for child in (*node.body, *node.else_):
        _walk(child, rows | {target.name: source.name}, used)


def _check_field(node: nodes.Getattr, rows: dict[str, str], used: set[str]) -> None:
    owner = node.node.name if isinstance(node.node, nodes.Name) else ""
    fields = LISTS.get(rows.get(owner, ""), {})
    if node.attr not in fields:
        raise BadTemplate(
            f"没有“{owner}.{node.attr}”这个占位符。可用的有：{'、'.join(fields) or '、'.join(PLAIN)}。",
            f'There is no placeholder "{owner}.{node.attr}". There are: {", ".join(fields) or ", ".join(PLAIN)}.',
        )
    used.add(f"{rows[owner]}.{node.attr}")


def _check_name(name: str, rows: dict[str, str], used: set[str]) -> None:
    if name in rows:
        return
    if name not in PLAIN and name not in LISTS:
        raise BadTemplate(
            f"没有“{name}”这个占位符。可用的有：{'、'.join(PLAIN)}。",
            f'There is no placeholder "{name}". There are: {", ".join(PLAIN)}.',
        )
    used.add(name)
