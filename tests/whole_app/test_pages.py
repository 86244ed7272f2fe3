"""Every page as the administrator (or, where it is theirs, a unit's contact) sees it, in both languages: valid, labelled, translated."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.whole_app.addresses import every_address
from tests.whole_app.county import PASSWORD, County
from tests.whole_app.html import Page, read_page
from tools import catalogues

# Text with a run of English words, which a Chinese page does not have; names of programs and formats do not count.
ENGLISH = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){2,}", re.IGNORECASE)
FOR_PROGRAMS = "/api/"  # answers programs, and refuses a query it does not know
# A lobby screen, and its pictures in the office, speak the language the screen was set up in.
OWN_LANGUAGE = ("/screen", "/offices/county/screens/1/picture", "/offices/county/screens/gallery/")
CHINESE = re.compile("[\u4e00-\u9fff]")


def pages(app: Flask, county: County, browser: FlaskClient, lang: str) -> dict[str, Page]:
    """Every HTML page that answers 200 to GET, by address; a unit's own pages as its contact sees them."""
    unit = app.test_client()
    unit.post("/sign-in", data={"username": "unit", "password": PASSWORD})
    found = {}
    for address in every_address(app, county):
        if address.method != "GET" or address.one_tap or address.access == "token":
            continue
        if address.path.startswith(FOR_PROGRAMS):
            continue
        joint = "&" if "?" in address.path else "?"
        reader = unit if address.access == "unit.answer" else browser
        answer = reader.get(f"{address.path}{joint}lang={lang}")
        assert answer.status_code < 400, f"{address}: {answer.status_code}"
        if answer.mimetype == "text/html" and answer.status_code == 200:
            found[f"{address.path} ({address.endpoint})"] = read_page(answer.text)
    return found


def messages() -> dict[str, str]:
    """Every English message of some length, with its Chinese."""
    return {
        str(message.id): str(message.string)
        for feature in catalogues.features()
        for message in catalogues.stored(feature)
        if message.id and isinstance(message.id, str) and "%" not in message.id
    }


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_is_valid_and_in_one_language(
    app: Flask, county: County, administrator: FlaskClient, lang: str
) -> None:
    english = {text for text in messages() if len(text.split()) >= 3}
    chinese = {text for text in messages().values() if len(text) >= 6}
    problems = []
    found = pages(app, county, administrator, lang)
    for address, page in found.items():
        problems += [f"{address}: {line}" for line in page.problems]
        if page.lang != lang and not address.startswith(OWN_LANGUAGE):
            problems.append(f"{address}: lang={page.lang!r}")
        for place, text in page.texts:
            language = place or page.lang
            if language == "zh-CN" and (
                text in english or (ENGLISH.search(text) and not CHINESE.search(text))
            ):
                problems.append(f"{address}: English: {text!r}")
            if language == "en" and text in chinese:
                problems.append(f"{address}: Chinese: {text!r}")
    assert not problems, "\n".join(problems)
    assert len(found) > 30


def test_the_reader_sees_what_is_wrong() -> None:
    page = read_page(
        "<html lang=en><body><h1>a</h1><h1>b</h1><p id=x><div id=x></div></p><form><form></form></form>"
        "<input name=q><label for=gone>l</label><a href=#><button>b</button></a><img src=x>"
        '<b style="color:red">t</b><script>alert(1)</script><ul><li>x</ul></body>'
    )
    words = " | ".join(page.problems)
    for expected in (
        "doctype",
        "2 <h1>",
        "id 'x' stands 2 times",
        "<div> inside <p>",
        "a form inside a form",
        "<input name=q> has no label",
        "label for 'gone'",
        "<button> inside",
        "without alt",
        "style=",
        "a script in the page",
        "</ul> closes, but <li> is open",
        "<html> is never closed",
        "no <title>",
    ):
        assert expected in words
