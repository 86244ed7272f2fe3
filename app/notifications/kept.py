"""What was sent, kept encrypted for a time, so that staff can read the very words that went out.

A one-tap link lets its holder act, so its secret is cut out before anything is kept.
"""

import datetime as dt
import json
import re
from functools import cache
from typing import cast

from sqlalchemy import CursorResult, Insert, Table, delete
from sqlalchemy.dialects import postgresql, sqlite

from app.core import clock
from app.core.database import db, transaction
from app.notifications.channels.base import Message
from app.notifications.models import Notice
from app.notifications.policy_models import KeptMessage

KEPT = dt.timedelta(days=180)
PURGE_SECONDS = 24 * 3600
_SECRET = re.compile(r"/t/[\w-]{20,}")


def keep(notice_id: int, message: Message) -> None:
    """Keep the words of a notice that is handed over now; a second try replaces them."""
    calendar = message.calendar.decode(errors="replace") if message.calendar else ""
    parts = {"subject": message.subject, "text": message.text, "short": message.short, "calendar": calendar}
    content = json.dumps(
        {name: _SECRET.sub("/t/…", text) for name, text in parts.items()}, ensure_ascii=False
    )
    connection = db.session.connection()
    row = {"notice_id": notice_id, "content": content, "at": clock.now()}
    connection.execute(_keeping(connection.dialect.name), row)


@cache
def _keeping(dialect: str) -> Insert:
    """The statement that keeps one message."""
    made = (postgresql if dialect == "postgresql" else sqlite).insert(cast(Table, KeptMessage.__table__))
    new = {"content": made.excluded.content, "at": made.excluded.at}
    statement: Insert = made.on_conflict_do_update(index_elements=["notice_id"], set_=new)
    return statement


def find_kept(notice: Notice) -> dict[str, str] | None:
    """Subject, text, short text and calendar part as they went out; None before, and after the time is over."""
    row = db.session.get(KeptMessage, notice.id)
    found: dict[str, str] | None = json.loads(row.content) if row else None
    return found


def purge() -> int:
    """Remove what is older than `KEPT`; how many. The scheduler's job."""
    with transaction():
        result: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
            delete(KeptMessage).where(KeptMessage.at < clock.now() - KEPT)
        )
        return result.rowcount


def purge_old() -> None:
    """The scheduler's job."""
    purge()
