"""Making a result public, after a person read it; taking it back."""

from collections.abc import Collection

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.followup import queries
from app.followup.anonymity import Finding, find_personal
from app.followup.errors import MatterMoved, PersonalDataLeft, ReasonMissing
from app.followup.models import Matter, PublicResult


def check(text: str, known: Collection[str]) -> tuple[Finding, ...]:
    """What in the text looks personal."""
    return find_personal(text, known)


def publish(
    office: Office, matter: Matter, text: str, known: Collection[str], confirmed: bool, by: str
) -> PublicResult:
    """Make the text public. PersonalDataLeft unless nothing was found or `confirmed`; known data is never confirmed away."""
    if not text.strip():
        raise ReasonMissing
    if matter.state != "closed":
        raise MatterMoved
    found = find_personal(text, known)
    sure = [finding for finding in found if finding.what.zh == "本事项当事人的信息"]
    if sure or (found and not confirmed):
        raise PersonalDataLeft("、".join(finding.words for finding in sure or found))
    main = next((part.department.name for part in matter.parts if part.main), "")
    result = queries.public_result(matter.id) or PublicResult(matter_id=matter.id, office_id=office.id)
    result.text, result.subject, result.department = text.strip(), matter.subject, main
    result.published_on, result.checked_by = clock.today(office.timezone), by
    result.withdrawn_at = None
    db.session.add(result)
    db.session.flush()
    audit.record("result.publish", f"matter:{matter.id}", office.id)
    return result


def withdraw(office: Office, matter: Matter) -> None:
    """Take a public result off the page."""
    result = queries.public_result(matter.id)
    if result is None or result.withdrawn_at is not None:
        raise MatterMoved
    result.withdrawn_at = clock.now()
    db.session.flush()
    audit.record("result.withdraw", f"matter:{matter.id}", office.id)
