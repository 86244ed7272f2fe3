"""The bulletin against a count by hand; every number has its rows; the files open."""

import datetime as dt
import html
import random
import re
from io import BytesIO

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.appointments.models import Visit
from app.core.database import db, transaction
from app.core.dates import DateRange
from app.followup.bulletin import queries
from app.followup.bulletin.making import make_bulletin
from app.followup.words import FIGURES
from tests.bulletin_scenario import Rows, count_by_hand, simulate, store
from tests.factories import make_office
from tests.integration.followup.scenario import Scene, make_scene

FIRST = dt.date(2025, 11, 1)
RANGES = [
    (dt.date(2026, 1, 1), dt.date(2026, 1, 31)),
    (dt.date(2025, 11, 1), dt.date(2026, 6, 30)),
    (dt.date(2026, 2, 10), dt.date(2026, 2, 10)),
    (dt.date(2027, 1, 1), dt.date(2027, 1, 31)),
]


@pytest.fixture
def simulated(app: Flask) -> tuple[Scene, Rows]:
    with transaction():
        scene = make_scene()
        leaders, units = [leader.id for leader in scene.leaders], [unit.id for unit in scene.units]
        rows = simulate(scene.office.id, leaders, units, FIRST, days=150, per_day=3, seed=7)
        store(rows)
    return scene, rows


@pytest.mark.parametrize(("first", "last"), RANGES)
def test_every_figure(simulated: tuple[Scene, Rows], first: dt.date, last: dt.date) -> None:
    scene, rows = simulated
    found = queries.totals([scene.office.id], DateRange.from_days(first, last))
    assert found == count_by_hand(rows, first, last)


def test_units_and_leaders_add_up_to_the_whole(simulated: tuple[Scene, Rows]) -> None:
    scene, _rows = simulated
    bulletin = make_bulletin(scene.office, DateRange.from_days(*RANGES[1]))
    for figure in ("opened", "due", "closed_in_time", "rated", "satisfied"):
        assert sum(line.counts.get(figure, 0) for line in bulletin.units) == bulletin.counts[figure]
        assert sum(line.counts.get(figure, 0) for line in bulletin.leaders) == bulletin.counts[figure]
    for figure in ("sessions_due", "sessions_held", "groups", "people"):
        assert sum(line.counts.get(figure, 0) for line in bulletin.leaders) == bulletin.counts[figure]


def test_every_number_leads_to_as_many_rows(simulated: tuple[Scene, Rows]) -> None:
    scene, _rows = simulated
    days = DateRange.from_days(*RANGES[0])
    counts = queries.totals([scene.office.id], days)
    for figure in FIGURES:
        total = queries.rows_behind(figure, [scene.office.id], days).total
        assert total == counts["groups" if figure == "people" else figure], figure
    line = next(line for line in make_bulletin(scene.office, days).units if line.id)
    assert queries.rows_behind("due", [scene.office.id], days, unit=line.id).total == line.counts["due"]


def test_the_page_and_its_files(simulated: tuple[Scene, Rows], client: FlaskClient) -> None:
    scene, rows = simulated
    counts = count_by_hand(rows, *RANGES[0])
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    query = "?from=2026-01-01&to=2026-01-31&lang=en"
    page = client.get(f"/offices/county/bulletin{query}")
    assert f">{counts['people']}<" in page.text
    rows_page = client.get(f"/offices/county/bulletin/rows{query}&figure=due")
    assert rows_page.text.count("<tr>") == counts["due"] + 1
    book = CalamineWorkbook.from_filelike(BytesIO(client.get(f"/offices/county/bulletin.xlsx{query}").data))
    sheet = book.get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet if row[0] == "People received"] == [counts["people"]]
    document = docx.Document(BytesIO(client.get(f"/offices/county/bulletin.docx{query}").data))
    cells = [cell.text for cell in document.tables[0].column_cells(1)]
    assert str(counts["people"]) in cells
    plain = client.get(f"/offices/county/bulletin.json{query}").json
    assert plain is not None
    assert plain["figures"] == counts
    assert scene.office.code == plain["office"]
    assert [row[1] for row in sheet if row[0] == "Satisfied (rate)"] == [plain["rates"]["satisfaction"]]
    below = client.get(f"/offices/county/bulletin{query}&below=1").text
    assert re.search(r'href="[^"]*month=2025-12&amp;below=1">← ', below)


