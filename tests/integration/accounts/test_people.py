"""Managing people: within one's own offices, one-time passwords, roles."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.accounts.models import AuditEntry, RoleGrant, User
from app.core.database import db, transaction
from app.directory.models import Office
from tests.factories import make_leader, make_office, make_user

ADA, BOB = "ada", "bob"


@pytest.fixture
def people(app: Flask) -> dict[str, User]:
    """A city with one county and two townships; an administrator of the city, one of the county, staff."""
    with transaction():
        city = make_office("city", "city")
        county = make_office("county", "county", city)
        first = make_office("town-01", "township", county)
        make_office("town-02", "township", county)
        users = {
            "root": make_user("root", "administrator", city),
            "ada": make_user("ada", "administrator", county),
            "tim": make_user("tim", "administrator", first),
            "bob": make_user("bob", "scheduler", first),
            "eve": make_user("eve", "scheduler", city),
        }
        make_leader(first, "张示例")
    return users


def sign_in(client: FlaskClient, username: str) -> None:
    assert client.post("/sign-in", data={"username": username, "password": "correct horse battery"}).location


def page_of(people: dict[str, User], name: str, suffix: str = "") -> str:
    return f"/people/{people[name].id}{suffix}"


def stored(user: User) -> User:
    return db.session.get_one(User, user.id, populate_existing=True)


def roles_of(user: User) -> set[tuple[str, int]]:
    grants = db.session.scalars(select(RoleGrant).filter_by(user_id=user.id))
    return {(grant.role, grant.office_id) for grant in grants}


def test_the_list_holds_the_people_of_ones_offices(people: dict[str, User], client: FlaskClient) -> None:
    sign_in(client, ADA)
    text = client.get("/people").text
    assert all(f">{name}</a>" in text for name in ("ada", "tim", "bob"))
    assert ">eve</a>" not in text
    assert ">root</a>" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=BO", {"bob"}),
        ("?q=example.org", {"ada", "tim", "bob"}),
        ("?q=%25", set()),
        ("?role=scheduler", {"bob"}),
        ("?office=county", {"ada"}),
        ("?office=city", {"ada", "tim", "bob"}),
        ("?state=inactive", set()),
        ("?page=9", set()),
        (f"?page={10**30}", set()),
        ("?page=x&role=nonsense&state=nonsense", set()),
    ],
)
def test_the_list_can_be_searched(
    people: dict[str, User], client: FlaskClient, query: str, found: set[str]
) -> None:
    sign_in(client, ADA)
    answer = client.get(f"/people{query}")
    assert answer.status_code == 200
    names = set(re.findall(r'href="/people/\d+">(\w+)</a>', answer.text))
    assert names == found


def test_a_new_person_signs_in_with_the_password_shown_once(
    people: dict[str, User], client: FlaskClient, app: Flask
) -> None:
    sign_in(client, ADA)
    data = {
        "username": "Chen.Jie",
        "name": "陈杰",
        "email": "Chen@Example.org",
        "office": "town-02",
        "role": "scheduler",
    }
    answer = client.post("/people/add", data=data)
    assert answer.headers["Cache-Control"] == "no-store"
    secret = answer.text.split('id="one-time-password">')[1].split("<")[0]
    browser = app.test_client()
    browser.post("/sign-in", data={"username": "chen.jie", "password": secret})
    assert browser.get("/offices").location == "/account/password"
    trail = db.session.scalars(select(AuditEntry)).all()
    assert [entry.action for entry in trail][-2:] == ["account.add", "role.grant"]
    assert secret not in str([(entry.before, entry.after) for entry in trail])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"username": "x"}, "用户名为 3 至 64 个小写字母"),
        ({"username": "bob"}, "“bob”已被另一个账号使用。"),
        ({"email": "bob@example.org"}, "“bob@example.org”已被另一个账号使用。"),
        ({"email": "no address"}, "电子邮箱格式不正确。"),
        ({"name": " "}, "请填写此项。"),
    ],
)
def test_what_is_wrong_with_a_new_person_is_said(
    people: dict[str, User], client: FlaskClient, change: dict[str, str], sentence: str
) -> None:
    sign_in(client, ADA)
    data = {
        "username": "chen",
        "name": "陈杰",
        "email": "c@example.org",
        "office": "town-02",
        "role": "scheduler",
    }
    text = client.post("/people/add", data=data | change).text
    assert sentence in text
    assert db.session.scalar(select(User).filter_by(username="chen")) is None


def test_people_of_other_offices_do_not_exist_for_an_administrator(
    people: dict[str, User], client: FlaskClient
) -> None:
    sign_in(client, "tim")
    for suffix in ("", "/edit", "/roles", "/deactivate", "/reactivate", "/password"):
        answer = client.post(page_of(people, "eve", suffix)) if suffix else client.get(page_of(people, "eve"))
        assert answer.status_code == 404


def test_an_administrator_below_cannot_take_over_somebody_above(
    people: dict[str, User], client: FlaskClient
) -> None:
    with transaction():
        town = people["bob"].office_id
        db.session.add(RoleGrant(user_id=people["root"].id, office_id=town, role="scheduler"))
    sign_in(client, "tim")
    assert client.get(page_of(people, "root")).status_code == 200
    assert client.post(page_of(people, "root", "/password")).status_code == 403
    assert client.post(page_of(people, "root", "/deactivate")).status_code == 403
    data = {"name": "other", "email": "thief@example.org", "leader_id": ""}
    assert client.post(page_of(people, "root", "/edit"), data=data).status_code == 403
    assert stored(people["root"]).email == "root@example.org"


def test_roles_are_given_within_ones_offices_only(people: dict[str, User], client: FlaskClient) -> None:
    sign_in(client, ADA)
    before = roles_of(people["bob"])
    client.post(page_of(people, "bob", "/roles"), data={"office": "city", "role": "administrator"})
    assert roles_of(people["bob"]) == before
    client.post(page_of(people, "bob", "/roles"), data={"office": "town-02", "role": "auditor"})
    assert len(roles_of(people["bob"])) == 2
    page = client.post(
        page_of(people, "bob", "/roles"),
        data={"office": "town-02", "role": "auditor"},
        follow_redirects=True,
    )
    assert "此人在该单位已有这个角色。" in page.text


def test_a_role_out_of_reach_is_not_revoked(people: dict[str, User], client: FlaskClient) -> None:
    with transaction():
        town = people["bob"].office_id
        db.session.add(RoleGrant(user_id=people["eve"].id, office_id=town, role="auditor"))
    grant = db.session.scalars(select(RoleGrant).filter_by(user_id=people["eve"].id, role="scheduler")).one()
    sign_in(client, ADA)
    assert client.post(page_of(people, "eve", f"/roles/{grant.id}/revoke")).status_code == 404
    assert len(roles_of(people["eve"])) == 2


def test_revoking_and_deactivating_ask_first(people: dict[str, User], client: FlaskClient) -> None:
    grant = db.session.scalars(select(RoleGrant).filter_by(user_id=people["bob"].id)).one()
    sign_in(client, ADA)
    for suffix in (f"/roles/{grant.id}/revoke", "/deactivate", "/password"):
        answer = client.get(page_of(people, "bob", suffix))
        assert answer.status_code == 200
        assert "<form" in answer.text
    assert stored(people["bob"]).active
    assert len(roles_of(people["bob"])) == 1


def test_deactivate_and_reactivate(people: dict[str, User], app: Flask, client: FlaskClient) -> None:
    browser = app.test_client()
    sign_in(browser, BOB)
    sign_in(client, ADA)
    client.post(page_of(people, "bob", "/deactivate"))
    assert browser.get("/account").status_code == 302
    client.post(page_of(people, "bob", "/reactivate"))
    assert browser.get("/account").status_code == 302
    sign_in(browser, BOB)
    assert browser.get("/account").status_code == 200


def test_nobody_deactivates_the_own_account(people: dict[str, User], client: FlaskClient) -> None:
    sign_in(client, "root")
    answer = client.post(page_of(people, "root", "/deactivate"), follow_redirects=True)
    assert "不能停用自己的账号" in answer.text
    assert stored(people["root"]).active


def test_a_reset_gives_a_one_time_password(people: dict[str, User], app: Flask, client: FlaskClient) -> None:
    browser = app.test_client()
    sign_in(browser, BOB)
    sign_in(client, ADA)
    text = client.post(page_of(people, "bob", "/password")).text
    secret = text.split('id="one-time-password">')[1].split("<")[0]
    assert browser.get("/account").status_code == 302
    assert browser.post("/sign-in", data={"username": "bob", "password": secret}).status_code == 302
    assert stored(people["bob"]).must_change_password


def test_an_account_is_linked_to_a_leader_of_its_offices(
    people: dict[str, User], client: FlaskClient
) -> None:
    sign_in(client, ADA)
    page = client.get(page_of(people, "bob")).text
    number = page.split("张示例 ·")[0].rsplit('value="', 1)[1].split('"')[0]
    data = {"name": "bob", "email": "bob@example.org", "leader_id": number}
    client.post(page_of(people, "bob", "/edit"), data=data)
    assert stored(people["bob"]).leader_id == int(number)
    client.post(page_of(people, "bob", "/edit"), data=data | {"leader_id": ""})
    assert stored(people["bob"]).leader_id is None
    client.post(page_of(people, "bob", "/edit"), data=data | {"leader_id": "9999"})
    assert stored(people["bob"]).leader_id is None


def count_queries(client: FlaskClient, address: str) -> int:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    client.get(address)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_the_number_of_queries_does_not_grow_with_the_people(
    people: dict[str, User], client: FlaskClient
) -> None:
    sign_in(client, ADA)
    few = count_queries(client, "/people")
    with transaction():
        office = make_office("extra", "township", db.session.get(Office, people["ada"].office_id))
        for number in range(20):
            make_user(f"more-{number}", "reception", office)
    assert count_queries(client, "/people") == few


def test_an_office_out_of_reach_is_no_choice(people: dict[str, User], client: FlaskClient) -> None:
    sign_in(client, ADA)
    data = {"username": "chen", "name": "陈", "email": "c@example.org", "office": "city", "role": "auditor"}
    assert client.post("/people/add", data=data).status_code == 200
    assert db.session.scalar(select(User).filter_by(username="chen")) is None
