"""Secret calendar links, keys of other systems, replaceable notices, and the index of finished public files.

Only a hash of each secret is kept.
"""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model

LINK_KINDS = ("leader", "staff", "department")


class FeedLink(Model):
    """One subscription ("my phone"): named, shown once, revocable on its own, with its own options.

    `tag`, `modified`, `basis` and `stamp` remember what was served last, so that an unchanged calendar is answered
    from this row alone: the tag holds while the office's stamp and the basis (options, names, window) do.
    """

    __tablename__ = "feed_links"
    __table_args__ = (CheckConstraint(f"kind IN {LINK_KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), default="leader", server_default="leader")
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2), default="zh", server_default="zh")
    alarm: Mapped[int | None]  # minutes before the start
    busy: Mapped[bool] = mapped_column(default=True, server_default="1")
    past: Mapped[int] = mapped_column(default=60, server_default="60")  # days back
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_fetched_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_client: Mapped[str] = mapped_column(String(120), default="")
    tag: Mapped[str] = mapped_column(String(64), default="", server_default="")
    modified: Mapped[dt.datetime | None] = mapped_column(Instant)
    basis: Mapped[str] = mapped_column(String(64), default="", server_default="")
    stamp: Mapped[int] = mapped_column(default=0, server_default="0")


class FeedStamp(Model):
    """Goes up by one whenever anything an office's calendars show may have changed, in the same transaction."""

    __tablename__ = "feed_stamps"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(default=0)


class EventState(Model):
    """What one event of a calendar said about visits when it was last rendered, so that its SEQUENCE and
    LAST-MODIFIED move exactly when that changes. `scope` is a calendar ("staff:3"), `key` an event of it.
    """

    __tablename__ = "feed_event_states"

    scope: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    data: Mapped[Any] = mapped_column(JSON)  # counts and keys, nothing personal
    sequence: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    changed_at: Mapped[dt.datetime] = mapped_column(Instant)
    gone: Mapped[bool] = mapped_column(default=False)


class PublicFile(Model):
    """A finished public file of an office: which bytes (by their hash) its address has now.

    It holds while the office's stamp and the basis do. The bytes lie under `data_dir/public/files`.
    """

    __tablename__ = "public_files"

    path: Mapped[str] = mapped_column(String(160), primary_key=True)  # "o/county/calendar.ics"
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content_type: Mapped[str] = mapped_column(String(80))
    modified: Mapped[dt.datetime | None] = mapped_column(Instant)
    basis: Mapped[str] = mapped_column(String(64))
    stamp: Mapped[int]


class FeedSettings(Model):
    """What an office decides about its outputs."""

    __tablename__ = "feed_settings"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True, autoincrement=False)
    embed_sites: Mapped[str] = mapped_column(String(400), default="")  # origins that may frame the snippet
    visit_details: Mapped[bool] = mapped_column(default=False)  # leaders' calendars say more than a count
    own_leave: Mapped[bool] = mapped_column(
        default=False, server_default="0"
    )  # leaders enter their own calendars
    public_excel: Mapped[bool] = mapped_column(
        default=False, server_default="0"
    )  # residents may download the table
    version: Mapped[int] = mapped_column(default=1)


class NoticeTemplate(Model):
    """A Word template of an office's own for one kind of notice; the newest not withdrawn is used."""

    __tablename__ = "notice_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # announcement, correction, suspension
    file_name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes]
    uploaded_at: Mapped[dt.datetime] = mapped_column(Instant)
    uploaded_by: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ApiToken(Model):
    """A key by which another system of the office reads data; what it may read is in `scopes`."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64))
    expires_on: Mapped[dt.date | None]  # the last day it works
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_client: Mapped[str] = mapped_column(String(120), default="")
