"""Visits, the seats they hold, the people who come, what they bring, and what was said.

What identifies a resident or tells of the matter is encrypted; equality is looked up through blind indexes.
A visit is placed on a published session by `session_key` (the roster's own identity), with the day and the leader
beside it, so that lists need not ask the roster.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.appointments.rules.states import CHANNELS, KINDS, MODES, PARTS, READINESS, STATES
from app.core.database import Instant, Model
from app.core.encryption import Encrypted


class Visit(Model):
    """One request to be received, from the first word to the end of the reception. Groups are one visit."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("office_id", "reference"),
        UniqueConstraint("office_id", "on_date", "ticket"),
        Index("ix_visits_queue", "office_id", "state", "on_date", "id"),
        Index("ix_visits_session", "office_id", "session_key"),
        Index("ix_visits_received", "office_id", "received_at"),
        Index("ix_visits_document_index", "document_index"),
        Index("ix_visits_phone_index", "phone_index"),
        Index("ix_visits_name_index", "name_index"),
        CheckConstraint(f"channel IN {CHANNELS}", name="channel"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"mode IN {MODES}", name="mode"),
        CheckConstraint("headcount >= 1", name="headcount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    reference: Mapped[str] = mapped_column(String(9))  # random digits, not a running number: 4821-0937
    code_hash: Mapped[str] = mapped_column(String(64))  # keyed hash of the resident's secret code
    channel: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(7), default="booked")
    state: Mapped[str] = mapped_column(String(13), default="received")
    mode: Mapped[str] = mapped_column(String(9), default="in_person")

    # Where it is placed, or asks to be; NULL while nothing fits yet.
    session_key: Mapped[str | None] = mapped_column(String(72))
    on_date: Mapped[dt.date | None]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"), index=True)
    ticket: Mapped[int | None]  # random within the day; what the lobby calls
    elsewhere_id: Mapped[int | None] = mapped_column(
        ForeignKey("offices.id")
    )  # the office that is right for it

    township: Mapped[str] = mapped_column(String(120), default="")
    sector: Mapped[str] = mapped_column(String(120), default="")
    project: Mapped[str] = mapped_column(String(120), default="")
    summary: Mapped[str] = mapped_column(Encrypted("visits.summary"), default="")

    name: Mapped[str] = mapped_column(Encrypted("visits.name"))
    name_index: Mapped[str | None] = mapped_column(String(64))
    document_kind: Mapped[str] = mapped_column(String(16), default="")
    document_number: Mapped[str] = mapped_column(Encrypted("visits.document_number"), default="")
    document_index: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(Encrypted("visits.phone"), default="")  # E.164
    phone_index: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(5), default="zh_CN")
    headcount: Mapped[int] = mapped_column(default=1)  # people of the matter; at most five of them come in

    reason: Mapped[str] = mapped_column(
        String(24), default=""
    )  # why refused, cancelled, …: a key of words.REASONS
    route: Mapped[str] = mapped_column(String(24), default="")  # where it goes instead: a key of words.ROUTES
    answer: Mapped[str] = mapped_column(
        Encrypted("visits.answer"), default=""
    )  # in our words, to the resident
    same_as_id: Mapped[int | None] = mapped_column(
        ForeignKey("visits.id")
    )  # staff judged it the same request

    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    consent_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # to the notice about personal data
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    met_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # the leader received the people
    ended_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    purged_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # personal data removed, figures stay
    version: Mapped[int] = mapped_column(default=1)

    people: Mapped[list["VisitPerson"]] = relationship(
        order_by="VisitPerson.id", cascade="all, delete-orphan"
    )
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")
    steps: Mapped[list["VisitStep"]] = relationship(order_by="VisitStep.id")
    seat: Mapped["Seat | None"] = relationship(back_populates="visit", passive_deletes="all")


class Seat(Model):
    """A taken place of a session: the row is the guarantee. A pending visit holds it until `hold_until`.

    Numbers from 1 are for appointments, from WALK_IN_FROM for people who walk in. A free place has no row.
    """

    __tablename__ = "visit_seats"
    __table_args__ = (
        UniqueConstraint("office_id", "session_key", "number"),
        Index("ix_visit_seats_hold_until", "hold_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    session_key: Mapped[str] = mapped_column(String(72))
    number: Mapped[int]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), unique=True)
    hold_until: Mapped[dt.datetime | None] = mapped_column(Instant)  # NULL: confirmed, does not expire

    visit: Mapped[Visit] = relationship(back_populates="seat")


