"""Reading screens. What a screen asks for every few seconds is one statement on unique and primary keys."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import AuditEntry
from app.core.database import db
from app.core.ids import hash_token
from app.directory.models import Office, Room
from app.roster.models import Revision
from app.screens import errors
from app.screens.models import Screen, ScreenCode, ScreenCodeTry, ScreenGroup, ScreenNotice

# Every change writes an audit entry in its own transaction, so these two numbers stand still while nothing changes.
_CHANGES = (
    select(func.max(AuditEntry.id)).scalar_subquery(),
    select(func.max(Revision.id)).scalar_subquery(),
)
# What happens often and never shows on a screen.
_UNSHOWN = ("account.%", "draft.%", "link.%", "role.%", "rule.%", "wish.%", "leave.%", "screen.contact")


@dataclass(frozen=True, slots=True)
class Changes:
    """How far the program's changes have come: newest audit entry and newest revision."""

    entry: int
    revision: int


def changes() -> Changes:
    """How far the changes have come now."""
    entry, revision = db.session.execute(select(*_CHANGES)).one()
    return Changes(entry or 0, revision or 0)


def changed_offices(since: Changes) -> set[int]:
    """Ids of the offices of which something a screen may show has changed."""
    shown = and_(*(~AuditEntry.action.like(pattern) for pattern in _UNSHOWN))
    entries = select(AuditEntry.office_id).where(AuditEntry.id > since.entry, shown)
    revisions = select(Revision.office_id).where(Revision.id > since.revision)
    return {found for found in db.session.scalars(entries.union(revisions)) if found is not None}


@dataclass(frozen=True, slots=True)
class Known:
    """A screen known by its token, the time zone of its office, and how far the changes have come."""

    screen: Screen
    zone: str
    changes: Changes


def find_by_token(token: str) -> Known | None:
    """The screen with this token, revoked or not, with its group: one statement on unique and primary keys."""
    row = db.session.execute(
        select(Screen, Office.timezone, *_CHANGES)
        .join(Office, Office.id == Screen.office_id)
        .where(Screen.token_hash == hash_token(token))
        .options(joinedload(Screen.group))
    ).one_or_none()
    return Known(row[0], row[1], Changes(row[2] or 0, row[3] or 0)) if row else None


def find_code_of_token(token: str) -> ScreenCode | None:
    """The enrolment a screen with this token asked for."""
    return db.session.scalar(select(ScreenCode).where(ScreenCode.token_hash == hash_token(token)))


def find_code(code: str) -> ScreenCode | None:
    """The enrolment with this (normalised) code."""
    return db.session.scalar(select(ScreenCode).where(ScreenCode.code_hash == hash_token(code)))


def waiting_codes(now: dt.datetime, address: str = "") -> int:
    """How many codes wait for approval, at all or from one address."""
    query = (
        select(func.count())
        .select_from(ScreenCode)
        .where(ScreenCode.expires_at > now, ScreenCode.approved_at.is_(None))
    )
    return db.session.scalar(query.where(ScreenCode.address == address) if address else query) or 0


def wrong_codes(user_id: int) -> Sequence[dt.datetime]:
    """When somebody entered a wrong code."""
    return db.session.scalars(select(ScreenCodeTry.at).where(ScreenCodeTry.user_id == user_id)).all()


def live_screens(office_ids: Collection[int] | None = None) -> Sequence[Screen]:
    """Screens that are not revoked, of these offices (None: of all), by office and name, with their groups."""
    query = (
        select(Screen)
        .where(Screen.revoked_at.is_(None))
        .options(joinedload(Screen.group))
        .order_by(Screen.office_id, Screen.name, Screen.id)
    )
    return db.session.scalars(
        query if office_ids is None else query.where(Screen.office_id.in_(office_ids))
    ).all()


def get_screen(office: Office, screen_id: int) -> Screen:
    """A live screen of the office. Raises ScreenNotFound."""
    found = db.session.scalar(
        select(Screen)
        .where(Screen.id == screen_id, Screen.office_id == office.id, Screen.revoked_at.is_(None))
        .options(joinedload(Screen.group))
    )
    if found is None:
        raise errors.ScreenNotFound
    return found


def live_groups(office_ids: Collection[int]) -> Sequence[ScreenGroup]:
    """The groups of these offices, by name."""
    return db.session.scalars(
        select(ScreenGroup)
        .where(ScreenGroup.office_id.in_(office_ids), ScreenGroup.closed_at.is_(None))
        .order_by(ScreenGroup.name, ScreenGroup.id)
    ).all()


def get_group(office: Office, group_id: int) -> ScreenGroup:
    """A group of the office. Raises GroupNotFound."""
    found = db.session.get(ScreenGroup, group_id)
    if found is None or found.office_id != office.id or found.closed_at is not None:
        raise errors.GroupNotFound
    return found


