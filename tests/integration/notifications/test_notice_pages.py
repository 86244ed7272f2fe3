"""The pages about notices: outbox, one notice, reminders, wording, people."""

import contextvars
import datetime as dt
from collections.abc import Sequence

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Contact, Department, Leader, Office
from app.notifications import kinds, outbox, policies, policy
from app.notifications.models import Notice, RecipientSettings
from app.notifications.policy_models import InvitationWish
from app.notifications.reminding import queue_due
from app.notifications.sending import Sender
from tests.factories import make_leader, make_office, make_user
from tests.published import publish_days, workdays

PASSWORD = "correct horse battery"
BASE = "/offices/county/notices"


@pytest.fixture
def office(app: Flask) -> Office:
    """Three leaders with duties in March, staff of three roles, one department contact."""
    with transaction():
        office = make_office()
        office.phone = "0000-1234567"
        leaders = [make_leader(office) for _ in range(3)]
        publish_days(office, leaders, workdays(dt.date(2026, 3, 3), dt.date(2026, 3, 31)))
        for role in ("administrator", "scheduler", "reception"):
            make_user(role, role, office)
        department = Department(office_id=office.id, name="示例县教育局")
        department.contacts.append(Contact(name="联系人甲", email="contact@example.org"))
        db.session.add(department)
    return office


def sign_in(client: FlaskClient, username: str = "scheduler") -> None:
    """As somebody of the staff, in English."""
    client.post("/sign-in", data={"username": username, "password": PASSWORD})
    client.post("/language/en", data={"next": "/"})


def leaders_of(office: Office) -> Sequence[Leader]:
    """In their order."""
    return db.session.scalars(select(Leader).where(Leader.office_id == office.id).order_by(Leader.id)).all()


def a_reminder(office: Office, state: str = "queued") -> Notice:
    """For tomorrow's duty of the first leader."""
    leader = leaders_of(office)[0]
    with transaction():
        outbox.queue(
            "duty.reminder",
            f"day:{office.id}:2026-03-03",
            ("leader", leader.id),
            office_id=office.id,
            lead="eve",
        )
        notice = db.session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert notice is not None
        notice.state = state
    return notice


def state_of(notice: Notice) -> str:
    """As it is in the database now."""
    return db.session.get_one(Notice, notice.id, populate_existing=True).state


def test_the_outbox_shows_what_was_sent_word_for_word(
    app: Flask, client: FlaskClient, office: Office
) -> None:
    """Without a channel the notice goes to the trial outbox, and its page shows the words."""
    notice = a_reminder(office)
    Sender(lanes=1).run(app)
    sign_in(client)
    page = client.get(f"{BASE}/{notice.id}").text
    assert "接访提醒" in page
    assert "Trial outbox" in page
    listed = client.get(BASE).text
    assert "Duty reminder" in listed
    assert "would have been sent" in listed


def test_every_filter_narrows_and_the_counts_stay(client: FlaskClient, office: Office) -> None:
    """By state, kind, kind of recipient, name, channel and day."""
    a_reminder(office, "failed")
    sign_in(client)
    name = leaders_of(office)[0].name
    for query in ("state=trouble", "kind=duty.reminder", "who=leader", f"q={name}", "first=2026-03-01"):
        assert "Duty reminder</a>" in client.get(f"{BASE}?{query}").text, query
    for query in ("state=sent", "kind=duty.nudge", "who=user", "q=nobody", "last=2026-03-01", "channel=sms"):
        assert "No notice matches" in client.get(f"{BASE}?{query}").text, query


def test_send_again_one_and_several(client: FlaskClient, office: Office) -> None:
    """A failed one waits again; one that moved on is refused with a sentence."""
    notice = a_reminder(office, "failed")
    sign_in(client)
    client.post(f"{BASE}/{notice.id}/again")
    assert state_of(notice) == "queued"
    answer = client.post(f"{BASE}/{notice.id}/again", follow_redirects=True)
    assert "in another state by now" in answer.text
    with transaction():
        db.session.get_one(Notice, notice.id).state = "failed"
    client.post(f"{BASE}/again", data={"notice": [notice.id]})
    assert state_of(notice) == "queued"


@pytest.mark.parametrize(("found", "state"), [("yes", "sent"), ("no", "queued")])
def test_an_unknown_one_is_settled_by_somebody(
    client: FlaskClient, office: Office, found: str, state: str
) -> None:
    """It arrived, or it goes out again."""
    notice = a_reminder(office, "unknown")
    sign_in(client)
    assert "nobody knows whether it arrived" in client.get(f"{BASE}/{notice.id}").text
    client.post(f"{BASE}/{notice.id}/settle", data={"arrived": found})
    assert state_of(notice) == state


