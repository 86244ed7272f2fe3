"""Giving links out, proving who holds one, revoking."""

import datetime as dt
import hmac

from flask import current_app
from sqlalchemy import CursorResult, update

from app.accounts import audit
from app.accounts.one_tap.models import OneTapLink
from app.accounts.one_tap.queries import TRIES, usable
from app.accounts.one_tap.registry import phone_of, purpose_of
from app.core import clock
from app.core.database import db
from app.core.ids import hash_token, new_token

DIGITS = 4
__all__ = ["DIGITS", "TRIES", "confirm_by_staff", "count_try", "issue", "last_digits", "prove", "revoke"]


def issue(
    purpose: str, subject: str, holder: tuple[str, int], office_id: int, expires_at: dt.datetime
) -> str:
    """A new link as an absolute address, in the caller's transaction. Earlier ones of the subject stay valid.

    Raises KeyError for a purpose nobody registered.
    """
    purpose_of(purpose)
    token = new_token()
    link = OneTapLink(
        token_hash=hash_token(token),
        purpose=purpose,
        subject=subject,
        holder_kind=holder[0],
        holder_id=holder[1],
        office_id=office_id,
        issued_at=clock.now(),
        expires_at=expires_at,
        tries=0,
    )
    db.session.add(link)
    db.session.flush()
    audit.record("one_tap.issue", f"one_tap:{link.id}", office_id, after=_summary(link))
    return f"{current_app.extensions['settings'].public_url}/t/{token}"


def revoke(purpose: str, *subjects: str) -> int:
    """No link for this purpose and these subjects works from now on; how many that were."""
    condition = (OneTapLink.purpose == purpose) & OneTapLink.subject.in_(subjects)
    links = db.session.query(OneTapLink).filter(condition, usable(clock.now())).all()
    for link in links:
        revoke_link(link)
    return len(links)


def revoke_link(link: OneTapLink) -> None:
    """This link does not work from now on."""
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        db.session.flush()
        audit.record("one_tap.revoke", f"one_tap:{link.id}", link.office_id, before=_summary(link))


def confirm_by_staff(link: OneTapLink) -> None:
    """Staff made sure by voice who holds the link: no digits are asked any more."""
    if link.confirmed_at is None:
        link.confirmed_at = clock.now()
        db.session.flush()
        audit.record("one_tap.confirm", f"one_tap:{link.id}", link.office_id, after=_summary(link))


def last_digits(link: OneTapLink) -> str | None:
    """The last four digits of the holder's phone on file; None without a phone of at least so many digits."""
    digits = "".join(sign for sign in phone_of(*link.holder) or "" if sign.isascii() and sign.isdigit())
    return digits[-DIGITS:] if len(digits) >= DIGITS else None


def count_try(link_id: int) -> bool:
    """Count a try before it is looked at; False when the link may not be used (any more).

    One conditional update: commit it before `prove`, then tries at the same moment never exceed the limit.
    """
    changed: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
        update(OneTapLink)
        .where(OneTapLink.id == link_id, usable(clock.now()))
        .values(tries=OneTapLink.tries + 1)
        .execution_options(synchronize_session=False)
    )
    return changed.rowcount == 1


def prove(link: OneTapLink, given: str) -> bool:
    """Whether these are the last digits of the phone on file. A right answer takes its counted try back."""
    expected = last_digits(link)
    right = expected is not None and hmac.compare_digest(given.strip().encode(), expected.encode())
    if right:
        db.session.execute(
            update(OneTapLink)
            .where(OneTapLink.id == link.id)
            .values(tries=OneTapLink.tries - 1, last_used_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        db.session.expire(link)
    audit.record(
        "one_tap.use" if right else "one_tap.wrong_digits",
        f"one_tap:{link.id}",
        link.office_id,
        after=_summary(link),
    )
    return right


def note_use(link: OneTapLink) -> None:
    """Record that the link was opened where no digits are asked."""
    link.last_used_at = clock.now()
    db.session.flush()
    audit.record("one_tap.use", f"one_tap:{link.id}", link.office_id, after=_summary(link))


def _summary(link: OneTapLink) -> dict[str, object]:
    return {
        "purpose": link.purpose,
        "subject": link.subject,
        "holder": f"{link.holder_kind}:{link.holder_id}",
    }
