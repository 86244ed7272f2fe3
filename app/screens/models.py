"""Screens, their groups, enrolment codes, and the short texts shown on them. Only hashes of tokens are kept."""

import datetime as dt

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Instant, Model

LAYOUTS = ("full", "today", "calls")
LANGUAGES = ("both", "zh", "en")
NOTICE_KINDS = ("text", "late")
CONDITIONS = ("new", "fresh", "dark", "lagging")


class Appearance:
    """What a screen shows and how: a screen has it, and a group may have it for all of its screens."""

    layout: Mapped[str] = mapped_column(String(10), default="full")
    language: Mapped[str] = mapped_column(String(4), default="both")
    voice: Mapped[bool] = mapped_column(default=False)
    more_offices: Mapped[list[int]] = mapped_column(JSON, default=list)  # ids shown beside the own office
    room: Mapped[str] = mapped_column(String(80), default="")  # only this room; "" is every room


class ScreenGroup(Appearance, Model):
    """Screens of many halls set, informed and reloaded together. `same_for_all`: its appearance goes before theirs."""

    __tablename__ = "screen_groups"
    __table_args__ = (
        CheckConstraint(f"layout IN {LAYOUTS}", name="layout"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    same_for_all: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class Screen(Appearance, Model):
    """A lobby player. `shown` holds the revision it showed at its last contact, by office code.

    `presence` is 96 bits, one for each quarter of an hour up to `presence_quarter` (quarters since 1970) with
    contact, the lowest bit the newest. `condition` is what was last told to the office.
    """

    __tablename__ = "screens"
    __table_args__ = (
        CheckConstraint(f"layout IN {LAYOUTS}", name="layout"),
        CheckConstraint(f"language IN {LANGUAGES}", name="language"),
        CheckConstraint(f"condition IN {CONDITIONS}", name="condition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("screen_groups.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    always_on: Mapped[bool] = mapped_column(default=False)  # expected to answer at night and on rest days too
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    approved_at: Mapped[dt.datetime] = mapped_column(Instant)
    approved_by: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    reloads: Mapped[int] = mapped_column(default=0)  # a player that sees it grow loads itself anew

    last_contact_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    shown: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    player: Mapped[str] = mapped_column(String(12), default="")
    drift_seconds: Mapped[int | None]
    storage_bytes: Mapped[int | None]
    storage_full: Mapped[bool] = mapped_column(default=False)
    presence: Mapped[str] = mapped_column(String(24), default="0")  # hexadecimal
    presence_quarter: Mapped[int] = mapped_column(default=0)
    condition: Mapped[str] = mapped_column(String(10), default="new")
    condition_since: Mapped[dt.datetime | None] = mapped_column(Instant)

    group: Mapped[ScreenGroup | None] = relationship()


class ScreenCode(Model):
    """A screen that asks to be enrolled: the code it shows, and the token it will have once somebody approves."""

    __tablename__ = "screen_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    address: Mapped[str] = mapped_column(String(45), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
    approved_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ScreenCodeTry(Model):
    """A wrong code somebody entered, counted for the lock and then removed."""

    __tablename__ = "screen_code_tries"
    __table_args__ = (Index("ix_screen_code_tries_user_id_at", "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[dt.datetime] = mapped_column(Instant)


class ScreenNotice(Model):
    """A short text for the days it holds (inclusive), or "running late by so many minutes" for one day.

    Changing one withdraws it and makes another that `replaces` it, so that every change can be undone.
    """

    __tablename__ = "screen_notices"
    __table_args__ = (
        CheckConstraint(f"kind IN {NOTICE_KINDS}", name="kind"),
        CheckConstraint("last_day >= first_day", name="days"),
        Index("ix_screen_notices_office_id_last_day", "office_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("screen_groups.id"))
    kind: Mapped[str] = mapped_column(String(4), default="text")
    text_zh: Mapped[str] = mapped_column(String(120), default="")
    text_en: Mapped[str] = mapped_column(String(200), default="")
    minutes: Mapped[int] = mapped_column(default=0)
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    made_at: Mapped[dt.datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("screen_notices.id"))
