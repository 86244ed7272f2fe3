"""The policy of an office."""

from app.accounts import audit
from app.appointments.errors import ChangedMeanwhile
from app.appointments.models import VisitPolicy
from app.appointments.rules.policy import Policy, as_spec
from app.core.database import db, lock


def version_of(office_id: int) -> int:
    """The version of the policy, 0 while it is the default."""
    row = db.session.get(VisitPolicy, office_id)
    return row.version if row else 0


def set_policy(office_id: int, policy: Policy, version: int) -> None:
    """Replace the policy of version `version`. Raises ChangedMeanwhile when somebody else did."""
    lock(f"visit policy of {office_id}")
    row = db.session.get(VisitPolicy, office_id)
    before = dict(row.spec) if row else {}
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile
    if row is None:
        row = VisitPolicy(office_id=office_id, spec={}, version=0)
        db.session.add(row)
    row.spec, row.version = as_spec(policy), version + 1
    db.session.flush()
    audit.record("visit.settings", "how visits are booked", office_id, before=before, after=row.spec)
