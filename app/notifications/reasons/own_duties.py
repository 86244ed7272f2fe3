"""What a revision means to one leader: which sessions are new, gone, moved or elsewhere. Pure comparison."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.core.database import db
from app.notifications.reasons.common import session_words
from app.roster.models import Duty


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session as its leader must know it."""

    session_key: str
    on_date: dt.date
    session: str
    starts: dt.time
    ends: dt.time
    where: str

    @property
    def time(self) -> tuple[dt.date, dt.time, dt.time]:
        """What makes it move when it changes."""
        return self.on_date, self.starts, self.ends


@dataclass(frozen=True, slots=True)
class Changes:
    """Each session in one group, by date; `moved` and `elsewhere` hold it before and after.

    `called_off`: keys of those lost because nobody receives then, not because somebody else does.
    """

    gained: tuple[OwnSession, ...]
    lost: tuple[OwnSession, ...]
    moved: tuple[tuple[OwnSession, OwnSession], ...]
    elsewhere: tuple[tuple[OwnSession, OwnSession], ...]
    called_off: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.gained or self.lost or self.moved or self.elsewhere)

    @property
    def count(self) -> int:
        """How many sessions differ."""
        return len(self.gained) + len(self.lost) + len(self.moved) + len(self.elsewhere)

    @property
    def keys(self) -> list[str]:
        """The keys of the sessions that differ."""
        pairs = (after for _before, after in (*self.moved, *self.elsewhere))
        return [own.session_key for own in (*self.gained, *self.lost, *pairs)]


def compare(before: Iterable[OwnSession], after: Iterable[OwnSession], today: dt.date) -> Changes:
    """What differs for the leader, from today on. A session is the same by its key, whatever its day."""
    old = {own.session_key: own for own in before}
    new = {own.session_key: own for own in after}
    both = [(old[key], new[key]) for key in old.keys() & new.keys() if old[key] != new[key]]
    both = [pair for pair in both if max(pair[0].on_date, pair[1].on_date) >= today]
    both.sort(key=lambda pair: pair[1].time)
    return Changes(
        gained=_coming((new[key] for key in new.keys() - old.keys()), today),
        lost=_coming((old[key] for key in old.keys() - new.keys()), today),
        moved=tuple(pair for pair in both if pair[0].time != pair[1].time),
        elsewhere=tuple(pair for pair in both if pair[0].time == pair[1].time),
    )


def _coming(found: Iterable[OwnSession], today: dt.date) -> tuple[OwnSession, ...]:
    return tuple(sorted((own for own in found if own.on_date >= today), key=lambda own: own.time))


def own(duty: Duty) -> OwnSession:
    """A published row as its leader must know it."""
    where = " ".join(filter(None, (duty.place, duty.room)))
    return OwnSession(duty.session_key, duty.on_date, duty.session, duty.starts, duty.ends, where)


def changes_for(leader_id: int, office_id: int, base: int, number: int, today: dt.date) -> Changes:
    """What differs for a leader from revision `base` to revision `number` of an office."""
    rows = db.session.scalars(
        select(Duty).where(
            Duty.office_id == office_id,
            Duty.leader_id == leader_id,
            Duty.since_revision <= number,
            or_(Duty.until_revision.is_(None), Duty.until_revision > base),
        )
    ).all()
    before, after = (
        [own(duty) for duty in rows if duty.status == "held" and _holds_at(duty, at)] for at in (base, number)
    )
    off = {duty.session_key for duty in rows if duty.status != "held" and _holds_at(duty, number)}
    return replace(compare(before, after, today), called_off=frozenset(off))


def _holds_at(duty: Duty, number: int) -> bool:
    return duty.since_revision <= number and (duty.until_revision is None or duty.until_revision > number)


def affected_leaders(office_id: int, number: int, today: dt.date) -> list[int]:
    """The leaders to whom revision `number` gives, takes, moves or re-rooms a session, from today on."""
    rows = db.session.query(Duty).filter(
        Duty.office_id == office_id,
        (Duty.since_revision == number) | (Duty.until_revision == number),
        Duty.leader_id.is_not(None),
        Duty.status == "held",
    )
    before: dict[int, list[OwnSession]] = {}
    after: dict[int, list[OwnSession]] = {}
    for duty in rows:
        side = after if duty.since_revision == number else before
        side.setdefault(duty.leader_id or 0, []).append(own(duty))
    every = sorted(before.keys() | after.keys())
    return [
        leader_id
        for leader_id in every
        if compare(before.get(leader_id, ()), after.get(leader_id, ()), today)
    ]


def change_lines(changes: Changes) -> Iterator[str]:
    """One line for each session that differs, those gone first."""
    for lost in changes.lost:
        if lost.session_key in changes.called_off:
            yield _("Called off: %(session)s", session=session_words(lost))
        else:
            yield _("No longer yours: %(session)s", session=session_words(lost))
    for before, after in changes.moved:
        yield _(
            "Moved: %(before)s → %(after)s",
            before=session_words(before),
            after=place_line(after),
        )
    for _before, after in changes.elsewhere:
        yield _("Another place: %(session)s", session=place_line(after))
    for gained in changes.gained:
        yield _("New: %(session)s", session=place_line(gained))


def place_line(session: OwnSession) -> str:
    """Day, time and place of a session."""
    words = session_words(session)
    return str(_("%(session)s, %(place)s", session=words, place=session.where)) if session.where else words
