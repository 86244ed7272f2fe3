"""Work that workers do for the roster. Arguments are ids."""

from app.roster.build_command import Request, run


def build_deferred(draft_id: int, publish: int = 0, reason: str = "") -> None:
    """Build a waiting draft, and publish it if asked. Ends when the draft has ended, whoever built it."""
    run(Request(draft_id=draft_id, publish=bool(publish), reason=reason, processes=1))
