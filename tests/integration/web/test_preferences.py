"""Language and light or dark: chosen, remembered, without JavaScript."""

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from app.core.text import Text
from app.web.language import in_language
from app.web.preferences import page_address
from app.web.redirects import safe_next


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [
        ("", "", "zh-CN"),
        ("", "zh-TW,zh;q=0.9,en;q=0.1", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "en;q=0.3,zh-CN;q=0.8", "zh-CN"),
        ("", "fr", "zh-CN"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=zh", "en", "zh-CN"),
        ("?lang=zh-CN", "en", "zh-CN"),
        ("?lang=zh_CN", "en", "zh-CN"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_the_language_of_a_page(client: FlaskClient, query: str, accept: str, lang: str) -> None:
    answer = client.get(f"/sign-in{query}", headers={"Accept-Language": accept})
    assert f'<html lang="{lang}"' in answer.text
    assert answer.headers["Content-Language"] == lang
    assert ("登录" in answer.text) is (lang == "zh-CN")


def test_a_language_in_the_address_is_remembered(client: FlaskClient) -> None:
    client.get("/sign-in?lang=en")
    assert '<html lang="en"' in client.get("/sign-in").text


def test_the_switch_goes_back_with_the_query(client: FlaskClient) -> None:
    page = client.get("/sign-in?next=/audit%3Fq%3Da%26b&lang=zh-CN").text
    assert 'value="/sign-in?next=%2Faudit%3Fq%3Da%26b"' in page
    answer = client.post("/language/en", data={"next": "/sign-in?next=%2Faudit"})
    assert answer.location == "/sign-in?next=%2Faudit"
    assert '<html lang="en"' in client.get("/sign-in").text


@pytest.mark.parametrize("address", ["/language/en", "/theme/dark"])
def test_the_switches_never_lead_away(client: FlaskClient, address: str) -> None:
    assert client.post(address, data={"next": "https://evil.example/"}).location == "/"
    assert client.post(address).location == "/"


def test_an_unknown_language_or_theme_changes_nothing(client: FlaskClient) -> None:
    client.post("/language/fr")
    client.post("/theme/pink")
    page = client.get("/sign-in").text
    assert '<html lang="zh-CN" data-bs-theme="auto">' in page


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_light_or_dark_is_remembered(client: FlaskClient, theme: str) -> None:
    client.post(f"/theme/{theme}")
    assert f'data-bs-theme="{theme}"' in client.get("/sign-in").text


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/offices?x=1#y", True),
        ("/", True),
        ("", False),
        (None, False),
        ("offices", False),
        ("//evil.example", False),
        ("///evil.example", False),
        ("/\\evil.example", False),
        ("/\n/evil.example", False),
        ("/\t/evil.example", False),
        ("http:/evil", False),
        ("/[evil", True),
    ],
)
def test_only_paths_of_this_site_are_followed(target: str | None, safe: bool) -> None:
    assert safe_next(target, "/default") == (target if safe else "/default")


def test_an_address_with_one_value_changed(app: Flask) -> None:
    with app.test_request_context("/audit?q=%E4%B8%AD&q=2&page=3&lang=en"):
        assert page_address(page=4) == "/audit?q=%E4%B8%AD&q=2&page=4"
        assert page_address(page=None) == "/audit?q=%E4%B8%AD&q=2"
    with app.test_request_context("/audit"):
        assert page_address() == "/audit"


def test_a_text_is_read_in_the_language_of_the_request(app: Flask) -> None:
    text = Text("中", "English")
    with app.app_context(), app.test_request_context("/?lang=en"):
        assert [in_language(text), in_language({"zh": "中", "en": "English"}), in_language("x")] == [
            "English",
            "English",
            "x",
        ]
    with app.app_context(), app.test_request_context("/?lang=zh"):
        assert in_language(text) == "中"


def test_who_did_it_is_said_in_the_readers_language(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN"}):
        said = render_template_string("{{ 'command line'|by }} {{ 'public page'|by }} {{ '安一'|by }}")
    assert said == "命令行 公开页面 安一"
