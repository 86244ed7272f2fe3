"""Reading the outbox for people: lists, counts, names of recipients in a fixed number of queries."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from app.accounts.models import User
from app.appointments.models import Visit
from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Contact, Department, Leader, Office
from app.notifications.models import Attempt, Heartbeat, Notice

PAGE = 50
SILENCE = dt.timedelta(minutes=5)
NEEDS_SOMEBODY = ("failed", "unknown")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of notices is narrowed to; empty means any. Days are of `due_at`, in the office's zone."""

    state: str = ""
    kind: str = ""
    channel: str = ""
    who: str = ""  # kind of recipient
    words: str = ""  # of the recipient's name
    first: dt.date | None = None
    last: dt.date | None = None


class NoticeNotFound(NotFound):
    """This office has no such notice."""

    def __init__(self) -> None:
        super().__init__("本单位没有这条通知。", "This office has no such notice.")


def get_notice(office_id: int, notice_id: int) -> Notice:
    """A notice of this office. Raises NoticeNotFound."""
    found = db.session.get(Notice, notice_id)
    if found is None or found.office_id != office_id:
        raise NoticeNotFound
    return found


def list_notices(office: Office, wanted: Filters, page: int) -> tuple[Sequence[Notice], bool]:
    """One page, newest first, and whether there are more."""
    rows = db.session.scalars(_found(office, wanted).limit(PAGE + 1).offset(PAGE * (page - 1))).all()
    return rows[:PAGE], len(rows) > PAGE


def every_notice(office: Office, wanted: Filters) -> Iterator[Notice]:
    """All that match, newest first, read in portions; nothing is read before the first is asked for."""
    yield from db.session.scalars(_found(office, wanted).execution_options(yield_per=500))


def notices_in(office_id: int, ids: Iterable[int]) -> Sequence[Notice]:
    """Those of this office among the ids."""
    return db.session.scalars(
        select(Notice).where(Notice.office_id == office_id, Notice.id.in_(list(ids))).order_by(Notice.id)
    ).all()


def count_states(office: Office, wanted: Filters) -> dict[str, int]:
    """How many notices match in each state, whatever state is asked for."""
    conditions = _conditions(office, replace(wanted, state=""))
    rows = db.session.execute(select(Notice.state, func.count()).where(*conditions).group_by(Notice.state))
    return {row[0]: row[1] for row in rows}


def used_kinds(office_id: int) -> Sequence[str]:
    """The kinds of notices this office has had."""
    return db.session.scalars(
        select(Notice.kind).where(Notice.office_id == office_id).distinct().order_by(Notice.kind)
    ).all()


def standstill(now: dt.datetime) -> dt.datetime | None:
    """Since when nothing has been sent because no scheduler runs; None while one does, or none ever did."""
    last = db.session.scalar(select(func.max(Heartbeat.at)))
    return last if last is not None and now - last > SILENCE else None


def attempts_of(notice_id: int) -> Sequence[Attempt]:
    """What was tried, oldest first."""
    return db.session.scalars(
        select(Attempt).where(Attempt.notice_id == notice_id).order_by(Attempt.id)
    ).all()


def recipient_names(notices: Iterable[Notice]) -> dict[tuple[str, int], str]:
    """The name of each recipient; of a visitor only the reference."""
    wanted: dict[str, set[int]] = {}
    for notice in notices:
        wanted.setdefault(notice.recipient_kind, set()).add(notice.recipient_id)
    names: dict[tuple[str, int], str] = {}
    for kind, ids in wanted.items():
        if kind in _NAMES:
            for found, name in db.session.execute(_NAMES[kind].where(_ID[kind].in_(ids))):
                names[kind, found] = name
    return names


_NAMES: dict[str, Select[int, str]] = {
    "leader": select(Leader.id, Leader.name),
    "user": select(User.id, User.name),
    "contact": select(Contact.id, Department.name + " " + Contact.name).join(
        Department, Department.id == Contact.department_id
    ),
    "visit": select(Visit.id, Visit.reference),
}
_ID = {"leader": Leader.id, "user": User.id, "contact": Contact.id, "visit": Visit.id}


def _found(office: Office, wanted: Filters) -> Select[Notice]:
    return select(Notice).where(*_conditions(office, wanted)).order_by(Notice.due_at.desc(), Notice.id.desc())


def _conditions(office: Office, wanted: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Notice.office_id == office.id]
    if wanted.state == "open":
        conditions.append(Notice.state.in_(("queued", "claimed", "sending")))
    elif wanted.state == "trouble":
        conditions.append(Notice.state.in_(NEEDS_SOMEBODY))
    elif wanted.state:
        conditions.append(Notice.state == wanted.state)
    for column, value in (
        (Notice.kind, wanted.kind),
        (Notice.channel, wanted.channel),
        (Notice.recipient_kind, wanted.who),
    ):
        if value:
            conditions.append(column == value)
    if wanted.words:
        conditions.append(_named(wanted.words))
    zone = ZoneInfo(office.timezone)
    if wanted.first:
        conditions.append(Notice.due_at >= dt.datetime.combine(wanted.first, dt.time(), zone))
    if wanted.last and wanted.last < dt.date.max:
        after = wanted.last + dt.timedelta(days=1)
        conditions.append(Notice.due_at < dt.datetime.combine(after, dt.time(), zone))
    return conditions


def _named(words: str) -> ColumnElement[bool]:
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    by_name = {
        "leader": select(Leader.id).where(
            or_(Leader.name.ilike(pattern, escape="\\"), Leader.sort_key.ilike(pattern, escape="\\"))
        ),
        "user": select(User.id).where(User.name.ilike(pattern, escape="\\")),
        "contact": select(Contact.id).where(Contact.name.ilike(pattern, escape="\\")),
        "visit": select(Visit.id).where(Visit.reference.ilike(pattern, escape="\\")),
    }
    return or_(
        false(),
        *(
            and_(Notice.recipient_kind == kind, Notice.recipient_id.in_(found))
            for kind, found in by_name.items()
        ),
    )
