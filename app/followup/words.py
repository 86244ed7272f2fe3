"""The words of follow-through in the interface."""

from flask_babel import lazy_gettext as _l

DISPOSITIONS = {
    "answered": _l("Answered on the spot"),
    "taken_back": _l("Taken back to study"),
    "raised": _l("Raised to committee and government"),
}
URGENCIES = {"normal": _l("Normal"), "urgent": _l("Urgent"), "simple": _l("Simple")}
STATES = {
    "signing": _l("Waiting for signatures"),
    "open": _l("In hand"),
    "replied": _l("Reply in, to be checked"),
    "closed": _l("Closed"),
    "withdrawn": _l("Ended without a decision"),
}
UNIT_STATES = {
    "told": _l("Told"),
    "accepted": _l("Accepted"),
    "not_ours": _l("Not ours"),
    "replied": _l("Replied"),
    "relieved": _l("Taken away"),
}
RATINGS = {
    "satisfied": _l("Satisfied"),
    "mostly": _l("Mostly satisfied"),
    "dissatisfied": _l("Not satisfied"),
}
LETTERS = {"supervise": _l("Supervision letter"), "remind": _l("Reminder letter")}
ENTRIES = {
    "opened": _l("Matter opened"),
    "signed": _l("Signed"),
    "handed_over": _l("Handed to a unit"),
    "accepted": _l("Accepted"),
    "not_ours": _l("Unit says: not ours"),
    "progress": _l("Progress"),
    "replied": _l("Written reply"),
    "relieved": _l("Taken away from the unit"),
    "extended": _l("Limit extended"),
    "leader_day": _l("Deadline set by the leader"),
    "leader_day_lifted": _l("The leader's date was lifted"),
    "urged": _l("The leader urges"),
    "paused": _l("Clock paused"),
    "resumed": _l("Clock runs again"),
    "closed": _l("Closed"),
    "reopened": _l("Opened again"),
    "withdrawn": _l("Ended without a decision"),
    "called_back": _l("Called back"),
    "rated": _l("Rated"),
    "letter": _l("Letter issued"),
    "file": _l("File added"),
    "revealed": _l("Personal data shown"),
    "corrected": _l("Entry corrected"),
}
FIELDS = {
    "received_on": _l("Received on"),
    "subject": _l("Subject, without names"),
    "sector": _l("Field of work"),
    "township": _l("Township"),
    "account": _l("What it is about"),
    "instruction": _l("The leader's instruction"),
    "urgency": _l("Urgency"),
    "duty_leader_id": _l("Leader who received"),
    "case_leader_id": _l("Leader who keeps the matter"),
}
FIGURES = {
    "sessions_due": _l("Sessions due"),
    "sessions_held": _l("Sessions held"),
    "leaders": _l("Leaders who received"),
    "groups": _l("Groups received"),
    "people": _l("People received"),
    "walk_in": _l("Walk-in"),
    "booked": _l("Booked"),
    "invited": _l("Invited"),
    "no_show": _l("Did not come"),
    "solved": _l("Solved before the day"),
    "refused": _l("Not placed, with reason"),
    "elsewhere": _l("Shown the right office"),
    "opened": _l("Matters opened"),
    "answered": _l("Answered on the spot"),
    "taken_back": _l("Taken back to study"),
    "raised": _l("Raised to committee and government"),
    "acceptance_due": _l("Acceptance due"),
    "accepted_in_time": _l("Accepted in time"),
    "due": _l("Decision due"),
    "closed_in_time": _l("Closed in time"),
    "closed": _l("Matters closed"),
    "ratable": _l("Ratable"),
    "rated": _l("Rated"),
    "satisfied": _l("Satisfied"),
    "supervise": _l("Supervision letters"),
    "remind": _l("Reminder letters"),
}
RATES = {
    "accepted": _l("Accepted in time (rate)"),
    "in_time": _l("Closed in time (rate)"),
    "rating": _l("Rated (rate)"),
    "satisfaction": _l("Satisfied (rate)"),
}
