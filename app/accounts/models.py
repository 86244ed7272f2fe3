"""Users, their roles at offices, and the append-only audit trail."""

import datetime as dt
from typing import Any

from flask_security import RoleMixin, UserMixin
from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Instant, Model
from app.core.encryption import Encrypted

ROLES = ("administrator", "scheduler", "reception", "auditor", "leader", "unit")


class RoleGrant(Model, RoleMixin):
    """A user holds a role at an office and everything below it in the tree.

    The contact of a responsible unit (role "unit") holds it for exactly one department of the office, and for nothing
    else.
    """

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("user_id", "office_id", "role"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        CheckConstraint("(role = 'unit') = (department_id IS NOT NULL)", name="department"),
        ForeignKeyConstraint(["department_id", "office_id"], ["departments.id", "departments.office_id"]),
        Index(
            "uq_role_grants_unit",
            "user_id",
            unique=True,
            sqlite_where=sql("role = 'unit'"),
            postgresql_where=sql("role = 'unit'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    department_id: Mapped[int | None] = mapped_column(index=True)

    @property
    def name(self) -> str:  # type: ignore[override]  # read-only here: the column is `role`
        """The role's name, as Flask-Security asks for it."""
        return self.role


class User(Model, UserMixin):
    """Somebody who signs in. Left the office: `active` is false; rows are kept for the audit trail.

    `office_id` is the office that keeps the account; `fs_uniquifier` stands in every session cookie, so a new
    one ends all of them.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(64))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str | None] = mapped_column(String(10))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"), index=True)
    must_change_password: Mapped[bool] = mapped_column(default=False)  # a one-time password was given out
    created_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_sign_in_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    code_secret: Mapped[str | None] = mapped_column(
        Encrypted("users.code_secret")
    )  # of the second step (TOTP)
    code_counter: Mapped[int] = mapped_column(default=0)  # the last time step used: a code works once

    # Flask-Security wants this name; permissions look at role and office together.
    roles: Mapped[list[RoleGrant]] = relationship(  # type: ignore[assignment]
        lazy="selectin", order_by="RoleGrant.id"
    )

    @property
    def grants(self) -> list[RoleGrant]:
        """The roles this person holds, each at an office."""
        return self.roles


class SignInFailure(Model):
    """A failed sign-in, counted per name and address for the lock-out, then purged."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_key_at", "key", "at"), Index("ix_sign_in_failures_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))  # hash of the name tried, or of the address
    at: Mapped[dt.datetime] = mapped_column(Instant)


class AuditEntry(Model):
    """One change: who, what, before, after, when, from where. Append-only (a trigger says so), hash-chained."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor: Mapped[str] = mapped_column(String(64))  # the name as it was; "command line" without a user
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    action: Mapped[str] = mapped_column(String(64), index=True)  # "leader.edit"
    subject: Mapped[str] = mapped_column(String(128))  # "leader:12"
    before: Mapped[Any | None] = mapped_column(JSON)
    after: Mapped[Any | None] = mapped_column(JSON)
    address: Mapped[str | None] = mapped_column(String(45))
    request_id: Mapped[str | None] = mapped_column(String(36))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
