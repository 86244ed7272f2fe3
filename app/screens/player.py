"""The files of the player, under an address that carries their version: a page and its scripts always belong together."""

import hashlib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


@cache
def player_files() -> dict[str, Path]:
    """The files by name."""
    paths = (*(STATIC / "js" / "player").glob("*.js"), STATIC / "css" / "screen.css")
    return {path.name: path for path in sorted(paths)}


@cache
def player_version() -> str:
    """Changes when a file of the player does; running screens then load the new one by themselves."""
    digest = hashlib.sha256()
    worker, page = STATIC / "js" / "worker.js", FOLDER / "templates/screens/screen.html"
    for path in (*player_files().values(), worker, page):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def worker_source(folder: str) -> bytes:
    """The service worker, with the version and the addresses of the files it keeps, which are under `folder`."""
    source = (STATIC / "js" / "worker.js").read_text(encoding="utf-8")
    files = ", ".join(f'"{folder}{name}"' for name in player_files())
    return source.replace("PLAYER_VERSION", player_version()).replace("/* FILES */", files).encode()
