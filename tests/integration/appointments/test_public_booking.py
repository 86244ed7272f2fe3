"""A resident books, sees, moves and gives up a visit; everything without scripts."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.appointments.jobs import expire_holds
from app.appointments.models import Seat, Visit
from app.core.clock import FixedClock
from app.core.database import db, transaction
from tests.visit_scenario import VisitScenario, make_visit_scenario, set_policy

DAY = dt.date(2026, 3, 10)
BOOK = "/o/county/book"
FORM = {
    "name": "示例居民",
    "document_kind": "passport",
    "document_number": "e12345678",
    "phone": "138 0013 8000",
    "summary": "小区道路积水，出行不便",
    "sector": "教育",
    "headcount": "1",
    "mode": "in_person",
    "consent": "y",
}


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        return make_visit_scenario(challenge=False)


def booking(client: FlaskClient, key: str, **changes: str) -> tuple[int, str]:
    """Send the form for a session; status and page."""
    answer = client.post(f"{BOOK}/at/{key}", data=FORM | changes, follow_redirects=True)
    return answer.status_code, answer.text


def codes(page: str) -> tuple[str, str]:
    """Reference and secret code on a page."""
    found = re.findall(r"\b(\d{4}-\d{4}|[2-9A-Z]{4}-[2-9A-Z]{4})\b", page)
    return found[0], found[1]


def only_visit() -> Visit:
    return db.session.scalars(select(Visit)).one()


def test_the_right_leader_is_found_and_the_reason_said(scenario: VisitScenario, client: FlaskClient) -> None:
    page = client.get(f"{BOOK}?sector=教育&lang=zh_CN").text
    assert "分管教育" in page
    assert "示例甲" in page
    assert page.count('class="offer"') == 11, "every second working day of March"
    assert "联系柳河镇；分管教育" in client.get(f"{BOOK}?sector=教育&township=柳河镇").text
    assert "commands the project 示例大桥" in client.get(f"{BOOK}?project=示例大桥&lang=en").text


def test_booked_is_received_and_not_confirmed(scenario: VisitScenario, client: FlaskClient) -> None:
    status, page = booking(client, scenario.key(DAY))
    assert status == 200
    assert "尚未确认" in page
    visit = only_visit()
    assert (visit.state, visit.phone, visit.document_number) == ("received", "+8613800138000", "E12345678")
    assert visit.seat is not None
    assert visit.seat.hold_until == dt.datetime(2026, 3, 4, 4, 0, tzinfo=dt.UTC)
    reference, code = codes(page)
    assert visit.reference == reference
    other = client.application.test_client()
    assert "不对" in other.post("/o/county/visit", data={"reference": reference, "code": "AAAA-AAAA"}).text
    found = other.post(
        "/o/county/visit",
        data={"reference": reference.replace("-", " "), "code": code.lower()},
        follow_redirects=True,
    )
    assert reference in found.text


def test_an_office_may_confirm_at_once(scenario: VisitScenario, client: FlaskClient) -> None:
    with transaction():
        set_policy(scenario.office, challenge=False, confirm="at_once")
    booking(client, scenario.key(DAY))
    visit = only_visit()
    assert visit.state == "confirmed"
    assert visit.seat is not None
    assert visit.seat.hold_until is None


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "姓名"),
        ("name", "7", "真实姓名"),
        ("document_number", "", "证件号码"),
        ("phone", "12", "打不通"),
        ("summary", "", "几个字"),
        ("headcount", "0", "数字"),
        ("consent", "", "同意"),
        ("company", "代表：示例一\n代表：示例二\n示例三\n示例四\n示例五", "最多"),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(
    scenario: VisitScenario, client: FlaskClient, field: str, value: str, words: str
) -> None:
    form = {k: v for k, v in (FORM | {field: value}).items() if v}
    answer = client.post(f"{BOOK}/at/{scenario.key(DAY)}", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    if field != "summary":
        assert "出行不便" in answer.text
    assert db.session.scalar(select(Visit.id)) is None


@pytest.mark.parametrize("number", ["110101199003070131", "1101011990030701", "11010119900307013x"])
def test_the_check_digit_of_an_identity_card(
    scenario: VisitScenario, client: FlaskClient, number: str
) -> None:
    answer = client.post(
        f"{BOOK}/at/{scenario.key(DAY)}", data=FORM | {"document_kind": "id_card", "document_number": number}
    )
    assert answer.status_code == 422
    assert "身份证号码" in answer.text


def test_moving_keeps_the_old_place_until_the_new_one_is_taken(
    scenario: VisitScenario, client: FlaskClient
) -> None:
    with transaction():
        set_policy(scenario.office, challenge=False, places=1)
    booking(client, scenario.key(DAY))
    neighbour = client.application.test_client()
    next_day = DAY + dt.timedelta(days=1)
    booking(neighbour, scenario.key(next_day), document_number="E99999999", phone="13900139000")
    page = client.post(
        "/o/county/visit/move", data={"session_key": scenario.key(next_day)}, follow_redirects=True
    ).text
    assert "刚刚约满" in page
    assert sorted(db.session.scalars(select(Seat.session_key))) == [scenario.key(DAY), scenario.key(next_day)]
    later = scenario.key(DAY + dt.timedelta(days=2))
    assert (
        "已改到"
        in client.post("/o/county/visit/move", data={"session_key": later}, follow_redirects=True).text
    )
    assert later in set(db.session.scalars(select(Seat.session_key)))


def test_the_waiting_list_gets_the_place_of_who_cancels(
    scenario: VisitScenario, client: FlaskClient, clock: FixedClock
) -> None:
    with transaction():
        set_policy(scenario.office, challenge=False, places=1)
    key = scenario.key(DAY)
    booking(client, key)
    waiting = client.application.test_client()
    assert "约满" in booking(waiting, key, document_number="E99999999", phone="13900139000")[1]
    page = booking(waiting, key, document_number="E99999999", phone="13900139000", waiting="1")[1]
    assert "候补" in page
    client.post("/o/county/visit/cancel")
    assert "为您保留" in waiting.get("/o/county/visit/mine").text
    waiting.post("/o/county/visit/accept")
    assert set(db.session.scalars(select(Visit.state))) == {"cancelled", "confirmed"}
    for asked in ("cancel", "other"):  # there is nothing left to cancel or move
        assert client.get(f"/o/county/visit/{asked}").location.endswith("/visit/mine")


def test_an_offer_nobody_answers_goes_on(
    scenario: VisitScenario, client: FlaskClient, clock: FixedClock
) -> None:
    booking(client, scenario.key(DAY))
    clock.advance(dt.timedelta(hours=49))
    expire_holds()
    assert only_visit().state == "expired"
    assert db.session.scalar(select(Seat.id)) is None
    assert "没有在时限内" in client.get("/o/county/visit/mine").text


def test_after_the_cut_off_it_is_too_late(
    scenario: VisitScenario, client: FlaskClient, clock: FixedClock
) -> None:
    clock.at = dt.datetime(2026, 3, 9, 9, 0, tzinfo=dt.UTC)  # 17:00 in Shanghai, the day before
    assert client.get(f"{BOOK}/at/{scenario.key(DAY)}").status_code == 409
    clock.at -= dt.timedelta(minutes=1)
    assert client.get(f"{BOOK}/at/{scenario.key(DAY)}").status_code == 200


def test_quotas_and_floods(scenario: VisitScenario, client: FlaskClient) -> None:
    booking(client, scenario.key(DAY))
    assert "当天已有预约" in booking(client, scenario.key(DAY))[1]
    booking(client, scenario.key(DAY + dt.timedelta(days=1)))
    assert "您已有 2 件" in booking(client, scenario.key(DAY + dt.timedelta(days=2)))[1]
    for _ in range(6):
        booking(client, scenario.key(DAY))
    assert "太频繁" in booking(client, scenario.key(DAY))[1]


def test_the_small_question(scenario: VisitScenario, client: FlaskClient) -> None:
    with transaction():
        set_policy(scenario.office)
    page = client.get(f"{BOOK}/at/{scenario.key(DAY)}").text
    token = re.search(r'name="question"[^>]*value="([^"]+)"', page)
    asked = re.search(r"(.)加(.)等于几", page)
    assert token and asked
    digits = "零一二三四五六七八九"
    right = str(digits.index(asked[1]) + digits.index(asked[2]))
    wrong = booking(client, scenario.key(DAY), question=token[1], answer="0")
    assert (wrong[0], "答得不对" in wrong[1]) == (422, True)
    assert booking(client, scenario.key(DAY), question=token[1], answer=right)[0] == 200
    assert only_visit().state == "received"
    again = booking(client, scenario.key(DAY), question=token[1], answer=right)
    assert "已经提交过" in again[1], "a question is good once"


def test_guessing_codes_is_stopped(scenario: VisitScenario, client: FlaskClient) -> None:
    booking(client, scenario.key(DAY))
    guesser = client.application.test_client()
    guess = {"reference": only_visit().reference, "code": "AAAA-AAAA"}
    answers = [guesser.post("/o/county/visit", data=guess).status_code for _ in range(12)]
    assert answers == [404] * 10 + [429] * 2


def test_who_comes_too_late_is_offered_the_waiting_list_with_what_was_typed(
    scenario: VisitScenario, client: FlaskClient
) -> None:
    with transaction():
        set_policy(scenario.office, challenge=False, places=1)
    assert booking(client, scenario.key(DAY))[0] == 200
    late = {"document_number": "e87654321", "phone": "138 0013 8001", "name": "示例迟到"}
    status, page = booking(client, scenario.key(DAY), **late)
    assert status in (409, 422)
    assert "名额刚刚约满" in page and "示例迟到" in page
    waiting = re.search(r'<input[^>]*name="waiting"[^>]*>', page)
    assert waiting and 'value="1"' in waiting[0], "the button joins the waiting list now"
    status, page = booking(client, scenario.key(DAY), waiting="1", **late)
    assert (status, "候补" in page) == (200, True)
    assert "登记候补" in client.get(f"{BOOK}/at/{scenario.key(DAY)}?lang=zh_CN").text
