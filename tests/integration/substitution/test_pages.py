"""The pages: two clicks in an emergency, a leader's own page by account and by link, nobody else's."""

import datetime as dt
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import one_tap
from app.accounts.models import User
from app.core.database import db, transaction
from app.directory.models import Leader
from app.roster.substitution import queries, service
from app.roster.substitution.models import Backup, SubstitutionPolicy, SubstitutionRequest
from tests.factories import make_leader, make_office, make_user
from tests.integration.substitution.conftest import County
from tests.published import publish_days, workdays
from tests.whole_app.html import read_page

PASSWORD = "correct horse battery"


@pytest.fixture
def staff(client: FlaskClient, county: County) -> FlaskClient:
    """A scheduler of the office, signed in."""
    with transaction():
        make_user("staff", "scheduler", county.office)
    client.post("/sign-in", data={"username": "staff", "password": PASSWORD})
    return client


@pytest.fixture
def leader(app: Flask, county: County) -> FlaskClient:
    """The second leader, signed in."""
    with transaction():
        user = make_user("yi", "leader", county.office)
        user.leader_id = county.leaders[1].id
    browser = app.test_client()
    browser.post("/sign-in", data={"username": "yi", "password": PASSWORD})
    return browser


def by_link(app: Flask, county: County, number: int, purpose: str, subject: str) -> tuple[FlaskClient, str]:
    """A browser that opened a one-tap link of a leader and proved the digits; the page's address."""
    with transaction():
        person = db.session.get_one(Leader, county.leaders[number].id)
        person.phone = "13800004321"
        expires = app.extensions["clock"].now() + dt.timedelta(days=1)
        address = one_tap.issue(purpose, subject, ("leader", person.id), county.office.id, expires)
    browser = app.test_client()
    asked = browser.get("/t/" + address.rpartition("/")[2]).location
    return browser, browser.post(asked, data={"digits": "4321"}).location


def request_of(county: County, number: int = 6, candidates: tuple[int, ...] = (3, 4)) -> SubstitutionRequest:
    with transaction():
        duty = county.duty(county.day(number))
        return service.request_cover(
            county.office,
            duty.leader_id or 0,
            [duty.seat_key],
            "health",
            "staff",
            note_text="住院",
            candidates=[county.leaders[n].id for n in candidates],
        )


def test_an_emergency_takes_two_clicks(county: County, staff: FlaskClient) -> None:
    board = staff.get("/offices/county/substitution").text
    first = re.search(r'href="(/offices/county/substitution/duty\?seat=[^"]+)"', board)
    assert first
    page = staff.get(first[1].replace("&amp;", "&")).text
    form = re.search(
        r'action="(/offices/county/substitution/now)".*?name="seat" value="([^"]+)".*?name="leader" value="(\d+)"',
        page,
        re.S,
    )
    assert form
    answer = staff.post(form[1], data={"seat": form[2], "leader": form[3]}, follow_redirects=True)
    assert "已安排并发布" in answer.text or "Arranged and published" in answer.text
    assert county.duty(county.day(0)).leader_id == int(form[3])


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_is_valid(county: County, staff: FlaskClient, leader: FlaskClient, lang: str) -> None:
    county.set_policy(tell="by_hand", convener_id=county.leaders[0].id, return_duty="always")
    waiting, other = request_of(county), request_of(county, 7, (4,))
    with transaction():
        service.record_told(other, "phone", "staff")
    with transaction():
        service.accept(other.asks[0], "x")
    seat = county.duty(county.day(8)).seat_key
    own = county.duty(county.day(11)).seat_key
    pages = [
        "",
        f"/duty?seat={seat}",
        f"/duty?seat={seat}&show=all",
        f"/new?leader={county.leaders[1].id}&first=2026-03-03",
        "/history",
        f"/{waiting.id}",
        f"/{other.id}",
        "/settings",
        "?state=asked&q=示例",
    ]
    problems = []
    addresses = [(staff, f"/offices/county/substitution{page}") for page in pages]
    addresses += [(leader, page) for page in ("/my", "/my/ask?first=2026-03-01", f"/my/exchange?seat={own}")]
    for browser, address in addresses:
        answer = browser.get(address + ("&" if "?" in address else "?") + f"lang={lang}")
        assert answer.status_code == 200, address
        problems += [f"{address}: {line}" for line in read_page(answer.text).problems]
    assert not problems, "\n".join(problems)