def screens_of_group(group_id: int) -> Sequence[Screen]:
    """The live screens of a group."""
    return db.session.scalars(
        select(Screen)
        .where(Screen.group_id == group_id, Screen.revoked_at.is_(None))
        .order_by(Screen.name, Screen.id)
    ).all()


def notices_shown(
    office_id: int, group_id: int | None, first: dt.date, last: dt.date
) -> Sequence[ScreenNotice]:
    """The notices for an office's screens, and for a group, that hold on a day from `first` to `last`."""
    whose = and_(ScreenNotice.office_id == office_id, ScreenNotice.group_id.is_(None))
    if group_id is not None:
        whose = or_(whose, ScreenNotice.group_id == group_id)
    return db.session.scalars(
        select(ScreenNotice)
        .where(
            whose,
            ScreenNotice.withdrawn_at.is_(None),
            ScreenNotice.first_day <= last,
            ScreenNotice.last_day >= first,
        )
        .order_by(ScreenNotice.first_day, ScreenNotice.id)
    ).all()


def list_notices(office: Office, since: dt.date) -> Sequence[ScreenNotice]:
    """The office's notices that have not ended before `since`, those to come too."""
    return db.session.scalars(
        select(ScreenNotice)
        .where(
            ScreenNotice.office_id == office.id,
            ScreenNotice.withdrawn_at.is_(None),
            ScreenNotice.last_day >= since,
        )
        .order_by(ScreenNotice.first_day, ScreenNotice.id)
    ).all()


def last_withdrawn(office: Office, since: dt.datetime) -> Sequence[ScreenNotice]:
    """Texts taken off or undone since then, newest first: of all versions of a text the one withdrawn last, unless a
    later version is on the screens."""
    found = []
    for versions in _versions(office).values():
        off = [(one.withdrawn_at, -one.id, one) for one in versions if one.withdrawn_at is not None]
        live = max((one.id for one in versions if one.withdrawn_at is None), default=0)
        if off and max(off)[0] > since and max(off)[2].id > live:
            found.append(max(off))
    return [notice for _at, _id, notice in sorted(found, reverse=True)]


def live_versions(office: Office, notice: ScreenNotice) -> list[ScreenNotice]:
    """The versions of a text that are on the screens: one at most, if nobody was faster."""
    same = next(versions for versions in _versions(office).values() if notice in versions)
    return [one for one in same if one.withdrawn_at is None]


def _versions(office: Office) -> dict[int, list[ScreenNotice]]:
    """The office's texts with all their versions, by the id of the first one."""
    rows = db.session.scalars(
        select(ScreenNotice)
        .where(ScreenNotice.office_id == office.id, ScreenNotice.kind == "text")
        .order_by(ScreenNotice.id)
    )
    first: dict[int, int] = {}
    found: dict[int, list[ScreenNotice]] = {}
    for row in rows:  # what a text replaces is older than itself
        first[row.id] = first.get(row.replaces_id or 0, row.id)
        found.setdefault(first[row.id], []).append(row)
    return found


def get_notice(office: Office, notice_id: int) -> ScreenNotice:
    """A text of the office, withdrawn or not. Raises NoticeNotFound."""
    found = db.session.get(ScreenNotice, notice_id)
    if found is None or found.office_id != office.id or found.kind != "text":
        raise errors.NoticeNotFound
    return found


def offices_with_ancestors(office_ids: Collection[int]) -> frozenset[int]:
    """These offices and everything above them: a change at any of them may show."""
    parents = dict(db.session.execute(select(Office.id, Office.parent_id)).all())
    found: set[int] = set()
    for start in office_ids:
        current: int | None = start
        while current is not None and current not in found:
            found.add(current)
            current = parents.get(current)
    return frozenset(found)


def offices_by_id(office_ids: Collection[int]) -> dict[int, Office]:
    """Open offices by id, with everything above them."""
    rows = db.session.scalars(
        select(Office)
        .where(Office.id.in_(office_ids), Office.closed_on.is_(None))
        .options(joinedload(Office.parent).joinedload(Office.parent))
    )
    return {office.id: office for office in rows}


def rooms_of(office_ids: Collection[int]) -> Sequence[str]:
    """Names of the open rooms of these offices."""
    return db.session.scalars(
        select(Room.name)
        .where(Room.office_id.in_(office_ids), Room.closed_on.is_(None))
        .distinct()
        .order_by(Room.name)
    ).all()


def published(office_ids: Collection[int]) -> dict[int, tuple[int, dt.datetime]]:
    """Number and instant of the newest revision of each office that has one."""
    newest = (
        select(Revision.office_id, func.max(Revision.number).label("number"))
        .where(Revision.office_id.in_(office_ids))
        .group_by(Revision.office_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Revision.office_id, Revision.number, Revision.published_at).join(
            newest,
            and_(Revision.office_id == newest.c.office_id, Revision.number == newest.c.number),
        )
    )
    return {office_id: (number, at) for office_id, number, at in rows}
