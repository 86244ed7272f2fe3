"""The audit trail: append-only, each entry carrying the hash of the one before it."""

import hashlib
import json
from typing import Any

from flask import g, has_request_context, request
from flask_security import current_user
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core import clock
from app.core.database import db, lock

GENESIS = "0" * 64


def actor_name() -> str:
    """Who does this: the signed-in person's name, or "command line"."""
    if has_request_context() and current_user.is_authenticated:
        return str(current_user.name)
    return "command line"


def record(
    action: str, subject: str, office_id: int | None = None, before: Any = None, after: Any = None
) -> None:
    """Write one audit entry in the current transaction. `before` and `after` are JSON values without secrets."""
    lock("audit")
    last = db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    in_request = has_request_context()
    entry = AuditEntry(
        at=clock.now(),
        user_id=current_user.id if in_request and current_user.is_authenticated else None,
        actor=actor_name(),
        office_id=office_id,
        action=action,
        subject=subject,
        before=before,
        after=after,
        address=request.remote_addr if in_request else None,
        request_id=g.get("request_id") if in_request else None,
        previous_hash=last or GENESIS,
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    db.session.flush()


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over the entry's canonical JSON and the hash before it."""
    content = {
        "at": entry.at.isoformat(),
        "user": entry.user_id,
        "actor": entry.actor,
        "office": entry.office_id,
        "action": entry.action,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "address": entry.address,
        "request": entry.request_id,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find_break() -> int | None:
    """The id of the first entry whose hash or link is wrong, or None when the chain holds."""
    previous = GENESIS
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).yield_per(500):
        if entry.previous_hash != previous or entry.hash != entry_hash(entry):
            return entry.id
        previous = entry.hash
    return None
