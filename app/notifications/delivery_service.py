"""What staff do with notices: send again, settle what nobody knows, take back. Each is one compare-and-swap."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, update

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.errors import Conflict
from app.notifications.models import Notice

AGAIN_FROM = ("failed", "unknown", "superseded")


class NoticeMoved(Conflict):
    """Its state is another one by now."""

    def __init__(self) -> None:
        super().__init__(
            "这条通知的状态已经变了，请看看最新情况再决定。",
            "This notice is in another state by now. Please look again and decide.",
        )


def send_again(notice: Notice) -> None:
    """Queue a notice that was not delivered; whether it is still true is looked at when it is sent. NoticeMoved."""
    now = clock.now()
    _move(
        notice,
        AGAIN_FROM,
        state="queued",
        next_try_at=now,
        requeued_at=now,
        claimed_by="",
        lease_until=None,
        reason="",
    )
    _record("notice.again", notice)


def send_all_again(notices: Sequence[Notice]) -> None:
    """The same for several: all or none. NoticeMoved."""
    for notice in notices:
        send_again(notice)


def settle(notice: Notice, arrived: bool) -> None:
    """Somebody found out about an unknown one: it arrived, or it did not and goes out again. NoticeMoved."""
    if not arrived:
        send_again(notice)
        return
    _move(notice, ("unknown",), state="sent", sent_at=clock.now(), reason="settled: arrived")
    _record("notice.settle", notice)


def take_back(notice: Notice) -> None:
    """A notice that waits is not sent. NoticeMoved."""
    _move(notice, ("queued",), state="superseded", reason="by hand")
    _record("notice.withdraw", notice)


def _move(notice: Notice, before: tuple[str, ...], **values: Any) -> None:
    result = cast(
        CursorResult[Any],
        db.session.execute(
            update(Notice)
            .where(Notice.id == notice.id, Notice.state.in_(before))
            .values(**values)
            .execution_options(synchronize_session=False)
        ),
    )
    if result.rowcount != 1:
        raise NoticeMoved
    db.session.expire(notice)


def _record(action: str, notice: Notice) -> None:
    about = {"kind": notice.kind, "about": notice.subject, "to": notice.recipient_kind, "state": notice.state}
    audit.record(action, f"notice:{notice.id}", notice.office_id, after=about)
