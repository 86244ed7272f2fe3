"""Steps of a way out that change a rule: what they say, and the call that makes them. None: to be done by hand."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.core.dates import ONE_DAY
from app.core.text import Text
from app.roster import ruling
from app.roster.engine.words import names_text
from app.roster.models import Rule
from app.roster.rules import (
    MORE,
    MOST_SEATS,
    CoverageRule,
    FairnessRule,
    LimitRule,
    SpacingRule,
    exception_words,
    parse_rule,
)

RuleStep = tuple[Text, Callable[[], None]]


def end_before(rule: Rule, first_day: dt.date) -> RuleStep | None:
    """The rule ends the day before; None when it begins only then."""
    last_day = first_day - ONE_DAY
    if rule.first_day is not None and rule.first_day > last_day:
        return None
    text = Text(
        f"规则“{rule.name}”从 {first_day} 起不再适用",
        f'The rule "{rule.name}" no longer holds from {first_day} on',
    )
    return text, lambda: ruling.end_rule(rule, last_day, rule.version)


def lower_minimum(rule: Rule, spec: LimitRule, value: int, first_day: dt.date) -> RuleStep | None:
    """Ask `value` in each period; a rule that would then say nothing ends before the draft."""
    if value == 0 and spec.most is None:
        return end_before(rule, first_day)
    text = Text(
        f"规则“{rule.name}”：最少次数由 {spec.least} 改为 {value}",
        f'The rule "{rule.name}": the minimum becomes {value} (was {spec.least})',
    )
    return text, _change(rule, least=value)


def raise_maximum(rule: Rule, spec: LimitRule, value: int) -> RuleStep:
    """Allow `value` in each period."""
    text = Text(
        f"规则“{rule.name}”：最多次数由 {spec.most} 改为 {value}",
        f'The rule "{rule.name}": the maximum becomes {value} (was {spec.most})',
    )
    return text, _change(rule, most=value)


def except_seat(rule: Rule, seat: str, kind: str) -> RuleStep:
    """One seat of the rule differs: nobody is asked for, any role, or any leader."""
    words = exception_words(seat, kind)
    text = Text(
        f"规则“{rule.name}”增加例外：{words.zh}", f'The rule "{rule.name}" gets an exception: {words.en}'
    )
    return text, _change(rule, exceptions={seat: kind})


def more_seats(rule: Rule, spec: CoverageRule, seats: Sequence[str]) -> RuleStep | None:
    """One more seat beside each of these; None where a session has as many as a rule can have."""
    added = {}
    for seat in seats:
        session = seat.rpartition(":")[0]
        taken = [key for key in spec.exceptions if key.startswith(f"{session}:")]
        number = max(len(spec.seats), *(int(key.rpartition(":")[2]) for key in taken), 0) + 1
        if number > MOST_SEATS:
            return None
        added[f"{session}:{number}"] = MORE
    days = names_text(sorted(key.partition(":")[0] for key in added), 12)
    zh = days.zh.replace(" 人", " 天")
    text = Text(
        f"规则“{rule.name}”在 {zh} 各增加一席（不限人选）",
        f'The rule "{rule.name}" gets one more seat (any leader) on {days.en}',
    )
    return text, _change(rule, exceptions=added)


def fewer_seats(rule: Rule, spec: CoverageRule) -> RuleStep:
    """One seat less at each session of the rule: the last one."""
    before, after = len(spec.seats), len(spec.seats) - 1
    text = Text(
        f"规则“{rule.name}”：每场由 {before} 席改为 {after} 席",
        f'The rule "{rule.name}": {after} at a time (was {before})',
    )
    kept = {seat: kind for seat, kind in spec.exceptions.items() if int(seat.rpartition(":")[2]) <= after}
    return text, _change(rule, seats=spec.seats[:-1], exceptions=kept)


def count_elsewhere(rule: Rule, spec: FairnessRule) -> RuleStep:
    """Duties at other offices count for shares, distances and minimums."""
    text = Text(
        f"规则“{rule.name}”：在其他单位的接访也计入",
        f'The rule "{rule.name}": duties at other offices count, too',
    )
    return text, _change(rule, elsewhere=True)


def shorten_spacing(
    rule: Rule, spec: SpacingRule, values: Mapping[str, int], first_day: dt.date
) -> RuleStep | None:
    """A shorter `min_gap`, a shorter `window_days` (of windows with one duty); None when the rule asks no more.

    A rule that would then say nothing ends before the draft.
    """
    gap = min(spec.min_gap, values.get("min_gap", spec.min_gap))
    most = max(spec.window_k, values.get("window_k", 1)) if spec.window_k > 1 else spec.window_k
    window = (
        min(spec.window_days, values.get("window_days", spec.window_days)) if spec.window_k == 1 else None
    )
    new = replace(
        spec, min_gap=gap, window_days=spec.window_days if window is None else window, window_k=most
    )
    if new == spec:
        return None
    if new.min_gap == 1 and new.window_days == 1:
        return end_before(rule, first_day)
    zh, en = [], []
    if new.min_gap != spec.min_gap:
        zh.append(f"最短间隔由 {spec.min_gap} 天改为 {new.min_gap} 天")
        en.append(f"the shortest gap becomes {new.min_gap} days (was {spec.min_gap})")
    if new.window_days != spec.window_days:
        zh.append(f"时间窗由 {spec.window_days} 天改为 {new.window_days} 天")
        en.append(f"the window becomes {new.window_days} days (was {spec.window_days})")
    if new.window_k != spec.window_k:
        zh.append(f"{spec.window_days} 天内最多由 {spec.window_k} 次改为 {new.window_k} 次")
        en.append(f"{new.window_k} within {spec.window_days} days (was {spec.window_k})")
    text = Text(f"规则“{rule.name}”：" + "，".join(zh), f'The rule "{rule.name}": ' + ", ".join(en))
    return text, _change(rule, min_gap=new.min_gap, window_days=new.window_days, window_k=new.window_k)


def _change(rule: Rule, **values: Any) -> Callable[[], None]:
    """Write these fields over the rule as it is by then: an earlier step may have changed it, too."""

    def apply() -> None:
        now = parse_rule(rule.kind, rule.spec)
        new = replace(now, **values)
        if isinstance(now, CoverageRule) and isinstance(new, CoverageRule) and "seats" not in values:
            new = replace(new, exceptions={**now.exceptions, **new.exceptions})
        ruling.change_rule(rule, rule.name, new.to_spec(), rule.first_day, rule.last_day, rule.version)

    return apply
