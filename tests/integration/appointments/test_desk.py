"""A clerk's day: the queue, decisions each with its wording, the desk, the record. Looks are written down."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.appointments.models import ReceptionRecord, Recusal, Seat, Visit
from app.appointments.rules.matching import Matter
from app.appointments.service.booking import book
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.notifications.models import Notice
from tests.factories import make_office, make_user
from tests.visit_scenario import VisitScenario, make_visit_scenario, request_for

DAY = dt.date(2026, 3, 10)
AT = "/offices/county/visits"
PASSWORD = "correct horse battery"


@pytest.fixture
def scenario(app: Flask) -> VisitScenario:
    with transaction():
        scenario = make_visit_scenario()
        make_user("clerk", "reception", scenario.office)
        make_user("reader", "auditor", scenario.office)
        make_office("city", "city", name="示例市信访局")
        return scenario


@pytest.fixture
def clerk(scenario: VisitScenario, client: FlaskClient) -> FlaskClient:
    client.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    return client


def booked(scenario: VisitScenario, number: int = 1, day: dt.date = DAY, **values: object) -> Visit:
    with transaction():
        return book(scenario.office, request_for(number, scenario.key(day), **values))[0]


def decide(clerk: FlaskClient, visit: Visit, verb: str, **form: object) -> str:
    return clerk.post(f"{AT}/{visit.id}/{verb}", data=form, follow_redirects=True).text


def state_of(visit: Visit) -> str:
    db.session.expire_all()
    return db.session.get_one(Visit, visit.id).state


def test_an_idle_leader_is_offered_who_fits_first(
    scenario: VisitScenario, clerk: FlaskClient, clock: FixedClock
) -> None:
    """Longest wait alone is not it: the matter in the leader's field comes first, one with an interest never."""
    with transaction():
        other, conflict, fitting = (
            book(scenario.office, request_for(number, matter=Matter(sector=sector)))[0]
            for number, sector in ((1, "民政"), (2, "教育"), (3, "教育"))
        )
        db.session.add(
            Recusal(
                visit_id=conflict.id,
                leader_id=scenario.leaders[0].id,
                reason="亲属",
                made_at=clock.at,
                made_by="clerk",
            )
        )
    clock.at = dt.datetime(2026, 3, 3, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai: the first leader receives
    page = clerk.get(f"{AT}/today").text
    notice = page[page.index("有访接访") : page.index("</ul>", page.index("有访接访"))]
    assert "示例甲" in notice
    assert notice.index(fitting.reference) < notice.index("分管教育") < notice.index(other.reference)
    assert conflict.reference not in notice


def test_names_and_numbers_are_masked_until_a_look_that_is_written_down(
    scenario: VisitScenario, clerk: FlaskClient
) -> None:
    visit = booked(scenario)
    for page in (clerk.get(AT).text, clerk.get(f"{AT}/{visit.id}").text):
        assert visit.reference in page
        assert all(secret not in page for secret in ("示例居民1", "E00000001", "8000 0001", "80000001"))
    page = clerk.post(f"{AT}/{visit.id}/reveal").text
    assert "示例居民1" in page
    assert "E00000001" in page
    assert (
        db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "visit.reveal"
    )


def test_an_auditor_reads_no_account(scenario: VisitScenario, client: FlaskClient) -> None:
    visit = booked(scenario)
    client.post("/sign-in", data={"username": "reader", "password": PASSWORD})
    assert "积水" not in client.get(f"{AT}/{visit.id}").text
    assert client.post(f"{AT}/{visit.id}/reveal").status_code == 403
    assert client.post(f"{AT}/{visit.id}/place").status_code == 403


def test_search_finds_whole_names_phones_documents_and_references(
    scenario: VisitScenario, clerk: FlaskClient
) -> None:
    visit, other = booked(scenario, 1), booked(scenario, 2)
    for words in ("示例居民1", "13800000001", "+86 138 0000 0001", "e00000001", visit.reference):
        page = clerk.get(AT, query_string={"words": words}).text
        assert (visit.reference in page, other.reference in page) == (True, False), words
    assert "没有找到" in clerk.get(AT, query_string={"words": "示例"}).text


def test_placed_confirmed_and_no_longer_expiring(scenario: VisitScenario, clerk: FlaskClient) -> None:
    visit = booked(scenario)
    decide(clerk, visit, "place", session=f"{scenario.key(DAY)}|{visit.leader_id}")
    assert state_of(visit) == "confirmed"
    assert db.session.scalars(select(Seat.hold_until)).one() is None


def test_placed_with_another_leader(scenario: VisitScenario, clerk: FlaskClient) -> None:
    visit, day = booked(scenario), DAY + dt.timedelta(days=1)
    other = next(leader for leader in scenario.leaders if leader.id != visit.leader_id)
    decide(clerk, visit, "place", session=f"{scenario.key(day)}|{other.id}")
    db.session.expire_all()
    assert (visit.state, visit.on_date, visit.leader_id) == ("confirmed", day, other.id)
    assert db.session.scalars(select(Seat.session_key)).all() == [scenario.key(day)]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("in_process", "已有单位正在办理"),
        ("before_court", "诉讼"),
        ("finally_reviewed", "终结"),
        ("outside_area", "其他地区"),
        ("outside_portfolio", "不分管"),
        ("recently_received", "近期已"),
        ("not_clear", "看不出"),
    ],
)
def test_refused_with_reason_and_route(
    scenario: VisitScenario, clerk: FlaskClient, reason: str, said: str
) -> None:
    with transaction():
        visit, code = book(scenario.office, request_for(1, scenario.key(DAY)))
    decide(clerk, visit, "refuse", reason=reason, answer="请联系示例局")
    assert state_of(visit) == "refused"
    assert db.session.scalar(select(Seat.id)) is None
    resident = clerk.application.test_client()
    page = resident.post(
        "/o/county/visit", data={"reference": visit.reference, "code": code}, follow_redirects=True
    ).text
    assert said in page
    assert "请联系示例局" in page


