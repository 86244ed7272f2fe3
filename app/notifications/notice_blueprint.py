"""The blueprint of the notice pages, and what its views share."""

from collections.abc import Callable

from flask import Blueprint, flash, url_for
from flask_babel import gettext as _

from app.accounts.access import allowed
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.web.language import in_language

PAGES = "/offices/<office_code>/notices"  # every page stands under it; no prefix, which the static files would share

blueprint = Blueprint(
    "notices",
    "app.notifications",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/notices",
)


def attempt(change: Callable[[], object]) -> bool:
    """Make the change in a transaction; a named failure is told to the person, and the answer is False."""
    try:
        with transaction():
            change()
    except RotaError as error:
        flash(in_language(error.text), "error")
        return False
    return True


def sections(office: Office, current: str) -> list[tuple[str, str, bool]]:
    """The pages about notices, for the tabs: label, address, whether it is the current one."""
    pages = (
        (_("Outbox"), "notices.index"),
        (_("Reminders"), "notices.reminders"),
        (_("Wording"), "notices.wordings"),
        (_("People"), "notices.people_list"),
        *([(_("Channels"), "notices.channels")] if allowed("notices.edit", office) else []),
    )
    return [
        (label, url_for(endpoint, office_code=office.code), endpoint == current) for label, endpoint in pages
    ]
