"""What happened to rosters; emitted in the transaction that made it happen."""

import datetime as dt
from dataclasses import dataclass, field

from app.core.text import Text
from app.directory.models import Office
from app.roster.states import Differences


@dataclass(frozen=True, slots=True)
class RosterPublished:
    """Revision `number` of an office is published. `session_keys`: the sessions it adds, changes or cancels."""

    office_id: int
    revision_id: int
    number: int
    session_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaveChanged:
    """A leave of a leader was entered, or has other days."""

    leader_id: int
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class InvitedAsked:
    """A question before a re-plan: to which sessions of these days are people invited already?

    Listeners add to `invited`: how many visits by session key. Sessions without any are left out.
    """

    office_id: int
    first_day: dt.date
    last_day: dt.date
    invited: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangesProposed:
    """A question before publishing: what else would these changes do? Listeners add sentences to `effects`."""

    office: Office
    differences: Differences
    effects: list[Text] = field(default_factory=list)
