"""What steps of ways out are made of: a sentence and a call, and what they look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.database import db
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.models import Draft, Rule
from app.roster.rules import AnyRule, parse_rule

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


def rules_of(here: Context, kind: str) -> list[tuple[Rule, AnyRule]]:
    """The rules of a kind that hold on some day of the draft, stored and read."""
    return [
        (rule, parse_rule(rule.kind, rule.spec))
        for rule in queries.list_rules(here.office.id)
        if rule.kind == kind and DateRange.from_days(rule.first_day, rule.last_day).overlaps(here.days)
    ]


def own_leader(office: Office, leader_id: Any) -> Leader | None:
    """A leader of this office; those of other offices are changed by their own."""
    leader = db.session.get(Leader, int(leader_id)) if str(leader_id).isdigit() else None
    return leader if leader is not None and leader.office_id == office.id else None