def test_solved_handed_on_offered_each_with_words(scenario: VisitScenario, clerk: FlaskClient) -> None:
    first, second, third = (booked(scenario, number) for number in (1, 2, 3))
    assert "请写明" in decide(clerk, first, "solve", answer=" ")
    decide(clerk, first, "solve", answer="积水已清理")
    decide(clerk, second, "hand-on", to="city", answer="属市级事项")
    day = DAY + dt.timedelta(days=2)
    decide(clerk, third, "offer", session=f"{scenario.key(day)}|", answer="这位领导分管")
    assert [state_of(visit) for visit in (first, second, third)] == ["solved", "elsewhere", "offered"]
    seat = db.session.scalars(select(Seat)).one()
    assert seat.session_key == scenario.key(day)
    assert seat.hold_until is not None


def test_the_same_request_is_suggested_never_decided(scenario: VisitScenario, clerk: FlaskClient) -> None:
    first = booked(scenario, 1, summary="柳河镇小区门口道路积水严重，多次反映没有解决")
    second = booked(scenario, 2, summary="柳河镇小区门口的道路积水很严重，多次反映没解决")
    booked(scenario, 3, summary="学校招生政策咨询，想了解学区划分")
    page = clerk.get(f"{AT}/{second.id}").text
    assert page.count('class="tag">文字相似') == 1
    assert state_of(second) == "received"
    decide(clerk, second, "same", other=first.id)
    db.session.expire_all()
    assert (second.state, second.reason, second.same_as_id) == ("refused", "duplicate", first.id)


def test_a_recused_leader_never_receives_it(scenario: VisitScenario, clerk: FlaskClient) -> None:
    visit = booked(scenario)
    leader_id = visit.leader_id
    decide(clerk, visit, "recuse", leader_id=leader_id, why="亲属")
    db.session.expire_all()
    assert (visit.state, visit.session_key) == ("waiting", None)
    assert "回避" in decide(clerk, visit, "place", session=f"{scenario.key(DAY)}|{leader_id}")
    assert state_of(visit) == "waiting"