def test_a_waiting_one_is_taken_back(app: Flask, client: FlaskClient, office: Office) -> None:
    """And not sent."""
    notice = a_reminder(office)
    sign_in(client)
    client.post(f"{BASE}/{notice.id}/withdraw")
    Sender(lanes=1).run(app)
    assert state_of(notice) == "superseded"


def test_export_as_excel_and_csv(client: FlaskClient, office: Office) -> None:
    """The filtered list; no cell is a formula."""
    with transaction():
        leaders_of(office)[0].name = "=1+1"
    a_reminder(office)
    sign_in(client)
    served = contextvars.Context()  # without the context of the tests, as on a server
    text = served.run(lambda: client.get(f"{BASE}/export.csv").text)
    assert text.startswith("\ufeffNumber,")
    assert "'=1+1" in text
    assert client.get(f"{BASE}/export.xlsx").data.startswith(b"PK")
    assert "Duty reminder" not in client.get(f"{BASE}/export.csv?state=sent").text


def test_reception_staff_read_and_change_nothing(client: FlaskClient, office: Office) -> None:
    """Sending again, settings and wording need more."""
    notice = a_reminder(office, "failed")
    sign_in(client, "reception")
    assert client.get(BASE).status_code == 200
    assert client.get(f"{BASE}/reminders").status_code == 200
    assert client.post(f"{BASE}/{notice.id}/again").status_code == 403
    assert client.post(f"{BASE}/reminders", data={}).status_code == 403
    assert client.post(f"{BASE}/wording/duty.reminder/en", data={}).status_code == 403


def policy_form(**changes: str) -> dict[str, str]:
    """The form as it is sent with the usual values."""
    form = {"staff_roles": "scheduler", "catch_up_hours": "48"}
    for name, lead in policy.DEFAULT_LEADS.items():
        form |= {
            f"{name}-days": str(lead.days),
            f"{name}-count": "working" if lead.working else "calendar",
            f"{name}-at": f"{lead.at:%H:%M}",
        }
        if lead.on:
            form[f"{name}-on"] = "1"
    return form | changes


def test_the_policy_is_previewed_saved_and_taken_back(client: FlaskClient, office: Office) -> None:
    """A preview saves nothing."""
    sign_in(client)
    moved = policy_form(**{"duty.eve-at": "17:05"})
    preview = client.post(f"{BASE}/reminders", data=moved | {"preview": "1"}).text
    assert "Not saved yet" in preview
    assert "17:05" in preview
    assert policies.settings_of(office).set_by is None
    client.post(f"{BASE}/reminders", data=moved)
    assert policies.policy_of(office).leads["duty.eve"].at == dt.time(17, 5)
    client.post(f"{BASE}/reminders/undo")
    assert policies.policy_of(office).leads["duty.eve"].at == dt.time(16)


def test_mistakes_in_the_policy_are_said_and_what_was_typed_stays(
    client: FlaskClient, office: Office
) -> None:
    """One sentence for each field."""
    sign_in(client)
    answer = client.post(
        f"{BASE}/reminders", data=policy_form(**{"duty.week-days": "999", "duty.eve-at": "soon"})
    )
    assert answer.status_code == 422
    assert "type a whole number from 0 to 60; this is &#34;999&#34;" in answer.text
    assert 'value="999"' in answer.text
    assert "write the time like 16:00" in answer.text


def test_the_preview_lists_exactly_what_is_queued_later(
    client: FlaskClient, office: Office, clock: FixedClock
) -> None:
    """What the page says for the coming days is what the scheduler does, when nothing changes."""
    queue_due()
    sign_in(client)
    page = client.get(f"{BASE}/reminders").text
    for _hour in range(24 * 13):
        clock.advance(dt.timedelta(hours=1))
        queue_due()
    db.session.rollback()
    reminded = {
        dt.date.fromisoformat(row.subject.rpartition(":")[2])
        for row in db.session.scalars(select(Notice))
        if row.lead == "week"
    }
    assert len(reminded) > 5
    assert all(f"{day.day} {day:%b} 2026" in page for day in reminded)


def test_an_office_without_a_policy_follows_the_one_above(app: Flask, office: Office) -> None:
    """Until it sets its own."""
    with transaction():
        town = make_office("town", "township", office, "示例镇")
        policies.set_policy(office, policy.Policy(catch_up_hours=5))
    assert policies.policy_of(town).catch_up_hours == 5
    with transaction():
        policies.set_policy(town, policy.Policy(catch_up_hours=6))
    assert policies.policy_of(town).catch_up_hours == 6


def wording(**changes: str) -> dict[str, str]:
    """Texts that can be used."""
    return {"subject": "About {day}", "body": "{duties} {link}", "short": "{when} {link}"} | changes


