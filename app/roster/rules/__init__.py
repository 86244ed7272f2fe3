"""Rules in one import: what they are, how they are read, said, and turned into seats. Plain Python."""

from app.roster.rules.common import COMMON_RULES, CommonRule, find_common
from app.roster.rules.model import (
    DEFAULT_TIMES,
    KINDS,
    LEVELS,
    MOST_SEATS,
    PERIODS,
    ROLES,
    SESSIONS,
    AnyRule,
    CoverageRule,
    FairnessRule,
    LimitRule,
    OfficeRule,
    OnCallRule,
    SeatNeed,
    SpacingRule,
)
from app.roster.rules.parse import parse_rule, weighed
from app.roster.rules.seats import (
    PlannedSeat,
    RuleDates,
    SeatPlan,
    plan,
    plan_seats,
    rule_dates,
    seat_class,
)
from app.roster.rules.sentences import LEVEL_WORDS, Names, sentence

__all__ = [
    "COMMON_RULES",
    "DEFAULT_TIMES",
    "KINDS",
    "LEVELS",
    "LEVEL_WORDS",
    "MOST_SEATS",
    "PERIODS",
    "ROLES",
    "SESSIONS",
    "AnyRule",
    "CommonRule",
    "CoverageRule",
    "FairnessRule",
    "LimitRule",
    "Names",
    "OfficeRule",
    "OnCallRule",
    "PlannedSeat",
    "RuleDates",
    "SeatNeed",
    "SeatPlan",
    "SpacingRule",
    "find_common",
    "parse_rule",
    "plan",
    "plan_seats",
    "rule_dates",
    "seat_class",
    "sentence",
    "weighed",
]
