"""Encrypted columns: AES-256-GCM with the table and column as associated data, and a blind index for look-up.

Stored form: one byte key id, 12 bytes nonce, ciphertext with tag. Old keys stay readable, so keys can rotate.
"""

import hashlib
import hmac
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Dialect, LargeBinary, TypeDecorator


def _keys() -> dict[int, bytes]:
    keys: dict[int, bytes] = current_app.extensions["field_keys"]
    return keys


def encrypt(text: str, context: str) -> bytes:
    """Encrypt `text`; `context` ("table.column") must be given again to decrypt."""
    keys, key_id = _keys(), newest_key()
    nonce = os.urandom(12)
    sealed = AESGCM(keys[key_id]).encrypt(nonce, text.encode(), context.encode())
    return bytes([key_id]) + nonce + sealed


def decrypt(blob: bytes, context: str) -> str:
    """Undo `encrypt`. Raises KeyError for a key id that is not configured, InvalidTag for a moved or altered value."""
    return AESGCM(_keys()[blob[0]]).decrypt(blob[1:13], blob[13:], context.encode()).decode()


def newest_key() -> int:
    """The id of the key that encrypts now."""
    return max(_keys())


def blind_index(text: str, context: str) -> str:
    """A keyed hash of `text` for equality look-up without decrypting (HMAC-SHA-256, newest key): what is stored."""
    return _hashed(_keys()[newest_key()], text, context)


def blind_indexes(text: str, context: str) -> list[str]:
    """The hashes of `text` under every configured key: what to look for while keys rotate, newest first."""
    return [_hashed(key, text, context) for _id, key in sorted(_keys().items(), reverse=True)]


def _hashed(key: bytes, text: str, context: str) -> str:
    return hmac.new(key, f"{context}\x00{text}".encode(), hashlib.sha256).hexdigest()


class Encrypted(TypeDecorator[str]):
    """A text column that is encrypted at rest. `Encrypted("leaders.phone")`."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Encrypt on the way in."""
        return None if value is None else encrypt(value, self.context)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        """Decrypt on the way out."""
        return None if value is None else decrypt(bytes(value), self.context)
