"""Handing duties over: a new revision with the reason, the ledger's entries, return duties; and taking it back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import update

from app.accounts import audit
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Office
from app.roster import queries as roster_queries
from app.roster.events import RosterPublished
from app.roster.models import Duty, Revision
from app.roster.obstacles import hard_obstacles, lock_leaders
from app.roster.publishing import write_changes
from app.roster.snapshots import facts, read_directory, state_of_row
from app.roster.states import Differences, SeatState, compare_states, content_hash
from app.roster.substitution import queries
from app.roster.substitution.errors import NotAllowed, Overtaken
from app.roster.substitution.models import LedgerEntry, ReturnDuty, SubstitutionDuty, SubstitutionRequest
from app.roster.substitution.service.asking import is_same, starts_at
from app.roster.substitution.service.common import begin_with, move, names, note, overtaken
from app.roster.substitution.wanted import wanted_for
from app.roster.substitution.words import day_words, published_reason


def hand_over(
    office: Office, request: SubstitutionRequest, duties: Sequence[SubstitutionDuty], by: str
) -> Revision:
    """Publish the substitutes of these agreed duties as the next revision. Raises NotAllowed, Overtaken."""
    rows = {row.seat_key: row for row in roster_queries.current_duties(office.id)}
    for duty in duties:
        row = rows.get(duty.seat_key)
        if row is None or not is_same(row, duty):
            raise overtaken(request)
    takers = {duty.seat_key: duty.substitute_id or 0 for duty in duties}
    known = names([*takers.values(), *(duty.leader_id for duty in duties)])
    reason = published_reason(
        [(d.on_date, d.session, known[takers[d.seat_key]], known[d.leader_id]) for d in duties],
        request.reason,
    )
    for duty in duties:
        duty.state = "done"
    db.session.flush()
    revision = _publish(office, rows, takers, reason, by)
    for duty in duties:
        duty.revision_id = revision.id
        _enter(request, duty)
        if request.kind == "cover":
            _return_duty(office, request, duty)
    db.session.flush()
    note(request, "handed_over", by)
    return revision


def undo(request: SubstitutionRequest, by: str) -> SubstitutionRequest:
    """Take a done request back: another revision gives the duties to their leaders again.

    Raises Overtaken when a duty has begun or changed since, NotAllowed when the leader cannot be there.
    """
    begin_with(request)
    if request.state != "done":
        raise overtaken(request)
    office = db.session.get_one(Office, request.office_id)
    duties = [duty for duty in request.duties if duty.state == "done"]
    rows = {row.seat_key: row for row in roster_queries.current_duties(office.id)}
    for duty in duties:
        _check_undoable(office, rows.get(duty.seat_key), duty)
    known = names([*(d.leader_id for d in duties), *(d.substitute_id for d in duties)])
    days = "、".join(day_words(duty.on_date, duty.session).zh for duty in duties)
    back = {duty.seat_key: duty.leader_id for duty in duties}
    revision = _publish(office, rows, back, f"{days}恢复由{known[duties[0].leader_id]}接访（代班撤销）", by)
    for duty in duties:
        duty.undone_revision_id = revision.id
    _reverse(request)
    db.session.flush()
    note(request, "undone", by)
    move(request, "undone", revision.id)
    return request


def _publish(
    office: Office, rows: Mapping[str, Duty], takers: Mapping[str, int], reason: str, by: str
) -> Revision:
    """The next revision, with the facts of each leader as of the day of the duty."""
    lock_leaders(takers.values())
    directory = read_directory(office, takers.values())
    before = {key: state_of_row(rows[key]) for key in takers}
    after = {}
    for key, leader_id in takers.items():
        state, leader = before[key], directory.leaders[leader_id]
        after[key] = replace(
            state,
            leader_id=leader_id,
            leader_name=leader.name,
            role=leader.role,
            post=facts(leader, "post", state.on_date, 240),
            sectors=facts(leader, "sector", state.on_date),
            townships=facts(leader, "township", state.on_date),
        )
    _check_hard(office, rows, after)
    differences = compare_states(before, after)
    revision = _add_revision(office, rows, differences, reason, by)
    write_changes(revision, rows, differences)
    audit.record(
        "roster.publish",
        f"revision {revision.number}",
        office.id,
        after={"kind": "substitution", "reason": reason, "hash": revision.content_hash},
    )
    emit(RosterPublished(office.id, revision.id, revision.number, differences.session_keys))
    return revision


def _check_hard(office: Office, rows: Mapping[str, Duty], after: Mapping[str, SeatState]) -> None:
    days = {state.on_date for state in after.values()}
    others = [state_of_row(row) for key, row in rows.items() if key not in after and row.on_date in days]
    obstacles = hard_obstacles(office, [], list(after.values()), others)
    if obstacles:
        zh = "；".join(found.text.zh for found in obstacles)
        en = "; ".join(found.text.en for found in obstacles)
        raise NotAllowed(
            Text(
                f"不能这样安排：{zh}。请另选一位领导。",
                f"This cannot be arranged: {en}. Choose somebody else.",
            )
        )


def _add_revision(
    office: Office, rows: Mapping[str, Duty], differences: Differences, reason: str, by: str
) -> Revision:
    whole = {key: state_of_row(row) for key, row in rows.items()}
    for change in differences.all_changes:
        whole[change.seat_key] = change.published
    days = [change.state.on_date for change in differences.all_changes]
    calendar = working_calendar(office)
    revision = Revision(
        office_id=office.id,
        number=roster_queries.current_number(office.id) + 1,
        kind="substitution",
        first_day=min(days),
        last_day=max(days),
        content_hash=content_hash(whole.values()),
        provisional=any(calendar.provisional(day.year) for day in days),
        published_at=clock.now(),
        published_by=by[:64],
        reason=reason,
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def _enter(request: SubstitutionRequest, duty: SubstitutionDuty) -> None:
    """Credit and debit: why the numbers of both differ from the plan."""
    pairs = ((duty.substitute_id or 0, duty.leader_id, 1), (duty.leader_id, duty.substitute_id or 0, -1))
    for leader_id, other_id, amount in pairs:
        db.session.add(
            LedgerEntry(
                office_id=request.office_id,
                leader_id=leader_id,
                other_id=other_id,
                request_id=request.id,
                seat_key=duty.seat_key,
                on_date=duty.on_date,
                amount=amount,
                reason=request.reason,
                made_at=clock.now(),
            )
        )


def _return_duty(office: Office, request: SubstitutionRequest, duty: SubstitutionDuty) -> None:
    """A duty the substitute owed the leader is served by this; else one may be owed from now on."""
    owed = next(
        (
            debt
            for debt in queries.open_returns(office.id, duty.substitute_id)
            if debt.substitute_id == duty.leader_id
        ),
        None,
    )
    if owed is not None:
        owed.state, owed.served_by_id, owed.closed_at = "served", request.id, clock.now()
        db.session.flush()
        return
    policy = queries.policy_of(office.id)
    visited = wanted_for(office.id, [duty.session_key]).get(duty.session_key)
    if policy.return_duty == "no" or (
        policy.return_duty == "if_visited" and not (visited and visited.visits)
    ):
        return
    db.session.add(
        ReturnDuty(
            office_id=office.id,
            request_id=request.id,
            seat_key=duty.seat_key,
            leader_id=duty.leader_id,
            substitute_id=duty.substitute_id or 0,
            state="open",
            made_at=clock.now(),
        )
    )


def _reverse(request: SubstitutionRequest) -> None:
    now: dt.datetime = clock.now()
    one = {"synchronize_session": False}
    db.session.execute(
        update(LedgerEntry)
        .where(LedgerEntry.request_id == request.id)
        .values(reversed_at=now)
        .execution_options(**one)
    )
    owed = (ReturnDuty.request_id == request.id) & (ReturnDuty.state == "open")
    db.session.execute(
        update(ReturnDuty).where(owed).values(state="void", closed_at=now).execution_options(**one)
    )
    db.session.execute(
        update(ReturnDuty)
        .where(ReturnDuty.served_by_id == request.id)
        .values(state="open", served_by_id=None, closed_at=None)
        .execution_options(**one)
    )


def _check_undoable(office: Office, row: Duty | None, duty: SubstitutionDuty) -> None:
    day = day_words(duty.on_date, duty.session)
    if starts_at(office, duty.on_date, duty.starts) <= clock.now():
        raise Overtaken(
            Text(
                f"{day.zh}的接访已经开始或过去，代班不能撤销。",
                f"The duty of {day.en} has begun: the substitution stays.",
            )
        )
    if (
        row is None
        or row.status != "held"
        or row.leader_id != duty.substitute_id
        or row.on_date != duty.on_date
    ):
        raise Overtaken(
            Text(
                f"{day.zh}的安排此后又有变动，不能直接撤销；如需调整请另行申请代班。",
                f"The duty of {day.en} has changed since: it cannot be undone. Ask for a substitute instead.",
            )
        )
