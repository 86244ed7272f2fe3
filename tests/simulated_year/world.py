"""The offices of the simulated year: leaders, units, policies, and a roster published for the whole year."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import chinese_calendar
from sqlalchemy import text

from app.appointments.models import VisitPolicy
from app.appointments.rules.policy import Policy, as_spec
from app.core import clock
from app.core.database import db, transaction
from app.directory.models import Department, Leader, LeaderFacet, Office
from app.followup.models import FollowupSettings
from app.roster.models import Draft, DraftDuty
from app.roster.publishing import publish
from tests.factories import make_leader, make_office, make_user
from tests.simulated_year import journal

ONE = dt.timedelta(days=1)
SECTORS = ("教育", "住房城乡建设", "农业农村", "生态环境")
# Every way of working that changes what happens to a visit or a date, spread over the offices.
POLICIES: tuple[dict[str, Any], ...] = (
    {},
    {"leader_changes": "ask", "pending_hours": 20, "cutoff_working_days": True},
    {"leader_changes": "move", "session_cancelled": "ask", "offer_hours": 8},
    {"confirm": "at_once", "session_moves": "keep", "cutoff_days": 0, "cutoff_time": dt.time(8)},
    {"waiting_most": 2, "pending_hours": 6},
)
FOLLOWUP: tuple[dict[str, Any], ...] = (
    {},
    {"limits": {"decision": 45, "acceptance": 10, "simple": 7}, "sign_offs": 2},
    {"roll_forward": False, "few_items": 3},
    {"limits": {"not_ours": 3, "urgent": 7}, "sign_offs": 1},
    {},
)


@dataclass(frozen=True)
class Place:
    """One office and who works there."""

    office: Office
    leaders: list[Leader]
    units: list[int]
    users: list[int]
    policy: Policy


def make_world(offices: int, first: dt.date, last: dt.date, places: int) -> list[Place]:
    """Offices under one city, each with a roster for every working day from `first` to `last`."""
    with transaction():
        journal.install()
        city = make_office("city", "city", name="示例市信访局")
    return [_make_place(number, city, first, last, places) for number in range(offices)]


def _make_place(number: int, city: Office, first: dt.date, last: dt.date, places: int) -> Place:
    with transaction():
        office = make_office(f"county{number}", parent=city, name=f"示例{number}县信访局")
        office.timezone = "Asia/Urumqi" if number % 5 == 1 else "Asia/Shanghai"
        leaders = [make_leader(office, f"示例{number}之{n}") for n in range(6)]
        for n, leader in enumerate(leaders):
            leader.facets.append(
                LeaderFacet(kind="sector", value=SECTORS[n % len(SECTORS)], first_day=dt.date(2020, 1, 1))
            )
        units = [Department(office_id=office.id, name=f"示例单位{number}之{n}") for n in range(4)]
        db.session.add_all(units)
        policy = replace(
            Policy(), places=places, walk_in_places=3, challenge=False, **POLICIES[number % len(POLICIES)]
        )
        db.session.add(VisitPolicy(office_id=office.id, spec=as_spec(policy), version=1))
        settings: dict[str, Any] = {"limits": {}, "letter_text": {}} | FOLLOWUP[number % len(FOLLOWUP)]
        db.session.add(FollowupSettings(office_id=office.id, **settings))
        users = [make_user(f"clerk{number}x{n}", "reception", office).id for n in range(3)]
        db.session.flush()
        journal.mark(
            "office",
            office=office.id,
            zone=office.timezone,
            policy=_plain(policy),
            settings=settings,
            leaders=[leader.id for leader in leaders],
        )
        place = Place(office, leaders, [unit.id for unit in units], users, policy)
    publish_days(place, days_of_work(first, last), "", both=number % 2 == 0)
    return place


def _plain(policy: Policy) -> dict[str, Any]:
    names = (
        *("places", "walk_in_places", "pending_hours", "offer_hours", "confirm", "waiting_list"),
        *("cutoff_days", "cutoff_working_days", "cutoff_time"),
    )
    return {name: getattr(policy, name) for name in names}


def days_of_work(first: dt.date, last: dt.date) -> list[dt.date]:
    """The working days of the country."""
    return [
        day
        for day in (first + n * ONE for n in range((last - first).days + 1))
        if chinese_calendar.is_workday(day)
    ]


def publish_days(place: Place, days: list[dt.date], reason: str, both: bool) -> None:
    """A morning and an afternoon session each day; with two leaders in each where `both`."""
    duties = []
    for n, day in enumerate(days):
        for m, session in enumerate(("am", "pm")):
            for seat in range(1, 3 if both else 2):
                leader = place.leaders[(2 * n + m + seat) % len(place.leaders)]
                duties.append(duty(day, session, seat, leader.id))
    publish_duties(place.office, days[0], days[-1], duties, reason)


def duty(day: dt.date, session: str, seat: int, leader_id: int, starts: dt.time | None = None) -> DraftDuty:
    """One seat of a draft."""
    key = f"s1-{day:%Y%m%d}-{session}"
    usual = dt.time(8, 30) if session == "am" else dt.time(14)
    return DraftDuty(
        seat_key=f"{key}:{seat}",
        session_key=key,
        on_date=day,
        session=session,
        starts=starts or usual,
        ends=dt.time(12) if session == "am" else dt.time(17, 30),
        seat=seat,
        leader_id=leader_id,
    )


def publish_duties(
    office: Office, first: dt.date, last: dt.date, duties: list[DraftDuty], reason: str
) -> dict[str, Any] | None:
    """Publish a draft of these duties; a journal entry like every other change."""

    def action() -> dict[str, Any]:
        number = db.session.execute(
            text("SELECT coalesce(max(number), 0) FROM revisions WHERE office_id = :office"),
            {"office": office.id},
        ).scalar_one()
        draft = Draft(
            office_id=office.id,
            first_day=first,
            last_day=last,
            state="ready",
            based_on=number,
            created_at=clock.now(),
            created_by="anna",
        )
        db.session.add(draft)
        db.session.flush()
        for found in duties:
            found.draft_id = draft.id
        db.session.add_all(duties)
        db.session.flush()
        publish(draft, reason, "anna", accept_conflicts=True)
        return {}

    return journal.do("publish", action, office=office.id)
