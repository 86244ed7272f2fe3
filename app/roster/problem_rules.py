"""Parts of a problem that come from rules, pins and wishes, and what is published already."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app.core import clock
from app.core.dates import DateRange
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.engine import problem as engine
from app.roster.joint import ALONE, Together, duties_elsewhere
from app.roster.models import Duty
from app.roster.problem_leaders import concerns
from app.roster.rules import LimitRule, OfficeRule, SpacingRule


def spacing_of(rules: Sequence[OfficeRule]) -> engine.Rules:
    """The largest gap of all spacing rules, and the strictest window."""
    found = [rule.rule for rule in rules if isinstance(rule.rule, SpacingRule)]
    window = min(
        (rule for rule in found if rule.window_days > 1),
        key=lambda rule: rule.window_k / rule.window_days,
        default=SpacingRule(),
    )
    needs = [
        rule.rule.needs for rule in rules if isinstance(rule.rule, LimitRule) and rule.rule.period == "month"
    ]
    return engine.Rules(
        window_days=window.window_days,
        window_k=window.window_k,
        min_gap=max((rule.min_gap for rule in found), default=1),
        month_min_needs=max(needs, default=1),
    )


def pins_of(
    office: Office, slots: Sequence[engine.Slot], leaders: Sequence[Leader], locked: Mapping[str, int]
) -> dict[str, str | None]:
    """Seats that keep a leader (pinned by the office or `locked` in the draft), as far as both are in the problem."""
    known, here = {slot.id for slot in slots}, {leader.id for leader in leaders}
    wanted = {**locked, **{pin.seat_key: pin.leader_id for pin in queries.list_pins(office.id)}}
    return {key: str(leader) for key, leader in wanted.items() if key in known and leader in here}


def preferences_of(leaders: Sequence[Leader], within: DateRange) -> tuple[engine.Preference, ...]:
    """Wishes of these leaders that may concern the range."""
    return tuple(
        engine.Preference(str(wish.leader_id), wish.kind, wish.weight, wish.on_date, wish.weekday)
        for wish in queries.list_wishes(leader.id for leader in leaders)
        if wish.on_date is None or wish.on_date in within
    )


def quotas_of(
    office: Office, rules: Sequence[OfficeRule], leaders: Sequence[Leader]
) -> tuple[engine.Quota, ...]:
    """Limits by week, quarter and year; monthly ones are fields of the leader."""
    found = []
    for rule in rules:
        limit = rule.rule
        if isinstance(limit, LimitRule) and limit.period != "month":
            who = tuple(str(leader.id) for leader in leaders if concerns(limit, leader, office))
            found.append(
                engine.Quota(
                    f"r{rule.id}", limit.period, who, limit.least, limit.most, limit.needs, rule.name
                )
            )
    return tuple(found)


def personal_maximums(
    office: Office,
    leaders: Sequence[Leader],
    slots: Sequence[engine.Slot],
    within: DateRange,
    together: Together = ALONE,
) -> tuple[engine.Quota, ...]:
    """What guests of other offices may still take here of their own monthly maximum, beside what they do elsewhere."""
    guests = {leader.id: leader for leader in leaders if leader.office_id != office.id}
    most = {one: own.month_max for one, own in queries.terms_of(list(guests)).items() if own.month_max}
    taken = Counter(
        (duty.leader_id, duty.on_date.strftime("%Y-%m"))
        for duty in (duties_elsewhere(office.id, most, within, together) if most else ())
    )
    return tuple(
        engine.Quota(
            f"own{leader}:{month}",
            "month",
            (str(leader),),
            max=max(most[leader] - count, 0),
            name=guests[leader].name,
            slots=frozenset(slot.id for slot in slots if slot.date.strftime("%Y-%m") == month),
        )
        for (leader, month), count in sorted(taken.items())
    )


def published_of(office: Office, published: Sequence[Duty], slots: Sequence[engine.Slot]) -> dict[str, Any]:
    """The published roster and today, when there is something to keep; else nothing."""
    if not published:
        return {}
    known = {slot.id for slot in slots}
    names: dict[str, str | None] = {
        duty.seat_key: str(duty.leader_id) if duty.leader_id is not None else None
        for duty in published
        if duty.seat_key in known
    }
    return {"published": names, "asof": clock.today(office.timezone)}
