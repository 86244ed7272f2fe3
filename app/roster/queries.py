"""Reading rosters: revisions, published duties, drafts."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Office
from app.roster.errors import DraftNotFound, RevisionNotFound, RuleNotFound
from app.roster.models import (
    Draft,
    DraftDuty,
    DraftEdit,
    Duty,
    LeaderTerms,
    Leave,
    Pin,
    Revision,
    Rule,
    Wish,
)
from app.roster.rules import OfficeRule, parse_rule


def current_number(office_id: int) -> int:
    """The number of the newest revision, 0 when nothing was ever published."""
    return db.session.scalar(select(func.max(Revision.number)).where(Revision.office_id == office_id)) or 0


def current_revision(office_id: int) -> Revision | None:
    """The newest revision of an office."""
    return db.session.scalar(
        select(Revision).where(Revision.office_id == office_id).order_by(Revision.number.desc()).limit(1)
    )


def get_revision(office_id: int, number: int) -> Revision:
    """Revision `number` of an office. Raises RevisionNotFound."""
    found = db.session.scalar(
        select(Revision).where(Revision.office_id == office_id, Revision.number == number)
    )
    if found is None:
        raise RevisionNotFound(number)
    return found


def find_revision_of_draft(draft_id: int) -> Revision | None:
    """The revision a draft was published as."""
    return db.session.scalar(select(Revision).where(Revision.draft_id == draft_id))


def list_revisions(office_id: int) -> Sequence[Revision]:
    """All revisions of an office, newest first."""
    return db.session.scalars(
        select(Revision).where(Revision.office_id == office_id).order_by(Revision.number.desc())
    ).all()


def current_duties(
    office_id: int, first: dt.date | None = None, last: dt.date | None = None
) -> Sequence[Duty]:
    """What is published now from `first` to `last` (inclusive, None is open), cancelled rows too, in order."""
    found = select(Duty).where(Duty.office_id == office_id, Duty.until_revision.is_(None))
    return db.session.scalars(_in_order(found, first, last)).all()


def duties_at(
    office_id: int, number: int, first: dt.date | None = None, last: dt.date | None = None
) -> Sequence[Duty]:
    """What was published as of revision `number`, cancelled rows too, in order."""
    found = select(Duty).where(Duty.office_id == office_id, *_held_at(number))
    return db.session.scalars(_in_order(found, first, last)).all()


def duties_of_leader(
    leader_id: int, first: dt.date | None = None, last: dt.date | None = None
) -> Sequence[Duty]:
    """A leader's published duties at all offices, in order. Cancelled and suspended ones are not duties."""
    found = select(Duty).where(
        Duty.leader_id == leader_id, Duty.until_revision.is_(None), Duty.status == "held"
    )
    return db.session.scalars(_in_order(found, first, last)).all()


def published_range(office_id: int) -> DateRange | None:
    """From the first to the last day any revision ever set, or None."""
    row = db.session.execute(
        select(func.min(Revision.first_day), func.max(Revision.last_day)).where(
            Revision.office_id == office_id
        )
    ).one()
    return DateRange.from_days(row[0], row[1]) if row[0] is not None else None


def published_ranges(office_id: int) -> list[DateRange]:
    """The ranges of all revisions, each as it was published."""
    rows = db.session.execute(
        select(Revision.first_day, Revision.last_day).where(Revision.office_id == office_id).distinct()
    )
    return [DateRange.from_days(first, last) for first, last in rows]


def is_replan(draft: Draft) -> bool:
    """Whether some days of the draft were published before."""
    days = DateRange.from_days(draft.first_day, draft.last_day)
    return any(found.overlaps(days) for found in published_ranges(draft.office_id))


def list_drafts(office_id: int, closed: bool = False) -> Sequence[Draft]:
    """Drafts of an office, newest first; published and discarded ones only when `closed`."""
    found = select(Draft).where(Draft.office_id == office_id).order_by(Draft.id.desc())
    if not closed:
        found = found.where(Draft.state.not_in(("published", "discarded")))
    return db.session.scalars(found).all()


def get_draft(office_id: int, draft_id: int) -> Draft:
    """A draft of an office. Raises DraftNotFound."""
    draft = db.session.get(Draft, draft_id)
    if draft is None or draft.office_id != office_id:
        raise DraftNotFound(draft_id)
    return draft


