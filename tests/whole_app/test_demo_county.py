"""The demo county as `make run` loads it: every promise kept by an outside referee's word, the same every time."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import selectinload

from app.core.database import db, transaction
from app.demo.county import write_county
from app.demo.rota import write_rules
from app.directory.models import Contact, Department, Leader, Office
from tests.conftest import fresh_copy
from tests.referee.facts import dump_facts
from tests.whole_app.demo import CODES, Demo, assert_sign_ins, revisions, schedules, table_sizes, violations

pytestmark = pytest.mark.processes
# The cyclical characters the demo's surnames come from, without those that many families bear.
INVENTED = set("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥") - set("丁辛申")

# Every part of the program has something to show.
LIVELY = (
    *("visits", "reception_records", "readiness_items", "matters", "letters", "public_results"),
    *("substitution_requests", "screens", "screen_groups", "screen_notices", "notices"),
)


@pytest.fixture
def finished(database_url: str, tmp_path: Path) -> Demo:
    """City, county and two townships, 2026 and 2027, built and published."""
    demo = Demo(database_url, tmp_path)
    result = demo.prepare(len(CODES), "2026,2027")
    assert result.returncode == 0, result.stderr
    assert "Loading the demo county" in result.stdout
    assert not (tmp_path / "demo-unfinished").exists()
    return demo


def test_every_promise_is_kept_and_a_second_prepare_changes_nothing(finished: Demo) -> None:
    with finished.opened() as app:
        assert violations(finished, app, CODES, (2026, 2027)) == []
        assert_only_2027_is_provisional(app)
        before = (table_sizes(), schedules(app, CODES), finished.sign_ins())
    assert all(before[0][name] for name in LIVELY)
    result = finished.prepare(len(CODES), "2026,2027")
    assert result.returncode == 0, result.stderr
    assert "Loading" not in result.stdout
    assert "Building" not in result.stdout
    assert finished.sign_ins()["scheduler"] in result.stdout, "it says where to look"
    with finished.opened() as app:
        assert (table_sizes(), schedules(app, CODES), finished.sign_ins()) == before
    assert_sign_ins(finished)


def assert_only_2027_is_provisional(app: Flask) -> None:
    """The notice of 2026 is in, that of 2027 is not."""
    client = app.test_client()
    for year, provisional in ((2026, False), (2027, True)):
        answer = client.get(f"/o/county/schedule.json?from={year}-01-01&to={year}-12-31")
        assert answer.get_json()["provisional"] is provisional
    published = [revision.provisional for revision in revisions() if revision.kind == "publication"]
    assert published == [False, True] * len(CODES)


def test_two_loads_are_equal(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    dumps = []
    for seed in ("1", "2"):
        folder = tmp_path_factory.mktemp("load")
        with fresh_copy(migrated, folder) as url:
            result = Demo(url, folder).prepare(27, "none", seed=seed)
            assert result.returncode == 0, result.stderr
            dumps.append((dump_facts(url), directory_of(Demo(url, folder))))
    assert dumps[0] == dumps[1]
    assert len(json.loads(dumps[0][0])["offices"]) == 27


def directory_of(demo: Demo) -> list[tuple[object, ...]]:
    """What is said of everybody, telephone numbers too, apart from what the facts say."""
    with demo.opened():
        leaders = db.session.scalars(
            select(Leader).options(selectinload(Leader.facets)).order_by(Leader.id)
        ).all()
        people = [
            (each.id, each.name, each.sort_key, each.phone, *((f.kind, f.value) for f in each.facets))
            for each in leaders
        ]
        contacts = db.session.execute(select(Contact.name, Contact.phone).order_by(Contact.id))
        wishes = db.session.execute(text("SELECT leader_id, kind, on_date, weekday FROM wishes ORDER BY id"))
        return [*people, *(tuple(row) for row in contacts), *(tuple(row) for row in wishes)]


def test_names_and_numbers_are_obviously_invented(app: Flask) -> None:
    with transaction():
        write_rules(write_county())
    people = [*db.session.scalars(select(Leader)), *db.session.scalars(select(Contact))]
    names = [person.name for person in people]
    assert len(names) > 200
    assert len(set(names)) == len(names)
    assert [name for name in names if name[0] not in INVENTED] == []
    numbers = [str(person.phone) for person in people]
    assert all(len(number) == 11 and number.startswith("100") for number in numbers), "no such mobile numbers"
    assert all(office.phone.startswith("0000-") for office in db.session.scalars(select(Office)))
    assert all(name.startswith("示例县") for name in db.session.scalars(select(Department.name)))
    codes = list(db.session.scalars(select(Office.code).order_by(Office.id)))
    assert codes == ["city", "county", *(f"town-{number:02}" for number in range(1, 26))]


def test_sizes_are_those_promised(app: Flask) -> None:
    with transaction():
        write_rules(write_county())
    counted = select(Office.code, func.count()).join(Leader).group_by(Office.code)
    sizes = {row[0]: row[1] for row in db.session.execute(counted)}
    assert sizes["city"] == 15
    assert sizes["county"] == 32 + 1, "32 posts, one of which changes hands"
    assert all(6 <= count <= 12 for code, count in sizes.items() if code.startswith("town-"))
