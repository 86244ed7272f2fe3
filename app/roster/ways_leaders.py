"""Steps of a way out that change a leader's leave, weekdays, minimums or maximums."""

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
from app.roster.models import LeaderTerms, Leave, Rule
from app.roster.problem_leaders import concerns
from app.roster.rules import LimitRule
from app.roster.ways_rules import lower_minimum, raise_maximum
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
    value = int(change["value"])
    people, rules = _concerned(here, change, lambda spec: spec.least > value)
    for person, own in people:
        if own.month_min > value:
            yield _own_limit(here.office, person, own, value, own.month_max)
    for rule, spec in rules:
        step = lower_minimum(rule, spec, value, here.days.first_day)
        if step is not None:
            yield Step(*step)


def month_max(here: Context, change: Change) -> Iterator[Step]:
    """Leaders' own maximums and the rules that set one; a rule for several cannot be raised for one of them."""
    value = int(change["value"])
    people, rules = _concerned(here, change, lambda spec: spec.most is not None and spec.most < value)
    for person, own in people:
        if own.month_max is not None and own.month_max < value:
            yield _own_limit(here.office, person, own, own.month_min, value)
    for rule, spec in rules:
        yield Step(*raise_maximum(rule, spec, value))


def _concerned(
    here: Context, change: Change, strict: Callable[[LimitRule], bool]
) -> tuple[list[tuple[Leader, LeaderTerms]], list[tuple[Rule, LimitRule]]]:
    """The leaders with terms of their own, and the monthly rules that are too strict; nothing where a rule is about
    others, too.
    """
    one = None if change.get("leader") is None else own_leader(here.office, change["leader"])
    if one is None and change.get("leader") is not None:
        return [], []
    rules = [
        (rule, spec)
        for rule, spec in rules_of(here, "limit")
        if isinstance(spec, LimitRule) and spec.period == "month" and strict(spec)
    ]
    if one is not None:
        rules = [(rule, spec) for rule, spec in rules if concerns(spec, one, here.office)]
        if any(spec.leaders != (one.id,) for _rule, spec in rules):
            return [], []
    people = [one] if one is not None else leaders_of(here.office.id, None)
    own = ((person, db.session.get(LeaderTerms, person.id)) for person in people)
    return [(person, terms) for person, terms in own if terms is not None], rules


def _own_limit(office: Office, leader: Leader, own: LeaderTerms, least: int, most: int | None) -> Step:
    terms = absences.Terms(own.share_percent, tuple(own.forbidden_weekdays), least, most)
    text = Text(
        f"{leader.name} 本人每月最多次数由 {own.month_max} 改为 {most}",
        f"{leader.name}'s own monthly maximum becomes {most} (was {own.month_max})",
    )
    if least != own.month_min:
        text = Text(
            f"{leader.name} 本人每月最少次数由 {own.month_min} 改为 {least}",
            f"{leader.name}'s own monthly minimum becomes {least} (was {own.month_min})",
        )
    return Step(text, lambda: absences.set_terms(office, leader.id, terms))
