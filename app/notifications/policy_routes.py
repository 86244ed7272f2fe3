"""Which reminders an office wants, what that means for the coming days, and the way back."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.accounts.words import ROLE_NAMES
from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.notifications import delivery_queries, policies, words
from app.notifications.models import Notice
from app.notifications.notice_blueprint import PAGES, attempt, blueprint, sections
from app.notifications.policy import AFTER, ALWAYS_WORKING, LEAD_NAMES, STAFF_ROLES, Policy
from app.notifications.policy_form import read_policy
from app.notifications.reminders import Reminder
from app.notifications.reminding import upcoming
from app.web.flashes import flash_with_undo

DAYS = 14
SHOWN = 60  # of one day


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the preview: what goes out, and whether people work."""

    day: dt.date
    working: bool
    reminders: list[Reminder]


@blueprint.get(PAGES + "/reminders")
@requires("notices.view")
def reminders(office: Office) -> str:
    """The policy that holds, and the coming two weeks under it."""
    return _page(office, policies.policy_of(office), {}, {})


@blueprint.post(PAGES + "/reminders")
@requires("notices.edit")
def set_reminders(office: Office) -> Any:
    """Save, or only show what it would mean."""
    policy, errors = read_policy(request.form, request.form.getlist("staff_roles"))
    if errors or "preview" in request.form:
        page = _page(office, policy, errors, request.form, unsaved=not errors)
        return (page, 422) if errors else page
    if attempt(lambda: policies.set_policy(office, policy)):
        flash_with_undo(_("Saved."), url_for("notices.undo_reminders", office_code=office.code))
    return _back(office)


@blueprint.post(PAGES + "/reminders/undo")
@requires("notices.edit")
def undo_reminders(office: Office) -> Response:
    """Back to what held before."""
    if attempt(lambda: policies.undo(office)):
        flash(_("The last change was taken back."), "success")
    return _back(office)


@blueprint.post(PAGES + "/reminders/reset")
@requires("notices.edit")
def reset_reminders(office: Office) -> Response:
    """Follow the office above, or the usual settings."""
    if attempt(lambda: policies.set_policy(office, None)):
        flash_with_undo(
            _("The usual reminders hold."), url_for("notices.undo_reminders", office_code=office.code)
        )
    return _back(office)


def _page(office: Office, policy: Policy, errors: dict[str, Text], typed: Any, unsaved: bool = False) -> str:
    settings = policies.settings_of(office)
    days = _preview(office, policy)
    every = [reminder for day in days for reminder in day.reminders]
    return render_template(
        "notifications/reminders.html",
        office=office,
        tabs=sections(office, "notices.reminders"),
        policy=policy,
        own=settings.set_by == office.id,
        above=db.session.get(Office, settings.set_by) if settings.set_by not in (None, office.id) else None,
        errors=errors,
        typed=typed,
        unsaved=unsaved,
        lead_names=LEAD_NAMES,
        after=AFTER,
        always_working=ALWAYS_WORKING,
        roles=[(role, ROLE_NAMES[role]) for role in STAFF_ROLES],
        days=days,
        most=max((len(day.reminders) for day in days), default=0),
        total=len(every),
        by_kind=Counter(reminder.kind for reminder in every).most_common(),
        names=delivery_queries.recipient_names(_as_notice(reminder) for reminder in every),
        shown=SHOWN,
        words=words,
        local_time=lambda at: f"{at.astimezone(ZoneInfo(office.timezone)):%H:%M}",
        words_of=lambda reminder: words.cause_of(_as_notice(reminder), office).words,
    )


def _preview(office: Office, policy: Policy) -> list[Day]:
    zone = ZoneInfo(office.timezone)
    found, calendar = upcoming(office, DAYS, policy)
    first = clock.today(office.timezone)
    days = [first + dt.timedelta(days=number) for number in range(DAYS + 1)]
    return [
        Day(
            day,
            calendar.is_working(day),
            [reminder for reminder in found if reminder.at.astimezone(zone).date() == day],
        )
        for day in days
    ]


def _as_notice(reminder: Reminder) -> Notice:
    """A reminder as the notice it will be (not in the database), to say it in the same words."""
    kind, recipient_id = reminder.recipient
    return Notice(
        kind=reminder.kind,
        subject=reminder.subject,
        recipient_kind=kind,
        recipient_id=recipient_id,
        lead=reminder.lead,
        revision=0,
    )


def _back(office: Office) -> Response:
    return redirect(url_for("notices.reminders", office_code=office.code))
