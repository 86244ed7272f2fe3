"""Offices, rooms, leaders with dated posts and portfolios, departments and their contacts.

Days are inclusive: `first_day` and `last_day` are the first and last day a thing holds; NULL is open-ended.
Nothing is deleted: people leave and offices close, with a date.
"""

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Instant, Model
from app.core.dates import DateRange
from app.core.encryption import Encrypted

KINDS = ("city", "county", "township")
FACETS = ("post", "sector", "township", "project")


class Office(Model):
    """A place that receives the public: city, county or township; a tree."""

    __tablename__ = "offices"
    __table_args__ = (CheckConstraint(f"kind IN {KINDS}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Shanghai")
    phone: Mapped[str] = mapped_column(String(40), default="")  # the office's public number
    address: Mapped[str] = mapped_column(String(200), default="")
    scope: Mapped[str] = mapped_column(Text, default="")  # what it receives: shown to residents
    closed_on: Mapped[dt.date | None]

    parent: Mapped["Office | None"] = relationship(remote_side=[id])
    rooms: Mapped[list["Room"]] = relationship(back_populates="office", order_by="Room.name")


class Room(Model):
    """A reception room of an office."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("office_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    place: Mapped[str] = mapped_column(String(200), default="")  # floor, building, how to find it
    closed_on: Mapped[dt.date | None]

    office: Mapped[Office] = relationship(back_populates="rooms")


class Leader(Model):
    """A leader of an office. `phone` is the leader's own number: encrypted, never public."""

    __tablename__ = "leaders"
    __table_args__ = (CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    sort_key: Mapped[str] = mapped_column(String(128), default="")  # pinyin, for search and order
    phone: Mapped[str | None] = mapped_column(Encrypted("leaders.phone"))
    role: Mapped[str] = mapped_column(String(10), default="deputy")  # lead (正职) or deputy (副职)
    position: Mapped[int] = mapped_column(default=0)  # order in the office's list of leaders
    first_day: Mapped[dt.date | None]
    last_day: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(Text, default="")

    office: Mapped[Office] = relationship()
    facets: Mapped[list["LeaderFacet"]] = relationship(
        back_populates="leader", order_by="LeaderFacet.position", cascade="all, delete-orphan"
    )

    @property
    def term(self) -> DateRange:
        """The days in office."""
        return DateRange.from_days(self.first_day, self.last_day)


class LeaderFacet(Model):
    """A dated fact of a leader: a post (职务), a sector (分管领域), a linked township (联系乡镇), a project."""

    __tablename__ = "leader_facets"
    __table_args__ = (
        CheckConstraint(f"kind IN {FACETS}", name="kind"),
        CheckConstraint("last_day IS NULL OR first_day IS NULL OR last_day >= first_day", name="days"),
        Index("ix_leader_facets_leader_id_kind", "leader_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("leaders.id"))
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(120))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("offices.id"))  # the township, where it is known
    position: Mapped[int] = mapped_column(default=0)
    first_day: Mapped[dt.date | None]
    last_day: Mapped[dt.date | None]

    leader: Mapped[Leader] = relationship(back_populates="facets")

    @property
    def days(self) -> DateRange:
        """The days it holds."""
        return DateRange.from_days(self.first_day, self.last_day)


class Department(Model):
    """A responsible unit (责任单位) that is told to attend and replies later."""

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("office_id", "name"),
        Index("uq_departments_id_office_id", "id", "office_id", unique=True),  # role_grants point to both
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    sectors: Mapped[str] = mapped_column(String(400), default="")  # separated by 、
    closed_on: Mapped[dt.date | None]

    contacts: Mapped[list["Contact"]] = relationship(back_populates="department", order_by="Contact.id")


class Contact(Model):
    """A person at a department who answers; number and address are encrypted."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(Encrypted("contacts.phone"))
    email: Mapped[str | None] = mapped_column(Encrypted("contacts.email"))
    last_day: Mapped[dt.date | None]

    department: Mapped[Department] = relationship(back_populates="contacts")


class ImportUpload(Model):
    """A spreadsheet between preview and confirmation: its cells (encrypted, they hold phone numbers), whose it is,
    and until when it is kept. Removed when confirmed, discarded or expired.
    """

    __tablename__ = "import_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(43), unique=True)  # random, in the address of the preview
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    file_name: Mapped[str] = mapped_column(String(120))
    book: Mapped[str] = mapped_column(Encrypted("import_uploads.book"))  # JSON of the cells as they were read
    expires_at: Mapped[dt.datetime] = mapped_column(Instant, index=True)
