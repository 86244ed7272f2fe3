"""Invitations by mail (iMIP, RFC 6047): the same event as in the recipient's feed, with the same UID and SEQUENCE.

A duty or visit that holds is a REQUEST, again with a higher SEQUENCE when it changed; one that is gone is a CANCEL,
which mail programs remove. Leaders get them only if they asked for them.
"""

from collections.abc import Callable

from app.core.database import db
from app.directory.models import Contact, Office
from app.feeds import event_states, queries, subscriptions, words
from app.feeds.events import Event, Extra, attending_event, leader_event
from app.feeds.ical import Party, render_invitation
from app.feeds.visits import words_for_leader
from app.notifications.delivery import Delivery
from app.notifications.models import Notice
from app.notifications.policy_models import InvitationWish


def for_duty(notice: Notice) -> bytes | None:
    """The invitation to the one session a notice to a leader is about; None when there are several, or not wished."""
    key = str((notice.facts or {}).get("session_key", ""))
    if (
        notice.recipient_kind != "leader"
        or not key
        or not db.session.get(InvitationWish, notice.recipient_id)
    ):
        return None
    return _invitation(notice, lambda language: _duty(notice, key, language))


def for_visit(notice: Notice) -> bytes | None:
    """The invitation to the visit a notice to a contact of a department is about."""
    contact = db.session.get(Contact, notice.recipient_id) if notice.recipient_kind == "contact" else None
    kind, _colon, number = notice.subject.partition(":")
    if contact is None or kind != "visit":
        return None
    return _invitation(notice, lambda language: _visit(contact.department_id, number, language))


def _invitation(notice: Notice, find: Callable[[str], Event | None]) -> bytes | None:
    reach = Delivery().find_reach(notice)
    way = next((way for way in reach.ways if way.channel in ("mail", "file")), None) if reach else None
    if reach is None or way is None:
        return None
    language = "en" if reach.language.startswith("en") else "zh"
    event = find(language)
    if event is None:
        return None
    office = db.session.get_one(Office, notice.office_id)
    sender = (way.setup.options.get("sender") if way.setup else "") or f"no-reply@{office.code}.invalid"
    return render_invitation(event, language, Party(office.name, sender), Party(reach.person.name, way.to))


def _duty(notice: Notice, key: str, language: str) -> Event | None:
    office = db.session.get_one(Office, notice.office_id)
    at = queries.dated(office)
    scope, facts = subscriptions.facts_for_leader(notice.recipient_id)
    extras = words_for_leader(event_states.settle(scope, facts), language)
    if at.roll is None:
        return None
    return leader_event(at.roll, at.place, notice.recipient_id, language, key, extras.get((office.id, key)))


def _visit(department_id: int, visit: str, language: str) -> Event | None:
    scope, facts = subscriptions.facts_for_department(department_id)
    state = next((one for one in event_states.settle(scope, facts) if one.key == visit), None)
    if state is None:
        return None
    at = queries.dated(db.session.get_one(Office, state.data[0]))
    line = words.ATTEND_LINE.in_locale(language)
    extra = Extra((line,), "", state.sequence, state.changed_at)
    if at.roll is None:
        return None
    return attending_event(
        at.roll, at.place, language, state.data[1], state.key, extra, state.gone, state.data[2]
    )