def test_a_guest_exchanges_a_duty_at_the_office_where_it_is(app: Flask, county: County) -> None:
    """His own office is another one; the request is one of the office of the duty, with its leaders."""
    april = workdays(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    with transaction():
        town = make_office("town", "township", county.office, "示例镇")
        guest = make_leader(town, "示例客")
        publish_days(county.office, [guest, *county.leaders], april)
        make_user("ke", "leader", town).leader_id = guest.id
    browser = app.test_client()
    browser.post("/sign-in", data={"username": "ke", "password": PASSWORD})
    seat = f"{county.office.id}/{county.duty(april[0]).seat_key}"
    address = f"/my/exchange?seat={seat}"
    assert f'href="{address}"' in browser.get("/my").text
    shown = browser.get(address).text
    assert county.office.name in shown
    other = re.search(r'name="other"\s+value="([^"]+)"', shown)
    assert other, shown
    browser.post("/my/exchange", data={"seat": seat, "other": other[1]})
    request = db.session.scalars(select(SubstitutionRequest)).one()
    assert (request.kind, request.office_id, request.leader_id) == ("swap", county.office.id, guest.id)
    with transaction():
        service.accept(request.asks[0], "page")
    assert county.duty(april[0]).leader_id == request.asks[0].leader_id


def test_the_note_is_shown_to_staff_only(app: Flask, county: County, staff: FlaskClient) -> None:
    found = request_of(county)
    assert "住院" in staff.get(f"/offices/county/substitution/{found.id}").text
    browser, page = by_link(app, county, 3, "ask", f"ask:{found.asks[0].id}")
    text = browser.get(page).text
    assert "住院" not in text and "因故" in text
    with transaction():
        make_user("auditor", "auditor", county.office)
    other = app.test_client()
    other.post("/sign-in", data={"username": "auditor", "password": PASSWORD})
    assert "住院" not in other.get(f"/offices/county/substitution/{found.id}").text


def test_accept_by_link_without_an_account(app: Flask, county: County) -> None:
    found = request_of(county)
    ask = found.asks[0]
    browser, page = by_link(app, county, 3, "ask", f"ask:{ask.id}")
    assert "示例乙" in browser.get(page).text
    assert "谢谢" in browser.post(page, data={"answer": "accept"}).text
    db.session.expire_all()
    assert found.state == "done"
    assert "您已经同意接下" in browser.get(page).text  # the link says what became of it
    assert "您已经同意接下" in browser.post(page, data={"answer": "decline"}).text
    db.session.expire_all()
    assert found.state == "done"


def test_a_link_of_somebody_else_answers_nothing(app: Flask, county: County) -> None:
    found = request_of(county)
    browser, page = by_link(app, county, 2, "ask", f"ask:{found.asks[0].id}")
    assert browser.get(page).status_code == 404
    browser.post(page, data={"answer": "accept"})
    db.session.expire_all()
    assert found.state == "asked"


def test_the_own_page_by_link_does_all_that_the_account_does(app: Flask, county: County) -> None:
    browser, page = by_link(app, county, 1, "own", f"leader:{county.leaders[1].id}")
    text = browser.get(page).text
    assert "示例乙" in text and "/sign-in?next" not in page
    link = page.partition("?")[2]
    browser.post(f"/my/link/acknowledge?{link}")
    assert county.duty(county.day(6)) not in queries.unacknowledged(
        county.office.id, county.day(0), county.day(9)
    )
    assert "确认" in browser.get(page).text or "已阅" in browser.get(page).text
    seat = county.duty(county.day(6)).seat_key
    browser.post(f"/my/link/ask?{link}", data={"seat": [seat], "reason": "business"})
    made = db.session.scalars(select(SubstitutionRequest)).one()
    assert (made.asked_by, made.leader_id, made.state) == ("leader", county.leaders[1].id, "asked")
    browser.post(f"/my/link/withdraw?{link}", data={"request": made.id})
    db.session.expire_all()
    assert made.state == "withdrawn"


def test_away_for_some_days_is_one_request(county: County, leader: FlaskClient) -> None:
    page = leader.get("/my/ask?first=2026-03-03&last=2026-03-17").text
    seats = re.findall(r'name="seat"\s+value="([^"]+)"', page)
    assert len(seats) == 3 and page.count("checked") == 3
    leader.post("/my/ask", data={"seat": seats, "reason": "business"})
    made = db.session.scalars(select(SubstitutionRequest)).one()
    assert len(made.duties) == 3


def test_a_leader_cannot_answer_for_others_or_withdraw_theirs(county: County, leader: FlaskClient) -> None:
    found = request_of(county, 7)
    leader.post("/my/answer", data={"ask": found.asks[0].id, "answer": "accept"})
    leader.post("/my/withdraw", data={"request": found.id})
    db.session.expire_all()
    assert found.state == "asked"


def test_an_account_without_a_leader(county: County, staff: FlaskClient) -> None:
    assert staff.get("/my").status_code == 200
    assert staff.post("/my/acknowledge").status_code == 404


def test_settings_and_backups(county: County, staff: FlaskClient) -> None:
    values = {
        "convener": "",
        "tell": "by_hand",
        "whom": "backups",
        "ask": "all",
        "deadline_days": "2",
        "at_deadline": "staff",
        "ahead_days": "5",
        "return_duty": "always",
    }
    answer = staff.post("/offices/county/substitution/settings", data=values)
    assert answer.status_code == 422 and "第一召集人" in answer.text
    answer = staff.post(
        "/offices/county/substitution/settings", data=values | {"convener": str(county.leaders[0].id)}
    )
    assert answer.status_code == 302
    row = db.session.get_one(SubstitutionPolicy, county.office.id)
    assert (row.whom, row.ask, row.deadline_days, row.approval) == ("backups", "all", 2, False)
    ids = [leader.id for leader in county.leaders]
    for rank, backup in (("A", ids[1]), ("B", ids[2])):
        data = {"leader": str(ids[0]), "post": "", "rank": rank, "backup": str(backup)}
        assert staff.post("/offices/county/substitution/settings/backups", data=data).status_code == 302
    assert queries.backups_of(county.office.id) == {ids[0]: (ids[1], ids[2])}
    same = {"leader": str(ids[0]), "post": "", "rank": "A", "backup": str(ids[3])}
    assert staff.post("/offices/county/substitution/settings/backups", data=same).status_code == 422
    post = {"leader": "", "post": "副县长", "rank": "A", "backup": str(ids[4])}
    assert staff.post("/offices/county/substitution/settings/backups", data=post).status_code == 302
    found = queries.backups_of(county.office.id)
    assert found[ids[0]] == (ids[1], ids[2]) and found[ids[3]] == (ids[4],) and ids[4] not in found
    row_id = db.session.scalars(select(Backup.id)).first()
    staff.post(f"/offices/county/substitution/settings/backups/{row_id}/remove")
    assert queries.backups_of(county.office.id)[ids[0]] == (ids[4], ids[2])


def test_the_board_shows_who_is_missing(county: County, staff: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Leader, county.leaders[2].id).last_day = county.day(6)
    page = staff.get("/offices/county/substitution?lang=en").text
    assert "Sessions without a leader" in page and "is not in office then" in page
    assert db.session.scalars(select(User)).first() is not None


def test_csv_has_no_notes(county: County, staff: FlaskClient) -> None:
    found = request_of(county)
    with transaction():
        service.withdraw(found, "x")
    answer = staff.get("/offices/county/substitution/history.csv")
    assert "示例乙" in answer.text and "住院" not in answer.text


def test_staff_record_an_answer_given_by_telephone(county: County, staff: FlaskClient) -> None:
    found = request_of(county)
    page = f"/offices/county/substitution/{found.id}"
    text = staff.get(page + "?lang=en").text
    assert "Agreed by telephone" in text and "示例戊" in text  # who is next is shown too
    staff.post(f"{page}/answer", data={"ask": found.asks[0].id, "answer": "decline"})
    db.session.expire_all()
    assert [ask.state for ask in found.asks] == ["declined", "waiting"]
    staff.post(f"{page}/answer", data={"ask": found.asks[1].id, "answer": "accept"})
    db.session.expire_all()
    assert found.state == "done" and county.duty(county.day(6)).leader_id == county.leaders[4].id
    assert ("accepted", "phone") in {(step.what, step.how) for step in found.steps}
    late = staff.post(
        f"{page}/answer", data={"ask": found.asks[0].id, "answer": "accept"}, follow_redirects=True
    )
    assert "已由示例戊接下" in late.text or "示例戊 has taken" in late.text


def test_a_request_that_cannot_be_made_keeps_what_was_typed(
    county: County, staff: FlaskClient, leader: FlaskClient
) -> None:
    request_of(county)
    seats = [county.duty(county.day(n)).seat_key for n in (6, 11)]
    typed = {"leader": str(county.leaders[1].id), "seat": seats, "reason": "leave", "note": "示例说明"}
    for browser, address in ((staff, "/offices/county/substitution/new"), (leader, "/my/ask")):
        answer = browser.post(address, data=typed)
        assert answer.status_code == 422 and "示例说明" in answer.text
        assert "已经有一项代班申请正在办理" in answer.text or "being looked for already" in answer.text
        assert re.search(r'value="[^"]*' + re.escape(seats[1]) + r'"\s+checked', answer.text)
        assert re.search(r'<option selected value="leave"', answer.text)


def test_a_settled_or_lost_duty_says_so_by_its_link(app: Flask, county: County) -> None:
    seat = county.duty(county.day(6)).seat_key
    browser, page = by_link(app, county, 1, "acknowledge", f"seat:{seat}")
    assert "已不由您承担" not in browser.get(page).text
    with transaction():
        service.arrange_now(county.office, seat, county.leaders[3].id, "staff")
    assert "已不由您承担" in browser.get(page).text
    assert "已不由您承担" in browser.post(page).text
