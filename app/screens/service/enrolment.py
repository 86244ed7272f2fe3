"""From a code on a screen to a screen of an office. The token a screen is given with its code becomes good when
somebody approves the code: nothing has to reach the screen a second time."""

import datetime as dt
import secrets
from zoneinfo import ZoneInfo

from sqlalchemy import delete, update

from app.accounts import audit
from app.core import clock
from app.core.database import db, lock
from app.core.ids import hash_token, new_token
from app.directory.models import Office
from app.screens import errors, queries, rules
from app.screens.models import Screen, ScreenCode, ScreenCodeTry

_KEPT_AFTER = dt.timedelta(days=1)


def ask_for_code(address: str) -> tuple[str, str, dt.datetime]:
    """A new code, the token that goes with it, and when both end. Raises TooManyCodes."""
    lock("screen codes")
    now = clock.now()
    db.session.execute(delete(ScreenCode).where(ScreenCode.expires_at < now - _KEPT_AFTER))
    if (
        queries.waiting_codes(now) >= rules.CODES_AT_ONCE
        or queries.waiting_codes(now, address) >= rules.CODES_PER_ADDRESS
    ):
        raise errors.TooManyCodes
    code, token = _unused_code(), new_token()
    expires_at = now + rules.CODE_LIFE
    db.session.add(
        ScreenCode(
            code_hash=hash_token(code),
            token_hash=hash_token(token),
            address=address,
            created_at=now,
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return code, token, expires_at


def _unused_code() -> str:
    while True:
        code = "".join(secrets.choice(rules.CODE_LETTERS) for _ in range(rules.CODE_LENGTH))
        if queries.find_code(code) is None:
            return code


def check_code(office: Office, user_id: int, text: str) -> ScreenCode | None:
    """The enrolment with the code somebody typed; None counts as a wrong try, noted in this transaction.

    Raises CodesLocked after five wrong ones within 15 minutes, CodeUsed for one approved already.
    """
    lock(f"screen codes of {user_id}")
    now = clock.now()
    until = rules.codes_locked_until(queries.wrong_codes(user_id), now)
    if until is not None:
        raise errors.CodesLocked(until, ZoneInfo(office.timezone))
    found = queries.find_code(rules.normal_code(text))
    if found is not None and found.expires_at > now:
        if found.approved_at is not None:
            raise errors.CodeUsed
        return found
    old = ScreenCodeTry.at < now - rules.WRONG_CODES_WINDOW
    db.session.execute(delete(ScreenCodeTry).where(ScreenCodeTry.user_id == user_id, old))
    db.session.add(ScreenCodeTry(user_id=user_id, at=now))
    db.session.flush()
    return None


def tries_left(user_id: int) -> int:
    """How many more wrong codes somebody may enter."""
    after = clock.now() - rules.WRONG_CODES_WINDOW
    return max(0, rules.WRONG_CODES - sum(at > after for at in queries.wrong_codes(user_id)))


def approve(office: Office, code: ScreenCode, name: str, layout: str) -> Screen:
    """Make the waiting screen one of the office. Raises CodeUsed when somebody was faster or it has just ended."""
    now = clock.now()
    won = db.session.execute(
        update(ScreenCode)
        .where(ScreenCode.id == code.id, ScreenCode.approved_at.is_(None), ScreenCode.expires_at > now)
        .values(approved_at=now)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise errors.CodeUsed
    screen = Screen(
        office_id=office.id,
        name=name,
        layout=layout,
        token_hash=code.token_hash,
        approved_at=now,
        approved_by=audit.actor_name(),
        condition="new",
        condition_since=now,
    )
    db.session.add(screen)
    db.session.flush()
    audit.record("screen.enrol", f"screen:{screen.id}", office.id, after={"name": name, "layout": layout})
    return screen
