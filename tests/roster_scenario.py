"""An office with leaders, a draft that is ready, and (if wanted) something published: for pages and browsers.

The draft is a plain round robin over every working day of the range, so it is even and breaks no rule but where a
test asks for it; nothing here solves anything.
"""

import datetime as dt
from dataclasses import dataclass

from app.core import clock
from app.core.database import db
from app.directory.models import Leader, Office, Room
from app.roster.engine import Leader as EngineLeader
from app.roster.engine import Problem, Rules, Slot, problem_to_json
from app.roster.models import Draft, DraftDuty, Revision
from app.roster.publishing import publish
from tests.factories import make_leader, make_office

FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董"
SPACED = Rules(min_gap=2)
GIVEN = ("安宁", "文斌", "晓岚", "建民", "丽华", "志远", "思齐", "国栋")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What `make_scenario` made."""

    office: Office
    leaders: list[Leader]
    draft: Draft


def make_scenario(
    leaders: int = 5,
    first: dt.date = dt.date(2026, 3, 2),
    last: dt.date = dt.date(2026, 3, 31),
    rules: Rules = SPACED,
    code: str = "county",
    seats: int = 1,
) -> Scenario:
    """An office with `leaders` leaders (the first is the principal) and a ready round-robin draft."""
    office = make_office(code)
    office.phone, office.address = "0571-5550 0100", "示例路 1 号"
    room = Room(office=office, name="第一接访室", place="一楼大厅东侧")
    db.session.add(room)
    people = [
        make_leader(
            office,
            FAMILY[n % len(FAMILY)] + GIVEN[n % len(GIVEN)],
            "县委书记" if n == 0 else "副县长",
            "lead" if n == 0 else "deputy",
        )
        for n in range(leaders)
    ]
    return Scenario(office, people, make_draft(office, people, first, last, rules, seats, room))


def make_draft(
    office: Office,
    people: list[Leader],
    first: dt.date,
    last: dt.date,
    rules: Rules = SPACED,
    seats: int = 1,
    room: Room | None = None,
    shift: int = 0,
) -> Draft:
    """A ready draft: every weekday one session of `seats` seats, the leaders in turn from number `shift` on."""
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    working = [day for day in days if day.weekday() < 5]
    duties = [
        DraftDuty(
            seat_key=f"s1-{day:%Y%m%d}-day:{seat}",
            session_key=f"s1-{day:%Y%m%d}-day",
            on_date=day,
            session="day",
            starts=dt.time(8, 30),
            ends=dt.time(17, 30),
            seat=seat,
            room_id=room.id if room else None,
            leader_id=people[(shift + seats * n + seat - 1) % len(people)].id,
        )
        for n, day in enumerate(working)
        for seat in range(1, seats + 1)
    ]
    draft = Draft(
        office_id=office.id,
        first_day=first,
        last_day=last,
        state="ready",
        based_on=0,
        created_at=clock.now(),
        created_by="anna",
        problem=problem_to_json(problem_for(people, duties, first, last, rules)),
        report={"status": "feasible", "seconds": 1.0, "seed": 0, "conflict": None, "levels": {
            "1a": {"value": 600, "bound": 600, "proven": True, "seconds": 0.1}}},
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    for duty in duties:
        duty.draft_id = draft.id
    db.session.add_all(duties)
    db.session.flush()
    return draft


def problem_for(
    people: list[Leader], duties: list[DraftDuty], first: dt.date, last: dt.date, rules: Rules
) -> Problem:
    """The engine's problem of such a draft. The second leader is on leave in the second week."""
    week = frozenset(first + dt.timedelta(days=n) for n in range(7, 12))
    classes = {0: "monfri", 4: "monfri", 5: "rest", 6: "rest"}
    return Problem(
        id="scenario",
        start=first,
        end=last,
        leaders=tuple(
            EngineLeader(
                str(person.id),
                first,
                last,
                person.role,
                name=person.name,
                leave=week if n == 1 else frozenset(),
            )
            for n, person in enumerate(people)
        ),
        slots=tuple(
            Slot(
                duty.seat_key,
                duty.on_date,
                classes.get(duty.on_date.weekday(), "plain"),
                group=duty.session_key,
            )
            for duty in duties
        ),
        rules=rules,
    )


def publish_draft(draft: Draft, reason: str = "") -> Revision:
    """Publish it as it is, accepting broken soft rules."""
    return publish(draft, reason, "anna", accept_conflicts=True)
