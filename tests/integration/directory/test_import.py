"""Importing leaders: preview, confirmation, dated changes, nothing twice."""

import datetime as dt
from io import BytesIO
from random import Random

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory import queries
from app.directory.importing.reader import read_file
from app.directory.models import ImportUpload, Leader, LeaderFacet, Office
from app.directory.rules import facts_on
from app.directory.service import leaders
from app.directory.service.imports import Applied, apply_book
from tests.factories import make_leader, make_office
from tests.integration.directory.support import (
    audit_actions,
    csv_file,
    leader_count,
    only_leader,
    sign_in,
    xlsx_file,
)

TODAY = dt.date(2026, 3, 2)
YESTERDAY = dt.date(2026, 3, 1)
ZHANG = ("张三", "副县长", "教育、卫生", "青山镇", "13800001111", "2021-09-01", "")


def run(office: Office, *rows: tuple[str, ...]) -> Applied:
    """Import rows; what was done."""
    with transaction():
        _, applied = apply_book(office, read_file(csv_file(rows)))
    assert applied is not None
    return applied


@pytest.fixture
def office(app: Flask) -> Office:
    """A county."""
    with transaction():
        return make_office("county")


def days(leader: Leader, kind: str) -> list[tuple[str, dt.date | None, dt.date | None]]:
    """The dated facts of a kind."""
    return sorted(
        ((f.value, f.first_day, f.last_day) for f in leader.facets if f.kind == kind),
        key=lambda fact: (fact[1] or dt.date.min, fact[0]),
    )


def test_a_new_leader_has_everything_the_row_says(office: Office) -> None:
    with transaction():
        town = make_office("town-01", "township", db.session.get(Office, office.id), "青山镇人民政府")
    assert run(office, ("曾小明", *ZHANG[1:6], "2026-12-31")) == Applied(1, 0, 0, 0)
    leader = only_leader("曾小明")
    assert (leader.sort_key, leader.phone, leader.first_day, leader.last_day) == (
        "zeng xiao ming", "13800001111", dt.date(2021, 9, 1), dt.date(2026, 12, 31),
    )  # fmt: skip
    assert facts_on(leader, TODAY).sectors == ("教育", "卫生")
    assert [facet.office_id for facet in leader.facets if facet.kind == "township"] == [town.id]


@pytest.mark.parametrize(
    "change",
    [
        ZHANG,
        ("张三", "常务副县长", "教育、卫生", "青山镇", "13800001111", "2021-09-01", ""),
        ("张三", "常务副县长", "教育、卫生", "青山镇", "13800001111", "2026-02-01", ""),
        ("张三", "常务副县长", "农业", "青山镇", "13800001111", "2026-06-01", ""),
        ("张三", "副县长、县公安局局长", "农业", "", "13800001111", "2026-02-01", ""),
        ("张三", "副县长", "教育、卫生", "青山镇", "13800001111", "2020-01-01", ""),
        ("张三", "副县长", "教育、卫生", "青山镇", "13800001111", "2022-01-01", ""),
        ("张三", "副县长", "教育、卫生", "青山镇", "13800001111", "2026-06-01", ""),
        ("张三", "县长", "农业", "青山镇", "13900002222", "2019-01-01", ""),
        ("张三", "县长", "农业", "东河镇", "13900002222", "", "2026-05-31"),
        ("张三", "县长", "农业", "东河镇", "13900002222", "", "2025-05-31"),
    ],
)
def test_the_same_file_a_second_time_changes_nothing(office: Office, change: tuple[str, ...]) -> None:
    run(office, ZHANG)
    run(office, change)
    entries = audit_actions()
    assert run(office, change) == Applied(0, 0, 1, 0)
    assert audit_actions() == entries


