"""Publications and corrections as Atom (RFC 4287). Pure: ids and dates come from the revisions."""

import datetime as dt
from xml.sax.saxutils import escape, quoteattr

from app.core.text import days_in_words
from app.feeds import words
from app.feeds.calendars import Publication
from app.feeds.pages import Change, changes_of
from app.roster.published.sessions import Edition, Session
from app.web.renderings import Rendering

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
MOST_ENTRIES = 50
_BEFORE_ALL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def changes_atom(published: Publication) -> Rendering:
    """The last 50 revisions, newest first, each with what it changed. In Chinese, as the roster is."""
    place, roll = published.place, published.roll
    editions = list(reversed(roll.editions))[:MOST_ENTRIES] if roll else []
    updated = max((edition.published_at for edition in editions), default=_BEFORE_ALL)
    self_url = f"{place.site}/o/{place.code}/changes.atom"
    title = words.ATOM_TITLE.zh.format(office=place.name)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
        f"<id>{_text(self_url)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{_instant(updated)}</updated>",
        f"<author><name>{_text(place.name)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(self_url)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(f"{place.site}/o/{place.code}")}/>',
        "<generator>Reception Rota</generator>",
        *(_entry(published, edition) for edition in editions),
        "</feed>",
    ]
    body = "\n".join(lines) + "\n"
    return Rendering(body.encode(), CONTENT_TYPE, updated.replace(microsecond=0) if editions else None)


def _entry(published: Publication, edition: Edition) -> str:
    place = published.place
    url = f"{place.site}/o/{place.code}/revisions/{edition.number}"
    changes = changes_of(published.roll, edition.number) if published.roll else []
    title = words.EDITION_TITLES[edition.kind].zh.format(
        number=edition.number, days=days_in_words(edition.first_day, edition.last_day).zh
    )
    summary = "\n".join(
        [
            *([words.REASON_LINE.zh.format(reason=edition.reason)] if edition.reason else []),
            *(change_sentence(change) for change in changes if edition.kind != "publication"),
        ]
    )
    at = _instant(edition.published_at)
    return "\n".join(
        [
            "<entry>",
            f"<id>{_text(url)}</id>",
            f"<title>{_text(title)}</title>",
            f"<published>{at}</published>",
            f"<updated>{at}</updated>",
            f'<link rel="alternate" type="text/html" href={quoteattr(url)}/>',
            f"<category term={quoteattr(edition.kind)}/>",
            f'<content type="text">{_text(summary or title)}</content>',
            "</entry>",
        ]
    )


def change_sentence(change: Change) -> str:
    """One change in one Chinese sentence: day, session, who before and after."""
    session = change.after or change.before
    if session is None:
        return ""
    names = {"before": _names(change.before), "after": _names(change.after)}
    day = f"{session.on_date:%Y-%m-%d} {words.SESSIONS[session.session].zh}"
    if change.after is None:
        return words.CHANGE_REMOVED.zh.format(day=day, **names)
    if change.after.status == "suspended":
        return words.CHANGE_SUSPENDED.zh.format(day=day, **names)
    if change.after.status == "cancelled":
        return words.CHANGE_REMOVED.zh.format(day=day, **names | {"before": names["after"]})
    if change.before is None:
        return words.CHANGE_ADDED.zh.format(day=day, **names)
    if change.before.names != change.after.names:
        return words.CHANGE_LEADER.zh.format(day=day, **names)
    return words.CHANGE_OTHER.zh.format(
        day=day, hours=hours_of(change.after), where=where_of(change.after), **names
    )


def hours_of(session: Session) -> str:
    """08:30–17:30."""
    return f"{session.starts:%H:%M}–{session.ends:%H:%M}"


def where_of(session: Session) -> str:
    """Place and room."""
    return " ".join(filter(None, (session.place, session.room)))


def _names(session: Session | None) -> str:
    return "、".join(session.names) if session and session.names else words.NOBODY.zh


def _text(text: str) -> str:
    """Escaped, without the control characters XML cannot hold."""
    return escape("".join(sign for sign in text if sign >= " " or sign in "\n\t"))


def _instant(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
