"""The first half of sending: is it still true, which way, in what words. Inside one short transaction."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from app.core import clock
from app.core.database import db
from app.notifications import outbox
from app.notifications.channels.base import Message
from app.notifications.delivery import Delivery, Reach, Way
from app.notifications.delivery_rules import THIRD_PARTY, Tried, end_of_quiet, next_channel
from app.notifications.kept import keep
from app.notifications.kinds import Kind, find_kind
from app.notifications.models import Attempt, Notice
from app.notifications.rendering import as_html, leaving_out, render, without_personal
from config import Settings


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that is to be handed over now, for one notice or several folded into it."""

    notice_ids: list[int]
    token: str
    way: Way
    message: Message
    ways: list[str]
    tried: list[Tried]
    on_unknown: str


def prepare(claimed: Notice, token: str, lease: dt.timedelta, delivery: Delivery) -> Ready | None:
    """Make a claimed notice ready, or settle it (superseded, held back, failed) and return None.

    `claimed` is as it was when it was claimed. Nothing in it but its state can have changed since, and that is
    looked at again by every change to it (`outbox`), so a notice taken back meanwhile is not sent.
    """
    kind = find_kind(claimed.kind)
    notice = claimed
    if kind is None or may_share(kind):
        fresh = db.session.get(Notice, claimed.id, populate_existing=True)
        if fresh is None or fresh.state != "claimed" or fresh.claimed_by != token:
            return None  # folded into another, taken back, or the lease ran out
        notice = _first_of_message(fresh)
        kind = find_kind(notice.kind)
    if kind is None:
        return _give_up(notice, "this program does not know the kind")
    if not kind.still_true(notice):
        outbox.release(notice.id, token, state="superseded", reason=outbox.NO_LONGER_TRUE)
        return None
    reach = delivery.find_reach(notice)
    if reach is None:
        return _give_up(notice, "recipient is gone")
    quiet = None if kind.urgent else end_of_quiet(clock.now().astimezone(ZoneInfo(reach.zone)), *reach.quiet)
    if quiet is not None:
        outbox.release(notice.id, token, state="queued", next_try_at=quiet, reason="quiet hours")
        return None
    tried = _tried(notice)
    names = [way.channel for way in reach.ways]
    chosen = next_channel(names, tried)
    if chosen is None:
        return _give_up(notice, notice.last_error or "no channel with an address")
    way = next(way for way in reach.ways if way.channel == chosen)
    return _begin(notice, kind, reach, way, names, tried, lease)


def _first_of_message(notice: Notice) -> Notice:
    """The notice whose message this one shared before: a repeat must be the same message under the same id."""
    first = db.session.get(Notice, notice.folded_into, populate_existing=True) if notice.folded_into else None
    if first is None or first.state != "claimed" or first.claimed_by != notice.claimed_by:
        return notice
    return first


def _begin(
    notice: Notice,
    kind: Kind,
    reach: Reach,
    way: Way,
    names: list[str],
    tried: list[Tried],
    lease: dt.timedelta,
) -> Ready | None:
    token = notice.claimed_by
    notice.message_id = message_id(notice)
    parts = [(notice, kind), *(_folded(notice) if may_share(kind) else [])]
    if not outbox.begin_attempt(notice, token, way.channel, lease):
        return None
    for other, _kind in parts[1:]:
        other.message_id, other.folded_into = notice.message_id, notice.id
        outbox.begin_attempt(other, token, way.channel, lease)
    policy = way.setup.on_unknown if way.setup else "repeat"
    ids = [one.id for one, _kind in parts]
    message = compose(parts, reach, way)
    keep(notice.id, message)
    return Ready(ids, token, way, message, names, tried, policy)


def _folded(notice: Notice) -> list[tuple[Notice, Kind]]:
    """Others of the same claim to the same recipient that may share the message, those no longer true settled."""
    found = []
    others = db.session.scalars(
        select(Notice)
        .where(
            Notice.claimed_by == notice.claimed_by,
            Notice.state == "claimed",
            Notice.recipient_kind == notice.recipient_kind,
            Notice.recipient_id == notice.recipient_id,
            Notice.office_id == notice.office_id,
            Notice.id != notice.id,
        )
        .order_by(Notice.due_at, Notice.id)
    )
    for other in others:
        kind = find_kind(other.kind)
        again = other.folded_into == notice.id  # it went out with this one before, so it does again
        if kind is None or not may_share(kind) or (other.tries and not again):
            continue
        if kind.still_true(other):
            found.append((other, kind))
        else:
            outbox.release(other.id, other.claimed_by, state="superseded", reason=outbox.NO_LONGER_TRUE)
    return found


def may_share(kind: Kind) -> bool:
    """Whether its notices may share a message: an invitation needs a mail of its own."""
    return kind.digest and kind.calendar is None


def compose(parts: Sequence[tuple[Notice, Kind]], reach: Reach, way: Way) -> Message:
    """The message of one notice, or of several with their texts below each other."""
    language = reach.language
    third_party = way.channel in THIRD_PARTY and not reach.personal_in_third_party
    subjects, bodies, shorts, values = [], [], [], {}
    with force_locale(_locale(language)), leaving_out(third_party):
        for notice, kind in parts:
            values = kind.values(notice)
            if third_party:
                values = without_personal(kind, values, language)
            texts = [
                render(kind, part, language, notice.office_id, values)
                for part in ("subject", "body", "short")
            ]
            subjects.append(texts[0])
            bodies.append(texts[1])
            shorts.append(texts[2])
        first, kind = parts[0]
        subject = subjects[0] if len(parts) == 1 else _joint_subject(subjects, language)
        text = "\n\n———\n\n".join(bodies)
        calendar = kind.calendar(first) if kind.calendar and way.channel in {"mail", "file"} else None
        html = as_html(subject, text, language) if way.channel == "mail" else ""
    return Message(
        to=way.to,
        subject=subject,
        text=text,
        short="\n".join(shorts),
        message_id=first.message_id,
        at=clock.now(),
        html=html,
        language=language,
        kind=first.kind if len(parts) == 1 else "",
        values=values,
        calendar=calendar,
    )


@cache
def _locale(language: str) -> Locale:
    """Looking a language up by its name takes longer than rendering a text message."""
    return Locale.parse(language)


def _joint_subject(subjects: list[str], language: str) -> str:
    count = len(subjects)
    return f"{subjects[0]} (+{count - 1})" if language.startswith("en") else f"{subjects[0]}等 {count} 项"


def message_id(notice: Notice) -> str:
    """The same for every try of the same notice: a mail server that got it before can tell."""
    settings: Settings = current_app.extensions["settings"]
    key = (
        notice.kind,
        notice.subject,
        notice.recipient_kind,
        notice.recipient_id,
        notice.lead,
        notice.revision,
    )
    digest = hashlib.sha256(repr((settings.public_url, *key)).encode()).hexdigest()[:16]
    return f"<notice-{notice.id}-{digest}@{urlsplit(settings.public_url).hostname or 'localhost'}>"


def _tried(notice: Notice) -> list[Tried]:
    """The attempts that count: those since staff sent it again, if they did."""
    if notice.tries == 0:
        return []
    rows = select(Attempt).where(Attempt.notice_id == notice.id).order_by(Attempt.id)
    if notice.requeued_at is not None:
        rows = rows.where(Attempt.started_at >= notice.requeued_at)
    return [Tried(row.channel, row.outcome) for row in db.session.scalars(rows)]


def _give_up(notice: Notice, error: str) -> Ready | None:
    outbox.release(notice.id, notice.claimed_by, state="failed", last_error=error[:200])
    return None
