"""Attachments on disk: encrypted, outside every served folder, under a random name."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from app.core import clock
from app.core.ids import new_token

_FOLDER = "attachments"
_UNSETTLED = dt.timedelta(hours=1)  # a file this young may belong to a row that is not committed yet
_known: dict[str, Callable[[], set[str]]] = {}


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
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:  # purged meanwhile
            continue
        if sealed[0] == max(_keys()):
            yield False
            continue
        data = AESGCM(_keys()[sealed[0]]).decrypt(sealed[1:13], sealed[13:], _context(path.stem))
        _write(path, _seal(data, path.stem))
        yield True


def keys_on_disk() -> set[str]:
    """The keys of all attachments there are, finished or not."""
    return {path.stem for path in _root(_FOLDER).glob("*/*")}


def register_folder(folder: str, known: Callable[[], set[str]]) -> None:
    """`known` tells the keys of the files in the folder that are still kept; in `setup.install` of the feature."""
    _known[folder] = known


def orphans() -> list[Path]:
    """Files no row knows: of an upload or a deletion that a killed process left unfinished an hour ago or longer."""
    settled = (clock.now() - _UNSETTLED).timestamp()
    return [
        path
        for folder, known in _known.items()
        for kept in [known()]
        for path in _root(folder).glob("*/*")
        if path.suffix != ".sealed" or path.stem not in kept
        if path.stat().st_mtime < settled
    ]


def remove_orphans() -> int:
    """Delete them; returns how many."""
    found = orphans()
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


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
