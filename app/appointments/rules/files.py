"""Which files are taken: by extension, by what the bytes really are, and without anything that runs. Pure."""

import html
import io
import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic

from app.appointments.rules import pdf, pictures
from app.core.text import Text

LARGEST = 5 * 1024 * 1024
MOST_FILES = 5
_UNPACKED = 40 * 1024 * 1024
_PIXELS = 120_000_000
_LONGEST_NAME = 100
_FIELDS, _FIELD_LENGTH = 20_000, 10_000  # of a document, and letters of each
_MEMBERS = 2000
_CHUNK = 64 * 1024
TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_STARTS = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/pdf": (b"%PDF-",),
}
_OLE = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Word and Excel; also the wrapping of a new one with a password
)
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# Parts of an office file that run, or carry or fetch another file. A printer's settings are harmless.
_RUNS = re.compile(
    r"vbaproject|macrosheets/|activex/|embeddings/|externallinks/|(?<!printersettings)(?<!printersettings\d)"
    r"(?<!printersettings\d\d)(?<!printersettings\d\d\d)\.bin$"
    r"|\.(exe|dll|js|vbs|hta|bat|cmd|ps1|lnk|scr|jar|zip|rar|7z|html?|mht|rtf)$",
    re.I,
)
_RUNS_TYPE = re.compile(r"macroEnabled|vbaProject|oleObject|activeX", re.I)
_RUNS_RELATION = re.compile(r"/(vbaProject|oleObject|control|aFChunk|attachedToolbars|externalLink)\b", re.I)
_LINK = re.compile(r"\bType\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.I)
_DDE = re.compile(r"\bDDE(AUTO)?\b", re.I)  # a field that starts another program
# What makes a browser, a server or an unpacker take a picture or a PDF for something else.
_PAGE = re.compile(rb"<(?:script|html|iframe|!doctype html|svg\s)|<\?php", re.I)
_SNIFFED = 1024


class Refused(ValueError):
    """A file that is not taken, with the reason in `text`."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that is taken: its name without a path, what it is, and the bytes to keep."""

    name: str
    media_type: str
    data: bytes


def inspect(name: str, data: bytes) -> Accepted:
    """Look at a file as it was sent; a photograph loses where it was taken.

    Raises Refused saying what is wrong and what to send instead.
    """
    shown = _plain_name(name)
    kind = shown.rpartition(".")[2].lower()
    if kind not in TYPES:
        raise Refused(
            f"“{shown}”不是可以接收的类型。请用照片（jpg、png、webp、heic）、PDF、docx 或 xlsx；"
            "旧的 doc、xls 请另存为 docx、xlsx 或 PDF。",
            f'"{shown}" is of a kind that is not taken. Send photographs (jpg, png, webp, heic), PDF, docx or xlsx; '
            "save an old doc or xls as docx, xlsx or PDF.",
        )
    if not data:
        raise Refused(f"“{shown}”是空文件，请重新选择。", f'"{shown}" is empty: choose it again.')
    if len(data) > LARGEST:
        raise Refused(
            f"“{shown}”超过 5 MB，请压缩图片或分成几个文件。",
            f'"{shown}" is larger than 5 MB: make the picture smaller or split the file.',
        )
    _refuse_other_content(shown, kind, data)
    _refuse_two_in_one(shown, kind, data)
    if kind in _OFFICE:
        _inspect_office(shown, kind, data)
    elif kind == "pdf":
        _inspect_pdf(shown, data)
    elif pictures.pixels(data) > _PIXELS:
        raise Refused(
            f"“{shown}”的像素过多，打开它会卡住电脑，请缩小后再传。",
            f'"{shown}" has far too many pixels to be opened safely: make the picture smaller.',
        )
    else:
        data = pictures.without_position(data)
    return Accepted(shown, TYPES[kind], data)


def _plain_name(name: str) -> str:
    """The name alone: no folders, no control or direction marks that make it read as another one, not too long."""
    letters = "".join(one for one in name if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    shown = PurePosixPath(letters.replace("\\", "/")).name.strip() or "?"
    stem, dot, kind = shown.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 1 - len(kind)]}{dot}{kind}" if len(kind) <= 10 else shown[:_LONGEST_NAME]


def _refuse_two_in_one(shown: str, kind: str, data: bytes) -> None:
    office = kind in _OFFICE
    archive = not office and zipfile.is_zipfile(io.BytesIO(data))
    page = not office and _PAGE.search(data, 0, _SNIFFED if kind == "pdf" else len(data))
    if archive or page or (kind != "pdf" and b"%PDF-" in data[:_SNIFFED]):
        raise Refused(
            f"“{shown}”里还藏着另一种文件（压缩包、网页或 PDF），没有接收；请重新拍照或另存后再传。",
            f'"{shown}" holds a second file of another kind (an archive, a web page or a PDF) and was not taken: '
            "photograph it anew or save it again.",
        )


