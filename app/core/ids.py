"""Secret tokens: 256 random bits in a link, only their hash in the database."""

import hashlib
import secrets


def new_token() -> str:
    """A URL-safe secret of 256 random bits (43 characters)."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 of a token, hexadecimal: what the database keeps. The token has full entropy, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
