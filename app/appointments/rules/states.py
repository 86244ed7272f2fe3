"""The states of a visit, and which step leads from where to where."""

from collections.abc import Mapping
from dataclasses import dataclass

CHANNELS = ("web", "window", "phone")
KINDS = ("booked", "invited", "walk_in")
# Waiting for somebody: staff (received), a free place (waiting), the resident (offered, invited), the leader (asked).
OPEN = ("received", "waiting", "offered", "consent_asked", "invited", "confirmed")
HERE = ("checked_in", "called")  # in the building, not yet with the leader
ON_THE_DAY = (*HERE, "in_meeting")
ENDED = ("closed", "refused", "solved", "elsewhere", "cancelled", "declined", "no_show", "expired")
UNFINISHED = ("confirmed", *ON_THE_DAY)  # with a day behind them: nobody said how it ended
STATES = (*OPEN, *ON_THE_DAY, *ENDED)
PLACED = ("received", "offered", "consent_asked", "invited", "confirmed", *ON_THE_DAY)  # may hold a seat
PENDING = ("received", "offered", "consent_asked", "invited")
# Before the reception staff may still refuse, solve, move or hand on a visit.
DECIDABLE = ("received", "waiting", "offered", "consent_asked", "invited", "confirmed", "expired")
# What staff may take back when they clicked the wrong thing, or the resident thinks better of it.
REOPENABLE = ("refused", "solved", "elsewhere", "cancelled", "declined")
INVITABLE = ("received", "waiting", "expired")
INVITED_AT_ONCE = 3  # staff pick one to three matters for a session (约访)
# What a resident may still change by the code.
RESIDENT_MAY_CHANGE = ("received", "waiting", "offered", "invited", "confirmed", "expired", "no_show")
PARTS = ("representative", "companion", "agent", "guardian", "interpreter")
MODES = ("in_person", "video", "telephone")
READINESS = ("leader", "department", "resident", "material")
REPRESENTATIVES_MOST = 5  # 信访工作条例: a group sends at most five
WALK_IN_FROM = 1001  # seats of people who walk in are numbered from here


@dataclass(frozen=True, slots=True)
class Step:
    """A step may be taken in the states `before` and leads to `after` (None: the state stays)."""

    before: tuple[str, ...]
    after: str | None


STEPS: Mapping[str, Step] = {
    "confirmed": Step(("received", "offered", "invited", "waiting", "expired"), "confirmed"),
    "waiting": Step(("received", "waiting", "offered", "expired", "consent_asked"), "waiting"),
    "seat_offered": Step(("waiting", "received", "expired", "confirmed", "offered"), "offered"),
    "moved": Step((*OPEN, "expired", "no_show"), None),
    "leader_changed": Step((*OPEN, *ON_THE_DAY), None),
    "session_cancelled": Step((*OPEN, *HERE), "waiting"),
    "refused": Step(DECIDABLE, "refused"),
    "solved": Step(DECIDABLE, "solved"),
    "offered_elsewhere": Step(DECIDABLE, "elsewhere"),
    "cancelled": Step((*OPEN, "expired"), "cancelled"),
    "declined": Step(("offered", "invited"), "declined"),
    "expired": Step(("received", "offered", "invited", "consent_asked"), "expired"),
    "waiting_ended": Step(("waiting",), "expired"),
    "not_decided": Step(("received", "waiting"), "expired"),
    "no_show": Step(("confirmed", "checked_in", "called"), "no_show"),
    "consent_asked": Step(
        ("received", "waiting", "expired", "consent_asked", "invited", "offered", "confirmed"),
        "consent_asked",
    ),
    "consent_given": Step(("consent_asked",), "invited"),
    "consent_refused": Step(("consent_asked",), "waiting"),
    "invited": Step(("received", "waiting", "consent_asked", "invited"), "invited"),
    "checked_in": Step(("confirmed", "received", "no_show", "offered", "invited"), "checked_in"),
    "called": Step(("checked_in", "called"), "called"),
    "running_late": Step(("confirmed",), None),
    "received_by_leader": Step(("checked_in", "called"), "in_meeting"),
    "closed": Step(("in_meeting",), "closed"),
    "reopened": Step(REOPENABLE, "received"),
}

# Why a request is not placed before the leader, each with where it goes instead (domain rules of the petition work).
REASONS = (
    "in_process",
    "before_court",
    "finally_reviewed",
    "outside_area",
    "outside_portfolio",
    "recently_received",
    "duplicate",
    "not_clear",
)
ROUTES = {
    "in_process": "handling_unit",
    "before_court": "court",
    "finally_reviewed": "no_further_route",
    "outside_area": "other_area",
    "outside_portfolio": "right_leader",
    "recently_received": "handling_unit",
    "duplicate": "first_request",
    "not_clear": "ask_again",
}
