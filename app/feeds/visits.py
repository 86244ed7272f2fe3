"""What calendars say of visits: counts and readiness by session, visits a department attends. Nothing personal.

`facts_*` read; `words_*` are pure. The facts are compared with what a calendar said before (`event_states`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from app.appointments.models import ReadinessItem, Visit
from app.appointments.rules.states import ON_THE_DAY, PLACED
from app.core.database import db
from app.feeds import words
from app.feeds.events import Extra
from app.feeds.models import EventState

ACCEPTED = ("confirmed", *ON_THE_DAY)
EXPECTED = (*PLACED, "waiting")


def facts_of_sessions(office_id: int, details: bool, leader_id: int | None = None) -> dict[str, list[Any]]:
    """By session key: [pending, accepted, waiting, people, [[ready, asked] of each invited visit], [what about]].

    With `leader_id` only the visits of that leader. Two queries, whatever the number of visits.
    """
    ready = _readiness(office_id)
    found: defaultdict[str, list[Any]] = defaultdict(lambda: [0, 0, 0, 0, [], []])
    query = (
        select(
            Visit.id,
            Visit.session_key,
            Visit.state,
            Visit.headcount,
            Visit.kind,
            Visit.township,
            Visit.sector,
        )
        .where(Visit.office_id == office_id, Visit.session_key.is_not(None), Visit.state.in_(EXPECTED))
        .order_by(Visit.id)
    )
    if leader_id is not None:
        query = query.where(Visit.leader_id == leader_id)
    for number, key, state, headcount, kind, township, sector in db.session.execute(query):
        facts = found[key or ""]
        facts[0 if state in PLACED and state not in ACCEPTED else 1 if state in ACCEPTED else 2] += 1
        facts[3] += headcount if state in ACCEPTED else 0
        if kind == "invited" and state != "waiting":
            facts[4].append(list(ready.get(number, (0, 0))))
        about = " ".join(filter(None, (township, sector)))
        if details and about and state in ACCEPTED and about not in facts[5]:
            facts[5].append(about)
    return dict(found)


def facts_of_leader(leader_id: int, office_ids: Iterable[int], details: set[int]) -> dict[str, list[Any]]:
    """By "office:session": what a leader is told, accepted visits only. `details`: offices that say what about."""
    found = {}
    for office_id in office_ids:
        for key, facts in facts_of_sessions(office_id, office_id in details, leader_id).items():
            if facts[1]:
                found[f"{office_id}:{key}"] = [0, facts[1], 0, facts[3], [], facts[5]]
    return found


def _readiness(office_id: int) -> dict[int, tuple[int, int]]:
    rows = db.session.execute(
        select(ReadinessItem.visit_id, ReadinessItem.answer, func.count())
        .join(Visit, Visit.id == ReadinessItem.visit_id)
        .where(Visit.office_id == office_id, Visit.state.in_(PLACED))
        .group_by(ReadinessItem.visit_id, ReadinessItem.answer)
    )
    found: dict[int, tuple[int, int]] = {}
    for visit_id, answer, count in rows:
        ready, asked = found.get(visit_id, (0, 0))
        found[visit_id] = (ready + (count if answer == "yes" else 0), asked + count)
    return found


def facts_of_department(department_id: int) -> dict[str, tuple[int, str]]:
    """By visit: (office id, session key) of the placed visits a department is asked to attend."""
    rows = db.session.execute(
        select(Visit.id, Visit.office_id, Visit.session_key)
        .join(ReadinessItem, ReadinessItem.visit_id == Visit.id)
        .where(
            ReadinessItem.kind == "department",
            ReadinessItem.department_id == department_id,
            Visit.session_key.is_not(None),
            Visit.state.in_((*PLACED, "closed")),
        )
        .order_by(Visit.id)
    )
    return {str(visit_id): (office_id, key or "") for visit_id, office_id, key in rows}


def words_for_staff(states: Iterable[EventState], language: str) -> Mapping[str, Extra]:
    """What the staff's calendar adds to each session."""
    return {state.key: _staff_extra(state, language) for state in states}


def words_for_leader(states: Iterable[EventState], language: str) -> Mapping[tuple[int, str], Extra]:
    """What a leader's calendar adds, by office and session: how many visits are accepted."""
    found = {}
    for state in states:
        office_id, _, key = state.key.partition(":")
        found[int(office_id), key] = _leader_extra(state, language)
    return found


def _staff_extra(state: EventState, language: str) -> Extra:
    if state.gone:
        return Extra((), "", state.sequence, state.changed_at)
    pending, accepted, waiting, people, invited, _about = state.data
    counts = words.STAFF_COUNTS.in_locale(language).format(
        accepted=accepted, pending=pending, waiting=waiting, people=people
    )
    lines = [counts]
    for number, (ready, asked) in enumerate(invited, start=1):
        if asked:
            template = words.READY_LINE if ready == asked else words.NOT_READY_LINE
            lines.append(template.in_locale(language).format(number=number, ready=ready, asked=asked))
    mark = words.STAFF_MARK.in_locale(language).format(visits=accepted + pending)
    return Extra(tuple(lines), mark if accepted + pending else "", state.sequence, state.changed_at)


def _leader_extra(state: EventState, language: str) -> Extra:
    if state.gone:
        return Extra((), "", state.sequence, state.changed_at)
    _pending, accepted, _waiting, people, _invited, about = state.data
    lines = [words.LEADER_COUNTS.in_locale(language).format(visits=accepted, people=people)]
    if about:
        lines.append(words.ABOUT_LINE.in_locale(language).format(about="、".join(about)))
    return Extra(tuple(lines), "", state.sequence, state.changed_at)
