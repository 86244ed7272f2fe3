"""Leaders who serve several offices: which offices share them, in which order to plan, what they do elsewhere.

A leader named in a coverage rule of another office is shared by both. The drafts of one run are built in an order
that puts the offices which name others' leaders first (they have no other choice), and each plan takes the duties of
the finished ones as given: the leader is busy then, the duties keep their distance, and at home they use up the share.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Leader
from app.roster import queries
from app.roster.models import Draft, DraftDuty, Rule
from app.roster.rules import CoverageRule


@dataclass(frozen=True, slots=True)
class Together:
    """What is planned at the same time: the drafts of a run, days reserved for other offices (as the draft keeps them),
    and offices whose duties are not taken as given because they are part of the same problem (`apart`)."""

    run_key: str | None = None
    reserved: Mapping[str, Any] = field(default_factory=dict)
    apart: frozenset[int] = frozenset()


ALONE = Together()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A leader's duty at another office. `reach`: the other office wants duties here so many days away from it."""

    leader_id: int
    on_date: dt.date
    session: str
    reach: int = 1


def duties_elsewhere(
    office_id: int, leader_ids: Collection[int], within: DateRange, together: Together = ALONE
) -> list[Elsewhere]:
    """What these leaders do at other offices in the range: published, or in a finished draft of the same run.

    Where an office has such a draft, it stands for what is published there on its days; days reserved by a joint plan
    stand for both: {"offices": [id, …], "duties": {leader id: [[date, session, reach], …]}}.
    """
    wanted, reserved = set(leader_ids), together.reserved
    apart = together.apart | set(reserved.get("offices", ()))
    drafts = _finished(office_id, together.run_key, apart) if together.run_key else []
    planned = {draft.office_id: DateRange.from_days(draft.first_day, draft.last_day) for draft in drafts}
    found = {
        Elsewhere(duty.leader_id, duty.on_date, duty.session)
        for duty in queries.duties_elsewhere(office_id, leader_ids, within)
        if duty.leader_id is not None
        and duty.office_id not in apart
        and not (duty.office_id in planned and duty.on_date in planned[duty.office_id])
    }
    rows = db.session.execute(
        select(DraftDuty.leader_id, DraftDuty.on_date, DraftDuty.session).where(
            DraftDuty.draft_id.in_([draft.id for draft in drafts]),
            DraftDuty.leader_id.in_(wanted),
            DraftDuty.status == "held",
            DraftDuty.on_date.between(within.first_day, within.last_day),
        )
    )
    found |= {Elsewhere(row[0], row[1], row[2]) for row in rows if row[0] is not None}
    found |= {
        Elsewhere(int(leader), dt.date.fromisoformat(day), session, reach)
        for leader, duties in reserved.get("duties", {}).items()
        for day, session, reach in duties
        if int(leader) in wanted
    }
    return sorted(found, key=lambda duty: (duty.on_date, duty.leader_id, duty.session))


def _finished(office_id: int, run_key: str | None, apart: Collection[int]) -> list[Any]:
    """The newest ready draft of each other office of the run."""
    rows = db.session.execute(
        select(Draft.id, Draft.office_id, Draft.first_day, Draft.last_day)
        .where(
            Draft.run_key == run_key,
            Draft.state == "ready",
            Draft.office_id != office_id,
            Draft.office_id.not_in(apart),
        )
        .order_by(Draft.id)
    )
    return list({row.office_id: row for row in rows}.values())


def sharing(office_ids: Collection[int]) -> dict[int, set[int]]:
    """Which of these offices share a leader with which; offices that share none are left out."""
    users: dict[int, set[int]] = defaultdict(set)
    for office_id, leaders in leaders_named_by(office_ids).items():
        for leader in leaders:
            users[leader].add(office_id)
    homes = db.session.execute(select(Leader.id, Leader.office_id).where(Leader.id.in_(users)))
    for leader, home in homes:
        if home in office_ids:
            users[leader].add(home)
    found: dict[int, set[int]] = defaultdict(set)
    for offices in users.values():
        for office_id in offices:
            found[office_id] |= offices - {office_id}
    return {office_id: others for office_id, others in found.items() if others}


def leaders_named_by(office_ids: Collection[int]) -> dict[int, set[int]]:
    """Leaders of other offices whom the coverage rules of these offices name, by office."""
    rules = db.session.scalars(select(Rule).where(Rule.office_id.in_(office_ids), Rule.kind == "coverage"))
    named: dict[int, set[int]] = defaultdict(set)
    for rule in rules:
        spec = queries.as_office_rule(rule).rule
        if isinstance(spec, CoverageRule):
            named[rule.office_id] |= {leader for need in spec.needs for leader in need.leaders}
    wanted = set().union(*named.values()) if named else set()
    rows = db.session.execute(select(Leader.id, Leader.office_id).where(Leader.id.in_(wanted)))
    homes: dict[int, int] = {row[0]: row[1] for row in rows}
    found = {
        office_id: {leader for leader in leaders if homes.get(leader) != office_id}
        for office_id, leaders in named.items()
    }
    return {office_id: leaders for office_id, leaders in found.items() if leaders}


def build_order(office_ids: Sequence[int]) -> list[int]:
    """The offices in the order in which their drafts are built: those that name others' leaders first."""
    naming = leaders_named_by(office_ids)
    return sorted(office_ids, key=lambda office_id: office_id not in naming)


def waits_for(draft_ids: Collection[int]) -> dict[int, set[int]]:
    """The drafts of the same run that must be finished before each of these is begun; none: left out."""
    keys = set(
        db.session.scalars(select(Draft.run_key).where(Draft.id.in_(draft_ids), Draft.run_key.is_not(None)))
    )
    rows = db.session.execute(
        select(Draft.id, Draft.office_id, Draft.run_key).where(Draft.run_key.in_(keys)).order_by(Draft.id)
    ).all()
    shared = sharing({row.office_id for row in rows})
    found = {}
    for row in rows:
        if row.id in draft_ids and row.office_id in shared:
            found[row.id] = {
                other.id
                for other in rows
                if other.run_key == row.run_key
                and other.id < row.id
                and other.office_id in shared[row.office_id]
            }
    return {draft_id: others for draft_id, others in found.items() if others}


def ready_together(draft_id: int) -> list[int]:
    """Ready drafts of the run to publish now that this one has ended: it and those it shares leaders with, in order.

    None of them while one of these is still to be built, for its plan may still move the others.
    """
    draft = db.session.get_one(Draft, draft_id)
    rows = [(draft.id, draft.office_id, draft.state)]
    if draft.run_key is not None:
        found = select(Draft.id, Draft.office_id, Draft.state).where(Draft.run_key == draft.run_key)
        rows = [(row[0], row[1], row[2]) for row in db.session.execute(found.order_by(Draft.id))]
    together = reachable(draft.office_id, sharing({office_id for _, office_id, _ in rows}))
    near = [(one, state) for one, office_id, state in rows if office_id in together]
    if any(state in ("queued", "building") for _, state in near):
        return []
    return [one for one, state in near if state == "ready"]


def reachable(office_id: int, shared: Mapping[int, set[int]]) -> set[int]:
    """The office and all that are bound to it by shared leaders, directly or through others."""
    near, seen = [office_id], {office_id}
    while near:
        new = shared.get(near.pop(), set()) - seen
        seen |= new
        near += new
    return seen
