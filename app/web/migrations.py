"""Which migration this program was written for."""

from functools import cache
from pathlib import Path

VERSIONS = Path(__file__).parent.parent.parent / "migrations" / "versions"


@cache
def head() -> str:
    """The newest migration: file names are numbered, in one line (a test says so)."""
    return max(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
