"""Whether an invited visit is ready, and when somebody who has not answered is asked again. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Push = Literal["", "nudge", "staff"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the readiness board. `told_at` None: not asked yet (the leader comes first).

    `named`: the unit said whom it sends; always true for the others.
    """

    answer: str
    told_at: dt.datetime | None
    due_at: dt.datetime
    named: bool = True
    nudged: bool = False
    staff_told: bool = False

    @property
    def settled(self) -> bool:
        """Answered with yes, and nothing is missing from the answer."""
        return self.answer == "yes" and self.named


def push(line: Line, now: dt.datetime, nudge_hours: int) -> Push:
    """What is due: ask again once, half-way to the deadline at the latest; then tell the staff, once; "" for nothing.

    Units that say no are told to the staff at once. `nudge_hours` 0: nobody is asked again by itself, and the staff
    hear at the deadline.
    """
    if line.told_at is None or line.settled or line.staff_told:
        return ""
    if line.answer == "no":
        return "staff"
    wait = min(dt.timedelta(hours=nudge_hours), (line.due_at - line.told_at) / 2)
    if not line.nudged and wait > dt.timedelta() and line.told_at + wait <= now < line.due_at:
        return "nudge"
    staff_at = min(line.told_at + 2 * wait, line.due_at) if wait > dt.timedelta() else line.due_at
    return "staff" if now >= staff_at else ""


def lamp(lines: Iterable[Line], now: dt.datetime) -> Literal["good", "wait", "bad"]:
    """Green when everybody said yes; red for a no or a deadline that is past; else still waiting."""
    found = list(lines)
    if any(not line.settled and (line.answer == "no" or line.due_at <= now) for line in found):
        return "bad"
    return "good" if found and all(line.settled for line in found) else "wait"
