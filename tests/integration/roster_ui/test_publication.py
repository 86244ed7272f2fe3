"""Publishing through the pages: differences, reasons, double clicks, history, comparison, Excel."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader
from app.roster.models import Draft
from app.roster.queries import current_duties, list_revisions
from tests.integration.roster_ui.conftest import reread
from tests.roster_scenario import Scenario, make_draft, publish_draft


def publish(client: FlaskClient, draft: Draft, **fields: str) -> tuple[int, str]:
    """Post the form; status and where it leads or what it says."""
    data = {"version": str(reread(draft).version), **fields}
    answer = client.post(f"/offices/county/drafts/{draft.id}/publish", data=data)
    return answer.status_code, answer.location or answer.get_data(as_text=True)


@pytest.fixture
def corrected(scenario: Scenario, clock: FixedClock) -> Draft:
    """March is published; a week later a draft for the same days waits, one leader on."""
    with transaction():
        publish_draft(db.session.get_one(Draft, scenario.draft.id))
    clock.advance(dt.timedelta(days=7))
    with transaction():
        people = [db.session.get_one(Leader, leader.id) for leader in scenario.leaders]
        draft = make_draft(
            people[0].office, people, dt.date(2026, 3, 2), dt.date(2026, 3, 31), shift=3, room=None
        )
        draft.based_on = 1
    return draft


def test_the_first_publication_is_shown_published_and_pointed_at(
    anna: FlaskClient, scenario: Scenario
) -> None:
    page = anna.get(f"/offices/county/drafts/{scenario.draft.id}/publish").get_data(as_text=True)
    assert re.search(r"<strong>22</strong>\s*New", page)
    assert "Publish revision 1" in page
    status, location = publish(anna, scenario.draft, accept="yes")
    assert (status, location) == (302, "/offices/county/revisions/1/shown")
    shown = anna.get(location).get_data(as_text=True)
    for address in (
        "/o/county",
        "/o/county/calendar.ics",
        "/screen/county",
        "/offices/county/revisions/1.xlsx",
    ):
        assert f'href="{address}"' in shown
    assert len(current_duties(scenario.office.id)) == 22


def test_a_second_click_publishes_nothing_more(anna: FlaskClient, scenario: Scenario) -> None:
    first = publish(anna, scenario.draft, accept="yes")
    assert publish(anna, scenario.draft, accept="yes") == first
    assert len(list_revisions(scenario.office.id)) == 1
    assert anna.get(f"/offices/county/drafts/{scenario.draft.id}/publish").location == first[1]


def test_broken_rules_are_listed_and_must_be_accepted(anna: FlaskClient, scenario: Scenario) -> None:
    seat = {"seat": "s1-20260303-day:1", "leader": str(scenario.leaders[0].id), "version": "1"}
    anna.post(f"/offices/county/drafts/{scenario.draft.id}/edit", data=seat)  # the day after his own duty
    page = anna.get(f"/offices/county/drafts/{scenario.draft.id}/publish").get_data(as_text=True)
    assert "Rules that are broken" in page
    status, page = publish(anna, scenario.draft)
    assert status == 409
    assert list_revisions(scenario.office.id) == []
    assert publish(anna, scenario.draft, accept="yes")[0] == 302


def test_an_empty_seat_cannot_be_accepted(anna: FlaskClient, scenario: Scenario) -> None:
    seat = {"seat": "s1-20260303-day:1", "leader": "", "version": "1"}
    anna.post(f"/offices/county/drafts/{scenario.draft.id}/edit", data=seat)
    page = anna.get(f"/offices/county/drafts/{scenario.draft.id}/publish").get_data(as_text=True)
    assert "Must be mended before publishing" in page
    assert publish(anna, scenario.draft, accept="yes")[0] == 409


def test_a_correction_needs_a_reason_keeps_the_past_and_shows_who_is_affected(
    anna: FlaskClient, scenario: Scenario, corrected: Draft
) -> None:
    page = anna.get(f"/offices/county/drafts/{corrected.id}/publish").get_data(as_text=True)
    assert "Reason of the correction" in page
    assert "5 published sessions before today are kept" in page
    assert re.search(r"<strong>17</strong>\s*Changed", page)
    status, page = publish(anna, corrected, accept="yes")
    assert status == 400
    assert "needs a reason" in page
    past = [d.leader_id for d in current_duties(scenario.office.id, None, dt.date(2026, 3, 8))]
    assert publish(anna, corrected, accept="yes", reason="领导分工调整")[0] == 302
    assert [d.leader_id for d in current_duties(scenario.office.id, None, dt.date(2026, 3, 8))] == past
    history = anna.get("/offices/county/revisions").get_data(as_text=True)
    assert "领导分工调整" in history
    assert "Correction" in history


def test_a_revision_published_meanwhile_is_not_overwritten(
    anna: FlaskClient, scenario: Scenario, corrected: Draft
) -> None:
    with transaction():
        db.session.get_one(Draft, corrected.id).based_on = 0
    status, page = publish(anna, corrected, accept="yes", reason="x")
    assert status == 409
    assert "compare again" in page


def test_old_and_new_are_compared_and_the_old_stays_as_it_was(
    anna: FlaskClient, scenario: Scenario, corrected: Draft
) -> None:
    before = _rows(anna, 1)
    publish(anna, corrected, accept="yes", reason="x")
    assert _rows(anna, 1) == before
    page = anna.get("/offices/county/revisions/compare?a=1&b=2").get_data(as_text=True)
    assert re.search(r"<strong>17</strong>\s*Changed", page)
    assert anna.get("/offices/county/revisions/compare?a=1&b=9").status_code == 404
    same = anna.get("/offices/county/revisions/compare?a=2&b=2").get_data(as_text=True)
    assert "say the same" in same


def test_nothing_published_yet_says_what_to_do(anna: FlaskClient, scenario: Scenario) -> None:
    for path in ("revisions", "revisions/compare", ""):
        page = anna.get(f"/offices/county/{path}").get_data(as_text=True)
        assert "Nothing is published yet." in page
    assert anna.get("/offices/county/revisions/1").status_code == 404


def test_the_start_page_says_who_receives_today(anna: FlaskClient, scenario: Scenario) -> None:
    publish(anna, scenario.draft, accept="yes")
    page = anna.get("/offices/county/").get_data(as_text=True)
    assert "On duty today" in page
    assert "王安宁" in page
    assert "Published until 31 Mar 2026" in page


def _rows(client: FlaskClient, number: int, language: str = "zh_CN") -> list[list[Any]]:
    answer = client.get(f"/offices/county/revisions/{number}.xlsx?lang={language}")
    assert str(answer.mimetype).endswith("spreadsheetml.sheet")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return book.get_sheet_by_index(0).to_python()


def test_the_excel_file_has_the_usual_columns(anna: FlaskClient, scenario: Scenario) -> None:
    with transaction():
        db.session.get_one(Leader, scenario.leaders[0].id).name = "=1+1"
        db.session.get_one(Draft, scenario.draft.id).provisional = True
    publish(anna, scenario.draft, accept="yes")
    rows = _rows(anna, 1)
    assert rows[0][0] == "示例县信访局领导接访日程表"
    assert "第 1 版" in str(rows[1][0])
    assert "暂定" in str(rows[1][0])
    assert rows[2] == [
        "日期",
        "星期",
        "接访领导",
        "职务",
        "分管领域",
        "联系乡镇",
        "接访时间",
        "接访地点",
        "联系电话",
        "备注",
    ]
    assert rows[3] == [
        dt.date(2026, 3, 2),
        "一",
        "=1+1",
        "县委书记",
        "",
        "",
        "08:30–17:30",
        "一楼大厅东侧 第一接访室",
        "0571-5550 0100",
        "",
    ]
    assert len(rows) == 3 + 22
    assert _rows(anna, 1, "en")[2][:3] == ["Date", "Weekday", "Leader"]
