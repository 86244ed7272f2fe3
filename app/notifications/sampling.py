"""Values to show a wording with: those of a real notice of the office where there is one, else what each stands for."""

from dataclasses import dataclass

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from app.core import clock
from app.core.database import db
from app.core.errors import RotaError
from app.directory.models import Office
from app.notifications.kinds import Kind
from app.notifications.models import Notice
from app.notifications.policy import DEFAULT
from app.notifications.reasons.links import samples
from app.notifications.reasons.own_duties import affected_leaders
from app.notifications.reminding import upcoming
from app.roster.queries import list_revisions

DAYS = 30


@dataclass(frozen=True, slots=True)
class Sample:
    """Values of every placeholder; `real`: they come from the office's own data."""

    values: dict[str, str]
    real: bool


def sample_of(kind: Kind, office: Office, language: str) -> Sample:
    """Values to preview a wording with, in the language of the wording. No link in it lets anybody do anything."""
    named = {name: f"〔{text.in_locale(language)}〕" for name, text in kind.placeholders.items()}
    for find in (_newest, _due_soon, _of_a_revision):
        notice = find(kind, office)
        values = _values(kind, notice, language) if notice else None
        if values is not None:
            return Sample({**named, **values}, True)
    return Sample(named, False)


def _values(kind: Kind, notice: Notice, language: str) -> dict[str, str] | None:
    """None when what the notice is about is gone."""
    try:
        with force_locale(language), samples(), db.session.no_autoflush:
            return kind.values(notice)
    except (NoResultFound, RotaError):
        return None


def _newest(kind: Kind, office: Office) -> Notice | None:
    return db.session.scalar(
        select(Notice)
        .where(Notice.office_id == office.id, Notice.kind == kind.name)
        .order_by(Notice.id.desc())
        .limit(1)
    )


def _due_soon(kind: Kind, office: Office) -> Notice | None:
    """A reminder that will fall due."""
    found, _calendar = upcoming(office, DAYS, DEFAULT)
    reminder = next((reminder for reminder in found if reminder.kind == kind.name), None)
    if reminder is None:
        return None
    return _made(kind, office, reminder.subject, reminder.recipient, reminder.lead)


def _of_a_revision(kind: Kind, office: Office) -> Notice | None:
    """What a leader was, or would have been, told of the newest revision."""
    revisions = list_revisions(office.id)
    if kind.name not in ("duty.published", "duty.changed") or not revisions:
        return None
    number = revisions[0].number
    leaders = affected_leaders(office.id, number, clock.today(office.timezone))
    if not leaders:
        return None
    notice = _made(kind, office, f"roster:{office.id}", ("leader", leaders[0]), "")
    notice.revision, notice.facts = number, {"base": number - 1}
    return notice


def _made(kind: Kind, office: Office, subject: str, recipient: tuple[str, int], lead: str) -> Notice:
    """A notice that is in no database."""
    return Notice(
        office_id=office.id,
        kind=kind.name,
        subject=subject,
        recipient_kind=recipient[0],
        recipient_id=recipient[1],
        lead=lead,
        revision=0,
        facts={},
    )
