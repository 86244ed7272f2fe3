"""Writes to the dated facts of a leader: posts, sectors, linked townships, projects."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from app.core.database import db
from app.directory.errors import EndBeforeStart, FactRepeated
from app.directory.models import Leader, LeaderFacet
from app.directory.rules import change_from
from app.directory.service.common import expect, fingerprint, hold
from app.directory.service.leaders import facet_state, leader_fingerprint, leader_state, note_change


def fact_fingerprint(facet: LeaderFacet) -> str:
    """What a form about the fact was opened with."""
    return fingerprint(facet_state(facet))


def change_facts(
    leader: Leader,
    kind: str,
    wanted: Sequence[str],
    day: dt.date,
    townships: Mapping[str, int],
    today: dt.date,
    expected: str | None = None,
) -> None:
    """From `day` on exactly `wanted` holds, in this order; the days before stay, and what is planned for later.

    Raises ChangedMeanwhile when the leader is not as `expected` any more.
    """
    hold(leader.office_id)
    expect(leader_fingerprint(leader), expected)
    _audited(leader, lambda: apply_change(leader, kind, wanted, day, townships, today))


def apply_change(
    leader: Leader,
    kind: str,
    wanted: Sequence[str],
    day: dt.date,
    townships: Mapping[str, int],
    today: dt.date,
    restart: bool = False,
) -> None:
    """`change_facts` without lock and audit entry; `restart` begins also values that go on anew."""
    facts = [facet for facet in leader.facets if facet.kind == kind]
    change = change_from(facts, list(dict.fromkeys(wanted)), day, today, restart)
    for update in change.update:
        facet = update.fact
        facet.first_day, facet.last_day, facet.position = update.first_day, update.last_day, update.position
    for facet in change.remove:
        leader.facets.remove(facet)
    for new in change.add:
        leader.facets.append(
            LeaderFacet(
                kind=kind,
                value=new.value,
                position=new.position,
                first_day=new.first_day,
                last_day=new.last_day,
                office_id=townships.get(new.value) if kind == "township" else None,
            )
        )


def correct_fact(
    leader: Leader,
    facet: LeaderFacet,
    value: str,
    first_day: dt.date | None,
    last_day: dt.date | None,
    townships: Mapping[str, int],
    expected: str | None = None,
) -> None:
    """Put right what was entered wrongly. Raises EndBeforeStart, FactRepeated, ChangedMeanwhile."""
    hold(leader.office_id)
    expect(fact_fingerprint(facet), expected)
    _check(leader, facet, value, first_day, last_day)

    def apply() -> None:
        facet.value, facet.first_day, facet.last_day = value, first_day, last_day
        facet.office_id = townships.get(value) if facet.kind == "township" else None

    _audited(leader, apply)


def end_fact(leader: Leader, facet: LeaderFacet, last_day: dt.date) -> None:
    """The fact holds until `last_day`, inclusive. Raises EndBeforeStart."""
    hold(leader.office_id)
    if facet.first_day is not None and last_day < facet.first_day:
        raise EndBeforeStart(facet.first_day)
    _audited(leader, lambda: setattr(facet, "last_day", last_day))


def reopen_fact(leader: Leader, facet: LeaderFacet) -> None:
    """The fact holds on, after all. Raises FactRepeated."""
    hold(leader.office_id)
    _check(leader, facet, facet.value, facet.first_day, None)
    _audited(leader, lambda: setattr(facet, "last_day", None))


def remove_fact(leader: Leader, facet: LeaderFacet) -> None:
    """Take out what never was true; the audit trail keeps it."""
    hold(leader.office_id)
    _audited(leader, lambda: leader.facets.remove(facet))


def _check(
    leader: Leader, facet: LeaderFacet, value: str, first_day: dt.date | None, last_day: dt.date | None
) -> None:
    if first_day is not None and last_day is not None and last_day < first_day:
        raise EndBeforeStart(first_day)
    for other in leader.facets:
        if other is facet or (other.kind, other.value) != (facet.kind, value):
            continue
        if (other.last_day or dt.date.max) >= (first_day or dt.date.min) and (last_day or dt.date.max) >= (
            other.first_day or dt.date.min
        ):
            raise FactRepeated(value)


def _audited(leader: Leader, apply: Callable[[], None]) -> None:
    before = leader_state(leader)
    apply()
    db.session.flush()
    note_change(leader, before, leader.phone)
