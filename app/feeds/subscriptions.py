"""A secret calendar as it is fetched: whose it is, what it may answer from memory, and its rendering."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import String, cast, func, literal, or_, select, update

from app.core import clock
from app.core.database import db
from app.core.ids import hash_token
from app.directory.models import Department, Leader, Office
from app.feeds import queries, words
from app.feeds.calendars import Publication, department_calendar, leader_calendar, staff_calendar
from app.feeds.events import Extra, attending_event
from app.feeds.models import EventState, FeedLink, FeedStamp
from app.feeds.options import KEPT_DAYS, FeedOptions, window_start
from app.feeds.visits import (
    facts_of_department,
    facts_of_leader,
    facts_of_sessions,
    words_for_leader,
    words_for_staff,
)
from app.roster.published.loading import find_roll, offices_of_leader
from app.web.renderings import Rendering

MADE_BY = 1  # raise it when calendars are rendered differently: remembered tags are not trusted then
NOTED_EVERY = dt.timedelta(hours=3)
_LONGEST_CLIENT = 120


@dataclass(frozen=True, slots=True)
class Subscription:
    """A live link with all that its calendar's head says, read at once; `stamp` is the office's number now."""

    link: FeedLink
    office: Office
    leader: Leader | None
    department: Department | None
    stamp: int
    chosen_at: dt.datetime | None

    def options(self) -> FeedOptions:
        """As chosen when the link was made or later."""
        link = self.link
        return FeedOptions(link.language, link.alarm, link.busy, link.past, self.chosen_at)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The validators of what was served last."""

    etag: str
    modified: dt.datetime | None


def find_subscription(secret: str) -> Subscription | None:
    """The link of a secret; None for a wrong and for a revoked one alike. One read, by the hash's unique index."""
    stamp = (
        select(func.coalesce(func.max(FeedStamp.value), 0))
        .where(FeedStamp.office_id == FeedLink.office_id)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(FeedLink, Office, Leader, Department, stamp, EventState.changed_at)
        .join(Office, FeedLink.office_id == Office.id)
        .outerjoin(Leader, FeedLink.leader_id == Leader.id)
        .outerjoin(Department, FeedLink.department_id == Department.id)
        .outerjoin(EventState, EventState.scope == literal("link:") + cast(FeedLink.id, String))
        .where(FeedLink.token_hash == hash_token(secret), FeedLink.revoked_at.is_(None))
    ).first()
    return Subscription(*row) if row else None


