"""What an office set about reminders and wording, kept as a history so that it can be taken back."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model
from app.core.encryption import Encrypted


class NoticePolicy(Model):
    """What an office decided about reminders; the newest row holds. `spec` NULL: as the office above."""

    __tablename__ = "notice_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    spec: Mapped[Any | None] = mapped_column(JSON(none_as_null=True))  # what policy.from_json reads
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))


class NoticeText(Model):
    """An office's own wording of a kind in one language; the newest row holds. NULL texts: the standard wording."""

    __tablename__ = "notice_texts"
    __table_args__ = (Index("ix_notice_texts_office_id_kind", "office_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))  # zh_CN, en
    subject: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    short: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))


class ReminderMark(Model):
    """Until when the reminders of an office are queued: written in one transaction with them, so none twice."""

    __tablename__ = "reminder_marks"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    done_until: Mapped[dt.datetime] = mapped_column(Instant)


class InvitationWish(Model):
    """This leader wants each duty as an invitation by mail, with updates and cancellations. No row: no."""

    __tablename__ = "invitation_wishes"

    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(Instant)


class KeptMessage(Model):
    """What was handed to a channel for a notice, as it was written; links of one person are cut. Kept for a time."""

    __tablename__ = "kept_messages"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    content: Mapped[str] = mapped_column(
        Encrypted("kept_messages.content")
    )  # JSON: subject, text, short, calendar
    at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