def test_written_down_at_the_desk_with_a_slip(scenario: VisitScenario, clerk: FlaskClient) -> None:
    form = {
        "channel": "phone",
        "name": "示例老人",
        "document_kind": "id_card",
        "summary": "电话反映：示例事项",
        "session": f"{scenario.key(DAY)}|{scenario.leaders[0].id}",
        "mode": "in_person",
        "consent": "y",
    }
    assert clerk.post(f"{AT}/new", data=form | {"name": ""}).status_code == 422
    other = next(leader for leader in scenario.leaders)
    key = clerk.get(f"{AT}/new").text
    chosen = re.search(rf'value="({scenario.key(DAY)}\|\d+)"', key)
    assert chosen and other
    page = clerk.post(f"{AT}/new", data=form | {"session": chosen[1]}, follow_redirects=True).text
    visit = db.session.scalars(select(Visit)).one()
    assert visit.reference in page
    assert re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", page)
    assert "<svg" in page
    assert visit.channel == "phone"


def test_the_day_from_the_door_to_the_record(
    scenario: VisitScenario, clerk: FlaskClient, clock: FixedClock
) -> None:
    visit = booked(scenario)
    decide(clerk, visit, "place", session=f"{scenario.key(DAY)}|")
    assert "不在今天" in decide(clerk, visit, "day/check-in", to="visit")
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    assert visit.reference in clerk.get(f"{AT}/today").text
    for step in ("check-in", "call", "begin"):
        decide(clerk, visit, f"day/{step}")
    db.session.expire_all()
    assert visit.state == "in_meeting"
    assert visit.ticket is not None
    assert 100 <= visit.ticket <= 999
    saved = clerk.post(
        f"{AT}/{visit.id}/record", data={"said": "草稿一", "version": 0}, headers={"X-Autosave": "1"}
    )
    assert saved.json == {"version": 1}
    stale = clerk.post(
        f"{AT}/{visit.id}/record", data={"said": "旧", "version": 0}, headers={"X-Autosave": "1"}
    )
    assert stale.status_code == 409
    assert "草稿一" in clerk.get(f"{AT}/{visit.id}/record").text
    clerk.post(f"{AT}/{visit.id}/record", data={"said": "谈完了", "version": 1, "finish": "1"})
    decide(clerk, visit, "day/end")
    assert state_of(visit) == "closed"
    assert db.session.scalars(select(ReceptionRecord.state)).one() == "final"


def test_a_walk_in_and_a_session_without_visitors(
    scenario: VisitScenario, clerk: FlaskClient, clock: FixedClock
) -> None:
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    page = clerk.get(f"{AT}/today").text
    assert "无人等候" in page or "没有人在等" in page
    chosen = re.search(rf'value="({scenario.key(DAY)}\|\d+)"', page)
    assert chosen
    walk_in = {"session": chosen[1], "name": "示例随访", "summary": "路过反映"}
    assert "回执" in clerk.post(f"{AT}/today", data=walk_in, follow_redirects=True).text
    visit = db.session.scalars(select(Visit)).one()
    assert (visit.kind, visit.state) == ("walk_in", "checked_in")
    assert db.session.scalars(select(Seat.number)).one() > 1000
    refused = clerk.post(f"{AT}/empty", data={"session_key": scenario.key(DAY)}, follow_redirects=True)
    assert "还有来访人" in refused.text
    clock.at += dt.timedelta(days=1)
    key = scenario.key(DAY + dt.timedelta(days=1))
    for _ in range(2):
        clerk.post(f"{AT}/empty", data={"session_key": key})
    record = db.session.scalars(select(ReceptionRecord)).one()
    assert (record.visit_id, record.state, record.session_key) == (None, "final", key)
    page = clerk.get(f"{AT}/today").text
    assert "有访接访" not in page, "nobody is asked in to a session that is closed"
    chosen = re.search(rf'value="({key}\|\d+)"', page)
    assert chosen
    clerk.post(f"{AT}/today", data=walk_in | {"session": chosen[1]})
    assert not db.session.scalars(select(ReceptionRecord)).all(), "somebody came after all"