def test_any_file_a_second_time_changes_nothing_whatever_came_before(office: Office) -> None:
    random = Random(20260302)
    run(office, ZHANG)
    for _ in range(80):
        row = (
            "张三",
            random.choice(
                ("副县长", "常务副县长", "副县长、县公安局局长", "县公安局局长、副县长", "县长", "")
            ),
            random.choice(("教育、卫生", "卫生、教育", "农业", "")),
            random.choice(("青山镇", "东河镇、青山镇", "")),
            random.choice(("13800001111", "13900002222", "")),
            random.choice(("2020-01-01", "2021-09-01", "2025-12-01", "2026-03-02", "2026-07-01", "")),
            random.choice(("", "", "至今", "2026-12-31", "2025-12-31", "2026-03-02")),
        )
        first = run(office, row)
        if not first.refused:
            assert run(office, row) == Applied(0, 0, 1, 0), row


def test_a_changed_post_holds_from_the_day_in_the_file(office: Office) -> None:
    run(office, ZHANG)
    run(office, ("张三", "常务副县长", "农业", "青山镇", "", "2026-02-01", ""))
    leader = only_leader("张三")
    assert days(leader, "post") == [
        ("副县长", dt.date(2021, 9, 1), dt.date(2026, 1, 31)),
        ("常务副县长", dt.date(2026, 2, 1), None),
    ]
    assert facts_on(leader, dt.date(2026, 1, 31)).sectors == ("教育", "卫生")
    assert facts_on(leader, dt.date(2026, 2, 1)).sectors == ("农业",)
    assert (leader.first_day, leader.phone) == (dt.date(2021, 9, 1), "13800001111")


def test_a_changed_portfolio_holds_from_the_day_in_the_file_and_the_post_goes_on(office: Office) -> None:
    run(office, ZHANG)
    run(office, (*ZHANG[:2], "农业", "青山镇、东河镇", "", "2026-02-01", ""))
    leader = only_leader("张三")
    assert days(leader, "sector") == [
        ("卫生", dt.date(2021, 9, 1), dt.date(2026, 1, 31)),
        ("教育", dt.date(2021, 9, 1), dt.date(2026, 1, 31)),
        ("农业", dt.date(2026, 2, 1), None),
    ]
    assert days(leader, "post") == [("副县长", dt.date(2021, 9, 1), None)]
    run(office, (*ZHANG[:2], "", "", "", "2026-12-01", ""))
    leader = only_leader("张三")
    assert leader.first_day == dt.date(2021, 9, 1), "a day that is still to come puts nobody out of office"
    assert facts_on(leader, TODAY).post == facts_on(leader, dt.date(2027, 1, 1)).post == "副县长"


def test_without_a_new_day_the_change_holds_from_today(office: Office) -> None:
    run(office, ZHANG)
    run(office, ("张三", "常务副县长", "教育、农业", "青山镇", "", "2021-09-01", ""))
    leader = only_leader("张三")
    assert facts_on(leader, YESTERDAY).post == "副县长"
    assert facts_on(leader, TODAY).post == "常务副县长"
    assert days(leader, "sector") == [
        ("卫生", dt.date(2021, 9, 1), YESTERDAY),
        ("教育", dt.date(2021, 9, 1), None),
        ("农业", TODAY, None),
    ]


def test_a_change_back_on_the_same_day_leaves_no_trace_in_the_facts(office: Office) -> None:
    run(office, ZHANG)
    run(office, ("张三", "县长", *ZHANG[2:]))
    run(office, ("张三", "副县长", *ZHANG[2:]))
    leader = only_leader("张三")
    assert facts_on(leader, TODAY).post == "副县长"
    assert facts_on(leader, YESTERDAY).post == "副县长"
    assert all(fact[0] == "副县长" for fact in days(leader, "post"))


def test_a_corrected_beginning_moves_the_time_in_office_too(office: Office) -> None:
    run(office, ZHANG)
    run(office, (*ZHANG[:5], "2020-01-01", ""))
    leader = only_leader("张三")
    assert leader.first_day == dt.date(2020, 1, 1)
    assert days(leader, "post") == [("副县长", dt.date(2020, 1, 1), None)]


