"""Roles and permissions in the words of the interface."""

from flask_babel import lazy_gettext as _l

ROLE_NAMES = {
    "administrator": _l("Administrator"),
    "scheduler": _l("Scheduler"),
    "reception": _l("Reception staff"),
    "auditor": _l("Auditor"),
    "leader": _l("Leader in office"),
}
ROLE_SENTENCES = {
    "administrator": _l("Does everything below, manages people and their roles, and reads the audit trail."),
    "scheduler": _l("Keeps leaders, calendar and rules, makes rosters and publishes them."),
    "reception": _l("Sees leaders, calendar, rules and rosters, changes nothing."),
    "auditor": _l("Sees everything of the office and the audit trail, changes nothing."),
    "leader": _l("Sees the own duties and the own calendar links."),
}
PERMISSION_NAMES = {
    "office.view": _l("See the office"),
    "directory.view": _l("See leaders, rooms and departments"),
    "directory.edit": _l("Change leaders, rooms and departments"),
    "calendar.view": _l("See the working calendar"),
    "calendar.edit": _l("Change the working calendar"),
    "rules.view": _l("See the rules"),
    "rules.edit": _l("Change the rules"),
    "roster.view": _l("See drafts and revisions"),
    "roster.draft": _l("Make drafts"),
    "roster.publish": _l("Publish rosters"),
    "substitutions.view": _l("See requests for substitutes"),
    "substitutions.arrange": _l("Arrange substitutes"),
    "notices.view": _l("See notices and whether they arrived"),
    "notices.edit": _l("Set up reminders and the wording of notices, send again"),
    "visits.view": _l("See visits, with names and numbers masked"),
    "visits.edit": _l("Screen, place and receive visits"),
    "visits.reveal": _l("Reveal names, phones and document numbers of visitors"),
    "visits.settings": _l("Set how visits are booked"),
    "followup.view": _l("See follow-through and bulletins"),
    "followup.edit": _l("Follow matters through to the written reply"),
    "tokens.manage": _l("Give out and revoke keys for other systems"),
    "links.manage": _l("Give out and revoke calendar links"),
    "screens.view": _l("See the lobby screens"),
    "screens.edit": _l("Set up the lobby screens"),
    "accounts.manage": _l("Manage people and roles"),
    "audit.view": _l("Read the audit trail"),
    "own.view": _l("See the own duties"),
}
# An action is named "thing.verb"; the trail shows both in words, and what is not here as it was recorded.
THINGS = {
    "account": _l("Account"),
    "calendar": _l("Working calendar"),
    "contact": _l("Contact"),
    "department": _l("Department"),
    "draft": _l("Draft"),
    "leader": _l("Leader in office"),
    "leaders": _l("Leaders"),
    "leave": _l("Leave"),
    "link": _l("Calendar link"),
    "office": _l("Office"),
    "one_tap": _l("One-tap link"),
    "role": _l("Role"),
    "room": _l("Reception room"),
    "roster": _l("Roster"),
    "rule": _l("Roster rule"),
    "screen": _l("Lobby screen"),
    "screen-group": _l("Group of screens"),
    "screen-notice": _l("Text on the screens"),
}
VERBS = {
    "add": _l("added"),
    "add_period": _l("period added"),
    "change-password": _l("password changed"),
    "close": _l("closed"),
    "confirm": _l("confirmed"),
    "deactivate": _l("deactivated"),
    "discard": _l("discarded"),
    "edit": _l("changed"),
    "end": _l("ended"),
    "end_period": _l("period ended"),
    "grant": _l("given"),
    "import": _l("imported"),
    "import_notice": _l("notice imported"),
    "issue": _l("given out"),
    "lock": _l("locked"),
    "make": _l("made"),
    "publish": _l("published"),
    "reactivate": _l("reactivated"),
    "reopen": _l("reopened"),
    "reset-password": _l("one-time password given out"),
    "restore": _l("restored"),
    "revoke": _l("revoked"),
    "second-step": _l("second step changed"),
    "set_day": _l("day set"),
    "enrol": _l("enrolled"),
    "late": _l("delay told"),
    "move": _l("moved"),
    "reload": _l("reloaded"),
    "save": _l("saved"),
    "undo": _l("undone"),
    "write": _l("written"),
    "change": _l("changed"),
    "use": _l("used"),
    "withdraw": _l("withdrawn"),
    "withdraw_day": _l("day withdrawn"),
    "withdraw_period": _l("period withdrawn"),
    "wrong_digits": _l("wrong digits"),
}
FIELD_NAMES = {
    "active": _l("Active"),
    "closed_on": _l("Closed on"),
    "document_number": _l("Document number"),
    "e-mail": _l("E-mail"),
    "first_day": _l("First day"),
    "last_day": _l("Last day"),
    "leader": _l("Leader in office"),
    "name": _l("Name or title"),
    "note": _l("Note"),
    "on": _l("Second step"),
    "person": _l("Full name"),
    "place": _l("Place"),
    "position": _l("Order"),
    "post": _l("Post"),
    "posts": _l("Post"),
    "project": _l("Project"),
    "reason": _l("Reason"),
    "role": _l("Role"),
    "sector": _l("Sector"),
    "sectors": _l("Sector"),
    "township": _l("Linked township"),
    "townships": _l("Linked township"),
    "username": _l("User name"),
}


def field_words(path: str) -> str:
    """A field of a change for people: "person" as "Full name"; what is not known here stays as it was recorded."""
    return ".".join(str(FIELD_NAMES.get(part, part)) for part in path.split("."))


def action_words(action: str) -> str:
    """An action for people: "leader.edit" as "Leader in office · changed"."""
    thing, _, verb = action.partition(".")
    parts = [str(THINGS.get(thing, thing)), str(VERBS.get(verb, verb))]
    return " · ".join(part for part in parts if part)