def test_every_linked_number_leads_to_as_many_rows(
    simulated: tuple[Scene, Rows], client: FlaskClient
) -> None:
    """Every link of the page, as a person would follow it: this period, the ones beside it, units, leaders."""
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    page = client.get("/offices/county/bulletin?from=2026-01-01&to=2026-01-31&lang=en").text
    links = re.findall(r'<a href="(/offices/county/bulletin/rows\?[^"]+)">(\d+)</a>', page)
    assert len(links) > 100
    followed = {html.unescape(address): number for address, number in links if number != "0"}
    for address, number in [*followed.items()][:25] + random.Random(1).sample([*followed.items()], 15):
        rows = client.get(address + "&lang=en").text
        assert re.search(r"<strong data-total>(\d+)</strong>", rows)[1] == number, address  # type: ignore[index]


def test_rows_go_on_over_pages(
    simulated: tuple[Scene, Rows], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "ROWS", 10)
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    address: str | None = "/offices/county/bulletin/rows?figure=opened&from=2026-01-01&to=2026-01-31&lang=en"
    seen: list[str] = []
    total = 0
    while address:
        text = client.get(address).text
        total = int(re.search(r"data-total>(\d+)<", text)[1])  # type: ignore[index]
        seen += re.findall(r"/offices/county/matters/(\d+)\"", text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        address = html.unescape(found[1]) if found else None
    assert len(seen) == len(set(seen)) == total > 20


@pytest.mark.parametrize("question", ["figure=supervise&leader=1", "figure=groups&unit=1", "figure=nothing"])
def test_rows_that_are_not_counted(simulated: tuple[Scene, Rows], client: FlaskClient, question: str) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    assert client.get(f"/offices/county/bulletin/rows?{question}").status_code == 404


@pytest.mark.parametrize(
    "days", ["from=0001-01-01&to=0001-02-01", "from=2026-01-01&to=9999-12-31", "month=0001-01"]
)
def test_days_beyond_any_count(simulated: tuple[Scene, Rows], client: FlaskClient, days: str) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    for part in ("", "/rows", ".xlsx", ".docx", ".json"):
        answer = client.get(f"/offices/county/bulletin{part}?figure=due&{days}")
        assert answer.status_code == (200 if days.startswith("month") else 400), part


def test_days_the_wrong_way_round_are_said(simulated: tuple[Scene, Rows], client: FlaskClient) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    answer = client.get("/offices/county/bulletin?from=2026-02-01&to=2026-01-01&lang=en")
    assert answer.status_code == 400
    assert "before the first day" in answer.text


def test_months_are_chosen(simulated: tuple[Scene, Rows], client: FlaskClient) -> None:
    """The day is 2 March 2026: the bulletin that is due is February's."""
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    page = client.get("/offices/county/bulletin?lang=en").text
    assert re.findall(r'href="[^"]*bulletin\?month=([^"]*)"', page) == ["2026-01", "2026-03", "2026-03"]
    assert 'value="2026-02"' in page
    year = client.get("/offices/county/bulletin?from=2025-11-15&to=2025-12-14&below=1").text
    assert re.findall(r'bulletin\?month=([^"]*)"', year) == [
        f"{m}&amp;below=1" for m in ("2025-10", "2026-03", "2026-01")
    ]
    assert re.search(r'href="[^"]*from=2025-10-16[^"]*below=1[^"]*">← ', year)
    wrong = client.get("/offices/county/bulletin?month=March&lang=en")
    assert wrong.status_code == 400
    assert "write it like 2026-03" in wrong.text


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", 2), ("Asia/Urumqi", 1)])
def test_what_never_had_a_day_counts_where_it_ended(app: Flask, zone: str, day: int) -> None:
    """01:00 in Shanghai is 23:00 of the day before in Urumqi."""
    with transaction():
        office = make_office()
        office.timezone = zone
        ended = dt.datetime(2026, 3, 1, 17, 0, tzinfo=dt.UTC)
        db.session.add(
            Visit(
                office_id=office.id,
                reference="1234-5678",
                code_hash="x",
                channel="window",
                state="refused",
                name="示例",
                received_at=ended,
                ended_at=ended,
            )
        )
    for one in (1, 2):
        only = DateRange.from_days(dt.date(2026, 3, one), dt.date(2026, 3, one))
        assert queries.totals([office.id], only)["refused"] == (one == day)