def basis_of(found: Subscription, options: FeedOptions, today: dt.date) -> str:
    """A hash of everything but the published state that the calendar depends on."""
    office, leader, unit = found.office, found.leader, found.department
    parts = (
        MADE_BY,
        (office.code, office.name, office.name_en, office.timezone),
        leader and (leader.id, leader.name),
        unit and (unit.id, unit.name),
        options,
        window_start(today, options.past),
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def remembered(found: Subscription, basis: str) -> Remembered | None:
    """What was served last, while it still is what would be served now."""
    link = found.link
    fresh = link.tag and (link.basis, link.stamp) == (basis, found.stamp)
    return Remembered(link.tag, link.modified) if fresh else None


def render(
    found: Subscription, options: FeedOptions, today: dt.date, states: Sequence[EventState]
) -> Rendering:
    """The calendar as of these states, from this process's memory where it is there."""
    said = tuple((state.key, state.sequence, state.changed_at) for state in states)
    if found.leader is not None:
        home, others = queries.publications_of_leader(found.leader)
        serving = [home, *others]
        make = partial(_leader, found.leader, home, others, options, today, states)
    elif found.department is not None:
        serving = [queries.dated(office) for office in _offices(found, states)]
        make = partial(_department, found, found.department, serving, options, today, states)
    else:
        serving = [queries.dated(found.office)]
        make = partial(staff_calendar, serving[0], options, today, words_for_staff(states, options.language))
    basis = basis_of(found, options, today)
    key = (found.link.kind, basis, tuple(queries.edition_key(at) for at in serving), said)
    return queries.renderings("leaders").get(key, make)


def says(found: Subscription) -> tuple[str, Mapping[str, Any]]:
    """Whose calendar it is (for what was said in it before), and what it has to say about visits now."""
    if found.leader is not None:
        return facts_for_leader(found.leader.id)
    if found.department is not None:
        return facts_for_department(found.department.id)
    return f"staff:{found.office.id}", facts_of_sessions(found.office.id, details=False)


def facts_for_leader(leader_id: int) -> tuple[str, Mapping[str, Any]]:
    """The scope of a leader's calendar, and what it says of visits."""
    offices = offices_of_leader(leader_id)
    return f"leader:{leader_id}", facts_of_leader(
        leader_id, offices, set(queries.offices_with_details(offices))
    )


def facts_for_department(department_id: int) -> tuple[str, Mapping[str, Any]]:
    """The scope of a department's calendar, and the visits it attends."""
    return f"department:{department_id}", _facts_of_department(department_id)


def _facts_of_department(department_id: int) -> dict[str, Any]:
    """By visit: [office, session key, the edition that set the session last, whether it is provisional].

    Any change of the session is one of the event.
    """
    found = {}
    for visit, (office_id, key) in facts_of_department(department_id).items():
        roll = find_roll(office_id)
        versions = roll.histories.get(key, ()) if roll else ()
        if roll and versions:
            session = versions[-1].session
            provisional = session is not None and roll.provisional(session.on_date)
            found[visit] = [office_id, key, versions[-1].number, provisional]
    return found


def _leader(
    leader: Leader,
    home: Publication,
    others: Sequence[Publication],
    options: FeedOptions,
    today: dt.date,
    states: Sequence[EventState],
) -> Rendering:
    codes = {office.id: office.code for office in queries.offices_by_id(offices_of_leader(leader.id))}
    codes[leader.office_id] = leader.office.code
    extras: dict[str, dict[str, Extra]] = {}
    for (office_id, key), extra in words_for_leader(states, options.language).items():
        if office_id in codes:
            extras.setdefault(codes[office_id], {})[key] = extra
    return leader_calendar(leader.id, leader.name, home, others, options, today, extras)


def _offices(found: Subscription, states: Sequence[EventState]) -> list[Office]:
    """The department's own office, and those that asked it to attend."""
    others = {state.data[0] for state in states} - {found.office.id}
    return [found.office, *queries.offices_by_id(others)]


def _department(
    found: Subscription,
    unit: Department,
    serving: Sequence[Publication],
    options: FeedOptions,
    today: dt.date,
    states: Sequence[EventState],
) -> Rendering:
    by_code = {at.place.code: at for at in serving}
    codes = {office.id: office.code for office in _offices(found, states)}
    line = words.ATTEND_LINE.in_locale(options.language)
    events = []
    for state in states:
        at = by_code[codes[state.data[0]]]
        extra = Extra((line,), "", state.sequence, state.changed_at)
        if at.roll is not None and not _gone_long(state, today):
            event = attending_event(
                at.roll,
                at.place,
                options.language,
                state.data[1],
                state.key,
                extra,
                state.gone,
                state.data[2],
            )
            events += [event] if event else []
    return department_calendar(unit.name, unit.id, serving[0].place, events, options, today)


def _gone_long(state: EventState, today: dt.date) -> bool:
    return state.gone and state.changed_at.date() < today - dt.timedelta(days=KEPT_DAYS)


def remember(found: Subscription, basis: str, rendering: Rendering) -> None:
    """Keep the validators, unless the office's stamp has moved on since they were made."""
    current = select(func.coalesce(func.max(FeedStamp.value), 0)).where(
        FeedStamp.office_id == found.office.id
    )
    db.session.execute(
        update(FeedLink)
        .where(FeedLink.id == found.link.id, current.scalar_subquery() == found.stamp)
        .values(tag=rendering.etag, modified=rendering.modified, basis=basis, stamp=found.stamp)
        .execution_options(synchronize_session=False)
    )


def fetch_is_news(link: FeedLink, client: str) -> bool:
    """Whether a fetch is worth a write: another program, or the last note is three hours old."""
    noted = link.last_fetched_at
    return noted is None or clock.now() - noted >= NOTED_EVERY or link.last_client != client_name(client)


def note_fetch(link_id: int, client: str) -> None:
    """Remember when a link was last fetched, and by which program."""
    now = clock.now()
    db.session.execute(
        update(FeedLink)
        .where(
            FeedLink.id == link_id, or_(FeedLink.last_fetched_at.is_(None), FeedLink.last_fetched_at <= now)
        )
        .values(last_fetched_at=now, last_client=client_name(client))
        .execution_options(synchronize_session=False)
    )


def client_name(agent: str) -> str:
    """A program's User-Agent, fit for a table."""
    return "".join(sign for sign in agent if " " <= sign <= "~")[:_LONGEST_CLIENT]
