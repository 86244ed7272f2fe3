"""Roles and permissions in the words of the interface."""

from flask_babel import lazy_gettext as _l

ROLE_NAMES = {
    "administrator": _l("Administrator"),
    "scheduler": _l("Scheduler"),
    "reception": _l("Reception staff"),
    "auditor": _l("Auditor"),
    "leader": _l("Leader"),
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
    "links.manage": _l("Give out and revoke calendar links"),
    "screens.view": _l("See the lobby screens"),
    "screens.edit": _l("Set up the lobby screens"),
    "accounts.manage": _l("Manage people and roles"),
    "audit.view": _l("Read the audit trail"),
    "own.view": _l("See the own duties"),
}
ACTION_NAMES = {
    "account.add": _l("Account added"),
    "account.edit": _l("Account changed"),
    "account.deactivate": _l("Account deactivated"),
    "account.reactivate": _l("Account reactivated"),
    "account.reset-password": _l("One-time password given out"),
    "account.change-password": _l("Password changed"),
    "account.second-step": _l("Second sign-in step changed"),
    "role.grant": _l("Role given"),
    "role.revoke": _l("Role revoked"),
}
