"""Rules that many offices have, ready to be taken with one click and then changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.text import Text


@dataclass(frozen=True, slots=True)
class CommonRule:
    """A ready rule: `key` for the address, the name the new rule gets, kind and spec as `parse_rule` reads them."""

    key: str
    name: Text
    kind: str
    spec: Mapping[str, Any] = field(default_factory=dict)
    office_kinds: tuple[str, ...] = ("city", "county", "township")


COMMON_RULES = (
    CommonRule(
        "working-days",
        Text("每个工作日一位领导接访", "One leader every working day"),
        "coverage",
        {"when": {"type": "working_days"}},
    ),
    CommonRule(
        "every-day",
        Text("每天一位领导接访", "One leader every calendar day"),
        "coverage",
        {"when": {"type": "every_day"}},
    ),
    CommonRule(
        "tuesday-thursday",
        Text("每周二、周四领导接访日", "Every Tuesday and Thursday"),
        "coverage",
        {"when": {"type": "weekdays", "weekdays": [1, 3]}},
    ),
    CommonRule(
        "first-fourth-wednesday",
        Text("每月第一、第四个周三", "First and fourth Wednesday of the month"),
        "coverage",
        {"when": {"type": "month_weekdays", "ordinals": [1, 4], "weekdays": [2]}},
    ),
    CommonRule(
        "monday-lead",
        Text("每周一主要领导接访", "The principal leader every Monday"),
        "coverage",
        {"when": {"type": "weekdays", "weekdays": [0]}, "seats": [{"role": "lead"}]},
    ),
    CommonRule(
        "lead-and-deputy",
        Text("每周二主要领导和副职领导共同接访", "A principal and a deputy together every Tuesday"),
        "coverage",
        {"when": {"type": "weekdays", "weekdays": [1]}, "seats": [{"role": "lead"}, {"role": "deputy"}]},
    ),
    CommonRule(
        "morning-afternoon",
        Text("每个工作日上午、下午各一位领导", "One leader each morning and each afternoon of working days"),
        "coverage",
        {"when": {"type": "working_days"}, "sessions": ["am", "pm"]},
    ),
    CommonRule(
        "market-days",
        Text("逢三逢八集日接访", "Market days: lunar days ending in 3 or 8"),
        "coverage",
        {"when": {"type": "market", "endings": [3, 8]}},
        ("county", "township"),
    ),
    CommonRule(
        "lunar-first-fifteenth",
        Text("农历初一、十五接访", "First and fifteenth of every lunar month"),
        "coverage",
        {"when": {"type": "lunar", "days": [1, 15]}},
    ),
    CommonRule(
        "offers",
        Text("每个工作日可安排一位领导（按最少次数排）", "Offers on working days, taken as the minimums ask"),
        "coverage",
        {"when": {"type": "working_days"}, "optional": True, "special_days": False},
    ),
    CommonRule(
        "monthly-minimum",
        Text("每位领导每月至少接访一次", "Every leader at least once a month"),
        "limit",
        {"period": "month", "min": 1},
    ),
    CommonRule(
        "weekly-minimum",
        Text("每位领导每周至少接访一次", "Every leader at least once a week"),
        "limit",
        {"period": "week", "min": 1},
    ),
    CommonRule(
        "five-days-apart", Text("两次接访至少相隔五天", "At least five days apart"), "spacing", {"min_gap": 5}
    ),
)


def find_common(key: str) -> CommonRule | None:
    """A ready rule by its key."""
    return next((rule for rule in COMMON_RULES if rule.key == key), None)
