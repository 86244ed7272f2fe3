"""Calendar events out of published sessions. Pure: the same roll and options always give the same events.

UIDs come from identity: the session in an office's calendar, session and leader in a leader's. SEQUENCE counts
the versions of that event and LAST-MODIFIED is the publication that made the newest, so both stand still while
the event does. A leader who gave a session away keeps it as a cancelled event for 60 days.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from app.feeds import words
from app.roster.published.sessions import CANCELLED, SUSPENDED, Roll, Seat, Session, Version

_NAMESPACE = uuid.UUID("7d0f6f1e-3f0b-5d3a-9a55-2f6b6ad0c0de")


@dataclass(frozen=True, slots=True)
class Place:
    """The office of a calendar. `site` is the public address of this installation, without a trailing slash."""

    code: str
    name: str
    name_en: str
    zone: str
    site: str
    named_at: dt.datetime | None = (
        None  # when it was last given another name: all its events say another one since
    )

    def title(self, language: str) -> str:
        """The office's name in the language; the Chinese one where there is no English."""
        return self.name_en if language == "en" and self.name_en else self.name


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT. Times are local to `zone`; `created` and `modified` are aware instants."""

    uid: str
    sequence: int
    created: dt.datetime
    modified: dt.datetime
    day: dt.date
    starts: dt.time
    ends: dt.time
    zone: str
    cancelled: bool
    summary: str
    description: str
    location: str
    categories: tuple[str, ...]
    url: str

    @property
    def whole_day(self) -> bool:
        """The session is the whole day, without times."""
        return self.starts == dt.time.min and self.ends in (dt.time.min, dt.time(23, 59), dt.time.max)


@dataclass(frozen=True, slots=True)
class Extra:
    """What an event says beyond the roster, in words; `sequence` and `changed` count and date its own changes."""

    lines: tuple[str, ...] = ()
    mark: str = ""  # put behind the title
    sequence: int = 0
    changed: dt.datetime | None = None


NOTHING_MORE: Mapping[str, Extra] = {}


def event_uid(*identity: str) -> str:
    """A UID from what an event is, never from what may change about it."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(identity)))


def office_events(
    roll: Roll, place: Place, language: str, since: dt.date, extras: Mapping[str, Extra] = NOTHING_MORE
) -> Iterator[Event]:
    """Every session from `since` on, whoever holds it. `extras`: by session key."""
    for key, versions in roll.histories.items():
        uid = event_uid("session", place.site, place.code, key)
        event = _event(roll, place, language, versions, uid, extra=extras.get(key))
        if event is not None and _shown(event, versions[-1], since):
            yield event


def leader_events(
    roll: Roll,
    place: Place,
    leader_id: int,
    language: str,
    since: dt.date,
    extras: Mapping[str, Extra] = NOTHING_MORE,
) -> Iterator[Event]:
    """The sessions of one leader at one office from `since` on, and those given away. `extras`: by session key."""
    for key in roll.keys_of_leader.get(leader_id, ()):
        event = leader_event(roll, place, leader_id, language, key, extras.get(key))
        if event is not None and _shown(event, own_versions(roll.histories[key], leader_id)[-1], since):
            yield event


def leader_event(
    roll: Roll, place: Place, leader_id: int, language: str, key: str, extra: Extra | None = None
) -> Event | None:
    """One session as the event of one leader, cancelled when it was given away; None if it never was the leader's."""
    versions = own_versions(roll.histories.get(key, ()), leader_id)
    uid = event_uid("leader", place.site, place.code, key, str(leader_id))
    return _event(roll, place, language, versions, uid, leader_id, extra) if versions else None


def attending_event(
    roll: Roll, place: Place, language: str, key: str, visit: str, extra: Extra, gone: bool, said: int
) -> Event | None:
    """A session as the event of a department that attends one visit of it. `extra` alone counts its changes.

    Once `gone`, it stays as edition `said` had it: what becomes of the session then is no business of the visit.

    The identity is the visit's: a visit moved to another session is the same event at another time.
    """
    versions = roll.histories.get(key, ())
    if gone:
        versions = tuple(version for version in versions if version.number <= said) or versions
    event = _event(roll, place, language, versions, event_uid("attend", place.site, place.code, visit))
    if event is None or extra.changed is None:
        return None
    cancelled = gone or event.cancelled
    changed = max(extra.changed, place.named_at or extra.changed).replace(microsecond=0)
    summary = words.DEPARTMENT_SUMMARY.in_locale(language).format(office=place.title(language))
    if cancelled:
        summary = words.CANCELLED_SUMMARY.in_locale(language).format(text=summary)
    return replace(
        event,
        sequence=extra.sequence - 1,
        created=min(event.created, changed),
        modified=changed,
        cancelled=cancelled,
        summary=summary,
        description="\n".join((event.description, *extra.lines)),
    )


