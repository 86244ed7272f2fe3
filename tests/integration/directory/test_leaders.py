"""Leaders through the web: search, edit, end and restore, dated facts, the audited look at a number."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.database import db, transaction
from app.core.dates import DateRange
from app.core.events import subscribe
from app.directory import queries, service
from app.directory.events import LeaderEnded
from app.directory.models import Leader, LeaderFacet, Office
from app.directory.rules import facts_on
from app.directory.service import LeaderDetails
from tests.factories import make_leader, make_office
from tests.integration.directory.support import audit_actions, counted_queries, only_leader, sign_in

LIST = "/offices/county/leaders"
TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def office(client: FlaskClient) -> Office:
    """A county whose scheduler is signed in, with four leaders."""
    office = sign_in(client)
    with transaction():
        for name, post, sectors, role in (
            ("曾小明", "县长", ["教育"], "lead"),
            ("单田", "副县长", ["教育", "卫生健康"], "deputy"),
            ("张三", "副县长", ["农业农村"], "deputy"),
        ):
            details = LeaderDetails(name, role, "13800001111", dt.date(2021, 9, 1))
            service.add_leader(office, details, {"post": [post], "sector": sectors}, {})
        gone = service.add_leader(office, LeaderDetails("李四"), {"post": ["副县长"]}, {})
        service.end_leader(gone, dt.date(2025, 12, 31))
    return office


def shown(client: FlaskClient, query: str) -> list[str]:
    """Names in the list, in order."""
    page = client.get(f"{LIST}?{query}").text
    return [
        name
        for name in page.replace("<", ">").split(">")
        if name.strip() in {"曾小明", "单田", "张三", "李四"}
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["曾小明", "单田", "张三"]),
        ("state=all", ["曾小明", "单田", "张三", "李四"]),
        ("state=left", ["李四"]),
        ("q=曾", ["曾小明"]),
        ("q=zeng", ["曾小明"]),
        ("q=zxm", ["曾小明"]),
        ("q=xiaom", ["曾小明"]),
        ("q=ceng", []),
        ("q=shan", ["单田"]),
        ("q=ang", []),
        ("q=副县长 san", ["张三"]),
        ("q=卫生", ["单田"]),
        ("q=ＺＸＭ", ["曾小明"]),
        ("role=lead", ["曾小明"]),
        ("sector=教育", ["曾小明", "单田"]),
        ("sort=name", ["单田", "曾小明", "张三"]),
        ("state=nonsense&q=%00", []),
    ],
)
def test_search_and_filters(office: Office, client: FlaskClient, query: str, names: list[str]) -> None:
    assert shown(client, query) == names


def test_a_leader_is_added_with_first_facts(office: Office, client: FlaskClient) -> None:
    with transaction():
        make_office("town-01", "township", db.session.get(Office, office.id), "青山镇人民政府")
    answer = client.post(
        f"{LIST}/new",
        data={
            "name": " 尉 迟 恭 ", "role": "deputy", "phone": "１３９００００２２２２", "first_day": "2026-03-01",
            "post": "县委常委、副县长", "sectors": "分管教育，卫生", "townships": "青山", "projects": "",
        },
    )  # fmt: skip
    assert answer.status_code == 302, answer.text
    leader = only_leader("尉迟恭")
    assert (leader.sort_key, leader.phone, leader.position) == ("yu chi gong", "13900002222", 5)
    facts = facts_on(leader, TODAY)
    assert (facts.post, facts.sectors, facts.townships) == ("县委常委、副县长", ("教育", "卫生"), ("青山镇",))
    assert audit_actions()[-1] == "leader.add"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "张三 李四"), ("phone", "12"), ("first_day", "soon"), ("post", "长" * 200)],
)
def test_a_mistake_is_told_beside_its_field(
    office: Office, client: FlaskClient, field: str, value: str
) -> None:
    data = {"name": "王五", "role": "deputy", "post": "副县长"} | {field: value}
    answer = client.post(f"{LIST}/new", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert len(queries.leaders_of(office.id, None)) == 4


def test_two_people_editing_one_leader_do_not_overwrite_each_other(
    office: Office, client: FlaskClient
) -> None:
    leader = only_leader("张三")
    address = f"{LIST}/{leader.id}/edit"
    seen = client.get(address).text.split('name="seen" value="')[1].split('"')[0]
    data = {"name": "张三", "role": "deputy", "phone": "13800001111", "first_day": "2021-09-01", "seen": seen}
    assert client.post(address, data=data | {"note": "first"}).status_code == 302
    answer = client.post(address, data=data | {"note": "second"})
    assert "alert-danger" in answer.text
    assert only_leader("张三").note == "first"
    again = answer.text.split('name="seen" value="')[1].split('"')[0]
    assert client.post(address, data=data | {"note": "second", "seen": again}).status_code == 302
    assert only_leader("张三").note == "second"


def test_ended_by_mistake_can_be_undone(office: Office, client: FlaskClient) -> None:
    ended: list[LeaderEnded] = []
    subscribe(LeaderEnded, ended.append)
    leader = only_leader("张三")
    address = f"{LIST}/{leader.id}"
    answer = client.post(f"{address}/end", data={"day": "2020-01-01"})
    assert "alert-danger" in answer.text, "not before the first day"
    answer = client.post(f"{address}/end", data={"day": "2026-03-31"}, follow_redirects=True)
    assert ended[-1] == LeaderEnded(leader.id, office.id, dt.date(2026, 3, 31))
    assert f'action="{address}/restore"' in answer.text
    assert only_leader("张三").last_day == dt.date(2026, 3, 31)
    assert client.post(f"{address}/restore").status_code == 302
    assert only_leader("张三").last_day is None
    assert audit_actions()[-2:] == ["leader.end", "leader.restore"]


def test_the_number_is_masked_until_somebody_asks_and_that_is_written_down(
    office: Office, client: FlaskClient
) -> None:
    leader = only_leader("张三")
    address = f"{LIST}/{leader.id}"
    assert "138****1111" in client.get(address).text
    assert "13800001111" not in client.get(address).text
    before = len(audit_actions())
    assert client.get(f"{address}/phone").status_code == 405
    answer = client.post(f"{address}/phone")
    assert "13800001111" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert audit_actions()[before:] == ["leader.phone.view"]
    stored = db.session.execute(
        text("SELECT phone FROM leaders WHERE id = :id"), {"id": leader.id}
    ).scalar_one()
    assert b"1380000" not in bytes(stored)
    entries = db.session.execute(text("SELECT * FROM audit_entries")).all()
    assert "13800001111" not in str(entries)


def test_facts_change_from_a_day_on_and_what_was_stays(office: Office, client: FlaskClient) -> None:
    leader = only_leader("单田")
    address = f"{LIST}/{leader.id}"
    data = {"values": "卫生健康、医疗保障", "day": "2026-04-01"}
    assert client.post(f"{address}/facts/sector", data=data).status_code == 302
    leader = only_leader("单田")
    assert facts_on(leader, dt.date(2026, 3, 31)).sectors == ("教育", "卫生健康")
    assert facts_on(leader, dt.date(2026, 4, 1)).sectors == ("卫生健康", "医疗保障")
    assert "医疗保障" in client.get(f"{address}?on=2026-04-01").text.split('id="history"')[0]
    assert "医疗保障" not in client.get(address).text.split('id="history"')[0]
    assert client.post(f"{address}/facts/nonsense", data=data).status_code == 404
    assert client.post(f"{address}/facts/sector", data={"values": "x", "day": ""}).status_code == 422


def test_one_fact_is_corrected_ended_reopened_removed(office: Office, client: FlaskClient) -> None:
    leader = only_leader("单田")
    facet = next(facet for facet in leader.facets if facet.value == "教育")
    address = f"{LIST}/{leader.id}/facts/{facet.id}"
    data = {"value": "教育体育", "first_day": "2021-10-01", "last_day": ""}
    assert client.post(f"{address}/correct", data=data).status_code == 302
    assert facts_on(only_leader("单田"), dt.date(2021, 9, 30)).sectors == ("卫生健康",)
    twice = client.post(f"{address}/correct", data=data | {"value": "卫生健康"})
    assert "alert-danger" in twice.text, "the same sector twice"
    reversed_days = client.post(f"{address}/correct", data=data | {"last_day": "2020-01-01"})
    assert "alert-danger" in reversed_days.text
    assert client.post(f"{address}/end", data={"day": "2026-03-01"}).status_code == 302
    assert facts_on(only_leader("单田"), TODAY).sectors == ("卫生健康",)
    assert client.post(f"{address}/reopen").status_code == 302
    assert facts_on(only_leader("单田"), TODAY).sectors == ("教育体育", "卫生健康")
    assert client.post(f"{address}/remove").status_code == 302
    assert facts_on(only_leader("单田"), TODAY).sectors == ("卫生健康",)
    assert client.post(f"{address}/remove").status_code == 404


def test_who_is_in_office_is_inclusive_at_both_ends(office: Office) -> None:
    with transaction():
        leader = make_leader(office, "甲")
        leader.first_day, leader.last_day = dt.date(2026, 5, 1), dt.date(2026, 5, 31)

    def there(names: list[Leader]) -> bool:
        return any(found.name == "甲" for found in names)

    days = [dt.date(2026, 4, 30), dt.date(2026, 5, 1), dt.date(2026, 5, 31), dt.date(2026, 6, 1)]
    assert [there(queries.leaders_of(office.id, day)) for day in days] == [False, True, True, False]
    assert there(queries.list_leaders_in(office.id, DateRange.of_year(2026)))
    assert there(queries.list_leaders_in(office.id, DateRange.from_days(dt.date(2026, 5, 31), None)))
    assert not there(queries.list_leaders_in(office.id, DateRange.of_month(2026, 6)))
    assert not there(queries.list_leaders_in(office.id, DateRange.of_month(2026, 4)))


def add_leaders(office: Office, number: int) -> None:
    """More leaders with facts."""
    for _ in range(number):
        leader = make_leader(office)
        leader.phone = "13800001111"
        leader.facets += [LeaderFacet(kind="sector", value=value) for value in ("教育", "农业")]


@pytest.mark.parametrize("address", [LIST, f"{LIST}?q=jy&state=all", f"{LIST}.xlsx", "/offices/county/"])
def test_the_number_of_queries_does_not_grow_with_the_leaders(
    office: Office, client: FlaskClient, address: str
) -> None:
    client.get(address)
    with counted_queries() as few:
        assert client.get(address).status_code == 200
    with transaction():
        add_leaders(db.session.merge(office), 40)
    with counted_queries() as many:
        assert client.get(address).status_code == 200
    assert len(many) == len(few) <= 12, many
