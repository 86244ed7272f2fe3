"""The hand-over file for the official system: text stays text, nothing is a formula, names only for who may see them."""

import csv
import datetime as dt
import html
import re
from io import BytesIO, StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core.database import db, transaction
from app.followup.service.matters import Opening, open_matter
from tests.factories import make_user
from tests.integration.followup.scenario import make_scene, make_visit

ID = "11010119900307013X"
FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def handed(app: Flask, client: FlaskClient) -> FlaskClient:
    with transaction():
        scene = make_scene()
        visit = make_visit(scene.office.id)
        visit.document_kind, visit.document_number, visit.phone = "id_card", ID, "+8613900001234"
        opening = Opening(
            dt.date(2026, 3, 2), FORMULA, "raised", account="@SUM(1+1)", visit_id=visit.id, sector="007"
        )
        open_matter(scene.office, opening, "clerk")
        make_user("auditor", "auditor", scene.office)
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    return client


def test_excel_holds_text_only(handed: FlaskClient) -> None:
    data = handed.get("/offices/county/handover?people=1&lang=en").data
    heads, row = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    found = dict(zip(heads, row, strict=True))
    assert (found["Subject"], found["What it is about"], found["Field of work"]) == (
        FORMULA,
        "@SUM(1+1)",
        "007",
    )
    assert (found["Number of the document"], found["Phone"]) == (ID, "+8613900001234")
    assert b"<f>" not in data


def test_the_list_offers_each_kind_of_file_for_what_it_shows(handed: FlaskClient) -> None:
    page = handed.get("/offices/county/matters?urgency=normal&lang=en").text
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*/handover[^"]*)"', page)]
    assert len(links) == 4  # Excel and CSV, without and with names
    for link in links:
        assert "urgency=normal" in link
        assert handed.get(link).content_type.startswith("text/csv") == ("format=csv" in link)


def test_csv_defuses_formulas(handed: FlaskClient) -> None:
    text = handed.get("/offices/county/handover?format=csv&people=1&lang=en").data.decode("utf-8-sig")
    heads, row = csv.reader(StringIO(text))
    found = dict(zip(heads, row, strict=True))
    assert found["Subject"] == "'" + FORMULA
    assert not any(cell.startswith(("=", "@", "+", "-")) for cell in row)
    assert found["Number of the document"] == ID


def test_names_are_asked_for_and_written_down(handed: FlaskClient) -> None:
    plain = handed.get("/offices/county/handover?format=csv&lang=en").data.decode("utf-8-sig")
    assert ID not in plain and "王密探" not in plain
    handed.get("/offices/county/handover?people=1")
    noted = db.session.scalars(select(AuditEntry.after).where(AuditEntry.action == "matter.handover")).all()
    assert [found["people"] for found in noted] == [False, True]


def test_who_may_not_see_names_gets_none(handed: FlaskClient) -> None:
    handed.post("/sign-out")
    handed.post("/sign-in", data={"username": "auditor", "password": "correct horse battery"})
    assert handed.get("/offices/county/handover?people=1").status_code == 403