def _refuse_other_content(shown: str, kind: str, data: bytes) -> None:
    if kind in _OFFICE and data.startswith(_OLE) and _LOCKED in data:
        raise _encrypted(shown)
    wanted = TYPES[kind]
    starts = _STARTS.get(wanted)
    fits = any(data.startswith(start) for start in starts) if starts else _really(kind, data)
    if not fits:
        raise Refused(
            f"“{shown}”的内容与扩展名 .{kind} 不符，请用原来的程序重新保存后再传。",
            f'The content of "{shown}" is not what .{kind} says: save it again in the program it came from.',
        )


def _really(kind: str, data: bytes) -> bool:
    if kind in _OFFICE:
        return data.startswith(b"PK\x03\x04")
    if kind == "webp":
        return data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"mif1", b"hevc", b"heim", b"heis"):
        return True
    try:
        return TYPES[kind] in {match.mime_type for match in puremagic.magic_string(data)}
    except puremagic.PureError:
        return False


def _inspect_office(shown: str, kind: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _inspect_members(shown, kind, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(
            f"“{shown}”已损坏，打不开，请重新保存后再传。",
            f'"{shown}" is damaged and cannot be opened: save it again.',
        ) from error


def _inspect_members(shown: str, kind: str, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise _encrypted(shown)
    if len(members) > _MEMBERS or _OFFICE[kind] not in archive.namelist():
        raise Refused(
            f"“{shown}”不是正常的 {kind} 文件，请重新保存后再传。",
            f'"{shown}" is no ordinary {kind} file: save it again.',
        )
    left = _UNPACKED
    for member in members:
        if _RUNS.search(member.filename):
            raise _runs(shown)
        content = bytearray()
        with archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise Refused(
                        f"“{shown}”解压后过大，没有接收。",
                        f'"{shown}" unpacks to far too much and was not taken.',
                    )
                if member.filename.lower().endswith((".rels", ".xml")):
                    content += chunk
        _inspect_part(shown, member.filename.lower(), _text_of(bytes(content)))


def _text_of(content: bytes) -> str:
    """The letters of a part, also of one written with two bytes a letter."""
    return content.replace(b"\0", b"").decode("latin-1")


def _inspect_part(shown: str, part: str, content: str) -> None:
    declares = re.search(
        r"<!(DOCTYPE|ENTITY)", content, re.I
    )  # spells anything anew; no office program writes it
    if declares or ("instr" in content and _starts_program(content)):
        raise _runs(shown)
    if part == "[content_types].xml" and _RUNS_TYPE.search(html.unescape(content)):
        raise _runs(shown)
    if part.endswith(".rels") and any(map(_fetches, re.findall(r"<[^<>]*>", content))):
        raise _runs(shown)


def _starts_program(content: str) -> bool:
    """Whether a field's words, which may be cut into several tags, call another program."""
    if content.count("instr") > _FIELDS:
        return True
    starts = (match.start() for match in re.finditer("instr", content))
    found = [content[at : at + _FIELD_LENGTH].partition(">") for at in starts]
    together = "".join(text.partition("<")[0] for _tag, _end, text in found)
    return any(
        _DDE.search(html.unescape(words)) for words in (together, *(tag for tag, _end, _text in found))
    )


def _fetches(tag: str) -> bool:
    """A relation that brings in something that runs, or anything from outside but a link one has to click."""
    tag = html.unescape(tag)  # letters may be spelled as numbers
    if _RUNS_RELATION.search(tag):
        return True
    return "external" in tag.lower() and not _LINK.search(tag)


def _inspect_pdf(shown: str, data: bytes) -> None:
    if pdf.is_locked(data):
        raise _encrypted(shown)
    try:
        if pdf.runs(data, _UNPACKED):
            raise _runs(shown)
    except pdf.TooMuch as error:
        raise Refused(
            f"“{shown}”解压后过大，没有接收。", f'"{shown}" unpacks to far too much and was not taken.'
        ) from error


def _encrypted(shown: str) -> Refused:
    return Refused(
        f"“{shown}”加了密码，工作人员打不开，请去掉密码后再传。",
        f'"{shown}" is protected by a password and staff could not open it: remove the password.',
    )


def _runs(shown: str) -> Refused:
    return Refused(
        f"“{shown}”含有宏、脚本、嵌入文件或外部链接内容，没有接收；请另存为 PDF 或拍照上传。",
        f'"{shown}" holds macros, scripts, embedded files or foreign content and was not taken: '
        "save it as PDF, or photograph it.",
    )
