"""Writing rules: add, change, end, reorder. Ended rules stay, because old rosters were made by them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, func, select, update

from app.accounts import audit
from app.core.database import db
from app.core.errors import Conflict
from app.directory.models import Leader, Office, Room
from app.directory.queries import list_offices, office_path
from app.roster import queries
from app.roster.errors import BadRule
from app.roster.models import Rule
from app.roster.rules import AnyRule, CoverageRule, LimitRule, Names, OnCallRule, parse_rule

ONLY_ONE = {"fairness", "spacing"}


def add_rule(
    office: Office,
    kind: str,
    name: str,
    spec: Mapping[str, Any],
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
) -> Rule:
    """A new rule, last in the office's order. Raises BadRule naming the field at fault."""
    parsed = _checked(office, kind, name, spec, first_day, last_day, None)
    position = db.session.scalar(select(func.max(Rule.position)).where(Rule.office_id == office.id))
    rule = Rule(
        office_id=office.id,
        kind=kind,
        name=name.strip(),
        spec=parsed.to_spec(),
        first_day=first_day,
        last_day=last_day,
        position=(position or 0) + 1,
    )
    db.session.add(rule)
    db.session.flush()
    audit.record("rule.add", f"rule {rule.id}", office.id, after=_shown(rule))
    return rule


def change_rule(
    rule: Rule,
    name: str,
    spec: Mapping[str, Any],
    first_day: dt.date | None,
    last_day: dt.date | None,
    expected_version: int,
) -> None:
    """Change a rule. Raises BadRule; Conflict when somebody changed it after `expected_version`."""
    office = db.session.get_one(Office, rule.office_id)
    parsed = _checked(office, rule.kind, name, spec, first_day, last_day, rule.id)
    before = _shown(rule)
    _claim(rule, expected_version)
    rule.name, rule.spec = name.strip(), parsed.to_spec()
    rule.first_day, rule.last_day = first_day, last_day
    db.session.flush()
    audit.record("rule.change", f"rule {rule.id}", office.id, before, _shown(rule))


def end_rule(rule: Rule, last_day: dt.date, expected_version: int) -> None:
    """The rule holds up to and including `last_day`. Raises BadRule, Conflict."""
    _check_days(rule.first_day, last_day)
    before = _shown(rule)
    _claim(rule, expected_version)
    rule.last_day = last_day
    db.session.flush()
    audit.record("rule.end", f"rule {rule.id}", rule.office_id, before, _shown(rule))


def move_rule(rule: Rule, up: bool) -> None:
    """One place up or down in the office's order; at the end of the list nothing happens."""
    rules = list(queries.list_rules(rule.office_id))
    place = next(number for number, found in enumerate(rules) if found.id == rule.id)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rules):
        return
    rules[place], rules[other] = rules[other], rules[place]
    for number, found in enumerate(rules, start=1):
        found.position = number
    db.session.flush()
    audit.record("rule.move", f"rule {rule.id}", rule.office_id, place + 1, other + 1)


def names_of(office_id: int) -> Names:
    """What leaders (of all offices a rule may name) and rooms are called, for sentences."""
    leaders = db.session.execute(select(Leader.id, Leader.name))
    rooms = db.session.execute(select(Room.id, Room.name).where(Room.office_id == office_id))
    return Names({row[0]: row[1] for row in leaders}, {row[0]: row[1] for row in rooms})


def related_offices(office: Office) -> list[int]:
    """Ids of the office, those above it and those below it."""
    below = [other.id for other in list_offices() if office.id in office_path(other)]
    return [*dict.fromkeys([*office_path(office), *below])]


def check_spec(office: Office, kind: str, spec: Mapping[str, Any]) -> AnyRule:
    """The parsed rule, with every leader and room it names known. Raises BadRule."""
    parsed = parse_rule(kind, spec)
    _check_leaders(office, leaders_named(parsed))
    if isinstance(parsed, CoverageRule):
        _check_rooms(office, set(parsed.rooms))
    return parsed


def _checked(
    office: Office,
    kind: str,
    name: str,
    spec: Mapping[str, Any],
    first_day: dt.date | None,
    last_day: dt.date | None,
    rule_id: int | None,
) -> AnyRule:
    if not name.strip() or len(name.strip()) > 120:
        raise BadRule(
            "name", "请填写规则名称，不超过 120 字。", "Give the rule a name of at most 120 characters."
        )
    _check_days(first_day, last_day)
    parsed = check_spec(office, kind, spec)
    if kind in ONLY_ONE:
        _check_alone(office, kind, first_day, last_day, rule_id)
    return parsed


def _check_days(first_day: dt.date | None, last_day: dt.date | None) -> None:
    if first_day is not None and last_day is not None and last_day < first_day:
        raise BadRule(
            "last_day",
            f"结束日期 {last_day} 早于开始日期 {first_day}，请检查。",
            f"The last day {last_day} is before the first day {first_day}. Check the dates.",
        )


def _check_alone(
    office: Office, kind: str, first_day: dt.date | None, last_day: dt.date | None, rule_id: int | None
) -> None:
    """Two spacing or two fairness rules at once would contradict each other silently."""
    for other in queries.list_rules(office.id):
        apart = (first_day is not None and other.last_day is not None and other.last_day < first_day) or (
            last_day is not None and other.first_day is not None and other.first_day > last_day
        )
        if other.kind == kind and other.id != rule_id and not apart:
            raise BadRule(
                "kind",
                f"本单位已有同类规则“{other.name}”，请修改它，或先将它结束。",
                f'There is a rule of this kind already, "{other.name}". Change it, or end it first.',
            )


def leaders_named(rule: AnyRule) -> set[int]:
    """Ids of the leaders a rule names."""
    if isinstance(rule, CoverageRule):
        return {leader for need in rule.needs for leader in need.leaders}
    return set(rule.leaders) if isinstance(rule, LimitRule | OnCallRule) else set()


def _check_leaders(office: Office, wanted: set[int]) -> None:
    """Leaders of this office and of those above and below it may be named."""
    if not wanted:
        return
    reachable = related_offices(office)
    found = set(
        db.session.scalars(select(Leader.id).where(Leader.id.in_(wanted), Leader.office_id.in_(reachable)))
    )
    if wanted - found:
        raise BadRule(
            "leaders",
            f"“{office.name}”的规则只能指定本单位及上下级单位的领导，请重新选择。",
            "A rule may name leaders of this office and of those above and below it only. Choose again.",
        )


def _check_rooms(office: Office, wanted: set[int]) -> None:
    open_rooms = select(Room.id).where(
        Room.id.in_(wanted), Room.office_id == office.id, Room.closed_on.is_(None)
    )
    if wanted - set(db.session.scalars(open_rooms)):
        raise BadRule(
            "rooms",
            "所选接待室不属于本单位或已停用，请重新选择。",
            "A room chosen is closed or belongs to another office. Choose again.",
        )


def _claim(rule: Rule, expected_version: int) -> None:
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Rule)
        .where(Rule.id == rule.id, Rule.version == expected_version)
        .values(version=Rule.version + 1)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise Conflict(
            "这条规则刚被别人修改过，请重新打开后再改。",
            "Somebody else has just changed this rule. Open it again and make your change.",
        )
    db.session.refresh(rule)


def _shown(rule: Rule) -> dict[str, Any]:
    return {
        "kind": rule.kind,
        "name": rule.name,
        "spec": rule.spec,
        "first_day": rule.first_day.isoformat() if rule.first_day else None,
        "last_day": rule.last_day.isoformat() if rule.last_day else None,
    }
