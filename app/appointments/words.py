"""States, steps, reasons and routes of visits in the words of the interface."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.appointments.models import Visit

STATE_NAMES = {
    "received": _l("Received, not yet confirmed"),
    "waiting": _l("On the waiting list"),
    "offered": _l("A place is offered"),
    "consent_asked": _l("Leader asked for consent"),
    "invited": _l("Invited"),
    "confirmed": _l("Confirmed"),
    "checked_in": _l("Checked in"),
    "called": _l("Called"),
    "in_meeting": _l("With the leader"),
    "closed": _l("Received by the leader"),
    "refused": _l("Not placed"),
    "solved": _l("Solved before the day"),
    "elsewhere": _l("Handed to another office"),
    "cancelled": _l("Cancelled"),
    "declined": _l("Declined"),
    "no_show": _l("Did not come"),
    "expired": _l("Place given back"),
}
# A request for which no session was chosen, or whose session fell out: no place is held.
RECEIVED_WITHOUT_PLACE = _l(
    "Your request has arrived. It has no day and no place yet: the office looks at it and tells you what it decides."
)
# Why a request has ended without anybody's decision; the words of "expired" are for a place that was held.
ENDINGS = {
    "waiting_ended": _l(
        "The waiting list has ended: no place became free before booking closed. "
        "Please choose another session, or come to the desk on the day."
    ),
    "not_decided": _l(
        "We are sorry: no day was found for your request in time, so it has ended. "
        "Please choose a session yourself, or telephone the office."
    ),
}
# What the state means for the resident, honestly: "received" promises nothing.
STATE_SENTENCES = {
    "received": _l(
        "Your request has arrived. It is not confirmed yet: please do not come before it says “Confirmed”. "
        "Your place is held while the office looks at it."
    ),
    "waiting": _l(
        "You are on the waiting list and have no place yet. "
        "If one becomes free it is offered to whoever has waited longest."
    ),
    "offered": _l("A place is held for you. Please say yes or no before the time below; then it goes on."),
    "consent_asked": _l("The office is preparing an appointment for you. Nothing is fixed yet."),
    "invited": _l("The office invites you to this session. Please say whether you will come."),
    "confirmed": _l("Your place is certain. Please bring the document you gave and papers about the matter."),
    "checked_in": _l("You have arrived. Please wait until your ticket number is called."),
    "called": _l("Your number has been called: please go to the room."),
    "in_meeting": _l("You are with the leader."),
    "closed": _l(
        "The leader has received you. The office follows the matter through and tells you the result."
    ),
    "refused": _l("Your request was not placed before a leader. The reason and what you can do are below."),
    "solved": _l(
        "The office reports that your matter was dealt with before the day. If that is not so, tell the office."
    ),
    "elsewhere": _l("Another office is the right one for your matter. Your request here is closed."),
    "cancelled": _l("This visit was cancelled. You may book again at any time."),
    "declined": _l("You declined the offer. You may book again at any time."),
    "no_show": _l(
        "You were expected and did not come. You may choose another session; nothing is held against you."
    ),
    "expired": _l("Nobody confirmed in time, so the place was given back. Please choose another session."),
}
STATE_TAGS = {
    "received": "tag-wait",
    "waiting": "tag-wait",
    "offered": "tag-wait",
    "consent_asked": "tag-wait",
    "invited": "tag-wait",
    "confirmed": "tag-good",
    "checked_in": "tag-good",
    "called": "tag-good",
    "in_meeting": "tag-good",
}
STEP_NAMES = {
    "received": _l("request received"),
    "confirmed": _l("place confirmed"),
    "waiting": _l("put on the waiting list"),
    "seat_offered": _l("place offered"),
    "moved": _l("moved to another session"),
    "leader_changed": _l("leader changed"),
    "session_cancelled": _l("session cancelled"),
    "refused": _l("not placed, with a reason"),
    "solved": _l("solved before the day"),
    "offered_elsewhere": _l("handed to another office"),
    "cancelled": _l("cancelled"),
    "declined": _l("declined"),
    "expired": _l("place given back, nobody answered"),
    "waiting_ended": _l("waiting list ended"),
    "not_decided": _l("ended, nobody decided"),
    "no_show": _l("did not come"),
    "reopened": _l("decision taken back"),
    "consent_asked": _l("leader asked for consent"),
    "consent_given": _l("leader consents"),
    "consent_refused": _l("leader does not consent"),
    "invited": _l("resident invited"),
    "checked_in": _l("checked in"),
    "called": _l("called"),
    "running_late": _l("said to be late"),
    "received_by_leader": _l("received by the leader"),
    "closed": _l("reception ended"),
    "record_corrected": _l("reception record corrected"),
    "registered": _l("registered at the desk"),
    "purged": _l("personal data removed"),
}
REASON_NAMES = {
    "in_process": _l("Already in process"),
    "before_court": _l("Before a court, an arbitration or an administrative review"),
    "finally_reviewed": _l("Finally reviewed"),
    "outside_area": _l("Outside this area"),
    "outside_portfolio": _l("Outside the leader's portfolio"),
    "recently_received": _l("This leader received it recently"),
    "duplicate": _l("The same request is already here"),
    "not_clear": _l("The request could not be understood"),
}
REASON_SENTENCES = {
    "in_process": _l("A unit is already dealing with your matter and its time limit has not run out."),
    "before_court": _l("Your matter is before a court, an arbitration or an administrative review."),
    "finally_reviewed": _l(
        "Your matter has been decided, reviewed and reviewed again; that decision is final."
    ),
    "outside_area": _l("Your matter belongs to another area, where this office has no say."),
    "outside_portfolio": _l("The leader you chose does not answer for this kind of matter."),
    "recently_received": _l(
        "The leader has received you about this matter recently and it is being followed through."
    ),
    "duplicate": _l("You have sent the same request before; that one goes on."),
    "not_clear": _l("From what was written we could not see what the matter is."),
}
ROUTE_SENTENCES = {
    "handling_unit": _l("Ask the unit that handles it how far it is; this office tells you which one."),
    "court": _l(
        "Follow that procedure: its result binds, and the court or review body answers your questions."
    ),
    "no_further_route": _l("Papers that are new may be sent in writing; this office says where."),
    "other_area": _l(
        "Turn to the petition office where the matter happened; this office gives you its address."
    ),
    "right_leader": _l(
        "Book with the leader who answers for it: the booking page shows who that is and why."
    ),
    "first_request": _l("See your first request by its reference and code."),
    "ask_again": _l("Please telephone or come to the desk; staff will write it down with you."),
}
DOCUMENT_NAMES = {
    "id_card": _l("Identity card"),
    "passport": _l("Passport"),
    "residence_permit": _l("Foreign permanent resident card"),
    "hong_kong_macao": _l("Hong Kong and Macao travel permit"),
    "taiwan": _l("Taiwan travel permit"),
    "other": _l("Another document"),
}
PART_NAMES = {
    "representative": _l("Representative"),
    "companion": _l("Companion"),
    "agent": _l("Agent with written authority"),
    "guardian": _l("Guardian"),
    "interpreter": _l("Interpreter (sign language too)"),
}
MODE_NAMES = {"in_person": _l("In person"), "video": _l("By video"), "telephone": _l("By telephone")}
CHANNEL_NAMES = {"web": _l("Web"), "window": _l("Desk"), "phone": _l("By phone")}
KIND_NAMES = {"booked": _l("Booked"), "invited": _l("Invited"), "walk_in": _l("Walk-in")}
GROUP_NAMES = {
    "to_decide": _l("To decide"),
    "waiting": _l("Waiting for an answer or a place"),
    "confirmed": _l("Confirmed"),
    "open": _l("All open"),
    "ended": _l("Ended"),
    "all": _l("All"),
}
SAME_NAMES = {"document": _l("same document"), "phone": _l("same phone"), "text": _l("similar text")}
POLICY_GROUPS = (
    (_l("Booking"), ("public_booking", "confirm", "days_ahead", "challenge", "tries_per_hour")),
    (_l("Cut-off"), ("cutoff_days", "cutoff_working_days", "cutoff_time")),
    (
        _l("Places"),
        (
            "places",
            "walk_in_places",
            "waiting_list",
            "waiting_most",
            "pending_hours",
            "offer_hours",
            "undecided_days",
        ),
    ),
    (_l("Quotas"), ("open_per_person", "per_person_and_day")),
    (_l("Invited visits"), ("nudge_hours",)),
    (_l("When the roster changes"), ("leader_changes", "session_moves", "session_cancelled")),
    (
        _l("Screening and deletion"),
        ("similar_percent", "months_unplaced", "months_received", "months_attachments"),
    ),
)
POLICY_LABELS = {
    "public_booking": _l("Residents may book on the web"),
    "days_ahead": _l("Sessions offered so many days ahead"),
    "cutoff_days": _l("Booking closes so many days before (0: the same day)"),
    "cutoff_working_days": _l("Count working days"),
    "cutoff_time": _l("At this time"),
    "places": _l("Appointments of a session"),
    "walk_in_places": _l("Beside them, for people who walk in"),
    "confirm": _l("A request is confirmed"),
    "pending_hours": _l("Hours a request holds its place while staff look at it"),
    "offer_hours": _l("Hours an offered place waits for the resident"),
    "undecided_days": _l("Days until a request without a day ends, when nobody decides it"),
    "waiting_list": _l("Full sessions have a waiting list"),
    "waiting_most": _l("At most so many on it"),
    "open_per_person": _l("Open requests of one person"),
    "per_person_and_day": _l("Sessions of one day for one person"),
    "tries_per_hour": _l("Requests an hour from one network address"),
    "challenge": _l("Ask a small question against programs"),
    "similar_percent": _l("Show another visit as similar from this likeness of the text on (percent)"),
    "nudge_hours": _l("Hours until whoever has not answered is asked again, once (0: only staff ask)"),
    "leader_changes": _l("Another leader receives"),
    "session_moves": _l("The session moves to another day or time"),
    "session_cancelled": _l("The session is cancelled or suspended"),
    "months_unplaced": _l("Months until the data of a request without a visit is deleted"),
    "months_received": _l("Months until the data of a visit is deleted"),
    "months_attachments": _l("Months until files are deleted"),
}
POLICY_CHOICES = {
    "staff": _l("by staff, after a look"),
    "at_once": _l("at once, while places last"),
    "keep": _l("keep the visit and tell the resident"),
    "ask": _l("ask the resident again"),
    "move": _l("move to the next session that fits"),
}
_CALLED_OFF_ASK = _l("give it back to the staff, who find another session")


def choice_name(setting: str, value: str) -> LazyString:
    """A choice of a setting in words: of a session that is off nobody can be asked whether it may stay."""
    return _CALLED_OFF_ASK if (setting, value) == ("session_cancelled", "ask") else POLICY_CHOICES[value]


READINESS_NAMES = {"leader": _l("Leader's consent"), "resident": _l("Resident"), "material": _l("Papers")}
ANSWER_NAMES = {"open": _l("no answer yet"), "yes": _l("yes"), "no": _l("no")}


def sentence_of(visit: Visit) -> str:
    """Where the visit stands, for the resident."""
    if visit.session_key is None and visit.state in ("received", "waiting"):
        return str(RECEIVED_WITHOUT_PLACE)
    last = visit.steps[-1].what if visit.state == "expired" and visit.steps else ""
    return str(ENDINGS.get(last, STATE_SENTENCES[visit.state]))