def test_settings_are_checked_and_kept(scenario: VisitScenario, client: FlaskClient) -> None:
    with transaction():
        make_user("boss", "scheduler", scenario.office)
    client.post("/sign-in", data={"username": "boss", "password": PASSWORD})
    page = client.get(f"{AT}/settings").text
    form = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
    form |= {
        "confirm": "at_once",
        "leader_changes": "ask",
        "session_moves": "ask",
        "session_cancelled": "ask",
    }
    assert client.post(f"{AT}/settings", data=form | {"places": "9999"}).status_code == 422
    assert client.post(f"{AT}/settings", data=form | {"places": "7"}).status_code == 303
    assert 'value="7"' in client.get(f"{AT}/settings").text
    again = client.post(f"{AT}/settings", data=form | {"places": "8"}, follow_redirects=True)
    assert "刚刚变了" in again.text, "somebody else saved in between"


def test_the_slip_is_read_at_the_desk_and_each_step_says_what_it_did(
    scenario: VisitScenario, clerk: FlaskClient, clock: FixedClock
) -> None:
    visit = booked(scenario)
    decide(clerk, visit, "place", session=f"{scenario.key(DAY)}|")
    clock.at = dt.datetime(2026, 3, 10, 1, 0, tzinfo=dt.UTC)
    assert "会晚到" in decide(clerk, visit, "day/late")
    assert "晚到</span>" in clerk.get(f"{AT}/today").text, "and it stays to be seen in the list"

    def read(text: str) -> str:
        return clerk.post(f"{AT}/check-in", data={"reference": text}, follow_redirects=True).text

    assert "没有这件来访" in read("VISIT 0000-0000")
    assert "已签到，排队号码" in read(f"VISIT {visit.reference}")  # what the slip's QR code says
    assert "已经签到，排队号码" in read(visit.reference.replace("-", ""))
    assert state_of(visit) == "checked_in"
    assert f"已叫号 {visit.ticket}" in decide(clerk, visit, "day/call")


@pytest.mark.parametrize("verb", ["refuse", "solve", "hand-on", "cancel"])
def test_a_decision_is_taken_back(scenario: VisitScenario, clerk: FlaskClient, verb: str) -> None:
    visit = booked(scenario)
    decide(clerk, visit, verb, reason="in_process", answer="请联系示例局", to="city")
    assert "撤回处理结果" in clerk.get(f"{AT}/{visit.id}").text
    assert not db.session.scalars(select(Seat)).all()
    assert "重新待处理" in decide(clerk, visit, "reopen")
    assert state_of(visit) == "received"
    assert (visit.reason, visit.route, visit.answer, visit.elsewhere_id) == ("", "", "", None)
    assert db.session.scalars(select(Seat.session_key)).one() == scenario.key(DAY)
    assert "刚刚变了" in decide(clerk, visit, "reopen"), "there is nothing to take back"
    kinds = db.session.scalars(select(Notice.kind).order_by(Notice.id.desc()).limit(1)).all()
    assert kinds == ["visit.reopened"]


def test_a_decision_taken_back_finds_its_place_gone(scenario: VisitScenario, clerk: FlaskClient) -> None:
    visit = booked(scenario)
    decide(clerk, visit, "cancel")
    for number in range(2, 5):
        booked(scenario, number)
    decide(clerk, visit, "reopen")
    assert (state_of(visit), visit.session_key, visit.on_date) == ("received", None, None)
    assert "名额为您保留" not in clerk.get(f"{AT}/{visit.id}/slip").text, "no place, so none is promised"


def test_a_leader_who_is_asked_for_consent_and_recused_is_asked_no_more(
    scenario: VisitScenario, clerk: FlaskClient
) -> None:
    visit = booked(scenario)
    leader_id = visit.leader_id
    decide(clerk, visit, "invite", session=f"{scenario.key(DAY)}|{leader_id}")
    assert state_of(visit) == "consent_asked"
    decide(clerk, visit, "recuse", leader_id=leader_id, why="亲属")
    assert (state_of(visit), visit.leader_id) == ("waiting", None)
    assert not db.session.scalars(select(Seat)).all()