def test_a_post_planned_for_later_survives_an_import(office: Office) -> None:
    run(office, ZHANG)
    with transaction():
        leader = only_leader("张三")
        leader.facets[0].last_day = dt.date(2026, 5, 31)
        leader.facets.append(LeaderFacet(kind="post", value="县长", first_day=dt.date(2026, 6, 1)))
    assert run(office, ZHANG) == Applied(0, 0, 1, 0)
    assert facts_on(only_leader("张三"), dt.date(2026, 6, 1)).post == "县长"


def test_refused_rows_do_not_hold_back_the_others(office: Office) -> None:
    bad = ("", "副县长", "", "", "", "", "")
    assert run(office, ZHANG, bad, ("李四", "副县长", "", "", "", "2026-05-01", "2026-01-01")) == Applied(
        1, 0, 0, 2
    )
    assert leader_count() == 1


def test_an_end_in_the_file_ends_and_an_open_one_restores(office: Office) -> None:
    run(office, ZHANG)
    run(office, (*ZHANG[:6], "2026-02-28"))
    assert only_leader("张三").last_day == dt.date(2026, 2, 28)
    run(office, (*ZHANG[:6], "至今"))
    assert only_leader("张三").last_day is None


def test_a_new_secretary_is_a_principal(office: Office) -> None:
    run(
        office,
        ("李四", "县委书记", "", "", "", "", ""),
        ("王五", "县委副书记、政法委书记", "", "", "", "", ""),
    )
    assert (only_leader("李四").role, only_leader("王五").role) == ("lead", "deputy")


# In the browser


