"""The leaders of a problem: terms, leave, shares, debts, monthly limits, duties elsewhere and nearby."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from app.calendar.rules import WorkingCalendar
from app.core.dates import DateRange
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.engine import problem as engine
from app.roster.joint import ALONE, Elsewhere, Together, duties_elsewhere
from app.roster.ledger import balances_before
from app.roster.rules import FairnessRule, LimitRule, OfficeRule, seat_class

_FARTHEST_GAP = 120  # days before and after the plan whose duties still keep their distance


def engine_leaders(
    office: Office,
    leaders: Sequence[Leader],
    within: DateRange,
    rules: Sequence[OfficeRule],
    calendar: WorkingCalendar,
    together: Together = ALONE,
) -> tuple[engine.Leader, ...]:
    """The leaders as the engine knows them, in the same order.

    Leaders of other offices are guests: their share is that of the seats that name them, what they do here counts at
    home, and their own monthly minimum is asked there.
    """
    ids = [leader.id for leader in leaders]
    terms = queries.terms_of(ids)
    leave = _leave_days(ids, within)
    carry, carry_rest = balances_before(office, within.start)
    busy: dict[int, list[engine.Busy]] = defaultdict(list)
    near = _held_nearby(office, within)
    own_leaders = {leader.id for leader in leaders if leader.office_id == office.id}
    counted = counts_elsewhere(rules)
    for duty in duties_elsewhere(office.id, ids, within, together):
        busy[duty.leader_id] += _kept_free(duty)
        if counted:
            at_home = duty.leader_id in own_leaders
            cls = seat_class(duty.on_date, calendar)
            near[duty.leader_id].append(engine.Held(duty.on_date, counts=at_home, cls=cls))
    found = []
    for leader in leaders:
        own = terms.get(leader.id)
        guest = leader.id not in own_leaders
        least, most = _monthly(office, leader, rules)
        term = leader.term.intersection(within) or within
        found.append(
            engine.Leader(
                id=str(leader.id),
                start=term.first_day,
                end=term.last_day,
                role=leader.role,
                weight=own.share_percent if own else 100,
                leave=frozenset(leave[leader.id]),
                forbid_wd=frozenset(own.forbidden_weekdays if own else ()),
                carry=carry.get(leader.id, 0),
                carry_rest=carry_rest.get(leader.id, 0),
                month_min=max(least, own.month_min if own and not guest else 0),
                max_per_month=_smaller(most, own.month_max if own else None),
                name=leader.name,
                busy=tuple(busy[leader.id]),
                held=tuple(near[leader.id]),
                guest=guest,
            )
        )
    return tuple(found)


def counts_elsewhere(rules: Sequence[OfficeRule]) -> bool:
    """Whether duties at other offices count for the distance, and for the share of the office's own leaders."""
    found = (rule.rule for rule in rules)
    return next((rule.elsewhere for rule in found if isinstance(rule, FairnessRule)), True)


def _kept_free(duty: Elsewhere) -> list[engine.Busy]:
    """The session of a duty elsewhere, and the days around it that the other office wants free."""
    around = range(1 - duty.reach, duty.reach)
    near = [engine.Busy(duty.on_date + dt.timedelta(days=days)) for days in around if days]
    return [engine.Busy(duty.on_date, duty.session if duty.reach == 1 else "day"), *near]


def _leave_days(leader_ids: Sequence[int], within: DateRange) -> dict[int, set[dt.date]]:
    found: dict[int, set[dt.date]] = defaultdict(set)
    for leave in queries.list_leaves(leader_ids, within):
        days = DateRange.from_days(leave.first_day, leave.last_day).intersection(within)
        found[leave.leader_id].update(days.days() if days else ())
    return found


def _held_nearby(office: Office, within: DateRange) -> dict[int, list[engine.Held]]:
    """The office's own duties shortly before and after the plan: they keep their distance to planned ones."""
    around = within.widened(_FARTHEST_GAP)
    found: dict[int, list[engine.Held]] = defaultdict(list)
    for duty in queries.current_duties(office.id, around.first_day, around.last_day):
        if duty.status == "held" and duty.leader_id is not None and duty.on_date not in within:
            found[duty.leader_id].append(engine.Held(duty.on_date))
    return found


def _monthly(office: Office, leader: Leader, rules: Sequence[OfficeRule]) -> tuple[int, int | None]:
    """The leader's monthly minimum and maximum from the office's rules."""
    least, most = 0, None
    for rule in (found.rule for found in rules):
        if isinstance(rule, LimitRule) and rule.period == "month" and concerns(rule, leader, office):
            least, most = max(least, rule.least), _smaller(most, rule.most)
    return least, most


def concerns(rule: LimitRule, leader: Leader, office: Office) -> bool:
    """Whether a limit of an office is about this leader; leaders of other offices must be named."""
    if rule.leaders:
        return leader.id in rule.leaders
    return leader.office_id == office.id and rule.role in (None, leader.role)


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((value for value in (one, other) if value is not None), default=None)
