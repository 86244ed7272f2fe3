"""Signing in: a try is counted in the database before the password is looked at, so tries cannot be outrun."""

import hashlib
from dataclasses import dataclass
from functools import cache

from flask_security import hash_password, verify_password
from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy import delete, select

from app.accounts import audit
from app.accounts.errors import TooManyTries
from app.accounts.models import SignInFailure, User
from app.accounts.rules import TRIES_PER_ADDRESS, TRIES_PER_NAME, WINDOW, locked_until
from app.core import clock
from app.core.database import db, lock

CODE_SECONDS = 30
ISSUER = "Reception Rota"


@dataclass(frozen=True, slots=True)
class Try:
    """A counted try: the rows to take back when it succeeds."""

    name_key: str
    row_ids: tuple[int, ...]


def begin_try(name: str, address: str) -> Try:
    """Count a try for this name and this address. Raises TooManyTries when either has had its share.

    Commit before the password is checked: then many tries at once never exceed the limit.
    """
    keys = {_key("name", name.strip().lower()): TRIES_PER_NAME, _key("address", address): TRIES_PER_ADDRESS}
    now = clock.now()
    for key in sorted(keys):
        lock(f"sign-in {key}")
    for key, limit in keys.items():
        tries = db.session.scalars(select(SignInFailure.at).filter_by(key=key)).all()
        until = locked_until(tries, limit, now)
        if until:
            raise TooManyTries(until)
    rows = [SignInFailure(key=key, at=now) for key in keys]
    db.session.add_all(rows)
    db.session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WINDOW))
    db.session.flush()
    return Try(next(iter(keys)), tuple(row.id for row in rows))


def password_matches(user: User | None, password: str) -> bool:
    """Compare, in the same time whether or not the account exists. An account that is switched off never matches."""
    given = password[:1000]
    if user is None or not user.password:
        verify_password(given, _nobody())
        return False
    return bool(verify_password(given, user.password)) and user.active


def take_back(counted: Try) -> None:
    """The try succeeded: it was no failure, and the name starts afresh."""
    db.session.execute(
        delete(SignInFailure).where(
            (SignInFailure.key == counted.name_key) | SignInFailure.id.in_(counted.row_ids)
        )
    )


def note_sign_in(user: User, locale: str) -> None:
    """Remember when, and in which language, somebody signed in."""
    user.last_sign_in_at = clock.now()
    user.locale = locale


def new_code_secret() -> str:
    """A secret for the second step, base32, for an authenticator on a telephone (RFC 6238)."""
    return str(TOTP.new().base32_key)


def code_address(user: User, secret: str) -> str:
    """The otpauth:// address an authenticator reads from the QR code."""
    return str(TOTP(key=secret, format="base32").to_uri(label=user.username, issuer=ISSUER))


def match_code(secret: str, code: str, last_counter: int) -> int | None:
    """The time step of a right code, not used before, at most one step off; None for a wrong one."""
    digits = "".join(code.split())
    try:
        match = TOTP(key=secret, format="base32").match(
            digits, time=clock.now(), window=CODE_SECONDS, last_counter=last_counter or None
        )
    except (TokenError, ValueError):
        return None
    return int(match.counter)


def use_code(user: User, code: str) -> bool:
    """Whether the code of the second step is right; it is used up then."""
    lock(f"code {user.id}")
    db.session.refresh(user)
    counter = match_code(user.code_secret, code, user.code_counter) if user.code_secret else None
    if counter is None:
        return False
    user.code_counter = counter
    return True


def turn_on_second_step(user: User, secret: str, code: str) -> bool:
    """From now on sign-in asks for a code too; False when the code given to prove it works is wrong."""
    counter = match_code(secret, code, 0)
    if counter is None:
        return False
    user.code_secret, user.code_counter = secret, counter
    audit.record("account.second-step", f"user:{user.id}", user.office_id, {"on": False}, {"on": True})
    return True


def turn_off_second_step(user: User) -> None:
    """Sign-in asks for the password only."""
    user.code_secret, user.code_counter = None, 0
    audit.record("account.second-step", f"user:{user.id}", user.office_id, {"on": True}, {"on": False})


def _key(kind: str, value: str) -> str:
    """What the table keeps instead of the name or address."""
    return hashlib.sha256(f"{kind}\x00{value}".encode()).hexdigest()


@cache
def _nobody() -> str:
    return str(hash_password("a password that nobody has"))
