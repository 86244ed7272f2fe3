"""Rules, absences, drafts, and what is published.

A published duty is one row per seat of a session. It is never changed: a correction closes the row
(`until_revision`) and adds another, so revision N is the rows with `since_revision <= N < until_revision`.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model
from app.core.encryption import Encrypted


class Rule(Model):
    """A rule of an office; `spec` is what `rules.parse_rule` accepts. Ended rules stay for old rosters."""

    __tablename__ = "roster_rules"
    __table_args__ = (
        CheckConstraint("kind IN ('coverage', 'limit', 'spacing', 'on_call', 'fairness')", name="kind"),
        CheckConstraint("last_day IS NULL OR first_day IS NULL OR last_day >= first_day", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    spec: Mapped[Any] = mapped_column(JSON)
    first_day: Mapped[dt.date | None]
    last_day: Mapped[dt.date | None]
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class LeaderTerms(Model):
    """How much and when a leader serves: share, forbidden weekdays, own quotas."""

    __tablename__ = "leader_terms"

    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), primary_key=True)
    share_percent: Mapped[int] = mapped_column(default=100)
    forbidden_weekdays: Mapped[Any] = mapped_column(JSON, default=list)  # [0..6], Monday 0
    month_min: Mapped[int] = mapped_column(default=0)
    month_max: Mapped[int | None]


class Leave(Model):
    """Days a leader cannot serve; withdrawn with a date, not deleted."""

    __tablename__ = "leaves"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(Encrypted("leaves.reason"), default="")  # may tell of an illness
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Wish(Model):
    """A leader would rather (not) serve on a date or a weekday."""

    __tablename__ = "wishes"
    __table_args__ = (
        CheckConstraint("kind IN ('avoid', 'prefer')", name="kind"),
        CheckConstraint("(on_date IS NULL) <> (weekday IS NULL)", name="one_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    kind: Mapped[str] = mapped_column(String(6))
    on_date: Mapped[dt.date | None]
    weekday: Mapped[int | None]
    weight: Mapped[int] = mapped_column(default=1)


class Pin(Model):
    """A seat that must go to a certain leader."""

    __tablename__ = "pins"
    __table_args__ = (UniqueConstraint("office_id", "seat_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    seat_key: Mapped[str] = mapped_column(String(80))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    note: Mapped[str] = mapped_column(String(200), default="")


class Draft(Model):
    """A roster being made for a range of days. `version` is the compare-and-swap of every edit."""

    __tablename__ = "drafts"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'building', 'ready', 'failed', 'impossible', 'published', 'discarded')",
            name="state",
        ),
        CheckConstraint("freeze_days >= 0", name="freeze_days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    based_on: Mapped[int] = mapped_column(default=0)  # number of the revision it started from, 0 for none
    provisional: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64))
    problem: Mapped[Any | None] = mapped_column(JSON)  # the engine's problem file
    report: Mapped[Any | None] = mapped_column(JSON)  # the engine's report
    progress: Mapped[Any | None] = mapped_column(JSON)  # what the progress page shows
    heartbeat_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    freeze_days: Mapped[int] = mapped_column(
        default=0
    )  # a re-plan moves nothing published within so many days
    # in a re-plan, sessions with people invited keep their leaders
    keep_invited: Mapped[bool] = mapped_column(default=True, server_default=sql("true"))
    run_key: Mapped[str | None] = mapped_column(String(32), index=True)  # drafts of one run over many offices
    builder: Mapped[str | None] = mapped_column(String(32))  # of the process that builds it now
    # days kept free for other offices of the run: {"offices": [id, …], "duties": {leader id: [[date, session, days], …]}}
    reserved: Mapped[Any | None] = mapped_column(JSON)


class DraftDuty(Model):
    """One seat of one session of a draft; `leader_id` NULL: nobody yet, or an offer nobody needs to take."""

    __tablename__ = "draft_duties"
    __table_args__ = (UniqueConstraint("draft_id", "seat_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    seat_key: Mapped[str] = mapped_column(String(80))
    session_key: Mapped[str] = mapped_column(String(72))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("roster_rules.id"))
    on_date: Mapped[dt.date]
    session: Mapped[str] = mapped_column(String(3))  # day, am, pm
    starts: Mapped[dt.time]
    ends: Mapped[dt.time]
    seat: Mapped[int] = mapped_column(default=1)
    need: Mapped[str | None] = mapped_column(String(10))  # lead, deputy or anybody
    optional: Mapped[bool] = mapped_column(default=False)  # an offer: may stay empty
    room_id: Mapped[int | None] = mapped_column(ForeignKey("rooms.id"))
    place: Mapped[str] = mapped_column(
        String(200), default="", server_default=""
    )  # off-site, instead of a room
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    locked: Mapped[bool] = mapped_column(default=False)  # pinned or past: the engine and the grid leave it
    status: Mapped[str] = mapped_column(String(12), default="held")  # held, suspended
    note: Mapped[str] = mapped_column(String(200), default="")


class DraftEdit(Model):
    """One change made by hand in a draft, for undo and redo."""

    __tablename__ = "draft_edits"
    __table_args__ = (UniqueConstraint("draft_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"), index=True)
    position: Mapped[int]
    changes: Mapped[Any] = mapped_column(JSON)  # [[seat_key, leader_id before, leader_id after], …]
    undone: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime] = mapped_column(Instant)


class Revision(Model):
    """Publication N of an office. Immutable: a trigger refuses changes."""

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("office_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("kind IN ('publication', 'correction', 'substitution', 'suspension')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    first_day: Mapped[dt.date]  # the range this publication set anew
    last_day: Mapped[dt.date]
    content_hash: Mapped[str] = mapped_column(String(64))  # of the whole published state at this number
    provisional: Mapped[bool]
    published_at: Mapped[dt.datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id"), unique=True)


class Duty(Model):
    """One seat of one published session, with everything as it was when published."""

    __tablename__ = "duties"
    __table_args__ = (
        Index(
            "uq_duties_current_seat",
            "office_id",
            "seat_key",
            unique=True,
            sqlite_where=sql("until_revision IS NULL"),
            postgresql_where=sql("until_revision IS NULL"),
        ),
        UniqueConstraint("office_id", "seat_key", "since_revision"),
        Index("ix_duties_office_id_on_date", "office_id", "on_date"),
        Index("ix_duties_leader_id_on_date", "leader_id", "on_date"),
        CheckConstraint("until_revision IS NULL OR until_revision > since_revision", name="revisions"),
        CheckConstraint("status IN ('held', 'suspended', 'cancelled')", name="status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    since_revision: Mapped[int]
    until_revision: Mapped[int | None]
    session_key: Mapped[str] = mapped_column(String(72))  # identity of the session: UIDs come from it
    seat_key: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(
        default=0
    )  # versions of this session before this row (RFC 5545 SEQUENCE)
    on_date: Mapped[dt.date]
    session: Mapped[str] = mapped_column(String(3))
    starts: Mapped[dt.time]
    ends: Mapped[dt.time]
    seat: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(String(12), default="held")
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    leader_name: Mapped[str] = mapped_column(String(64), default="")
    role: Mapped[str] = mapped_column(String(10), default="")
    post: Mapped[str] = mapped_column(String(240), default="")
    sectors: Mapped[str] = mapped_column(Text, default="")  # separated by 、
    townships: Mapped[str] = mapped_column(Text, default="")
    room: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")  # the office's public number
    note: Mapped[str] = mapped_column(String(200), default="")
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)  # LAST-MODIFIED of the session at this row
