"""Put the kinds of notices, what causes them and the reminders into the application."""

from app.core import background
from app.notifications import kept, policy_models, recipients, rendering, texts
from app.notifications.reasons import (
    calendar_changes,
    duty,
    duty_events,
    ladder,
    matters,
    staff,
    substitution,
    substitution_texts,
    visit_texts,
    visits,
)
from app.notifications.reminding import EVERY_SECONDS, queue_due_reminders

TABLES = (policy_models.NoticePolicy, policy_models.NoticeText, policy_models.ReminderMark)


def install() -> None:
    """Register kinds, listeners, the resident as a recipient, and the scheduler's job."""
    for module in (duty, substitution_texts, staff, calendar_changes, visit_texts, matters):
        module.register()
    for listeners in (duty_events, substitution, visits, matters, ladder, calendar_changes):
        listeners.install()
    rendering.use_wording(texts.find_own)
    recipients.register("visit", visits.find_visitor)
    background.repeat("reminders.queue", EVERY_SECONDS, queue_due_reminders)
    background.repeat("notices.purge_messages", kept.PURGE_SECONDS, kept.purge_old)
