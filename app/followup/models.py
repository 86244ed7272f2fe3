"""Matters that are followed through: who answers, until when, what was replied, and what is made public.

A matter begins with what the leader decided on a visit. Dates are dates of the office's zone. Every due date is stored
beside what it is computed from, so that lists and bulletins are plain SQL; `service.clockwork` is the only writer.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Instant, Model
from app.core.encryption import Encrypted
from app.directory.models import Department, Leader
from app.followup.rules import DISPOSITIONS, LETTERS, RATINGS, STATES, UNIT_STATES, URGENCIES


class FollowupSettings(Model):
    """An office's limits and habits; an office without a row follows the Regulations as they stand."""

    __tablename__ = "followup_settings"
    __table_args__ = (CheckConstraint("sign_offs BETWEEN 0 AND 2", name="sign_offs"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    limits: Mapped[Any] = mapped_column(JSON, default=dict)  # {clock kind or urgency: days}
    roll_forward: Mapped[bool] = mapped_column(default=True)
    sign_offs: Mapped[int] = mapped_column(default=0)
    few_items: Mapped[int] = mapped_column(default=15)  # a unit with so many or fewer is listed, not ranked
    letter_text: Mapped[Any] = mapped_column(JSON, default=dict)  # {"supervise": …, "remind": …}
    version: Mapped[int] = mapped_column(default=1)


class Matter(Model):
    """One matter. `account`, `instruction` and `result` are what people said: encrypted."""

    __tablename__ = "matters"
    __table_args__ = (
        UniqueConstraint("office_id", "year", "number"),
        CheckConstraint(f"disposition IN {DISPOSITIONS}", name="disposition"),
        CheckConstraint(f"urgency IN {URGENCIES}", name="urgency"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"rating IS NULL OR rating IN {RATINGS}", name="rating"),
        CheckConstraint("extended_days BETWEEN 0 AND 30", name="extended_days"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_on"),
        Index("ix_matters_office_id_received_on", "office_id", "received_on"),
        Index("ix_matters_office_id_due_on", "office_id", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    year: Mapped[int]
    number: Mapped[int]
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), unique=True)
    received_on: Mapped[dt.date]
    subject: Mapped[str] = mapped_column(String(120))  # a short title without personal data, for lists
    sector: Mapped[str] = mapped_column(String(120), default="")
    township: Mapped[str] = mapped_column(String(120), default="")
    account: Mapped[str] = mapped_column(Encrypted("matters.account"), default="")
    disposition: Mapped[str] = mapped_column(String(10))
    urgency: Mapped[str] = mapped_column(String(8), default="normal")
    duty_leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    case_leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    instruction: Mapped[str] = mapped_column(Encrypted("matters.instruction"), default="")
    result: Mapped[str] = mapped_column(Encrypted("matters.result"), default="")
    state: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    register_due_on: Mapped[dt.date]
    registered_on: Mapped[dt.date | None]  # handed over to a unit, or taken on by the office itself
    acceptance_due_on: Mapped[dt.date]
    accepted_on: Mapped[dt.date | None]  # the resident was told in writing
    leader_due_on: Mapped[dt.date | None]  # set by the leader (领导要求办结日期); pauses do not move it
    regulation_due_on: Mapped[dt.date] = mapped_column(
        default=lambda context: context.get_current_parameters()["due_on"], server_default="2000-01-01"
    )
    due_on: Mapped[dt.date]  # the earlier of the two
    replied_on: Mapped[dt.date | None]
    closed_on: Mapped[dt.date | None]
    extended_days: Mapped[int] = mapped_column(default=0)
    extended_on: Mapped[dt.date | None]
    extension_reason: Mapped[str] = mapped_column(Encrypted("matters.extension_reason"), default="")
    rating: Mapped[str | None] = mapped_column(String(12))
    rated_on: Mapped[dt.date | None]
    rated_by: Mapped[str] = mapped_column(String(8), default="")  # code, call or paper
    rating_code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    called_back_on: Mapped[dt.date | None]
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64))
    purged_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    parts: Mapped[list["UnitPart"]] = relationship(back_populates="matter", order_by="UnitPart.id")
    pauses: Mapped[list["Pause"]] = relationship(order_by="Pause.first_day")
    case_leader: Mapped[Leader | None] = relationship(foreign_keys=[case_leader_id])
    duty_leader: Mapped[Leader | None] = relationship(foreign_keys=[duty_leader_id])

    @property
    def reference(self) -> str:
        """The number people say: 2026-0012."""
        return f"{self.year}-{self.number:04}"


class UnitPart(Model):
    """What one responsible unit has to do in a matter; `main` for the one that answers for the whole."""

    __tablename__ = "matter_units"
    __table_args__ = (
        UniqueConstraint("matter_id", "department_id"),
        CheckConstraint(f"state IN {UNIT_STATES}", name="state"),
        Index("ix_matter_units_department_id_due_on", "department_id", "due_on"),
        Index(
            "uq_matter_units_main",
            "matter_id",
            unique=True,
            sqlite_where=sql("main"),
            postgresql_where=sql("main"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    main: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(String(8), default="told")
    told_on: Mapped[dt.date]
    not_ours_due_on: Mapped[dt.date]
    accepted_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date]
    replied_on: Mapped[dt.date | None]
    reason: Mapped[str] = mapped_column(Encrypted("matter_units.reason"), default="")  # why it is not ours
    reply: Mapped[str] = mapped_column(Encrypted("matter_units.reply"), default="")

    matter: Mapped[Matter] = relationship(back_populates="parts")
    department: Mapped[Department] = relationship()


class Pause(Model):
    """Days the clock of the decision stands still, where the Regulations allow it (appraisal, court, …)."""

    __tablename__ = "matter_pauses"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]  # the day it is expected to end, corrected when it does
    reason: Mapped[str] = mapped_column(Encrypted("matter_pauses.reason"))


class SignOff(Model):
    """A signature under a matter before it goes out; two people, never one twice."""

    __tablename__ = "matter_sign_offs"
    __table_args__ = (UniqueConstraint("matter_id", "user_id"), UniqueConstraint("matter_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    position: Mapped[int]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[dt.datetime] = mapped_column(Instant)


class MatterEntry(Model):
    """One line of a matter's history, in the order it happened."""

    __tablename__ = "matter_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(24))  # words.ENTRIES
    text: Mapped[str] = mapped_column(Encrypted("matter_entries.text"), default="")


class MatterFile(Model):
    """A written reply or another paper; its bytes lie encrypted outside the web root."""

    __tablename__ = "matter_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[str] = mapped_column(Encrypted("matter_files.name"))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    stored_as: Mapped[str] = mapped_column(String(64), unique=True)  # the name of the encrypted file
    added_at: Mapped[dt.datetime] = mapped_column(Instant)
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Letter(Model):
    """A numbered letter of the office to a unit: 督办函 (supervise) or 提醒函 (remind)."""

    __tablename__ = "letters"
    __table_args__ = (
        UniqueConstraint("office_id", "kind", "year", "number"),
        CheckConstraint(f"kind IN {LETTERS}", name="kind"),
        Index("ix_letters_office_id_issued_on", "office_id", "issued_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str] = mapped_column(String(10))
    year: Mapped[int]
    number: Mapped[int]
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    issued_on: Mapped[dt.date]
    issued_by: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Encrypted("letters.text"))

    matter: Mapped[Matter] = relationship()
    department: Mapped[Department] = relationship()


class PublicResult(Model):
    """A result made public without personal data (有果必公), after a person read it."""

    __tablename__ = "public_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id"), unique=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(String(120))
    department: Mapped[str] = mapped_column(String(80), default="")
    published_on: Mapped[dt.date]
    checked_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)