def test_wording_is_previewed_on_real_data_saved_used_and_reset(
    app: Flask, client: FlaskClient, office: Office
) -> None:
    """The next notice goes out in the office's own words."""
    sign_in(client)
    address = f"{BASE}/wording/duty.reminder/zh_CN"
    page = client.post(address, data=wording(body="请看：{duties} {link}", preview="1")).text
    assert "请看：· 3月3日" in page
    assert "Filled in with data of your office" in page
    client.post(address, data=wording(body="请看：{接访安排} ｛链接｝"))
    notice = a_reminder(office)
    Sender(lanes=1).run(app)
    assert "请看：· 3月3日" in client.get(f"{BASE}/{notice.id}").text
    client.post(f"{address}/reset")
    assert "请留意您的接访安排" in client.get(address).text
    client.post(f"{address}/undo")
    assert "请看：" in client.get(address).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"short": "x {when}"}, "{link} (&#34;Link&#34;) is missing"),
        ({"body": "{duties}{link}\n{nobody}"}, "Line 2, character 1: this kind of notice has no {nobody}"),
        ({"subject": "{day"}, "has no partner"),
        ({"body": " "}, "This cannot be empty."),
    ],
)
def test_wording_that_cannot_be_used_is_refused_with_its_place(
    client: FlaskClient, office: Office, changes: dict[str, str], sentence: str
) -> None:
    """And nothing typed is lost."""
    sign_in(client)
    answer = client.post(f"{BASE}/wording/duty.reminder/en", data=wording(**changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "About {day}" in answer.text or "subject" in changes


def test_the_length_of_a_text_message_is_shown(client: FlaskClient, office: Office) -> None:
    """Without scripts, on every preview."""
    sign_in(client)
    page = client.post(
        f"{BASE}/wording/duty.reminder/zh_CN", data=wording(short="一" * 71 + "{when}{link}", preview="1")
    )
    assert "text messages" in page.text
    assert "67 in each of several" in page.text


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_wording_page_opens(client: FlaskClient, office: Office, language: str) -> None:
    """All kinds, with or without data."""
    sign_in(client)
    for kind in kinds.all_kinds():
        if not kind.name.startswith("test."):
            assert client.get(f"{BASE}/wording/{kind.name}/{language}").status_code == 200, kind.name
    assert client.get(f"{BASE}/wording/nothing/en").status_code == 404


def test_a_person_says_how_notices_come(client: FlaskClient, office: Office) -> None:
    """Channels in order, quiet hours, invitations; an address is kept unless it is replaced or removed."""
    sign_in(client)
    leader = leaders_of(office)[0]
    address = f"{BASE}/people/leader/{leader.id}"
    typed = {
        "first": "sms", "second": "mail", "third": "", "language": "en", "quiet_from": "20:00",
        "quiet_until": "07:30", "mail": "own@example.org", "mobile": "13800000001", "invitations": "y",
    }  # fmt: skip
    client.post(address, data=typed)
    row = db.session.scalars(select(RecipientSettings)).one()
    assert (row.channels, row.language, row.mail) == (["sms", "mail"], "en", "own@example.org")
    assert db.session.get(InvitationWish, leader.id) is not None
    page = client.get(address).text
    assert "o***@example.org" in page
    assert "own@example.org" not in page
    client.post(address, data=typed | {"mail": "", "mobile": "", "invitations": ""} | {"forget": "y"})
    row = db.session.scalars(select(RecipientSettings).execution_options(populate_existing=True)).one()
    assert row.mail is None


def test_mistakes_of_a_person_s_page(client: FlaskClient, office: Office) -> None:
    """Half a quiet time, an address that is none."""
    sign_in(client)
    answer = client.post(
        f"{BASE}/people/leader/{leaders_of(office)[0].id}",
        data={"first": "", "second": "", "third": "", "language": "", "quiet_from": "20:00", "mail": "x"},
    )
    assert answer.status_code == 422
    assert "Give both ends of the quiet hours" in answer.text
    assert "This is no e-mail address" in answer.text


def test_people_of_another_office_are_not_found(client: FlaskClient, office: Office) -> None:
    """By number."""
    with transaction():
        other = make_leader(make_office("other", "county", name="邻县"))
    sign_in(client)
    assert client.get(f"{BASE}/people/leader/{other.id}").status_code == 404
    assert clock.now()


def test_a_leader_sets_the_own_notices(client: FlaskClient, office: Office) -> None:
    """On a page of his own; an account of nobody's has none."""
    leader = leaders_of(office)[0]
    with transaction():
        make_user("leader", "leader", office).leader_id = leader.id
        make_user("nobody", "leader", office)
    sign_in(client, "leader")
    assert "How I get notices" in client.get("/my/notices").text
    typed = {"first": "sms", "second": "", "third": "", "language": "", "invitations": "y"}
    assert client.post("/my/notices", data=typed).status_code == 302
    assert db.session.get(InvitationWish, leader.id) is not None
    client.post("/sign-out")
    sign_in(client, "nobody")
    assert client.get("/my/notices").status_code == 404
