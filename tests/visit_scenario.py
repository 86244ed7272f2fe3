"""A published office for tests of visits: two leaders in turn, one session a working day from Tuesday 3 March 2026."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from app.appointments.models import VisitPolicy
from app.appointments.rules.matching import Matter
from app.appointments.rules.policy import Policy, as_spec
from app.appointments.service.booking import NewVisit
from app.core.database import db
from app.directory.models import Leader, LeaderFacet, Office
from app.roster.models import Revision
from tests.factories import make_leader, make_office
from tests.published import publish_days, workdays

FIRST, LAST = dt.date(2026, 3, 3), dt.date(2026, 3, 31)
# Digits that pass the check; the region and birthday exist, the people are invented.
CARDS = ("110101199003070134", "110101198001010037", "110101197512310078", "11010119660606002X")


@dataclass(frozen=True)
class VisitScenario:
    """An office, its leaders in order of duty, and the first revision."""

    office: Office
    leaders: list[Leader]
    revision: Revision

    def key(self, day: dt.date) -> str:
        """The session of a day."""
        return f"r1:{day.isoformat()}:day"


def make_visit_scenario(code: str = "county", **policy: Any) -> VisitScenario:
    """Publish March. Call it inside `transaction()`."""
    office = make_office(code)
    leaders = [make_leader(office, "示例甲"), make_leader(office, "示例乙")]
    leaders[0].facets += [_facet("sector", "教育"), _facet("township", "柳河镇")]
    leaders[1].facets += [_facet("sector", "住房城乡建设"), _facet("project", "示例大桥")]
    revision = publish_days(office, leaders, workdays(FIRST, LAST))
    set_policy(office, **policy)
    db.session.flush()
    return VisitScenario(office, leaders, revision)


def set_policy(office: Office, **values: Any) -> None:
    """The office's policy, defaults but for `values`. Inside `transaction()`."""
    spec = as_spec(replace(Policy(), **values))
    db.session.merge(VisitPolicy(office_id=office.id, spec=spec, version=1))
    db.session.flush()


def request_for(number: int = 0, session_key: str | None = None, **values: Any) -> NewVisit:
    """A complete request of an invented resident, each number another person."""
    plain: dict[str, Any] = {
        "name": f"示例居民{number}",
        "summary": f"第{number}件示例诉求：小区道路积水",
        "session_key": session_key,
        "document_kind": "passport",
        "document_number": f"E{number:08}",
        "phone": f"+861380000{number:04}",
        "matter": Matter(sector="教育"),
    }
    return NewVisit(**plain | values)


def _facet(kind: str, value: str) -> LeaderFacet:
    return LeaderFacet(kind=kind, value=value, first_day=dt.date(2020, 1, 1))
