"""What may happen to a matter, and when it counts as in time. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

DISPOSITIONS = ("answered", "taken_back", "raised")
URGENCIES = ("urgent", "simple", "normal")
STATES = ("signing", "open", "replied", "closed", "withdrawn")
UNIT_STATES = ("told", "accepted", "not_ours", "replied", "relieved")
RATINGS = ("satisfied", "mostly", "dissatisfied")
LETTERS = ("supervise", "remind")
OWING = ("told", "accepted")  # states of a unit's part that still owe a written reply

# From each state of a matter, where it may go. A closed matter opens again when the call-back says it is not done.
NEXT: Mapping[str, frozenset[str]] = {
    "signing": frozenset({"open", "withdrawn"}),
    "open": frozenset({"replied", "closed", "withdrawn"}),
    "replied": frozenset({"open", "closed", "withdrawn"}),
    "closed": frozenset({"open"}),
    "withdrawn": frozenset(),
}
NEXT_OF_UNIT: Mapping[str, frozenset[str]] = {
    "told": frozenset({"accepted", "not_ours", "replied", "relieved"}),
    "accepted": frozenset({"replied", "relieved"}),
    "not_ours": frozenset({"told"}),  # the office does not agree, or it was written down by mistake
    "replied": frozenset({"accepted"}),  # sent back: the reply does not answer the matter
    "relieved": frozenset({"told"}),
}


def may_move(before: str, after: str) -> bool:
    """Whether a matter may go from one state to another."""
    return after in NEXT[before]


def unit_may_move(before: str, after: str) -> bool:
    """Whether a unit's part may go from one state to another."""
    return after in NEXT_OF_UNIT[before]


def may_be_urged(part_state: str, matter_state: str, due: dt.date, today: dt.date) -> bool:
    """Whether a unit's written reply is overdue, so that a leader may urge it."""
    return part_state in OWING and matter_state == "open" and due < today


def first_state(disposition: str, sign_offs: int) -> str:
    """Answered on the spot is closed at once; the rest waits for its signatures, or is open where none are wanted."""
    if disposition == "answered":
        return "closed"
    return "signing" if sign_offs else "open"


@dataclass(frozen=True, slots=True)
class Light:
    """How a date stands: `kind` is late, soon or fine; `days` until it (negative: since)."""

    kind: str
    days: int


def light(due: dt.date | None, done: dt.date | None, today: dt.date, soon: int = 7) -> Light | None:
    """The traffic light of a clock. None without a date, or when it was done in time."""
    if due is None or (done is not None and done <= due):
        return None
    days = (due - (done or today)).days
    if days < 0:
        return Light("late", days)
    return Light("soon" if days <= soon else "fine", days)


def rate(part: int, whole: int) -> float | None:
    """A share from 0 to 1; None when nothing was due, which is not the same as nothing done."""
    return part / whole if whole else None


def reply_light(
    part_state: str, matter_state: str, due: dt.date, replied: dt.date | None, today: dt.date
) -> Light | None:
    """How a unit's reply stands: days left or over while it is owed, and whether it came late."""
    owed = part_state in OWING and matter_state in ("open", "replied")
    return light(due, replied, today) if owed or replied else None
