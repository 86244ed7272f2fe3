"""The links given out. Only the hash of the token is kept."""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, Model


class OneTapLink(Model):
    """One link for one purpose and subject, given to one person.

    `tries`: wrong digits so far; at `TRIES` the link is dead. `confirmed_at`: staff made sure by voice who holds it,
    so that no digits are asked (there may be no phone on file).
    """

    __tablename__ = "one_tap_links"
    __table_args__ = (
        Index("ix_one_tap_links_purpose_subject", "purpose", "subject"),
        CheckConstraint("tries >= 0", name="tries"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(120))  # "ask:12": what the purpose's page works on
    holder_kind: Mapped[str] = mapped_column(String(12))  # leader, contact, visit …
    holder_id: Mapped[int]
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    issued_at: Mapped[dt.datetime] = mapped_column(Instant)
    expires_at: Mapped[dt.datetime] = mapped_column(Instant)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[dt.datetime | None] = mapped_column(Instant)

    @property
    def holder(self) -> tuple[str, int]:
        """Who it was given to, as ("leader", 12)."""
        return self.holder_kind, self.holder_id

    @property
    def subject_id(self) -> int:
        """The number in a subject such as "ask:12". Raises ValueError for another form."""
        return int(self.subject.rpartition(":")[2])
