"""The demo county's rules: what its offices promise."""

from collections.abc import Iterator

from app.core.database import db
from app.directory.models import Leader, Office
from app.roster.models import Rule
from app.roster.rules import parse_rule


def write_rules(offices: list[Office]) -> None:
    """Add the rules of every office and flush. The caller holds the transaction."""
    for office in offices:
        leaders = db.session.query(Leader).filter_by(office_id=office.id).count()
        for position, (kind, name, spec) in enumerate(_rules(office, leaders), start=1):
            parsed = parse_rule(kind, spec)
            db.session.add(
                Rule(office_id=office.id, kind=kind, name=name, spec=parsed.to_spec(), position=position)
            )
    db.session.flush()


def _rules(office: Office, leaders: int) -> Iterator[tuple[str, str, dict[str, object]]]:
    if office.kind == "city":
        yield (
            "coverage",
            "每个工作日可安排一位市领导接访",
            {"when": {"type": "working_days"}, "optional": True},
        )
        yield "limit", "每位市领导每月至少接访一次", {"period": "month", "min": 1, "needs": 5}
        yield "spacing", "两次接访至少相隔五天", {"min_gap": 5, "window_days": 5, "window_k": 1}
    elif office.kind == "county":
        spec: dict[str, object] = {"when": {"type": "working_days"}, "special_days": True}
        yield "coverage", "每个工作日一位县领导接访，特别防护期每天接访", spec
        yield "spacing", "两次接访至少相隔五天", {"min_gap": 5, "window_days": 5, "window_k": 1}
    else:
        yield "coverage", "每天一位乡镇领导接访", {"when": {"type": "every_day"}}
        gap = 3 if leaders > 7 else 2
        yield (
            "spacing",
            f"两次接访至少相隔{'三' if gap == 3 else '两'}天",
            {"min_gap": gap, "window_days": gap, "window_k": 1},
        )
