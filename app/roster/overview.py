"""Cards of an office's start page: who receives today, open drafts, how far ahead is published."""

from collections.abc import Callable

from flask import render_template
from markupsafe import Markup

from app.accounts.access import allowed
from app.core import clock
from app.directory.models import Office
from app.roster import queries


def today_card(office: Office) -> Markup | None:
    """Who receives today, and until when the roster is published; the next step when nothing is."""
    if not allowed("roster.view", office):
        return None
    today = clock.today(office.timezone)
    duties = [duty for duty in queries.current_duties(office.id, today, today) if duty.status != "cancelled"]
    values = {
        "office": office,
        "today": today,
        "duties": duties,
        "published": queries.published_range(office.id),
    }
    return Markup(render_template("roster/card_today.html", **values))  # noqa: S704 (rendered with escaping)


def drafts_card(office: Office) -> Markup | None:
    """Drafts that wait for somebody."""
    if not allowed("roster.draft", office):
        return None
    drafts = queries.list_drafts(office.id)[:5]
    rendered = render_template("roster/card_drafts.html", office=office, drafts=drafts)
    return Markup(rendered)  # noqa: S704 (rendered with escaping)


CARDS: tuple[Callable[[Office], Markup | None], ...] = (today_card, drafts_card)
