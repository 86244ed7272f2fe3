"""The outbox: queue in the transaction of the change, claim with a lease, settle with a compare-and-swap.

Nothing here commits or sends. `sending` does both, one short transaction before and one after the hand-over.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Table,
    Update,
    and_,
    bindparam,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.core import clock
from app.core.database import db, lock
from app.notifications.models import Attempt, Notice

NO_LONGER_TRUE = "no longer true"
MOST_FAULTS = 8
MOST_ASKED = 1000  # a database takes so many values in one statement without complaint
MOST_TOGETHER = 5  # times the batch
# The statements of every single notice are written once and go past the mapping of objects, which would cost more
# than the sending.
NOTICES, ATTEMPTS = cast(Table, Notice.__table__), cast(Table, Attempt.__table__)
KEY = ("kind", "subject", "recipient_kind", "recipient_id", "lead", "revision")


def queue(
    kind: str,
    subject: str,
    recipient: tuple[str, int],
    *,
    office_id: int,
    lead: str = "",
    revision: int = 0,
    due_at: dt.datetime | None = None,
    facts: Mapping[str, str | int] | None = None,
    again: bool = False,
) -> bool:
    """Write one notice into the caller's transaction; True if it is new, False if it was queued before.

    `again`: one that was overtaken before it was sent counts as new. `due_at` None: now. `facts` are ids and dates the kind needs when it is sent; nothing personal.
    """
    now = clock.now()
    row = {
        "kind": kind,
        "subject": subject,
        "recipient_kind": recipient[0],
        "recipient_id": recipient[1],
        "lead": lead,
        "revision": revision,
        "office_id": office_id,
        "facts": dict(facts or {}),
        "created_at": now,
        "due_at": due_at or now,
        "next_try_at": due_at or now,
        "state": "queued",
    }
    dialect = postgresql if db.session.get_bind().dialect.name == "postgresql" else sqlite
    insertion = dialect.insert(Notice).values(row)
    if again:
        anew = {name: row[name] for name in ("facts", "due_at", "next_try_at", "state")} | {"reason": ""}
        statement = insertion.on_conflict_do_update(index_elements=KEY, set_=anew, where=overtaken())
    else:
        statement = insertion.on_conflict_do_nothing(index_elements=KEY)
    return db.session.scalar(statement.returning(Notice.id)) is not None


def overtaken() -> ColumnElement[bool]:
    """Notices that were no longer true when they should have been sent; what staff took back by hand is none."""
    return and_(Notice.state == "superseded", Notice.reason == NO_LONGER_TRUE)


def known(kind: str, subjects: Sequence[str]) -> set[tuple[str, tuple[str, int], str]]:
    """The subject, recipient and lead of what was queued of a kind about these, and not overtaken."""
    found = set()
    for first in range(0, len(subjects), MOST_ASKED):
        rows = db.session.execute(
            select(Notice.subject, Notice.recipient_kind, Notice.recipient_id, Notice.lead).where(
                Notice.kind == kind,
                Notice.subject.in_(subjects[first : first + MOST_ASKED]),
                ~overtaken(),
            )
        )
        found |= {(subject, (who, number), lead) for subject, who, number, lead in rows}
    return found


def supersede(
    reason: str,
    *,
    kinds: list[str],
    subject: str,
    recipient: tuple[str, int] | None = None,
    except_revision: int | None = None,
) -> int:
    """Take back notices that were not handed over yet; how many. `reason` is shown on the delivery page."""
    found = [Notice.kind.in_(kinds), Notice.subject == subject, Notice.state.in_(("queued", "claimed"))]
    if recipient is not None:
        found += [Notice.recipient_kind == recipient[0], Notice.recipient_id == recipient[1]]
    if except_revision is not None:
        found.append(Notice.revision != except_revision)
    return _run(update(Notice).where(*found).values(state="superseded", reason=reason[:200]))


def any_due() -> bool:
    """Whether a notice waits to be sent now, or a claim has run out: cheap, writes nothing."""
    now = clock.now()
    due = and_(Notice.state == "queued", Notice.next_try_at <= now)
    stale = and_(Notice.state.in_(("claimed", "sending")), Notice.lease_until < now)
    return any(db.session.scalar(select(Notice.id).where(one).limit(1)) for one in (due, stale))


def claim(limit: int, lease: dt.timedelta) -> tuple[str, list[int]]:
    """Claim `limit` due notices, oldest first, and what else is due to the same people; the token and the ids.

    Two processes never claim the same row: one claims at a time, and SKIP LOCKED passes over rows others hold. What
    goes to one person comes together, so that it can share a message.
    """
    now = clock.now()
    lock("notices.claim")
    due = (
        select(Notice.id, Notice.recipient_kind, Notice.recipient_id)
        .where(Notice.state == "queued", Notice.next_try_at <= now)
        .order_by(Notice.next_try_at, Notice.id)
        .with_for_update(skip_locked=True)  # left out by SQLite, where BEGIN IMMEDIATE does it
    )
    rows = list(db.session.execute(due.limit(limit)))
    ids = [row.id for row in rows]
    people = {(row.recipient_kind, row.recipient_id) for row in rows}
    same = due.where(
        tuple_(Notice.recipient_kind, Notice.recipient_id).in_(people), Notice.id.not_in(ids)
    ).limit(limit * MOST_TOGETHER)
    token = secrets.token_hex(12)
    if not rows:
        return token, []
    ids += [row.id for row in db.session.execute(same)]
    _run(
        update(Notice)
        .where(Notice.id.in_(ids), Notice.state == "queued")
        .values(state="claimed", claimed_by=token, lease_until=now + lease)
    )
    return token, ids


def claimed(ids: list[int], token: str) -> list[Notice]:
    """The notices of a claim in its order, apart from the session: they outlive the transaction."""
    found = db.session.scalars(
        select(Notice)
        .where(Notice.id.in_(ids), Notice.claimed_by == token)
        .execution_options(populate_existing=True)
    ).all()
    for notice in found:
        db.session.expunge(notice)
    return sorted(found, key=lambda notice: ids.index(notice.id))


_BEGIN = (
    update(NOTICES)
    .where(
        NOTICES.c.id == bindparam("of_notice"),
        NOTICES.c.state == "claimed",
        NOTICES.c.claimed_by == bindparam("token"),
    )
    .values(
        state="sending",
        channel=bindparam("new_channel"),
        tries=NOTICES.c.tries + 1,
        lease_until=bindparam("new_lease"),
        message_id=bindparam("new_message_id"),
        folded_into=bindparam("new_folded_into"),
        reason="",
    )
)
_ATTEMPT = insert(ATTEMPTS)
_FINISH_ATTEMPT = (
    update(ATTEMPTS)
    .where(
        ATTEMPTS.c.notice_id == bindparam("of_notice"),
        ATTEMPTS.c.claim == bindparam("token"),
        # Recorded before: the commit arrived, its answer did not.
        ATTEMPTS.c.outcome.in_(("started", "unknown")),
    )
    .values(
        outcome=bindparam("new_outcome"),
        answer=bindparam("new_answer"),
        finished_at=bindparam("new_finished"),
    )
)


def begin_attempt(notice: Notice, token: str, channel: str, lease: dt.timedelta) -> bool:
    """Say that the hand-over begins: from here on a crash leaves `unknown`. False if the claim was lost."""
    now = clock.now()
    connection = db.session.connection()
    key = {"of_notice": notice.id, "token": token}
    new = {
        "new_channel": channel,
        "new_lease": now + lease,
        "new_message_id": notice.message_id,
        "new_folded_into": notice.folded_into,
    }
    if connection.execute(_BEGIN, key | new).rowcount != 1:
        return False
    attempt = {"notice_id": notice.id, "number": notice.tries + 1, "channel": channel}
    connection.execute(_ATTEMPT, attempt | {"claim": token, "started_at": now})
    return True


def settle(notice_id: int, token: str, state: str, outcome: str, answer: str, **values: Any) -> bool:
    """Record how the hand-over ended. False if the lease ran out meanwhile and the notice was settled otherwise.

    A receipt that arrives late still turns `unknown` into what it was, as long as nobody claimed the row again;
    after that the try stays unknown on record, because it was repeated for that reason.
    """
    connection = db.session.connection()
    key = {"of_notice": notice_id, "token": token}
    values |= {"state": state, "lease_until": None}
    new = {f"new_{name}": value for name, value in values.items()}
    changed = connection.execute(_settling(tuple(values)), key | new).rowcount
    known, said = (outcome, answer) if changed else ("unknown", f"late: {answer}")
    finished = {"new_outcome": known, "new_answer": said[:200], "new_finished": clock.now()}
    connection.execute(_FINISH_ATTEMPT, key | finished)
    return changed == 1


@cache
def _settling(names: tuple[str, ...]) -> Update:
    """The statement that settles a notice with these columns."""
    return (
        update(NOTICES)
        .where(
            NOTICES.c.id == bindparam("of_notice"),
            NOTICES.c.claimed_by == bindparam("token"),
            NOTICES.c.state.in_(("sending", "unknown")),
        )
        .values({name: bindparam(f"new_{name}") for name in names})
    )


def release(notice_id: int, token: str, **values: Any) -> bool:
    """Give up a claim before any hand-over, with the values the row gets (back to queued, superseded, failed)."""
    return (
        _run(
            update(Notice)
            .where(Notice.id == notice_id, Notice.state == "claimed", Notice.claimed_by == token)
            .values(**{"lease_until": None, "claimed_by": "", **values})
        )
        == 1
    )


def recover() -> tuple[int, list[int]]:
    """Settle claims whose lease ran out: how many were queued again, and the ids that became `unknown`."""
    now = clock.now()
    again = _run(
        update(Notice)
        .where(Notice.state == "claimed", Notice.lease_until < now)
        .values(state="queued", lease_until=None, claimed_by="")
    )
    lost = select(Notice.id).where(Notice.state == "sending", Notice.lease_until < now)
    ids = list(db.session.scalars(lost.with_for_update(skip_locked=True)))
    _run(
        update(Notice)
        .where(Notice.id.in_(ids), Notice.state == "sending")
        .values(state="unknown", lease_until=None, last_error="sender stopped before the receipt")
    )
    _run(
        update(Attempt)
        .where(Attempt.notice_id.in_(ids), Attempt.outcome == "started")
        .values(outcome="unknown", finished_at=now, answer="sender stopped before the receipt")
    )
    return again, ids


def give_back(notice_id: int, token: str, wait: dt.timedelta = dt.timedelta()) -> None:
    """Queue a claimed notice again that was certainly not handed over, whatever the row says meanwhile."""
    again = {"next_try_at": clock.now() + wait} if wait else {}
    _run(
        update(Notice)
        .where(Notice.id == notice_id, Notice.claimed_by == token, Notice.state.in_(("claimed", "sending")))
        .values(state="queued", claimed_by="", lease_until=None, **again)
    )
    _run(
        update(Attempt)
        .where(Attempt.notice_id == notice_id, Attempt.claim == token, Attempt.outcome == "started")
        .values(outcome="temporary", answer="not handed over", finished_at=clock.now())
    )


def give_back_rest(token: str) -> int:
    """Queue everything of a claim again whose hand-over has not begun; how many."""
    return _run(
        update(Notice)
        .where(Notice.claimed_by == token, Notice.state == "claimed")
        .values(state="queued", claimed_by="", lease_until=None)
    )


def postpone(notice_id: int, token: str, error: str, next_try: Callable[[int], dt.datetime]) -> None:
    """A claimed notice could not be made ready: try later, and give up after `MOST_FAULTS`."""
    notice = db.session.get_one(Notice, notice_id, populate_existing=True)
    tries = notice.tries + 1
    release(
        notice_id,
        token,
        state="failed" if tries >= MOST_FAULTS else "queued",
        tries=tries,
        next_try_at=next_try(tries),
        last_error=f"could not be written: {error}"[:200],
    )


def settle_unknown(notice: Notice, policy: str) -> None:
    """What the channel's policy says about a notice of which nobody knows whether it arrived."""
    if policy == "ask":
        return
    values: dict[str, Any] = (
        {"state": "queued", "next_try_at": clock.now(), "claimed_by": ""}
        if policy == "repeat"
        else {"state": "sent", "sent_at": clock.now()}
    )
    _run(update(Notice).where(Notice.id == notice.id, Notice.state == "unknown").values(**values))


def _run(statement: Update) -> int:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], result).rowcount
