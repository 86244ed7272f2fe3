"""A matter from what the leader decided to the rating, over the pages staff use."""

import datetime as dt
from io import BytesIO

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup import queries
from app.followup.errors import AlreadyExtended, MatterMoved, NotRatable, SignedAlready, TooLateForNotOurs
from app.followup.models import FollowupSettings, Matter
from app.followup.service import letters, limits, matters, units
from app.followup.service.matters import Opening, open_matter
from tests.integration.followup.scenario import Scene, make_scene

MONDAY = dt.date(2026, 3, 2)


@pytest.fixture
def scene(app: Flask) -> Scene:
    with transaction():
        return make_scene()


def opened(scene: Scene, **more: object) -> Matter:
    values = {
        "received_on": MONDAY,
        "subject": "示例路灯不亮",
        "disposition": "taken_back",
        "units": [scene.units[0].id],
        **more,
    }
    with transaction():
        return open_matter(scene.office, Opening(**values), "clerk")  # type: ignore[arg-type]


def test_the_whole_way_over_the_pages(client: FlaskClient, scene: Scene) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    data = {
        "received_on": "2026-03-02",
        "subject": "示例路灯不亮",
        "disposition": "taken_back",
        "urgency": "normal",
        "duty_leader": scene.leaders[0].id,
        "case_leader": scene.leaders[1].id,
        "main_unit": scene.units[0].id,
        "other_units": [scene.units[1].id],
    }
    answer = client.post("/offices/county/matters/new", data=data, follow_redirects=True)
    assert "示例路灯不亮" in answer.text
    matter = db.session.scalars(select(Matter)).one()
    assert (matter.reference, matter.state, matter.due_on) == ("2026-0001", "open", dt.date(2026, 5, 6))
    assert "遇劳动节顺延" in answer.text
    main = next(part for part in matter.parts if part.main)
    here = f"/offices/county/matters/{matter.id}"
    client.post(f"{here}/units/{main.id}/reply", data={f"part{main.id}-text": "已全部修好"})
    answer = client.post(f"{here}/close", data={"close-text": "路灯已修好"})
    code = answer.text.split('class="rating-code">')[1].split("<")[0].strip()
    answer = client.post("/o/county/rate", data={"code": code, "rating": "satisfied"})
    assert answer.status_code == 303
    again = client.post("/o/county/rate", data={"code": code, "rating": "dissatisfied"})
    assert again.status_code == 422
    db.session.expire_all()
    assert db.session.scalars(select(Matter.rating)).one() == "satisfied"


def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: FlaskClient, scene: Scene) -> None:
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    data = {
        "received_on": "2026-03-02",
        "disposition": "answered",
        "subject": "很长的说明",
        "account": "原文保留",
    }
    answer = client.post("/offices/county/matters/new?lang=en", data=data)
    assert answer.status_code == 422
    assert "Write what was answered." in answer.text
    assert "原文保留" in answer.text
    assert db.session.scalar(select(Matter.id)) is None


def test_numbers_run_by_office_and_year(scene: Scene) -> None:
    assert [opened(scene).number for _ in range(3)] == [1, 2, 3]


def test_answered_on_the_spot_is_closed_at_once(scene: Scene) -> None:
    matter = opened(scene, disposition="answered", result="当场解释清楚", units=[])
    assert (matter.state, matter.closed_on) == ("closed", MONDAY)


def test_two_signatures_of_two_people(scene: Scene) -> None:
    with transaction():
        db.session.add(FollowupSettings(office_id=scene.office.id, limits={}, letter_text={}, sign_offs=2))
    matter = opened(scene)
    assert matter.state == "signing"
    with transaction():
        assert not matters.sign(scene.office, matter, 1, "clerk")
    with pytest.raises(SignedAlready), transaction():
        matters.sign(scene.office, matter, 1, "clerk")
    with transaction():
        assert matters.sign(scene.office, matter, 2, "chief")
    assert matter.state == "open"


def test_not_ours_only_within_five_working_days(scene: Scene, clock: FixedClock) -> None:
    matter = opened(scene)
    part = matter.parts[0]
    assert part.not_ours_due_on == dt.date(2026, 3, 9)
    clock.at = dt.datetime(2026, 3, 9, 15, 59, tzinfo=dt.UTC)  # 23:59 in Shanghai on the last day
    with transaction():
        units.refuse_part(scene.office, part, "属水利部门", "联系人")
    assert (part.state, part.main) == ("not_ours", False)
    other = opened(scene, received_on=dt.date(2026, 3, 9))
    clock.at = dt.datetime(2026, 3, 16, 16, 0, tzinfo=dt.UTC)  # midnight after
    with pytest.raises(TooLateForNotOurs), transaction():
        units.refuse_part(scene.office, other.parts[0], "属水利部门", "联系人")


