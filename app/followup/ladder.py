"""What an owed reply goes through when nobody answers: reminders, staff, the leader. Told by whoever reminds people.

The page asks with `LadderAsked`, a higher feature fills in the rungs; follow-through knows neither hours nor notices.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.core.events import emit
from app.core.text import Text
from app.directory.models import Office
from app.followup.models import UnitPart


@dataclass(frozen=True, slots=True)
class Rung:
    """One step. `state`: sent, waiting, failed, stopped, missed, coming, off or nobody; `at`: when it is due or was sent."""

    name: Text
    when: Text  # "5 working days after the date, 09:00"
    state: str = ""
    at: dt.datetime | None = None


@dataclass(slots=True)
class LadderAsked:
    """What happens to these parts, and in general (`plan`); `settings`: the page where an office sets it."""

    office: Office
    parts: Sequence[UnitPart] = ()
    rungs: dict[int, list[Rung]] = field(default_factory=dict)
    plan: list[Rung] = field(default_factory=list)
    settings: str = ""


def ladder_of(office: Office, parts: Sequence[UnitPart] = ()) -> LadderAsked:
    """Everybody who reminds people was asked."""
    asked = LadderAsked(office, parts)
    emit(asked)
    return asked
