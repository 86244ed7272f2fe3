"""When a visit is purged, its matter forgets the people and keeps its figures."""

import datetime as dt

from flask import Flask

from app.appointments import vault
from app.appointments.events import VisitChanged
from app.appointments.models import Visit
from app.core import clock
from app.core.database import db, transaction
from app.core.dates import DateRange
from app.core.events import emit
from app.followup import queries
from app.followup.bulletin import queries as bulletin
from app.followup.service import letters, matters, papers, units
from app.followup.service.matters import Opening, open_matter
from tests.integration.followup.scenario import make_scene

MARCH = DateRange.of_month(2026, 3)


def make_visit(office_id: int) -> Visit:
    visit = Visit(
        office_id=office_id,
        reference="1234-5678",
        code_hash="x",
        channel="window",
        state="closed",
        on_date=dt.date(2026, 3, 2),
        name="王密探",
        received_at=clock.now(),
        met_at=clock.now(),
    )
    db.session.add(visit)
    db.session.flush()
    return visit


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
