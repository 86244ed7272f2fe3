"""Ways out of an impossible draft, carried out: the engine's change becomes changes of leave, terms, pins and rules.

`plan_way` says exactly what would change; nothing is written before `apply_way`, which notes how to take it back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.core import clock
from app.core.database import db
from app.core.errors import Conflict
from app.core.text import Text
from app.directory.models import Office
from app.roster import absences, building, queries
from app.roster.models import Draft, DraftDuty, Pin
from app.roster.problems import sessions_with_people
from app.roster.rules import (
    ANY_ROLE,
    ANYBODY,
    NO_SEAT,
    CoverageRule,
    FairnessRule,
    SpacingRule,
    seat_of,
)
from app.roster.way_undo import noting, remember
from app.roster.ways_leaders import allow_weekday, month_max, month_min, remove_leave
from app.roster.ways_rules import (
    count_elsewhere,
    end_before,
    except_seat,
    fewer_seats,
    more_seats,
    shorten_spacing,
)
from app.roster.ways_steps import Change, Context, Step, rules_of


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
    for rule, spec in rules_of(here, "coverage"):
        if rule.id == found[0] and isinstance(spec, CoverageRule):
            yield Step(*except_seat(rule, found[1], kind))


def _more_seats(here: Context, change: Change) -> Iterator[Step]:
    """One more seat at each of some sessions: exceptions in the rules they come from."""
    wanted: dict[int, list[str]] = {}
    for found in map(seat_of, change["slots"]):
        if found is None:
            return
        wanted.setdefault(found[0], []).append(found[1])
    for rule, spec in rules_of(here, "coverage"):
        if isinstance(spec, CoverageRule) and rule.id in wanted:
            step = more_seats(rule, spec, wanted.pop(rule.id))
            if step is not None:
                yield Step(*step)


def _fewer_seats(here: Context, _change: Change) -> Iterator[Step]:
    """One seat less in every rule with several."""
    for rule, spec in rules_of(here, "coverage"):
        if isinstance(spec, CoverageRule) and len(spec.seats) > 1:
            yield Step(*fewer_seats(rule, spec))


def _count_elsewhere(here: Context, _change: Change) -> Iterator[Step]:
    for rule, spec in rules_of(here, "fairness"):
        if isinstance(spec, FairnessRule) and not spec.elsewhere:
            yield Step(*count_elsewhere(rule, spec))


def _set_rule(here: Context, change: Change) -> Iterator[Step]:
    for rule, spec in rules_of(here, "spacing"):
        if isinstance(spec, SpacingRule):
            step = shorten_spacing(rule, spec, change["values"], here.days.first_day)
            if step is not None:
                yield Step(*step)


def _drop_quota(here: Context, change: Change) -> Iterator[Step]:
    for rule, _spec in rules_of(here, "limit"):
        if f"r{rule.id}" == change["quota"]:
            step = end_before(rule, here.days.first_day)
            if step is not None:
                yield Step(*step)


_MAKERS: Mapping[str, Callable[[Context, Change], Iterator[Step]]] = {
    "remove_leave": remove_leave,
    "allow_weekday": allow_weekday,
    "month_min": month_min,
    "month_max": month_max,
    "drop_pin": _drop_pin,
    "set_rule": _set_rule,
    "drop_quota": _drop_quota,
    "drop_slot": _except_seat,
    "any_role": _except_seat,
    "anybody": _except_seat,
    "more_seats": _more_seats,
    "fewer_seats": _fewer_seats,
    "count_elsewhere": _count_elsewhere,
}
