"""Attachments on disk: encrypted, outside every served folder, under a random name."""

import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from app.core.ids import new_token

_FOLDER = "attachments"


def store(data: bytes, folder: str = _FOLDER) -> str:
    """Write the bytes under a new key, which is returned. The file is complete or not there."""
    key = new_token()
    path = _path(key, folder)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, _seal(data, key))
    return key


def read(key: str, folder: str = _FOLDER) -> bytes:
    """The bytes under a key. Raises FileNotFoundError, or InvalidTag for a file that was altered or moved."""
    sealed = _path(key, folder).read_bytes()
    return AESGCM(_keys()[sealed[0]]).decrypt(sealed[1:13], sealed[13:], _context(key))


def remove(key: str, folder: str = _FOLDER) -> None:
    """Delete the file; nothing happens when it is gone already."""
    _path(key, folder).unlink(missing_ok=True)


def reseal_all() -> Iterator[bool]:
    """Seal every file again that is not under the newest key; True for each that was changed. Complete or untouched."""
    for path in sorted(_root("").glob("*/*/*.sealed")):
        sealed = path.read_bytes()
        if sealed[0] == max(_keys()):
            yield False
            continue
        data = AESGCM(_keys()[sealed[0]]).decrypt(sealed[1:13], sealed[13:], _context(path.stem))
        _write(path, _seal(data, path.stem))
        yield True


def keys_on_disk() -> set[str]:
    """The keys of all files there are, finished or not, to find what no visit knows."""
    folder = _root(_FOLDER)
    return {path.stem for path in folder.glob("*/*")} if folder.exists() else set()


def _write(path: Path, sealed: bytes) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)  # of a process that was killed
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _seal(data: bytes, key: str) -> bytes:
    key_id, nonce = max(_keys()), os.urandom(12)
    return bytes([key_id]) + nonce + AESGCM(_keys()[key_id]).encrypt(nonce, data, _context(key))


def _context(key: str) -> bytes:
    return f"attachment.{key}".encode()


def _keys() -> dict[int, bytes]:
    keys: dict[int, bytes] = current_app.extensions["field_keys"]
    return keys


def _root(folder: str) -> Path:
    return Path(current_app.extensions["settings"].data_dir) / folder


def _path(key: str, folder: str) -> Path:
    return _root(folder) / key[:2].replace("-", "_") / f"{key}.sealed"
