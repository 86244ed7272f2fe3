"""Small makers of drafts for the roster's tests."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import db
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.models import Draft, DraftDuty, Rule
from app.roster.rules import parse_rule

NOW = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def make_draft(
    office: Office,
    days: Sequence[dt.date],
    leaders: Sequence[Leader | None],
    state: str = "ready",
    first: dt.date | None = None,
    last: dt.date | None = None,
) -> Draft:
    """A draft with one seat a day; the n-th day goes to the n-th leader, over and over."""
    draft = Draft(
        office_id=office.id,
        first_day=first or min(days),
        last_day=last or max(days),
        state=state,
        based_on=queries.current_number(office.id),
        created_at=NOW,
        created_by="test",
    )
    db.session.add(draft)
    db.session.flush()
    for index, day in enumerate(days):
        db.session.add(make_seat(draft, day, leaders[index % len(leaders)]))
    db.session.flush()
    return draft


def make_seat(draft: Draft, day: dt.date, leader: Leader | None, session: str = "day") -> DraftDuty:
    """One seat of rule 1."""
    key = f"r1:{day.isoformat()}:{session}"
    return DraftDuty(
        draft_id=draft.id,
        seat_key=f"{key}:1",
        session_key=key,
        on_date=day,
        session=session,
        starts=dt.time(8, 30),
        ends=dt.time(17, 30),
        leader_id=leader.id if leader else None,
    )


def seat_on(draft: Draft, day: dt.date) -> DraftDuty:
    """The seat of a day."""
    found = db.session.scalar(
        select(DraftDuty).where(DraftDuty.draft_id == draft.id, DraftDuty.on_date == day)
    )
    assert found is not None
    return found


def days_from(first: dt.date, count: int) -> list[dt.date]:
    """That many days in a row."""
    return [first + dt.timedelta(days=number) for number in range(count)]


def make_rule(office: Office, kind: str = "coverage", name: str = "每个工作日", **spec: object) -> Rule:
    """A rule that always holds; by default one leader every working day."""
    if kind == "coverage":
        spec = {"when": {"type": "working_days"}, **spec}
    rule = Rule(office_id=office.id, kind=kind, name=name, spec=parse_rule(kind, spec).to_spec())
    db.session.add(rule)
    db.session.flush()
    return rule
