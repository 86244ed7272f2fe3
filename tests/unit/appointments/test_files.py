"""Malicious and mistaken uploads: each is refused with its own sentence, honest ones are taken."""

import io
import zipfile
import zlib
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.appointments.rules.files import LARGEST, Refused, inspect

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction[3 0 R /Fit]>>endobj\n%%EOF"
TYPES = b"<Types><Default ContentType='application/xml'/></Types>"


def office(kind: str = "docx", parts: Mapping[str, bytes] | None = None) -> bytes:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": TYPES, main: b"<x/>", **(parts or {})}.items():
            # The fixed date keeps the names of the cases below the same in every process that collects them.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("照片.jpg", JPEG),
        ("PHOTO.JPEG", JPEG),
        ("扫描.png", PNG),
        ("决定书.pdf", PDF),
        ("申请.docx", office()),
        ("清单.xlsx", office("xlsx")),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 20),
        ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 20),
    ],
)
def test_honest_files_are_taken(name: str, data: bytes) -> None:
    assert inspect(name, data).name == name


def test_a_path_in_the_name_is_cut_off() -> None:
    assert inspect("..\\..\\etc/passwd/a.jpg", JPEG).name == "a.jpg"


LINK = b'<Relationships><Relationship Type="x/hyperlink" Target="http://a" TargetMode="External"/></Relationships>'
TEMPLATE = LINK.replace(b"hyperlink", b"attachedTemplate")
DISGUISED = TEMPLATE.replace(b"http://a", b"http://a/hyperlink").replace(b"External", b"&#69;xternal")
SPLIT_FIELD = b"<w:instrText>DD</w:instrText><w:r/><w:instrText>EAUTO c:\\\\cmd</w:instrText>"
CALLS = b"<w:fldSimple w:instr=' DDE excel '/>"
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 90 + "EncryptedPackage".encode("utf-16-le")
HIDDEN = b"7 0 obj<</Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]>>stream\n00endstream"
BOMB = {"word/media/a.xml": b"\0" * (60 * 1024 * 1024)}


def test_an_ordinary_link_in_a_document_is_no_danger() -> None:
    assert inspect("a.docx", office(parts={"word/_rels/document.xml.rels": LINK}))