def waiting_drafts(run_key: str) -> list[tuple[Draft, Office]]:
    """The drafts of a run that wait to be built, each with its office, in the order they were made."""
    found = select(Draft, Office).join(Office, Office.id == Draft.office_id)
    found = found.where(Draft.run_key == run_key, Draft.state == "queued").order_by(Draft.id)
    return [(row[0], row[1]) for row in db.session.execute(found)]


def draft_duties(draft_id: int) -> Sequence[DraftDuty]:
    """The seats of a draft by date, start and seat."""
    return db.session.scalars(
        select(DraftDuty)
        .where(DraftDuty.draft_id == draft_id)
        .order_by(DraftDuty.on_date, DraftDuty.starts, DraftDuty.session_key, DraftDuty.seat)
    ).all()


def draft_edits(draft_id: int) -> Sequence[DraftEdit]:
    """The edits made by hand, oldest first; undone ones are marked."""
    return db.session.scalars(
        select(DraftEdit).where(DraftEdit.draft_id == draft_id).order_by(DraftEdit.position)
    ).all()


# Rules


def list_rules(office_id: int, on: dt.date | None = None) -> Sequence[Rule]:
    """The rules of an office in their order; with a day only those that hold on it or later."""
    found = select(Rule).where(Rule.office_id == office_id).order_by(Rule.position, Rule.id)
    if on is not None:
        found = found.where(or_(Rule.last_day.is_(None), Rule.last_day >= on))
    return db.session.scalars(found).all()


def get_rule(office_id: int, rule_id: int) -> Rule:
    """A rule of an office. Raises RuleNotFound."""
    rule = db.session.get(Rule, rule_id)
    if rule is None or rule.office_id != office_id:
        raise RuleNotFound(rule_id)
    return rule


def office_rules(office_id: int, within: DateRange | None = None) -> list[OfficeRule]:
    """The rules of an office as plain data; with a range only those that hold on some day of it."""
    found = [as_office_rule(rule) for rule in list_rules(office_id)]
    return [rule for rule in found if within is None or rule.days.overlaps(within)]


def as_office_rule(rule: Rule) -> OfficeRule:
    """A stored rule as plain data."""
    days = DateRange.from_days(rule.first_day, rule.last_day)
    return OfficeRule(rule.id, rule.name, parse_rule(rule.kind, rule.spec), days)


# Absences


def list_leaves(leader_ids: Iterable[int], within: DateRange | None = None) -> Sequence[Leave]:
    """Leaves in force of these leaders that touch the range, by first day."""
    found = select(Leave).where(Leave.leader_id.in_(set(leader_ids)), Leave.withdrawn_at.is_(None))
    if within is not None:
        found = found.where(Leave.first_day <= within.last_day, Leave.last_day >= within.first_day)
    return db.session.scalars(found.order_by(Leave.first_day, Leave.id)).all()


def terms_of(leader_ids: Iterable[int]) -> dict[int, LeaderTerms]:
    """Share, forbidden weekdays and own quotas by leader; a leader without a row has the defaults."""
    found = db.session.scalars(select(LeaderTerms).where(LeaderTerms.leader_id.in_(set(leader_ids))))
    return {terms.leader_id: terms for terms in found}


def list_wishes(leader_ids: Iterable[int]) -> Sequence[Wish]:
    """Wishes of these leaders, by date and weekday."""
    found = select(Wish).where(Wish.leader_id.in_(set(leader_ids)))
    return db.session.scalars(found.order_by(Wish.on_date, Wish.weekday, Wish.id)).all()


def list_pins(office_id: int) -> Sequence[Pin]:
    """Pinned seats of an office."""
    return db.session.scalars(select(Pin).where(Pin.office_id == office_id).order_by(Pin.seat_key)).all()


def duties_elsewhere(office_id: int, leader_ids: Iterable[int], within: DateRange) -> Sequence[Duty]:
    """Published duties of these leaders at other offices in the range."""
    return db.session.scalars(
        select(Duty).where(
            Duty.office_id != office_id,
            Duty.leader_id.in_(set(leader_ids)),
            Duty.until_revision.is_(None),
            Duty.status == "held",
            Duty.on_date.between(within.first_day, within.last_day),
        )
    ).all()


def _held_at(number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (
        Duty.since_revision <= number,
        or_(Duty.until_revision.is_(None), Duty.until_revision > number),
    )


def _in_order(found: Select[Duty], first: dt.date | None, last: dt.date | None) -> Select[Duty]:
    if first is not None:
        found = found.where(Duty.on_date >= first)
    if last is not None:
        found = found.where(Duty.on_date <= last)
    return found.order_by(Duty.on_date, Duty.starts, Duty.session_key, Duty.seat)
