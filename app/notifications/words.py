"""States, channels, attempts and causes of notices in the words of the interface."""

import datetime as dt
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.directory.models import Office
from app.notifications.kinds import find_kind
from app.notifications.models import Notice
from app.notifications.policy import LADDER, LEAD_NAMES
from app.web import filters
from app.web.language import in_language

STATES = {
    "queued": _l("Waiting"),
    "claimed": _l("Being made"),
    "sending": _l("Being sent"),
    "sent": _l("Sent"),
    "superseded": _l("Overtaken, not sent"),
    "failed": _l("Not delivered"),
    "unknown": _l("Unknown: look into it"),
}
STATE_TAGS = {"sent": "tag-good", "failed": "tag-bad", "unknown": "tag-bad", "queued": "tag-wait"}
OUTCOMES = {
    "started": _l("begun, no answer yet"),
    "sent": _l("taken over"),
    "temporary": _l("failed, tried again"),
    "permanent": _l("refused for good"),
    "unknown": _l("no answer: it may have arrived"),
}
CHANNELS = {
    "mail": _l("E-mail"),
    "sms": _l("Text message"),
    "wecom": _l("WeCom"),
    "dingtalk": _l("DingTalk"),
    "feishu": _l("Feishu"),
    "file": _l("Trial outbox"),
}
RECIPIENTS = {
    "leader": _l("Leader in office"),
    "contact": _l("Department contact"),
    "user": _l("Staff"),
    "visit": _l("Visitor"),
}
LEADS = {
    "week": "duty.week",
    "eve": "duty.eve",
    "morning": "duty.morning",
    "nudge": "unacknowledged.nudge",
    "pending": "ask.pending",
    "ending": "roster.ending",
    "last_call": "roster.last_call",
}
REASONS = {  # why a notice was held back or not sent, as the sender writes it
    "no longer true": _l("It was no longer true when it was to be sent."),
    "quiet hours": _l("Held back during quiet hours."),
    "by hand": _l("Taken back by staff."),
    "a newer change of the calendar": _l("A newer change of the calendar says more."),
    "settled: arrived": _l("Staff found out that it arrived."),
}

ERRORS = {  # how the code of a failure begins, in a sentence that says what to do
    "certificate refused": _l(
        "The mail server's certificate is not trusted. Enter the name the certificate is made out to, or have the "
        "operator add your own authority (SSL_CERT_FILE)."
    ),
    "not offered by the server": _l(
        "The mail server does not offer this kind of encryption or sign-in. Choose another kind of encryption."
    ),
    "user name or password refused": _l("The mail server refused the user name or the password."),
    "not connected": _l("Nobody answered at this address. Check host, port and firewall."),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a notice exists, and the page that shows it ("" for none)."""

    words: str
    href: str = ""


def kind_label(name: str) -> str:
    """What a kind of notice is called; its name when this program does not know it."""
    kind = find_kind(name)
    return in_language(kind.label) if kind else name


def reason_words(notice: Notice) -> str:
    """Why it was held back or not sent."""
    if notice.reason.startswith("revision "):
        return str(_("Revision %(number)s says more.", number=notice.reason.removeprefix("revision ")))
    return str(REASONS.get(notice.reason, notice.reason))


def error_words(error: str) -> str:
    """What went wrong, as a sentence with the code behind it; the code alone where there is no sentence."""
    sentence = next((words for start, words in ERRORS.items() if start in error), None)
    return f"{sentence} ({error})" if sentence else error


def _day(rest: str) -> str:
    """The day at the end of a subject, as people write it."""
    return filters.day(dt.date.fromisoformat(rest.rpartition(":")[2]))


def lead_words(notice: Notice) -> str:
    """Which reminder it is, in words; "" for a notice that an event caused."""
    if notice.lead == "catch-up":
        return str(_("catch-up after an interruption"))
    if notice.lead in LEADS:
        return in_language(LEAD_NAMES[LEADS[notice.lead]])
    name = f"matter.{notice.lead.partition(':')[0]}"
    return in_language(LEAD_NAMES[name]) if name in LADDER else ""


def cause_of(notice: Notice, office: Office) -> Cause:
    """Why it exists: the revision, the request, the visit, or the reminder and its day."""
    thing, _colon, rest = notice.subject.partition(":")
    if thing == "roster":
        words = _("Revision %(number)s", number=notice.revision)
        return Cause(words, url_for("publication.revision", office_code=office.code, number=notice.revision))
    if thing in ("day", "on"):
        return Cause(f"{lead_words(notice) or _('Reminder')} · {_day(rest)}")
    if thing == "ask":
        return Cause(_("Question %(number)s to a substitute", number=rest))
    if thing == "request":
        return Cause(_("Substitution %(number)s", number=rest))
    if thing == "visit":
        return Cause(_("Visit"))
    if thing == "part":
        return Cause(lead_words(notice) or _("Written reply"))
    if thing == "until":
        return Cause(_("The roster ends on %(day)s", day=_day(rest)))
    if thing == "session":
        return Cause(_("Revision %(number)s", number=notice.revision))
    if thing == "calendar":
        return Cause(_("Change of the calendar"))
    if thing == "year":
        return Cause(_("Holiday notice of %(year)s", year=rest.rpartition(":")[2]))
    return Cause(notice.subject)
