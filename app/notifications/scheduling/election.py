"""Which of several processes is the scheduler. The others wait, and one takes over within seconds of its end.

PostgreSQL: an advisory lock of a connection of its own. SQLite: a lock on a file beside the database. The kernel
or the server gives up either at the moment the process dies, `kill -9` included; nothing has to be cleaned up.
"""

import fcntl
import hashlib
import os
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

KEY = int.from_bytes(hashlib.sha256(b"reception rota scheduler").digest()[:8], "big", signed=True)
# A machine that vanished without a word gives the lock up after about ten seconds.
KEEPALIVES = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


class Election(Protocol):
    """Ask `is_won` every second; it also notices that the lock was lost."""

    def is_won(self) -> bool:
        """Whether this process is the scheduler now."""
        ...

    def resign(self) -> None:
        """Let another take over at once."""
        ...


def election_for(database_url: str) -> Election:
    """The election that fits the database."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return AdvisoryLock(database_url)
    return FileLock(Path(f"{url.database}.scheduler"))


class FileLock:
    """Elected is who holds the lock on the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def is_won(self) -> bool:
        """Take the lock or keep it; a file that was deleted or replaced is no longer the lock."""
        if self._file is not None:
            if self._is_still_there(self._file):
                return True
            self.resign()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def resign(self) -> None:
        """Unlock."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_still_there(self, file: IO[str]) -> bool:
        try:
            return os.path.samestat(self._path.stat(), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False


class AdvisoryLock:
    """Elected is whose connection holds the lock; a connection that broke holds nothing."""

    def __init__(self, database_url: str) -> None:
        self._engine = create_engine(
            database_url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={**KEEPALIVES, "application_name": "rota scheduler"},
        )
        self._connection: Connection | None = None

    def is_won(self) -> bool:
        """Take the lock, or make sure that it is still ours."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return True
            connection = self._engine.connect()
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
                self._connection = connection
                return True
            connection.close()
        except DBAPIError:  # the database went away, and the lock with it
            self.resign()
        return False

    def resign(self) -> None:
        """Close the connection, which gives the lock up."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
