"""Steps of a way out that change a leader's leave, weekdays or minimums."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from app.core.database import db
from app.core.dates import ONE_DAY, DateRange
from app.core.text import Text
from app.directory.models import Leader, Office
from app.directory.queries import leaders_of
from app.roster import absences, queries
from app.roster.engine.words import WEEKDAYS_EN, WEEKDAYS_ZH
from app.roster.models import LeaderTerms, Leave
from app.roster.problem_leaders import concerns
from app.roster.rules import LimitRule
from app.roster.ways_rules import lower_minimum
from app.roster.ways_steps import Change, Context, Step, own_leader, rules_of


def remove_leave(here: Context, change: Change) -> Iterator[Step]:
    """One day of a leave is free again: the leave is withdrawn, shortened, or split around the day."""
    leader, day = own_leader(here.office, change.get("leader")), dt.date.fromisoformat(change["date"])
    if leader is None:
        return
    for leave in queries.list_leaves([leader.id], DateRange.from_days(day, day)):
        left = [
            part
            for part in ((leave.first_day, day - ONE_DAY), (day + ONE_DAY, leave.last_day))
            if part[0] <= part[1]
        ]
        was = f"{leave.first_day} – {leave.last_day}"
        zh = "、".join(f"{first} – {last}" for first, last in left)
        en = " and ".join(f"{first} – {last}" for first, last in left)
        yield Step(
            Text(
                f"{leader.name} 的请假（{was}）" + (f"改为 {zh}" if left else "撤销"),
                f"Leave of {leader.name} ({was}) " + (f"becomes {en}" if left else "is withdrawn"),
            ),
            _leave_change(here.office, leave, left),
        )


def _leave_change(office: Office, leave: Leave, left: list[tuple[dt.date, dt.date]]) -> Callable[[], None]:
    def apply() -> None:
        if not left:
            absences.withdraw_leave(office, leave)
            return
        absences.change_leave(office, leave, *left[0], leave.reason)
        for first, last in left[1:]:
            absences.add_leave(office, leave.leader_id, first, last, leave.reason)

    return apply


def allow_weekday(here: Context, change: Change) -> Iterator[Step]:
    """The leader serves on one more weekday."""
    leader, weekday = own_leader(here.office, change.get("leader")), int(change["weekday"])
    own = db.session.get(LeaderTerms, leader.id) if leader else None
    if leader is None or own is None or weekday not in own.forbidden_weekdays:
        return
    left = tuple(day for day in own.forbidden_weekdays if day != weekday)
    terms = absences.Terms(own.share_percent, left, own.month_min, own.month_max)
    yield Step(
        Text(
            f"{leader.name} 可在{WEEKDAYS_ZH[weekday]}接访",
            f"{leader.name} may serve on {WEEKDAYS_EN[weekday]}",
        ),
        lambda: absences.set_terms(here.office, leader.id, terms),
    )


def month_min(here: Context, change: Change) -> Iterator[Step]:
    """Leaders' own minimums and the rules that ask one; a rule for several cannot be lowered for one of them."""
    value, everybody = int(change["value"]), change.get("leader") is None
    one = None if everybody else own_leader(here.office, change["leader"])
    people = leaders_of(here.office.id, None) if everybody else [one] if one else []
    rules = [
        (rule, spec)
        for rule, spec in rules_of(here, "limit")
        if isinstance(spec, LimitRule) and spec.period == "month" and spec.least > value
    ]
    if one is not None:
        rules = [(rule, spec) for rule, spec in rules if concerns(spec, one, here.office)]
        if any(spec.leaders != (one.id,) for _rule, spec in rules):
            return
    for person in people:
        own = db.session.get(LeaderTerms, person.id)
        if own is not None and own.month_min > value:
            yield _own_minimum(here.office, person, own, value)
    for rule, spec in rules if people else ():
        step = lower_minimum(rule, spec, value, here.days.first_day)
        if step is not None:
            yield Step(*step)


def _own_minimum(office: Office, leader: Leader, own: LeaderTerms, value: int) -> Step:
    terms = absences.Terms(own.share_percent, tuple(own.forbidden_weekdays), value, own.month_max)
    return Step(
        Text(
            f"{leader.name} 本人每月最少次数由 {own.month_min} 改为 {value}",
            f"{leader.name}'s own monthly minimum becomes {value} (was {own.month_min})",
        ),
        lambda: absences.set_terms(office, leader.id, terms),
    )
