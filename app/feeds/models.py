"""Secret calendar links. Only a hash of each secret is kept."""

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model


class FeedLink(Model):
    """One subscription of one leader ("my phone"): named, shown once, revocable on its own."""

    __tablename__ = "feed_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[dt.datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_fetched_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_client: Mapped[str] = mapped_column(String(120), default="")
