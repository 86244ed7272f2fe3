"""Templates of an office's own: upload for a look, use, and back to the default. Nothing here commits."""

from collections.abc import Sequence

from sqlalchemy import select, update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Office
from app.feeds.models import NoticeTemplate
from app.feeds.notices.checking import check_template
from app.feeds.notices.default import default_template


def upload(office: Office, kind: str, file_name: str, content: bytes) -> NoticeTemplate:
    """Keep a checked template, not yet in use: it is looked at first. Raises BadTemplate."""
    check_template(content)
    now = clock.now()
    row = NoticeTemplate(
        office_id=office.id,
        kind=kind,
        file_name=file_name[:120],
        content=content,
        uploaded_at=now,
        uploaded_by=audit.actor_name(),
        withdrawn_at=now,
    )
    db.session.add(row)
    db.session.flush()
    return row


def use(office: Office, template: NoticeTemplate) -> None:
    """From now on the office's notices of this kind are made from it."""
    withdraw(office, template.kind)
    template.withdrawn_at = None
    db.session.flush()
    audit.record("notice.template", f"template:{template.id}", office.id, after={"file": template.file_name})


def withdraw(office: Office, kind: str) -> None:
    """Back to the default template."""
    db.session.execute(
        update(NoticeTemplate)
        .where(
            NoticeTemplate.office_id == office.id,
            NoticeTemplate.kind == kind,
            NoticeTemplate.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def get_template(office: Office, template_id: int) -> NoticeTemplate:
    """A template of the office, in use or not. Raises NotFound."""
    row = db.session.get(NoticeTemplate, template_id)
    if row is None or row.office_id != office.id:
        raise NotFound("没有这个模板。", "There is no such template.")
    return row


def templates_in_use(office: Office) -> Sequence[NoticeTemplate]:
    """The office's own templates, at most one of each kind."""
    return db.session.scalars(
        select(NoticeTemplate).where(
            NoticeTemplate.office_id == office.id, NoticeTemplate.withdrawn_at.is_(None)
        )
    ).all()


def template_bytes(office: Office, kind: str) -> bytes:
    """What notices of this kind are made from: the office's own, else the default."""
    own = next((row for row in templates_in_use(office) if row.kind == kind), None)
    return own.content if own else default_template(kind)