def test_what_printers_and_cameras_leave_behind_is_no_danger() -> None:
    assert inspect("a.xlsx", office("xlsx", {"xl/printerSettings/printerSettings12.bin": b"x"}))
    noise = zlib.compress(b"\x81/JS\x03\x9a/EF\x11/XFA\x80" * 50)
    assert inspect("a.pdf", PDF + b"stream\n" + noise + b"endstream/JS\x81\x92")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\u202egpj\u200b.jpg", "agpj.jpg"),
        ("a\0b\r\nc.jpg", "abc.jpg"),
        ("C:\\fake\\照片 1.jpg", "照片 1.jpg"),
        ("𠮷" * 300 + ".jpg", "𠮷" * 96 + ".jpg"),
    ],
)
def test_a_name_is_what_it_looks_like(sent: str, kept: str) -> None:
    assert inspect(sent, JPEG).name == kept


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "kind"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save an old doc"),
        ("a.docm", office(), "kind"),
        ("a.svg", b"<svg onload='x'/>", "kind"),
        ("a.html", b"<script>", "kind"),
        ("a.jpg.exe", JPEG, "kind"),
        ("noextension", JPEG, "kind"),
        ("a.jpg", b"", "empty"),
        ("a.jpg", JPEG + b"\0" * LARGEST, "larger"),
        ("a.jpg", b"MZ\x90\0" + b"\0" * 64, "not what .jpg says"),
        ("a.pdf", JPEG, "not what .pdf says"),
        ("a.docx", PDF, "not what .docx says"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "not what .docx says"),
        ("a.heic", JPEG, "not what .heic says"),
        ("a.docx", office(parts={"word/vbaProject.bin": b"x"}), "macros"),
        ("a.docx", office(parts={"word/embeddings/oleObject1.bin": b"x"}), "macros"),
        ("a.xlsx", office("xlsx", {"xl/externalLinks/externalLink1.xml": b"x"}), "macros"),
        ("a.docx", office(parts={"word/_rels/settings.xml.rels": TEMPLATE}), "macros"),
        ("a.docx", office(parts={"[Content_Types].xml": b"application/vnd.ms-word.macroEnabled"}), "macros"),
        ("a.docx", office("xlsx"), "no ordinary docx"),
        ("a.docx", office()[:60], "damaged"),
        ("a.docx", office(parts=BOMB), "unpacks"),
        ("a.docx", office(parts={"word/_rels/document.xml.rels": DISGUISED}), "macros"),
        (
            "a.docx",
            office(parts={"word/_rels/document.xml.rels": TEMPLATE.decode().encode("utf-16")}),
            "macros",
        ),
        ("a.docx", office(parts={"word/_rels/a.rels": b" " * 300_000 + TEMPLATE}), "macros"),
        ("a.docx", office(parts={"word/footer1.xml": SPLIT_FIELD}), "macros"),
        ("a.docx", office(parts={"word/footer1.xml": CALLS}), "macros"),
        ("a.docx", office(parts={"word/a.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "macros"),
        ("a.docx", office(parts={"word/afchunk.mht": b"x"}), "macros"),
        ("a.docx", office(parts={"word/media/b.zip": b"PK"}), "macros"),
        ("a.docx", LOCKED, "password"),
        ("a.dotm", office(), "kind"),
        ("a.xlsm", office("xlsx"), "kind"),
        ("a.gif", b"GIF89a/*<script>alert(1)</script>*/", "kind"),
        ("a.jpg", b"GIF89a/*<script>alert(1)</script>*/", "not what .jpg says"),
        ("a.jpg", JPEG + b"<script>alert(1)</script>", "second file"),
        ("a.png", PNG + office(), "second file"),
        ("a.png", PNG + PDF, "second file"),
        ("a.pdf", PDF + office(), "second file"),
        ("a.pdf", b"%PDF-1.7 <html><script>alert(1)</script>" + PDF, "second file"),
        ("a.docx", office(parts={"a.txt": b"%PDF-1.4"}).replace(b"[Content", b"%PDF-ent"), "second file"),
        ("a.pdf\0.exe", PDF, "kind"),
        ("a\u202efdp.exe", PDF, "kind"),
        ("a.pdf", PDF + b"<</S/JavaScript>>", "macros"),
        ("a.pdf", PDF + b"<</S/Rendition/JS(app.alert)>>", "macros"),
        ("a.pdf", PDF + b"<</Names<</EmbeddedFiles 4 0 R>>>>", "macros"),
        ("a.pdf", PDF + b"<</AcroForm<</XFA 9 0 R>>>>", "macros"),
        ("a.pdf", PDF + HIDDEN, "macros"),
        ("a.pdf", PDF + b"stream\n" + zlib.compress(b"endstream<</S/Launch>>", 0) + b"endstream", "macros"),
        ("a.pdf", PDF + b"stream\n" + zlib.compress(b"<</S/Launch>>")[:-4] + b"evil", "macros"),
        ("a.pdf", PDF + b"<</S/J#61vaScript>>", "macros"),
        ("a.pdf", PDF + b"stream\n" + zlib.compress(b"<</S/Launch>>") + b"endstream", "macros"),
        ("a.pdf", PDF + b"<</Type/EmbeddedFile>>", "macros"),
        ("a.pdf", PDF + b"trailer<</Encrypt 5 0 R>>", "password"),
        ("a.pdf", PDF + b"stream\n" + zlib.compress(b"\0" * 50_000_000) + b"endstream", "unpacks"),
    ],
)
def test_others_are_refused_in_words(name: str, data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        inspect(name, data)
    assert refused.value.text.zh


def test_an_encrypted_archive() -> None:
    data = bytearray(office())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + offset] |= 1
    with pytest.raises(Refused, match="password"):
        inspect("a.docx", bytes(data))


@given(st.sampled_from(["jpg", "png", "webp", "heic", "pdf", "docx", "xlsx"]), st.binary(max_size=400))
def test_no_bytes_break_it(kind: str, data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff"):
        try:
            inspect(f"a.{kind}", start + data)
        except Refused as refused:
            assert refused.text.zh
