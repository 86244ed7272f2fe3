"""The audit trail: append-only, each entry carrying the hash of the one before it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context, request
from flask_security import current_user
from sqlalchemy import select

from app.accounts.models import AuditEntry
from app.core import clock
from app.core.database import db, lock, remembered

GENESIS = "0" * 64
_TAIL = "end of the audit chain"


def actor_name() -> str:
    """Who does this: the signed-in person's name, "public page" for anybody else there, or "command line"."""
    if not has_request_context():
        return "command line"
    return str(current_user.name) if current_user.is_authenticated else "public page"


def record(
    action: str, subject: str, office_id: int | None = None, before: Any = None, after: Any = None
) -> None:
    """Write one audit entry in the current transaction.

    `before` and `after` are JSON values without secrets or personal numbers. Entries queue for the end of the
    chain: from the first entry on, a transaction holds the "audit" lock until it ends.
    Raises TypeError or ValueError for what JSON cannot hold.
    """
    in_request = has_request_context()
    entry = AuditEntry(
        at=clock.now(),
        user_id=current_user.id if in_request and current_user.is_authenticated else None,
        actor=actor_name(),
        office_id=office_id,
        action=action,
        subject=subject,
        before=_as_stored(before),
        after=_as_stored(after),
        address=request.remote_addr if in_request else None,
        request_id=g.get("request_id") if in_request else None,
        previous_hash=_end_of_chain(),
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)  # flushed with the change it tells of, in the order of the chain
    kept = remembered()
    if kept is None:
        db.session.flush()
    else:
        kept[_TAIL] = entry.hash


def _end_of_chain() -> str:
    """The hash of the newest entry, read once a transaction: nobody else can add while it holds the lock."""
    kept = remembered()
    if kept is not None and _TAIL in kept:
        return kept[_TAIL]
    lock("audit")
    return db.session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or GENESIS


def _as_stored(value: Any) -> Any:
    """The value as it will be read back from a JSON column, so the hash is the same then (keys become text)."""
    return json.loads(json.dumps(value, ensure_ascii=False, allow_nan=False))


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


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """The outcome of checking the whole chain."""

    count: int  # entries found in order, before the break if there is one
    broken_at: int | None  # id of the first entry whose hash or link is wrong
    last_hash: str  # of the last good entry: note it elsewhere, and a cut-off end shows too


def check_chain() -> ChainCheck:
    """Read every entry in order and compare hashes and links."""
    previous, count = GENESIS, 0
    query = select(AuditEntry).order_by(AuditEntry.id).execution_options(populate_existing=True)
    for entry in db.session.scalars(query.execution_options(yield_per=500)):
        if entry.previous_hash != previous or entry.hash != entry_hash(entry):
            return ChainCheck(count, entry.id, previous)
        previous, count = entry.hash, count + 1
    return ChainCheck(count, None, previous)


def find_break() -> int | None:
    """The id of the first entry whose hash or link is wrong, or None when the chain holds."""
    return check_chain().broken_at