class VisitPerson(Model):
    """Somebody who comes too: representative (at most five with the visitor), agent, guardian, interpreter …"""

    __tablename__ = "visit_people"
    __table_args__ = (CheckConstraint(f"part IN {PARTS}", name="part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    part: Mapped[str] = mapped_column(String(14))
    name: Mapped[str] = mapped_column(Encrypted("visit_people.name"))
    phone: Mapped[str] = mapped_column(Encrypted("visit_people.phone"), default="")
    document_number: Mapped[str] = mapped_column(Encrypted("visit_people.document_number"), default="")
    note: Mapped[str] = mapped_column(
        Encrypted("visit_people.note"), default=""
    )  # language, written authority


class VisitStep(Model):
    """What happened to a visit, when and by whom; shown to staff in order."""

    __tablename__ = "visit_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    what: Mapped[str] = mapped_column(String(24))  # a value of events.What
    by: Mapped[str] = mapped_column(String(64), default="")  # "" is the resident
    session_key: Mapped[str | None] = mapped_column(String(72))  # where it stood after this step
    note: Mapped[str] = mapped_column(Encrypted("visit_steps.note"), default="")


class Attachment(Model):
    """A file of a visit. The bytes lie encrypted outside every served folder, under `key`."""

    __tablename__ = "visit_attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"), index=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)
    name: Mapped[str] = mapped_column(Encrypted("visit_attachments.name"))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]  # bytes, before encryption
    added_at: Mapped[dt.datetime] = mapped_column(Instant)
    added_by: Mapped[str] = mapped_column(String(64), default="")
    removed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Recusal(Model):
    """A leader with a direct interest does not receive this visit: a hard exclusion from matching."""

    __tablename__ = "recusals"
    __table_args__ = (UniqueConstraint("visit_id", "leader_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    reason: Mapped[str] = mapped_column(Encrypted("recusals.reason"), default="")
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))


class ReadinessItem(Model):
    """One line of the readiness board of an invited visit: who was asked, until when, and the answer."""

    __tablename__ = "readiness_items"
    __table_args__ = (
        CheckConstraint(f"kind IN {READINESS}", name="kind"),
        CheckConstraint("answer IN ('open', 'yes', 'no')", name="answer"),
        Index("ix_readiness_items_visit_id", "visit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    kind: Mapped[str] = mapped_column(String(10))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(Instant)
    told_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # NULL: the leader's consent comes first
    due_at: Mapped[dt.datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(String(4), default="open")
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    person: Mapped[str] = mapped_column(
        Encrypted("readiness_items.person"), default=""
    )  # whom the department sends
    note: Mapped[str] = mapped_column(Encrypted("readiness_items.note"), default="")
    nudged_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    nudges: Mapped[int] = mapped_column(default=0)
    staff_told_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # that asking again did not help


class ReceptionRecord(Model):
    """What was said at a reception; without a visit it says that nobody came to the session."""

    __tablename__ = "reception_records"
    __table_args__ = (
        Index(
            "uq_reception_records_empty_session",
            "office_id",
            "session_key",
            unique=True,
            sqlite_where=sql("visit_id IS NULL"),
            postgresql_where=sql("visit_id IS NULL"),
        ),
        CheckConstraint("state IN ('draft', 'final')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    session_key: Mapped[str] = mapped_column(String(72))
    on_date: Mapped[dt.date]
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visits.id"), unique=True)
    said: Mapped[str] = mapped_column(Encrypted("reception_records.said"), default="")
    state: Mapped[str] = mapped_column(String(5), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[dt.datetime] = mapped_column(Instant)
    saved_by: Mapped[str] = mapped_column(String(64))


class VisitPolicy(Model):
    """How an office takes visits; `spec` is what `rules.parse_policy` accepts, defaults for what it leaves out."""

    __tablename__ = "visit_policies"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    spec: Mapped[Any] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)


class BookingTry(Model):
    """One public attempt, counted against floods: only a keyed hash of where it came from, for a day."""

    __tablename__ = "booking_tries"
    __table_args__ = (Index("ix_booking_tries_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
