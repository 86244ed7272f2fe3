"""Which files are taken: by extension, by what the bytes really are, and without anything that runs. Pure."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import puremagic

from app.core.text import Text

LARGEST = 5 * 1024 * 1024
MOST_FILES = 5
_UNPACKED = 40 * 1024 * 1024
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
# Parts of an office file that run, or carry or fetch another file.
_RUNS = re.compile(
    r"vbaproject|macrosheets/|activex/|embeddings/|externallinks/|\.bin$|\.exe$|\.dll$|\.js$|\.vbs$", re.I
)
_PDF_RUNS = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)\b")
_PDF_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.S)


class Refused(ValueError):
    """A file that is not taken, with the reason in `text`."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that is taken: its name without a path, and what it is."""

    name: str
    media_type: str


def inspect(name: str, data: bytes) -> Accepted:
    """Look at a file as it was sent. Raises Refused saying what is wrong and what to send instead."""
    shown = PurePosixPath(name.replace("\\", "/")).name[-100:] or "?"
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
    if kind in _OFFICE:
        _inspect_office(shown, kind, data)
    if kind == "pdf":
        _inspect_pdf(shown, data)
    return Accepted(shown, TYPES[kind])


def _refuse_other_content(shown: str, kind: str, data: bytes) -> None:
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
                if member.filename.endswith((".rels", ".xml")) and len(content) < _CHUNK * 4:
                    content += chunk
        _inspect_part(shown, member.filename, bytes(content))


def _inspect_part(shown: str, part: str, content: bytes) -> None:
    if part == "[Content_Types].xml" and re.search(rb"macroEnabled|vbaProject", content, re.I):
        raise _runs(shown)
    if part.endswith(".rels") and any(
        b"hyperlink" not in relation for relation in _relations(content) if b"External" in relation
    ):
        raise _runs(shown)


def _relations(content: bytes) -> list[bytes]:
    return re.findall(rb"<[^>]*Relationship\b[^>]*>", content)


def _inspect_pdf(shown: str, data: bytes) -> None:
    if b"/Encrypt" in _plain_names(data):
        raise _encrypted(shown)
    left = _UNPACKED
    for part in (data, *_inflated(data)):
        left -= len(part)
        if left < 0:
            raise Refused(
                f"“{shown}”解压后过大，没有接收。", f'"{shown}" unpacks to far too much and was not taken.'
            )
        if _PDF_RUNS.search(_plain_names(part)):
            raise _runs(shown)


def _plain_names(data: bytes) -> bytes:
    """Names with their escapes undone: /J#61vaScript is /JavaScript."""
    return _PDF_NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), data)


def _inflated(data: bytes) -> Iterator[bytes]:
    """The compressed streams of a PDF, each up to the limit of the whole."""
    for match in _PDF_STREAM.finditer(data):
        try:
            yield zlib.decompressobj().decompress(match[1], _UNPACKED + 1)
        except zlib.error:
            continue


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
