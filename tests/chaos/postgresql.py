"""A PostgreSQL server of one's own that can be killed: made in a folder, thrown away at the end."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "fsync": "off",  # only the machine's own crash would need it: what was committed survives the server's
    "full_page_writes": "off",
}


class Cluster:
    """A running server. `url` is the address of its database "postgres"."""

    def __init__(self, folder: Path) -> None:
        self._binaries = _binaries()
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port: int = probe.getsockname()[1]
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/postgres"
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(folder, "postgres")
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        self.start()

    def start(self) -> None:
        """Start, after a crash with recovery, and wait until it answers."""
        settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        options = f"-p {self._port} -k {self._folder} {settings}"
        self._run("pg_ctl", "-l", str(self._folder / "log"), "-w", "-t", "60", "start", "-o", options)

    def crash(self) -> None:
        """Every process of the server ends at once; nothing is written any more, transactions are cut off."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*become, str(self._binaries / program), "-D", str(self._folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A server in a new folder below this one; stopped at the end."""
    place = folder / "postgresql"
    place.mkdir()
    found = Cluster(place)
    try:
        yield found
    finally:
        found.crash()


def _binaries() -> Path:
    """Where initdb is. Raises FileNotFoundError when PostgreSQL is not installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which("initdb")
    if found is None:
        raise FileNotFoundError("PostgreSQL is not installed: no initdb")
    return Path(found).parent
