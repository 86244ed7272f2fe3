"""Steps of a way out that change a rule: what they say, and the call that makes them. None: to be done by hand."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from app.core.dates import ONE_DAY
from app.core.text import Text
from app.roster import ruling
from app.roster.models import Rule
from app.roster.rules import AnyRule, CoverageRule, LimitRule, SpacingRule, exception_words

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
    return text, _change(rule, replace(spec, least=value))


def except_seat(rule: Rule, spec: CoverageRule, seat: str, kind: str) -> RuleStep:
    """One seat of the rule differs: nobody is asked for, any role, or any leader."""
    words = exception_words(seat, kind)
    text = Text(
        f"规则“{rule.name}”增加例外：{words.zh}", f'The rule "{rule.name}" gets an exception: {words.en}'
    )
    return text, _change(rule, replace(spec, exceptions={**spec.exceptions, seat: kind}))


def shorten_spacing(
    rule: Rule, spec: SpacingRule, values: Mapping[str, int], first_day: dt.date
) -> RuleStep | None:
    """A shorter `min_gap`, a shorter `window_days` (of windows with one duty); None when the rule asks no more.

    A rule that would then say nothing ends before the draft.
    """
    gap = min(spec.min_gap, values.get("min_gap", spec.min_gap))
    window = (
        min(spec.window_days, values.get("window_days", spec.window_days)) if spec.window_k == 1 else None
    )
    new = replace(spec, min_gap=gap, window_days=spec.window_days if window is None else window)
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
    text = Text(f"规则“{rule.name}”：" + "，".join(zh), f'The rule "{rule.name}": ' + ", ".join(en))
    return text, _change(rule, new)


def _change(rule: Rule, spec: AnyRule) -> Callable[[], None]:
    return lambda: ruling.change_rule(
        rule, rule.name, spec.to_spec(), rule.first_day, rule.last_day, rule.version
    )
