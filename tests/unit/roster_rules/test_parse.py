"""Reading rules: what is wrong names its field; what is right comes back the same."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendar.rules import MakeUpPolicy
from app.roster.errors import BadRule
from app.roster.rules import COMMON_RULES, KINDS, CoverageRule, SeatNeed, parse_rule


def coverage(**more: Any) -> CoverageRule:
    """A coverage rule of every working day, changed."""
    rule = parse_rule("coverage", {"when": {"type": "working_days"}, **more})
    assert isinstance(rule, CoverageRule)
    return rule


@pytest.mark.parametrize("ready", COMMON_RULES, ids=lambda ready: ready.key)
def test_ready_rules_survive_the_way_to_json_and_back(ready: Any) -> None:
    rule = parse_rule(ready.kind, ready.spec)
    assert parse_rule(ready.kind, rule.to_spec()) == rule


def test_what_is_left_out_has_the_usual_value() -> None:
    rule = coverage()
    assert rule.sessions == ("day",)
    assert rule.times == {"day": (dt.time(8, 30), dt.time(17, 30))}
    assert rule.seats == (SeatNeed(),)
    assert rule.special_days
    assert not coverage(when={"type": "every_day"}).special_days


@pytest.mark.parametrize(
    ("kind", "spec", "field"),
    [
        ("coverage", {}, "when"),
        ("coverage", [], "spec"),
        ("coverage", {"when": {"type": "sometimes"}}, "type"),
        ("coverage", {"when": {"type": "working_days", "policy": "cancel"}}, "policy"),
        ("coverage", {"when": {"type": "weekdays", "weekdays": []}}, "weekdays"),
        ("coverage", {"when": {"type": "weekdays", "weekdays": [7]}}, "weekdays"),
        ("coverage", {"when": {"type": "weekdays", "weekdays": [True]}}, "weekdays"),
        ("coverage", {"when": {"type": "month_weekdays", "ordinals": [0], "weekdays": [1]}}, "ordinals"),
        ("coverage", {"when": {"type": "month_days", "days": [0]}}, "days"),
        ("coverage", {"when": {"type": "rrule", "rule": "FREQ=HOURLY"}}, "rule"),
        ("coverage", {"when": {"type": "rrule", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"}}, "start"),
        ("coverage", {"when": {"type": "dates", "dates": ["5/9/2026"]}}, "dates"),
        ("coverage", {"when": {"type": "dates", "dates": []}}, "dates"),
        ("coverage", {"when": {"type": "lunar", "days": [31]}}, "days"),
        ("coverage", {"when": {"type": "market", "endings": [10]}}, "endings"),
        ("coverage", {"when": {"type": "every_nth", "interval": 3}}, "anchor"),
        ("coverage", {"when": {"type": "weekdays", "weekdays": [1], "policy": "skip"}}, "policy"),
        ("coverage", {"when": {"type": "every_day"}, "sessions": ["day", "am"]}, "sessions"),
        ("coverage", {"when": {"type": "every_day"}, "times": {"day": ["09:00", "09:00"]}}, "times"),
        ("coverage", {"when": {"type": "every_day"}, "times": {"day": ["9", "10"]}}, "times"),
        (
            "coverage",
            {
                "when": {"type": "every_day"},
                "sessions": ["am", "pm"],
                "times": {"am": ["08:00", "13:00"], "pm": ["12:00", "17:00"]},
            },
            "times",
        ),
        ("coverage", {"when": {"type": "every_day"}, "seats": []}, "seats"),
        ("coverage", {"when": {"type": "every_day"}, "seats": [{}] * 7}, "seats"),
        ("coverage", {"when": {"type": "every_day"}, "seats": [{"role": "boss"}]}, "role"),
        ("coverage", {"when": {"type": "every_day"}, "by_weekday": {"9": {}}}, "by_weekday"),
        ("coverage", {"when": {"type": "every_day"}, "optional": "yes"}, "optional"),
        ("coverage", {"when": {"type": "every_day"}, "decisions": {"2026-09-20": "ask"}}, "decisions"),
        ("coverage", {"when": {"type": "every_day"}, "colour": "red"}, "colour"),
        ("limit", {"period": "month"}, "min"),
        ("limit", {"period": "decade", "min": 1}, "period"),
        ("limit", {"period": "month", "min": 3, "max": 2}, "max"),
        ("limit", {"period": "month", "min": 1, "leaders": [1], "role": "lead"}, "role"),
        ("spacing", {}, "min_gap"),
        ("spacing", {"min_gap": 0}, "min_gap"),
        ("on_call", {"leaders": []}, "leaders"),
        ("fairness", {"levels": ["1a", "1a"]}, "levels"),
        ("magic", {}, "kind"),
    ],
)
def test_what_is_wrong_names_its_field_in_both_languages(kind: str, spec: Any, field: str) -> None:
    with pytest.raises(BadRule) as refused:
        parse_rule(kind, spec)
    assert refused.value.field == field
    assert refused.value.text.zh
    assert refused.value.text.en.endswith((".", "。"))


def test_answers_about_make_up_days() -> None:
    rule = coverage(
        when={"type": "weekdays", "weekdays": [1], "make_up": "ask"}, decisions={"2026-09-20": "own_weekday"}
    )
    assert rule.decisions == {dt.date(2026, 9, 20): MakeUpPolicy.OWN_WEEKDAY}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
_FIELDS = st.sampled_from(["when", "sessions", "times", "seats", "min", "max", "period", "leaders", "levels"])


@given(st.sampled_from(KINDS), st.dictionaries(_FIELDS, _JSON, max_size=4))
def test_any_json_is_a_rule_or_one_sentence(kind: str, spec: dict[str, Any]) -> None:
    try:
        rule = parse_rule(kind, spec)
    except BadRule as refused:
        assert refused.field
    else:
        assert parse_rule(kind, rule.to_spec()) == rule
