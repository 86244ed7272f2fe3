"""A county with five leaders and a published month, and what events were emitted."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import events
from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.roster.models import Duty
from app.roster.substitution.events import (
    ConvenerTold,
    SubstituteAsked,
    SubstituteNudged,
    SubstitutionChanged,
    SubstitutionEscalated,
)
from app.roster.substitution.models import SubstitutionPolicy, SubstitutionRequest
from app.roster.substitution.queries import default_policy
from tests.factories import make_leader, make_office
from tests.published import publish_days, workdays

MARCH = (dt.date(2026, 3, 2), dt.date(2026, 3, 31))
KINDS = (SubstitutionChanged, SubstituteAsked, SubstituteNudged, SubstitutionEscalated, ConvenerTold)
NAMES = ("示例甲", "示例乙", "示例丙", "示例丁", "示例戊")


@dataclass
class County:
    """The office, its leaders in roster order, and the events so far."""

    office: Office
    leaders: list[Leader]
    told: list[Any] = field(default_factory=list)

    def duty(self, day: dt.date) -> Duty:
        """The duty published now for a day of March."""
        return db.session.scalars(
            select(Duty).where(
                Duty.office_id == self.office.id, Duty.on_date == day, Duty.until_revision.is_(None)
            )
        ).one()

    def day(self, number: int) -> dt.date:
        """The n-th working day of March, from 0: leader n % 5 is on duty."""
        return workdays(*MARCH)[number]

    def set_policy(self, **values: Any) -> None:
        """Change the office's policy."""
        with transaction():
            row = db.session.get(SubstitutionPolicy, self.office.id) or default_policy(self.office.id)
            for name, value in values.items():
                setattr(row, name, value)
            db.session.add(row)

    def states(self, request: SubstitutionRequest) -> list[str]:
        """The states a request went through, by its events."""
        changed = [e for e in self.told if isinstance(e, SubstitutionChanged) and e.request_id == request.id]
        return [event.after for event in changed]


@pytest.fixture
def county(app: Flask) -> Iterator[County]:
    """Five leaders take turns on every weekday of March 2026; today is Monday the 2nd, noon."""
    with transaction():
        office = make_office()
        office.phone = "0000-1234567"
        leaders = [make_leader(office, name) for name in NAMES]
        publish_days(office, leaders, workdays(*MARCH))
    found = County(office, leaders)
    before = {kind: list(events._listeners[kind]) for kind in KINDS}
    for kind in KINDS:
        events.subscribe(kind, found.told.append)
    yield found
    for kind in KINDS:
        events._listeners[kind][:] = before[kind]