def own_versions(versions: tuple[Version, ...], leader_id: int) -> tuple[Version, ...]:
    """The history of a session as one leader sees it: nothing before the first, gone when given away."""
    own: list[Version] = []
    for version in versions:
        session = version.session
        mine = session if session and any(s.leader_id == leader_id for s in session.seats) else None
        if (own or mine) and (not own or own[-1].session != mine):
            own.append(Version(version.number, mine))
    return tuple(own)


def _shown(event: Event, last: Version, since: dt.date) -> bool:
    """Inside the window; an event that is gone from the roster only while its going is recent too."""
    gone_on = event.modified.astimezone(ZoneInfo(event.zone)).date()
    return event.day >= since and (last.session is not None or gone_on >= since)


def _event(
    roll: Roll,
    place: Place,
    language: str,
    versions: tuple[Version, ...],
    uid: str,
    leader_id: int | None = None,
    extra: Extra | None = None,
) -> Event | None:
    extra = extra or Extra()
    session = next((v.session for v in reversed(versions) if v.session is not None), None)
    if session is None:
        return None
    gone = versions[-1].session is None
    status = CANCELLED if gone else session.status
    marked = _marked(roll, versions)
    moments = [roll.edition(versions[-1].number).published_at, *marked, extra.changed, place.named_at]
    text = _description(roll, place, language, replace(session, status=status), gone)
    return Event(
        uid=uid,
        sequence=len(versions) - 1 + len(marked) + extra.sequence,
        created=roll.edition(versions[0].number).published_at.replace(microsecond=0),
        modified=max(filter(None, moments)).replace(microsecond=0),
        day=session.on_date,
        starts=session.starts,
        ends=session.ends,
        zone=place.zone,
        cancelled=status != "held",
        summary=_summary(place, language, session, status, leader_id) + extra.mark,
        description="\n".join((text, *extra.lines)),
        location=_location(session),
        categories=(words.CATEGORY.in_locale(language), words.SESSIONS[session.session].in_locale(language)),
        url=f"{place.site}/o/{place.code}?day={session.on_date.isoformat()}",
    )


def _marked(roll: Roll, versions: tuple[Version, ...]) -> list[dt.datetime]:
    """When a session became provisional or certain though nothing else about it changed: its words did."""
    if not any(edition.provisional for edition in roll.editions):
        return []
    found, days = [], [v.session.on_date if v.session else None for v in versions]
    ends = [version.number for version in versions[1:]]
    for version, day, end in zip(versions, days, [*ends, roll.newest.number + 1], strict=True):
        covering = [e for e in roll.editions if day and e.number < end and e.first_day <= day <= e.last_day]
        pairs = itertools.pairwise(covering)
        found += [
            new.published_at
            for old, new in pairs
            if new.number > version.number and old.provisional != new.provisional
        ]
        if (
            end > roll.newest.number
            and covering
            and covering[-1].provisional
            and day
            and day.year in roll.official_years
        ):
            found.append(
                covering[-1].published_at + dt.timedelta(seconds=1)
            )  # by a newer version of this program
    return found


def _summary(place: Place, language: str, session: Session, status: str, leader_id: int | None) -> str:
    """Cancelled events say so in words: some programs show them as live."""
    if leader_id is None:
        who = "、".join(_name_and_post(seat) for seat in session.seats) or words.NOBODY.in_locale(language)
        text = words.OFFICE_SUMMARY.in_locale(language).format(who=who)
    else:
        text = words.LEADER_SUMMARY.in_locale(language).format(office=place.title(language))
    if status == SUSPENDED:
        return words.SUSPENDED_SUMMARY.in_locale(language).format(text=text)
    if status == CANCELLED:
        return words.CANCELLED_SUMMARY.in_locale(language).format(text=text)
    return text


def _description(roll: Roll, place: Place, language: str, session: Session, gone: bool) -> str:
    lines = [
        words.OFFICE_LINE.in_locale(language).format(office=place.title(language)),
        *(line for seat in session.seats for line in _seat_lines(seat, language)),
    ]
    if session.phone:
        lines.append(words.PHONE_LINE.in_locale(language).format(phone=session.phone))
    if gone or session.status == CANCELLED:
        lines.append(words.CANCELLED_LINE.in_locale(language))
    elif session.status == SUSPENDED:
        lines.append(words.SUSPENDED_LINE.in_locale(language))
    if not gone and roll.provisional(session.on_date):
        lines.append(words.PROVISIONAL_LINE.in_locale(language))
    return "\n".join(lines)


def _seat_lines(seat: Seat, language: str) -> Iterator[str]:
    yield words.LEADER_LINE.in_locale(language).format(who=_name_and_post(seat))
    if seat.sectors:
        yield words.SECTORS_LINE.in_locale(language).format(sectors=seat.sectors)
    if seat.townships:
        yield words.TOWNSHIPS_LINE.in_locale(language).format(townships=seat.townships)


def _name_and_post(seat: Seat) -> str:
    return f"{seat.name}（{seat.post}）" if seat.post else seat.name


def _location(session: Session) -> str:
    return " ".join(part for part in (session.place, session.room) if part)
