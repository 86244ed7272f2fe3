"""A simulated half year of matters with acceptances, extensions and pauses: every date recomputed by an independent count.

The judge knows only what happened, and counts days one by one on the calendar of another package.
"""

import datetime as dt
import random
from dataclasses import dataclass, field

import chinese_calendar
from flask import Flask

from app.core.clock import FixedClock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.followup import queries
from app.followup.service import limits
from app.followup.service.matters import Opening, open_matter
from tests.integration.followup.scenario import make_scene

ONE = dt.timedelta(days=1)
MATTERS = 120


@dataclass
class Facts:
    """What happened to a matter, as the judge knows it."""

    received: dt.date
    urgency: str
    told: dt.date
    accepted: dt.date | None = None
    extended: int = 0
    paused: set[dt.date] = field(default_factory=set)


def rolled(day: dt.date) -> dt.date:
    """The day itself or the next one on which people work."""
    while not chinese_calendar.is_workday(day):
        day += ONE
    return day


def counted(start: dt.date, days: int, facts: Facts, working: bool) -> dt.date:
    """The last of so many days after `start`."""
    day = start
    while days:
        day += ONE
        if day in facts.paused or (working and not chinese_calendar.is_workday(day)):
            continue
        days -= 1
    return day


def decision(facts: Facts) -> dt.date:
    """Normal 60 days, urgent 15, simple 10 working days; extended by calendar days."""
    start = facts.accepted or facts.received
    days, working = {"normal": (60, False), "urgent": (15, False), "simple": (10, True)}[facts.urgency]
    return rolled(counted(counted(start, days, facts, working), facts.extended, facts, False))


def test_every_date(app: Flask, clock: FixedClock) -> None:
    chance = random.Random(5)
    with transaction():
        scene = make_scene()
    office = scene.office
    known: dict[int, Facts] = {}
    day = dt.date(2026, 1, 4)
    while day < dt.date(2026, 6, 28):
        day += ONE
        clock.at = dt.datetime.combine(day, dt.time(2), dt.UTC)
        if len(known) < MATTERS:
            received = day - chance.randint(0, 3) * ONE
            urgency = chance.choice(["normal", "normal", "urgent", "simple"])
            units = [chance.choice(scene.units).id]
            opening = Opening(received, "示例", "taken_back", urgency=urgency, units=units)
            with transaction():
                known[open_matter(office, opening, "clerk").id] = Facts(received, urgency, day)
        for matter_id in chance.sample(list(known), k=min(4, len(known))):
            step(chance, office, matter_id, known[matter_id], day)
    for matter_id, facts in known.items():
        matter = queries.get_matter(office.id, matter_id)
        assert matter.register_due_on == rolled(facts.received + 15 * ONE)
        assert matter.acceptance_due_on == rolled(facts.received + 15 * ONE)
        assert matter.due_on == decision(facts), facts
        assert [part.due_on for part in matter.parts] == [matter.due_on]
        assert matter.parts[0].not_ours_due_on == counted(facts.told, 5, Facts(day, "normal", day), True)


def step(chance: random.Random, office: Office, matter_id: int, facts: Facts, day: dt.date) -> None:
    """Something that may happen to a matter; what the program refuses did not happen."""
    kind = chance.choice(["accept", "extend", "pause", "resume"])
    try:
        with transaction():
            matter = queries.get_matter(office.id, matter_id)
            if kind == "accept":
                limits.accept(office, matter, day, "clerk")
            elif kind == "extend":
                days = chance.randint(1, 30)
                limits.extend(office, matter, days, "需要", "clerk")
            elif kind == "pause":
                last = day + chance.randint(0, 20) * ONE
                limits.pause(office, matter, day, last, "鉴定", "clerk")
            else:
                limits.resume(office, matter, "clerk")
    except RotaError:
        return
    if kind == "accept":
        facts.accepted = day
    elif kind == "extend":
        facts.extended = days
    elif kind == "pause":
        facts.paused |= {day + n * ONE for n in range((last - day).days + 1)}
    else:
        facts.paused = {paused for paused in facts.paused if paused < day}