def upload(client: FlaskClient, data: bytes, name: str = "名单.xlsx") -> str:
    """Upload a file; the address of its preview."""
    answer = client.post(
        "/offices/county/leaders/import",
        data={"file": (BytesIO(data), name)},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 302, answer.text
    return answer.location


def seen(page: str) -> str:
    """The hash the preview carries."""
    return page.split('name="seen" value="')[1].split('"', maxsplit=1)[0]


def test_nothing_is_written_until_confirmed(client: FlaskClient, app: Flask) -> None:
    office = sign_in(client)
    with transaction():
        make_leader(office, "李四", "副县长")
    address = upload(client, xlsx_file([ZHANG, ("李四", "县长", "", "", "", "", "")]))
    page = client.get(address).text
    assert leader_count() == 1
    assert "138****1111" in page
    assert "13800001111" not in page
    assert "<del>副县长</del>" in page
    assert client.get(f"{address}?show=add").text.count('class="row-') == 1
    answer = client.post(address, data={"seen": seen(page)}, follow_redirects=True)
    assert leader_count() == 2
    assert facts_on(only_leader("李四"), TODAY).post == "县长"
    assert answer.status_code == 200
    assert client.post(address, data={"seen": seen(page)}).status_code == 404, "an upload is used once"
    assert audit_actions()[-1] == "leaders.import"


def test_a_directory_that_changed_since_the_preview_shows_it_again(client: FlaskClient, app: Flask) -> None:
    office = sign_in(client)
    address = upload(client, xlsx_file([ZHANG]))
    page = client.get(address).text
    with transaction():
        make_leader(office, "张三", "县长")
    answer = client.post(address, data={"seen": seen(page)})
    assert answer.status_code == 409
    assert leader_count() == 1
    assert seen(answer.text) != seen(page)
    assert client.post(address, data={"seen": seen(answer.text)}).status_code == 302
    assert facts_on(only_leader("张三"), TODAY).post == "副县长"


def test_a_preview_belongs_to_one_person_and_expires(
    client: FlaskClient, app: Flask, clock: FixedClock
) -> None:
    sign_in(client)
    address = upload(client, xlsx_file([ZHANG]))
    stored = db.session.execute(text("SELECT book FROM import_uploads")).scalar_one()
    assert "张三".encode() not in bytes(stored), "kept encrypted"
    other = app.test_client()
    with transaction():
        office = queries.get_office("county")
    sign_in(other, "administrator", office)
    assert other.get(address).status_code == 404
    g.pop("_login_user", None)
    clock.advance(dt.timedelta(hours=3))
    assert client.get(address).status_code == 404
    upload(client, xlsx_file([ZHANG]))
    assert len(db.session.scalars(select(ImportUpload)).all()) == 1, "the expired one is gone"


def test_discarding_forgets_the_file(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    address = upload(client, xlsx_file([ZHANG]))
    assert client.post(f"{address}/discard").status_code == 302
    assert client.get(address).status_code == 404
    assert leader_count() == 0


@pytest.mark.parametrize("data", [b"%PDF-1.4 x", b"", b"PK\x03\x04 broken"])
def test_a_bad_file_is_refused_in_a_sentence(client: FlaskClient, app: Flask, data: bytes) -> None:
    sign_in(client)
    answer = client.post(
        "/offices/county/leaders/import",
        data={"file": (BytesIO(data), "a.xlsx")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert client.post("/offices/county/leaders/import").status_code == 422


def test_what_is_exported_can_be_imported_and_changes_nothing(client: FlaskClient, app: Flask) -> None:
    office = sign_in(client)
    run(office, ZHANG, ("曾小明", "县长", "", "", "0371-12345678", "", "2026-12-31"))
    run(office, ("张三", "常务副县长", "农业", "青山镇", "", "2026-02-01", ""))
    for answer in (
        client.get("/offices/county/leaders.xlsx?state=all"),
        client.post("/offices/county/leaders.xlsx?state=all"),
        client.get("/offices/county/leaders.xlsx?state=all&lang=en"),
    ):
        assert answer.status_code == 200
        with transaction():
            plan, applied = apply_book(office, read_file(answer.data))
        assert applied == Applied(0, 0, 2, 0), plan.rows


def test_numbers_leave_only_with_an_entry_in_the_audit_trail(client: FlaskClient, app: Flask) -> None:
    office = sign_in(client)
    run(office, ZHANG)
    without = read_file(client.get("/offices/county/leaders.xlsx").data)
    assert "13800001111" not in str(without)
    assert "leaders.phones.export" not in audit_actions()
    given = read_file(client.post("/offices/county/leaders.xlsx").data)
    assert "13800001111" in str(given)
    assert audit_actions()[-1] == "leaders.phones.export"


def test_the_template_is_a_file_without_leaders(client: FlaskClient, app: Flask) -> None:
    sign_in(client)
    for language in ("zh-CN", "en"):
        data = client.get("/offices/county/leaders/template.xlsx", headers={"Accept-Language": language}).data
        assert len(read_file(data).sheets) == 2


def test_two_leaders_of_one_name_are_told_apart_by_phone(office: Office) -> None:
    run(office, ZHANG)
    with transaction():
        twin = make_leader(db.session.merge(office), "张三", "县长")
        twin.phone = "13900009999"
    run(office, ("张三", "县委书记", "", "", "13900009999", "", ""))
    both = db.session.scalars(select(Leader).order_by(Leader.id)).all()
    assert [facts_on(leader, TODAY).post for leader in both] == ["副县长", "县委书记"]


def test_a_row_that_breaks_in_the_middle_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = leaders.leader_state
    made: list[str] = []

    def failing(leader: Leader) -> dict[str, object]:
        made.append(leader.name)
        if len(made) == 3:
            raise RuntimeError("the disk is full")
        return real(leader)

    monkeypatch.setattr("app.directory.service.leaders.leader_state", failing)
    rows = [(f"示例{name}", "副县长", "", "", "", "", "") for name in "甲乙丙丁"]
    with pytest.raises(RuntimeError):
        run(office, *rows)
    assert leader_count() == 0
    assert audit_actions() == []
    assert db.session.execute(update(Leader).values(note="")).rowcount == 0  # type: ignore[attr-defined]
