"""References and secret codes: what a resident keeps to see, move or give up a visit."""

import hashlib
import hmac
import secrets

from flask import current_app
from sqlalchemy import select

from app.appointments.models import Visit
from app.core.database import db

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that look alike (0 O 1 I)
CODE_LENGTH = 8  # 40 bits, and every try is counted


def new_code() -> str:
    """A secret code: K7M2-9PQX."""
    text = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    return f"{text[:4]}-{text[4:]}"


def hash_code(code: str) -> str:
    """What the database keeps of a code, however it was typed.

    Keyed with the salt of passwords, not with a field key: the code itself is kept nowhere, so that its hash could not
    be made again when field keys rotate.
    """
    plain = _plain(code)
    salt: str = current_app.extensions["settings"].password_salt
    return hmac.new(salt.encode(), f"visits.code\x00{plain}".encode(), hashlib.sha256).hexdigest()


def shown_code(typed: str) -> str:
    """A code as it stands on the slip, however it was typed: k7m2 9pqx becomes K7M2-9PQX."""
    plain = _plain(typed)
    return f"{plain[:4]}-{plain[4:]}"


def _plain(typed: str) -> str:
    return "".join(c for c in typed.upper() if c.isalnum())


def code_fits(visit: Visit, code: str) -> bool:
    """Whether the code is the visit's."""
    return hmac.compare_digest(visit.code_hash, hash_code(code))


def new_reference(office_id: int) -> str:
    """A number nobody at this office has: 4821-0937. Random, so it tells nothing of how many there are."""
    while True:
        digits = f"{secrets.randbelow(10**8):08}"
        reference = f"{digits[:4]}-{digits[4:]}"
        used = select(Visit.id).where(Visit.office_id == office_id, Visit.reference == reference)
        if db.session.scalar(used) is None:
            return reference


def clean_reference(typed: str) -> str:
    """A reference as it is stored, however it was typed; "" when it can be none."""
    digits = "".join(c for c in typed if c.isdigit())
    return f"{digits[:4]}-{digits[4:]}" if len(digits) == 8 else ""
