"""Ways out of an impossible draft, carried out: the engine's change becomes changes of leave, terms, pins and rules.

`plan_way` says exactly what would change; nothing is written before `apply_way`, which notes how to take it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core import clock
from app.core.database import db
from app.core.dates import ONE_DAY, DateRange
from app.core.errors import Conflict
from app.core.text import Text
from app.directory.models import Leader, Office
from app.directory.queries import leaders_of
from app.roster import absences, building, queries
from app.roster.engine.words import WEEKDAYS_EN, WEEKDAYS_ZH
from app.roster.models import Draft, DraftDuty, LeaderTerms, Leave, Pin, Rule
from app.roster.problem_leaders import concerns
from app.roster.problems import sessions_with_people
from app.roster.rules import (
    ANY_ROLE,
    ANYBODY,
    NO_SEAT,
    AnyRule,
    CoverageRule,
    LimitRule,
    SpacingRule,
    parse_rule,
    seat_of,
)
from app.roster.way_undo import noting, remember
from app.roster.ways_rules import end_before, except_seat, lower_minimum, shorten_spacing

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changes, in words, and the call that changes it."""

    text: Text
    apply: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Context:
    """The draft a way out is for."""

    office: Office
    draft: Draft

    @property
    def days(self) -> DateRange:
        """The days of the draft."""
        return DateRange.from_days(self.draft.first_day, self.draft.last_day)


def plan_way(office: Office, draft: Draft, change: Change) -> list[Step] | None:
    """What a change would do, step by step; None when some part of it has to be done by hand."""
    here = Context(office, draft)
    steps: list[Step] = []
    for one in _gathered(change):
        maker = _MAKERS.get(str(one.get("op")))
        found = list(maker(here, one)) if maker else []
        if not found:
            return None
        steps += found
    return steps


def _gathered(change: Change) -> list[Change]:
    """The single changes; those of the distances, which stand in one rule, as one."""
    changes = change.get("changes", []) if change.get("op") == "all" else [change]
    values = {one["rule"]: int(one["value"]) for one in changes if one.get("op") == "set_rule"}
    others = [one for one in changes if one.get("op") != "set_rule"]
    return [*others, *([{"op": "set_rule", "values": values}] if values else [])]


def changes_of(draft: Draft) -> list[Change]:
    """The changes of the draft's ways out, in the order of its report; {} for one that has none."""
    report = draft.report if isinstance(draft.report, dict) else {}
    rows = (report.get("conflict") or {}).get("ways_out") or []
    return [row.get("change") or {} for row in rows]


def change_of(draft: Draft, number: int) -> Change | None:
    """The change of the draft's `number`-th way out (from 0); None when it has no such."""
    found = changes_of(draft)
    return found[number] if 0 <= number < len(found) else None


def apply_way(office: Office, draft: Draft, number: int, seen: Sequence[str], by: str) -> None:
    """Carry out a way out and build the draft again. `seen`: the sentences (en) the person agreed to.

    Raises Conflict when they would be others by now, DraftNotEditable.
    """
    change = change_of(draft, number)
    steps = plan_way(office, draft, change) if change is not None and draft.state == "impossible" else None
    if steps is None or [step.text.en for step in steps] != list(seen):
        raise Conflict(
            "这期间数据有变化，请返回草稿重新查看解决办法。",
            "Something has changed in the meantime. Go back to the draft and look at the ways out again.",
        )
    with noting() as notes:
        for step in steps:
            step.apply()
    building.improve(draft, by)
    what = Text("；".join(step.text.zh for step in steps), "; ".join(step.text.en for step in steps))
    remember(draft, what, notes)


# -- leaders ------------------------------------------------------------------------------------------------------


def _remove_leave(here: Context, change: Change) -> Iterator[Step]:
    leader, day = _leader(here.office, change.get("leader")), dt.date.fromisoformat(change["date"])
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


def _allow_weekday(here: Context, change: Change) -> Iterator[Step]:
    leader, weekday = _leader(here.office, change.get("leader")), int(change["weekday"])
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


def _month_min(here: Context, change: Change) -> Iterator[Step]:
    """Leaders' own minimums and the rules that ask one; a rule for several cannot be lowered for one of them."""
    value, everybody = int(change["value"]), change.get("leader") is None
    one = None if everybody else _leader(here.office, change["leader"])
    people = leaders_of(here.office.id, None) if everybody else [one] if one else []
    rules = [
        (rule, spec)
        for rule, spec in _rules(here, "limit")
        if isinstance(spec, LimitRule) and spec.period == "month" and spec.least > value
    ]
    if one is not None:
        rules = [(rule, spec) for rule, spec in rules if concerns(spec, one)]
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