def test_extended_once(scene: Scene) -> None:
    matter = opened(scene)
    with transaction():
        limits.extend(scene.office, matter, 30, "需要鉴定", "clerk")
    assert matter.due_on == dt.date(2026, 6, 1)
    assert matter.parts[0].due_on == matter.due_on
    with pytest.raises(AlreadyExtended), transaction():
        limits.extend(scene.office, matter, 5, "再延长", "clerk")


def test_a_pause_moves_the_date_and_ends_early(scene: Scene, clock: FixedClock) -> None:
    matter = opened(scene)
    with transaction():
        limits.pause(scene.office, matter, MONDAY, dt.date(2026, 3, 31), "司法鉴定", "clerk")
    # 29 days of March after the first do not count: 60 days later is 30 May, a Saturday.
    assert matter.due_on == dt.date(2026, 6, 1)
    clock.at = dt.datetime(2026, 3, 5, 1, 0, tzinfo=dt.UTC)
    with transaction():
        limits.resume(scene.office, queries.get_matter(scene.office.id, matter.id), "clerk")
    found = queries.get_matter(scene.office.id, matter.id)
    # 3 and 4 March do not count (the first day never does): 3 May, a holiday, rolls to the 6th.
    assert found.due_on == dt.date(2026, 5, 6)


def test_a_reply_makes_the_matter_replied_when_the_main_unit_is_done(scene: Scene) -> None:
    matter = opened(scene, units=[unit.id for unit in scene.units])
    assisting = next(part for part in matter.parts if not part.main)
    main = next(part for part in matter.parts if part.main)
    with transaction():
        units.reply(scene.office, assisting, "已配合", "联系人")
    assert matter.state == "open"
    with transaction():
        units.reply(scene.office, main, "已办结", "联系人")
    assert matter.state == "replied"
    with transaction():
        units.send_back(scene.office, main, "未答复诉求", "clerk")
    assert (matter.state, main.state) == ("open", "accepted")


def test_whoever_looks_at_an_old_page_is_told(scene: Scene) -> None:
    matter = opened(scene)
    with transaction():
        matters.close(scene.office, matter, "已解决", "clerk")
    with pytest.raises(MatterMoved), transaction():
        limits.extend(scene.office, matter, 10, "来不及", "clerk")
    with transaction():
        matters.rate(scene.office, matter, "satisfied", "call", "clerk")
    with pytest.raises(NotRatable), transaction():
        matters.rate(scene.office, matter, "dissatisfied", "call", "clerk")


def test_letters_are_numbered_by_kind_and_year(scene: Scene) -> None:
    part = opened(scene).parts[0]
    text = letters.draft_text(scene.office, part, "supervise")
    assert "示例县住建局" in text
    assert "2026年5月6日" in text
    with transaction():
        numbers = [
            letters.letter_number(letters.issue(scene.office, part, kind, text, "clerk"))
            for kind in ("supervise", "supervise", "remind")
        ]
    assert numbers == ["督办〔2026〕1号", "督办〔2026〕2号", "提醒〔2026〕1号"]


def test_a_letter_as_word_names_who_received_and_is_signed_on_the_right(
    client: FlaskClient, scene: Scene
) -> None:
    received, keeps = scene.leaders[:2]
    part = opened(scene, duty_leader_id=received.id, case_leader_id=keeps.id).parts[0]
    text = letters.draft_text(scene.office, part, "supervise")
    with transaction():
        letter = letters.issue(scene.office, part, "supervise", text, "clerk")
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    answer = client.get(f"/offices/county/letters/{letter.id}/word?lang=en")
    lines = [line for line in docx.Document(BytesIO(answer.data)).paragraphs if line.text]
    assert [line.text for line in lines[:3]] == ["督办函", "督办〔2026〕1号", "示例县住建局："]
    assert f"{received.name}接访" in lines[3].text
    assert [line.alignment for line in lines[-2:]] == [WD_ALIGN_PARAGRAPH.RIGHT] * 2
