"""What happened to visits; emitted in the transaction that made it happen."""

from dataclasses import dataclass, field
from typing import Any, Literal

What = Literal[
    "received",  # the request is in; nothing is promised yet
    "confirmed",  # the place is the resident's
    "waiting",  # on the waiting list of its session
    "seat_offered",  # a place became free, or staff offer another session; the resident answers
    "moved",  # to another session of the same or another leader, by staff or resident
    "leader_changed",  # the session stays, another leader receives
    "session_cancelled",  # the session is off: the visit is kept open for another
    "refused",  # with a reason and a route
    "solved",  # solved before the day
    "offered_elsewhere",  # another office or level is right for it
    "cancelled",  # by the resident, or by staff on request
    "declined",  # the resident said no to an offer or invitation
    "expired",  # nobody answered in time; the place is free again
    "waiting_ended",  # booking for the session closed, no place became free
    "not_decided",  # without a day for as long as the office's policy says
    "no_show",
    "reopened",  # staff take a decision back: the request waits for one again
    "consent_asked",  # of the leader, for an invited visit
    "consent_given",
    "consent_refused",
    "invited",  # the resident is asked to come
    "checked_in",
    "called",
    "running_late",
    "received_by_leader",
    "closed",  # the reception is over; follow-through begins
    "record_corrected",  # the text of a final reception record was replaced, with a reason
    "registered",  # somebody walked in
    "purged",  # personal data removed
]


@dataclass(frozen=True, slots=True)
class VisitChanged:
    """Something happened to a visit. A visit moved by the roster is told of once, with the right `what`."""

    visit_id: int
    office_id: int
    what: What


@dataclass(frozen=True, slots=True)
class AnswerWanted:
    """Leader or resident (`who`) of an invited visit has not answered and is asked again, once."""

    visit_id: int
    office_id: int
    who: str


@dataclass(frozen=True, slots=True)
class StaffWanted:
    """A line of the readiness board is still open after asking again, or a unit said no: staff must act."""

    visit_id: int
    office_id: int
    item_id: int


@dataclass(frozen=True, slots=True)
class UnitTold:
    """A department is asked to attend an invited visit (or, `nudge`, asked again)."""

    visit_id: int
    office_id: int
    department_id: int
    nudge: bool = False


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """A resident asks what is kept about them: listeners add what they keep of the visit to `more`."""

    visit_id: int
    more: dict[str, Any] = field(default_factory=dict)
