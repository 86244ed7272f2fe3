"""A revision is published: one notice for each leader to whom it matters, in the same transaction."""

from collections.abc import Iterable

from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.core.events import subscribe
from app.directory.models import Office
from app.notifications import outbox
from app.notifications.models import Notice
from app.notifications.policy_models import InvitationWish
from app.notifications.reasons.own_duties import affected_leaders, changes_for
from app.roster.events import RosterPublished
from app.roster.models import Revision

TOLD = ("duty.published", "duty.changed")


def install() -> None:
    """Listen."""
    subscribe(RosterPublished, tell_leaders)


def tell_leaders(event: RosterPublished) -> None:
    """One notice a revision and leader whose sessions differ. Substitutions tell their own people."""
    revision = db.session.get_one(Revision, event.revision_id)
    if revision.kind == "substitution":
        return
    office = db.session.get_one(Office, event.office_id)
    for leader_id in affected_leaders(office.id, event.number, clock.today(office.timezone)):
        _tell(office, leader_id, event.number, TOLD[0] if revision.kind == "publication" else TOLD[1])


def _tell(office: Office, leader_id: int, number: int, kind: str) -> None:
    """What was queued before and not sent is taken back: the new notice says all since then."""
    subject, recipient = f"roster:{office.id}", ("leader", leader_id)
    unsent = db.session.scalars(
        select(Notice).where(
            Notice.kind.in_(TOLD),
            Notice.subject == subject,
            Notice.recipient_kind == "leader",
            Notice.recipient_id == leader_id,
            Notice.state.in_(("queued", "claimed")),
        )
    ).all()
    base = min((int(notice.facts["base"]) for notice in unsent), default=number - 1)
    if unsent:
        outbox.supersede(f"revision {number}", kinds=list(TOLD), subject=subject, recipient=recipient)
    keys = changes_for(leader_id, office.id, base, number, clock.today(office.timezone)).keys
    facts: dict[str, str | int] = {"base": base}
    if len(keys) == 1:  # the invitation goes along with it
        facts["session_key"] = keys[0]
    outbox.queue(kind, subject, recipient, office_id=office.id, revision=number, facts=facts)
    if len(keys) > 1:
        invite(office.id, leader_id, number, keys)


def invite(office_id: int, leader_id: int, number: int, session_keys: Iterable[str]) -> None:
    """One invitation, update or cancellation for each session, where the leader wants them."""
    if db.session.get(InvitationWish, leader_id) is None:
        return
    for key in session_keys:
        outbox.queue(
            "duty.invitation",
            f"session:{office_id}:{key}",
            ("leader", leader_id),
            office_id=office_id,
            revision=number,
            facts={"session_key": key},
        )
