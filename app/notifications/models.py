"""The outbox, what was tried, how people want to be reached, and the channels of an office.

A notice is a row written with the change that caused it. It holds whom and why, never what is said: the words
are made at the moment of sending, so nothing personal rests here and nothing outdated is sent.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model
from app.core.encryption import Encrypted

# queued -> claimed -> sending -> sent | queued again | failed | unknown; queued -> superseded.
# "claimed" was not handed over yet (safe to repeat); "sending" may have been (unknown when the sender dies).
STATES = ("queued", "claimed", "sending", "sent", "superseded", "failed", "unknown")
OPEN_STATES = ("queued", "claimed", "sending")
OUTCOMES = ("started", "sent", "temporary", "permanent", "unknown")
ON_UNKNOWN = ("ask", "repeat", "assume_sent")


class Notice(Model):
    """One notice to one recipient; the unique key makes queueing it a second time a no-op."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "recipient_kind", "recipient_id", "lead", "revision"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_notices_state_next_try_at", "state", "next_try_at"),
        Index("ix_notices_state_lease_until", "state", "lease_until"),
        Index("ix_notices_office_id_due_at", "office_id", "due_at"),
        Index("ix_notices_recipient_kind_recipient_id_state", "recipient_kind", "recipient_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str] = mapped_column(String(40))  # a name in `kinds`
    subject: Mapped[str] = mapped_column(String(120))  # what it is about: "duty:7:2026-03-05:day", "ask:12"
    recipient_kind: Mapped[str] = mapped_column(String(20))  # leader, contact, user, visit
    recipient_id: Mapped[int]
    lead: Mapped[str] = mapped_column(String(40), default="")  # which reminder: "7d", "eve", "morning"
    revision: Mapped[int] = mapped_column(default=0)
    facts: Mapped[Any] = mapped_column(JSON, default=dict)  # ids and dates the kind needs; nothing personal
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    due_at: Mapped[dt.datetime] = mapped_column(Instant)  # when it should go out
    state: Mapped[str] = mapped_column(String(12), default="queued")
    reason: Mapped[str] = mapped_column(
        String(200), default=""
    )  # why superseded, held back or settled by hand
    channel: Mapped[str] = mapped_column(String(12), default="")  # the one chosen last
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[dt.datetime] = mapped_column(Instant)  # not before: due, backed off, or quiet hours
    claimed_by: Mapped[str] = mapped_column(String(40), default="")  # a random token of each claim
    lease_until: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(
        String(200), default=""
    )  # a code and a few words, nothing personal
    message_id: Mapped[str] = mapped_column(String(120), default="")
    receipt: Mapped[str] = mapped_column(String(200), default="")  # what the channel answered
    sent_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    requeued_at: Mapped[dt.datetime | None] = mapped_column(
        Instant
    )  # staff sent it again: older tries do not count
    folded_into: Mapped[int | None] = mapped_column(
        ForeignKey("notices.id")
    )  # went out in that one's message


class Attempt(Model):
    """One try to hand a notice to a channel: written before, completed after. "started" means nobody knows yet."""

    __tablename__ = "notice_attempts"
    __table_args__ = (CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), index=True)
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(12))
    claim: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[dt.datetime] = mapped_column(Instant)
    finished_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(10), default="started")
    answer: Mapped[str] = mapped_column(
        String(200), default=""
    )  # the receipt, or the error without personal data


class RecipientSettings(Model):
    """How one recipient wants to be reached. No row: what the office sets for everybody."""

    __tablename__ = "recipient_settings"
    __table_args__ = (UniqueConstraint("recipient_kind", "recipient_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_kind: Mapped[str] = mapped_column(String(20))
    recipient_id: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    channels: Mapped[Any] = mapped_column(
        JSON, default=list
    )  # names, preferred first; [] = the office's order
    language: Mapped[str | None] = mapped_column(String(10))
    quiet_from: Mapped[dt.time | None]  # office time; both or neither; may span midnight
    quiet_until: Mapped[dt.time | None]
    mail: Mapped[str | None] = mapped_column(Encrypted("recipient_settings.mail"))
    mobile: Mapped[str | None] = mapped_column(Encrypted("recipient_settings.mobile"))


class OfficeDelivery(Model):
    """How an office reaches people; offices below without a row of their own use it too."""

    __tablename__ = "office_delivery"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    channels: Mapped[Any] = mapped_column(JSON, default=list)  # preferred first, then the fall-backs
    language: Mapped[str] = mapped_column(String(10), default="zh_CN")
    quiet_from: Mapped[dt.time | None]
    quiet_until: Mapped[dt.time | None]
    # Names and mobile numbers may stand in messages that pass through a bot or gateway of another company.
    personal_in_third_party: Mapped[bool] = mapped_column(default=False)


class ChannelSetup(Model):
    """One channel of an office (and of those below without one of their own). Secrets are never shown again."""

    __tablename__ = "channel_setups"
    __table_args__ = (
        UniqueConstraint("office_id", "channel"),
        CheckConstraint(f"on_unknown IN {ON_UNKNOWN}", name="on_unknown"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    channel: Mapped[str] = mapped_column(String(12))
    active: Mapped[bool] = mapped_column(default=True)
    options: Mapped[Any] = mapped_column(JSON, default=dict)  # addresses and names: nothing secret
    secrets: Mapped[str | None] = mapped_column(Encrypted("channel_setups.secrets"))  # JSON by field
    on_unknown: Mapped[str] = mapped_column(String(12), default="ask")
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)


class Heartbeat(Model):
    """When a job of the scheduler last ran, so that the pages can say that it stands still."""

    __tablename__ = "scheduler_heartbeats"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    process: Mapped[str] = mapped_column(String(80))
    at: Mapped[dt.datetime] = mapped_column(Instant)
    last_error: Mapped[str] = mapped_column(String(200), default="")
