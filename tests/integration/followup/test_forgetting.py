"""When a visit is purged, its matter forgets the people and keeps its figures."""

import datetime as dt
from dataclasses import replace

from flask import Flask

from app.appointments import vault
from app.appointments.events import VisitChanged
from app.appointments.service import retention
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.dates import DateRange
from app.core.events import emit
from app.followup import queries
from app.followup.bulletin import queries as bulletin
from app.followup.service import forgetting, letters, matters, papers, units
from app.followup.service.matters import Opening, open_matter
from tests.integration.followup.scenario import make_scene, make_visit

MARCH = DateRange.of_month(2026, 3)


def test_no_word_of_the_people_is_left(app: Flask) -> None:
    secret = "密探之事"
    with transaction():
        scene = make_scene()
        visit = make_visit(scene.office.id)
        opening = Opening(
            dt.date(2026, 3, 2),
            "示例路灯",
            "taken_back",
            account=secret,
            instruction=secret,
            visit_id=visit.id,
            units=[scene.units[0].id],
        )
        matter = open_matter(scene.office, opening, "clerk")
        part = matter.parts[0]
        units.report(scene.office, part, secret, "联系人")
        letters.issue(scene.office, part, "remind", secret, "clerk")
        file = papers.add_paper(scene.office, matter, "密探.pdf", b"%PDF-1.4\n%%EOF\n", "clerk")
        units.reply(scene.office, part, secret, "联系人")
        matters.close(scene.office, matter, secret, "clerk")
        key = file.stored_as
    before = bulletin.totals([scene.office.id], MARCH)
    with transaction():
        emit(VisitChanged(visit.id, scene.office.id, "purged"))
    db.session.expire_all()
    found = queries.get_matter(scene.office.id, matter.id)
    texts = [
        found.account,
        found.instruction,
        found.result,
        *(part.reply for part in found.parts),
        *(entry.text for entry in queries.entries(found.id)),
        *(letter.text for letter in queries.letters(scene.office.id)),
    ]
    assert set(texts) == {""}
    assert queries.files(found.id) == []
    assert key not in {path.stem for path in vault._root(papers.FOLDER).glob("*/*")}
    assert bulletin.totals([scene.office.id], MARCH) == before


def test_a_matter_of_no_visit_has_an_end_too(app: Flask, clock: FixedClock) -> None:
    with transaction():
        scene = make_scene()
        opening = Opening(dt.date(2026, 3, 2), "示例路灯", "answered", account="密探之事", result="密探满意")
        matter = open_matter(scene.office, opening, "clerk")
        running = open_matter(scene.office, replace(opening, disposition="raised"), "clerk")
    clock.advance(dt.timedelta(days=36 * 30 - 1))
    assert list(forgetting.due(scene.office.id)) == []
    clock.advance(dt.timedelta(days=2))
    command = app.test_cli_runner()
    assert "county: 1 matters" in command.invoke(args=["matters", "purge", "--dry-run"]).output
    db.session.expire_all()
    assert queries.get_matter(scene.office.id, matter.id).account == "密探之事"
    assert command.invoke(args=["matters", "purge"]).exit_code == 0
    db.session.expire_all()
    found = queries.get_matter(scene.office.id, matter.id)
    assert (found.account, found.result, found.purged_at is None) == ("", "", False)
    assert queries.get_matter(scene.office.id, running.id).account == "密探之事"


def test_a_resident_s_copy_tells_of_the_matter(app: Flask) -> None:
    with transaction():
        scene = make_scene()
        visit = make_visit(scene.office.id)
        opening = Opening(
            dt.date(2026, 3, 2),
            "示例路灯",
            "answered",
            account="路灯不亮",
            result="已修好",
            visit_id=visit.id,
        )
        open_matter(scene.office, opening, "clerk")
        copy = retention.export(visit)
    assert copy["matter_followed_up"]["account"] == "路灯不亮"
    assert copy["matter_followed_up"]["result"] == "已修好"