# -- seats --------------------------------------------------------------------------------------------------------


def _drop_pin(here: Context, change: Change) -> Iterator[Step]:
    """A pinned seat, one locked in an earlier build, or one that stays because the next days are frozen."""
    key = str(change["slot"])
    day = key.split(":")[1] if key.count(":") > 1 else key
    for pin in queries.list_pins(here.office.id):
        if pin.seat_key == key:
            yield Step(
                Text(f"{day} 的席位不再固定", f"The seat on {day} is no longer pinned"),
                _unpin(here.office, pin),
            )
    for seat in queries.draft_duties(here.draft.id):
        if seat.seat_key == key and seat.locked:
            yield Step(
                Text(f"草稿中 {day} 的席位解除锁定", f"The seat on {day} is unlocked in the draft"),
                _unlock(seat),
            )
    problem = here.draft.problem if isinstance(here.draft.problem, dict) else {}
    asof, slots = problem.get("asof"), problem.get("slots") or []
    date = next((slot["date"] for slot in slots if slot["id"] == key), None)
    if asof and date and here.draft.freeze_days:
        today = clock.today(here.office.timezone)
        ahead = (dt.date.fromisoformat(date) - today).days
        if 0 <= ahead < here.draft.freeze_days:
            yield _shorter_freeze(here.draft, ahead)
    if (
        asof
        and here.draft.keep_invited
        and key.rsplit(":", 1)[0] in sessions_with_people(here.office, here.days)
    ):
        yield _invited_may_move(here.draft)


def _shorter_freeze(draft: Draft, days: int) -> Step:
    def apply() -> None:
        draft.freeze_days = days
        db.session.flush()

    return Step(
        Text(
            f"今后不调整的天数由 {draft.freeze_days} 天改为 {days} 天",
            f"Nothing moves within the next {days} days only (was {draft.freeze_days})",
        ),
        apply,
    )


def _invited_may_move(draft: Draft) -> Step:
    def apply() -> None:
        draft.keep_invited = False
        db.session.flush()

    return Step(
        Text(
            "已约群众的场次也可以改由他人接访，调整后须逐一告知来访人",
            "Sessions with people invited may go to another leader, too; those people must then be told",
        ),
        apply,
    )


def _unpin(office: Office, pin: Pin) -> Callable[[], None]:
    return lambda: absences.remove_pin(office, pin.id)


def _unlock(seat: DraftDuty) -> Callable[[], None]:
    def apply() -> None:
        seat.locked = False
        db.session.flush()

    return apply


# -- rules --------------------------------------------------------------------------------------------------------


def _except_seat(here: Context, change: Change) -> Iterator[Step]:
    """No session, any role, or any leader for one seat: an exception in the rule it comes from."""
    found = seat_of(str(change["slot"]))
    if found is None:
        return
    kind = {"drop_slot": NO_SEAT, "any_role": ANY_ROLE, "anybody": ANYBODY}[change["op"]]
    for rule, spec in _rules(here, "coverage"):
        if rule.id == found[0] and isinstance(spec, CoverageRule):
            yield Step(*except_seat(rule, spec, found[1], kind))


def _set_rule(here: Context, change: Change) -> Iterator[Step]:
    for rule, spec in _rules(here, "spacing"):
        if isinstance(spec, SpacingRule):
            step = shorten_spacing(rule, spec, change["values"], here.days.first_day)
            if step is not None:
                yield Step(*step)


def _drop_quota(here: Context, change: Change) -> Iterator[Step]:
    for rule, _spec in _rules(here, "limit"):
        if f"r{rule.id}" == change["quota"]:
            step = end_before(rule, here.days.first_day)
            if step is not None:
                yield Step(*step)


def _rules(here: Context, kind: str) -> list[tuple[Rule, AnyRule]]:
    return [
        (rule, parse_rule(rule.kind, rule.spec))
        for rule in queries.list_rules(here.office.id)
        if rule.kind == kind and DateRange.from_days(rule.first_day, rule.last_day).overlaps(here.days)
    ]


def _leader(office: Office, leader_id: Any) -> Leader | None:
    """A leader of this office; those of other offices are changed by their own."""
    leader = db.session.get(Leader, int(leader_id)) if str(leader_id).isdigit() else None
    return leader if leader is not None and leader.office_id == office.id else None


_MAKERS: Mapping[str, Callable[[Context, Change], Iterator[Step]]] = {
    "remove_leave": _remove_leave,
    "allow_weekday": _allow_weekday,
    "month_min": _month_min,
    "drop_pin": _drop_pin,
    "set_rule": _set_rule,
    "drop_quota": _drop_quota,
    "drop_slot": _except_seat,
    "any_role": _except_seat,
    "anybody": _except_seat,
}
