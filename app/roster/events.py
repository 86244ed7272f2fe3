"""What happened to rosters; emitted in the transaction that made it happen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RosterPublished:
    """Revision `number` of an office is published. `session_keys`: the sessions it adds, changes or cancels."""

    office_id: int
    revision_id: int
    number: int
    session_keys: tuple[str, ...]
