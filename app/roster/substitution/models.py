"""Policy, backups, requests with their duties and asks, the history, acknowledgements, and what the ledger is told."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Instant, Model
from app.core.encryption import Encrypted

STATES = ("requested", "asked", "agreed", "approved", "done", "declined", "withdrawn", "expired", "undone")
OPEN_STATES = ("requested", "asked", "agreed", "approved")
REASONS = ("business", "leave", "health", "emergency", "swap", "other")


class SubstitutionPolicy(Model):
    """How an office arranges substitutes. An office without a row has the defaults."""

    __tablename__ = "substitution_policies"
    __table_args__ = (
        CheckConstraint("tell IN ('no', 'notice', 'by_hand')", name="tell"),
        CheckConstraint("ask IN ('one', 'all')", name="ask"),
        CheckConstraint("whom IN ('ranked', 'backups', 'next', 'staff')", name="whom"),
        CheckConstraint("at_deadline IN ('nudge', 'next', 'escalate', 'staff')", name="at_deadline"),
        CheckConstraint("return_duty IN ('no', 'always', 'if_visited')", name="return_duty"),
        CheckConstraint("deadline_days BETWEEN 0 AND 30 AND ahead_days BETWEEN 0 AND 60", name="days"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    convener_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))  # first convener
    tell: Mapped[str] = mapped_column(String(8), default="no")  # the first convener: no, by a notice, by hand
    whom: Mapped[str] = mapped_column(String(8), default="ranked")  # who is asked when nobody is named
    ask: Mapped[str] = mapped_column(String(4), default="one")  # one after another, or all at once
    approval: Mapped[bool] = mapped_column(default=False)  # the office approves what is agreed
    deadline_days: Mapped[int] = mapped_column(default=1)  # working days to answer
    at_deadline: Mapped[str] = mapped_column(String(8), default="next")
    ahead_days: Mapped[int] = mapped_column(default=0)  # working days ahead that leaders should ask
    return_duty: Mapped[str] = mapped_column(String(10), default="no")
    refuse_together: Mapped[bool] = mapped_column(
        default=False
    )  # a leave that takes both backups away is refused


class Backup(Model):
    """Pre-set backups of a leader, or of whoever holds a post. A and B are never away together."""

    __tablename__ = "backups"
    __table_args__ = (
        UniqueConstraint("leader_id", "rank"),
        UniqueConstraint("office_id", "post", "rank"),
        CheckConstraint("rank IN ('A', 'B', 'C')", name="rank"),
        CheckConstraint("(leader_id IS NULL) <> (post IS NULL)", name="one_of"),
        CheckConstraint("leader_id IS NULL OR leader_id <> backup_id", name="another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    post: Mapped[str | None] = mapped_column(String(120))
    backup_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    rank: Mapped[str] = mapped_column(String(1))


class SubstitutionRequest(Model):
    """A leader cannot take one or several published duties. `state` is the compare-and-swap of every step.

    `reason` is a word of REASONS and fit to be published; `note` may tell of an illness and is not. `outcome` is the
    sentence it ended with, {"zh": …, "en": …}. A swap has two duties: the leader's own, and the one taken for it.
    """

    __tablename__ = "substitution_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('cover', 'swap')", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"reason IN {REASONS}", name="reason"),
        CheckConstraint("asked_by IN ('leader', 'staff', 'emergency')", name="asked_by"),
        Index("ix_substitution_requests_office_id_state", "office_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    kind: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(10))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)  # who cannot come
    reason: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Encrypted("substitution_requests.note"), default="")
    asked_by: Mapped[str] = mapped_column(String(10))
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    deadline_at: Mapped[dt.datetime | None] = mapped_column(
        Instant, index=True
    )  # when something is done about it
    escalated_at: Mapped[dt.datetime | None] = mapped_column(Instant)  # staff must decide
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    outcome: Mapped[Any | None] = mapped_column(JSON)

    duties: Mapped[list["SubstitutionDuty"]] = relationship(
        back_populates="request", order_by="SubstitutionDuty.id"
    )
    asks: Mapped[list["SubstitutionAsk"]] = relationship(
        back_populates="request", order_by="SubstitutionAsk.id"
    )
    steps: Mapped[list["SubstitutionStep"]] = relationship(
        back_populates="request", order_by="SubstitutionStep.id"
    )

    @property
    def is_open(self) -> bool:
        """Something is still to be done."""
        return self.state in OPEN_STATES


class SubstitutionDuty(Model):
    """One published duty of a request: who has it, who takes it. An open one is unique for its seat.

    `part`: "given" away by the leader, or "taken" in exchange (swap). `state`: open, agreed (somebody takes it), done
    (published), dropped (it moved, was called off, or the request ended).
    """

    __tablename__ = "substitution_duties"
    __table_args__ = (
        Index(
            "uq_substitution_duties_open",
            "office_id",
            "seat_key",
            unique=True,
            sqlite_where=sql("state IN ('open', 'agreed') AND part = 'given'"),
            postgresql_where=sql("state IN ('open', 'agreed') AND part = 'given'"),
        ),
        CheckConstraint("part IN ('given', 'taken')", name="part"),
        CheckConstraint("state IN ('open', 'agreed', 'done', 'dropped')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("substitution_requests.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    part: Mapped[str] = mapped_column(String(5))
    state: Mapped[str] = mapped_column(String(8))
    seat_key: Mapped[str] = mapped_column(String(80))
    session_key: Mapped[str] = mapped_column(String(72), index=True)
    on_date: Mapped[dt.date] = mapped_column(index=True)
    session: Mapped[str] = mapped_column(String(3))
    starts: Mapped[dt.time]
    ends: Mapped[dt.time]
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    undone_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))

    request: Mapped[SubstitutionRequest] = relationship(back_populates="duties")


class SubstitutionAsk(Model):
    """A candidate is (or will be) asked, once in a request, for some or all of its duties (`duty_ids`, JSON list).

    `state`: queued (somebody else is asked first), waiting, accepted, declined, closed (no answer needed any more).
    """

    __tablename__ = "substitution_asks"
    __table_args__ = (
        UniqueConstraint("request_id", "leader_id"),
        CheckConstraint("state IN ('queued', 'waiting', 'accepted', 'declined', 'closed')", name="state"),
        Index("ix_substitution_asks_leader_id_state", "leader_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("substitution_requests.id"), index=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    duty_ids: Mapped[Any] = mapped_column(JSON)  # ids of SubstitutionDuty
    position: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    nudged_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    request: Mapped[SubstitutionRequest] = relationship(back_populates="asks")


class SubstitutionStep(Model):
    """What happened to a request: when, by whom, how. "told" is the record that the first convener was told."""

    __tablename__ = "substitution_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("substitution_requests.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    what: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(64))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))  # whom it concerns
    how: Mapped[str] = mapped_column(
        String(12), default=""
    )  # notice, phone, in_person, paper, link, page, staff; of who left: leave, term, busy, recused

    request: Mapped[SubstitutionRequest] = relationship(back_populates="steps")


class LedgerEntry(Model):
    """Why a leader's number of duties differs from the plan: +1 for the substitute, -1 for the leader replaced.

    The ledger counts duties as published, so an entry explains a difference and adds nothing. `reversed_at`: undone.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("request_id", "seat_key", "leader_id"),
        CheckConstraint("amount IN (-1, 1)", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))  # whom the duty came from or went to
    request_id: Mapped[int] = mapped_column(ForeignKey("substitution_requests.id"))
    seat_key: Mapped[str] = mapped_column(String(80))
    on_date: Mapped[dt.date]
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    reversed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ReturnDuty(Model):
    """A leader owes the substitute one duty. `state`: open, served (by another cover), waived, void (undone)."""

    __tablename__ = "return_duties"
    __table_args__ = (CheckConstraint("state IN ('open', 'served', 'waived', 'void')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("substitution_requests.id"), index=True)
    seat_key: Mapped[str] = mapped_column(String(80))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)  # owes it
    substitute_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))  # is owed it
    state: Mapped[str] = mapped_column(String(6), default="open")
    served_by_id: Mapped[int | None] = mapped_column(ForeignKey("substitution_requests.id"))
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Acknowledgement(Model):
    """A leader has seen a duty as it stands: another day, time or leader must be acknowledged anew."""

    __tablename__ = "acknowledgements"
    __table_args__ = (UniqueConstraint("office_id", "seat_key", "leader_id", "on_date", "starts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    seat_key: Mapped[str] = mapped_column(String(80))
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    on_date: Mapped[dt.date]
    starts: Mapped[dt.time]
    at: Mapped[dt.datetime] = mapped_column(Instant)
    how: Mapped[str] = mapped_column(String(5))  # page, link, staff
