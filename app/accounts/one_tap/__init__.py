"""One-tap links: a message carries a link that lets one person do one thing, without a password.

    one_tap.register_holder("leader", phone_of)            # setup.install of the feature that knows the person
    one_tap.register_purpose("ask", Text(…), "own.answer") # setup.install of the feature that has the page
    one_tap.issue("ask", "ask:12", ("leader", 7), office_id, expires_at)   # -> https://…/t/<token>
    one_tap.revoke("ask", "ask:12")

    @blueprint.route("/answer", methods=["GET", "POST"])
    @one_tap.required("ask")
    def answer(link: OneTapLink) -> …:   # link.subject, link.holder_kind, link.holder_id

The page keeps `?link=<id>` in its address (forms without an `action` do), so that two links opened in one browser are
not mistaken for each other. The token itself is in no address but the first, in no log and not in the database.
"""

from app.accounts.one_tap.guard import required
from app.accounts.one_tap.models import OneTapLink
from app.accounts.one_tap.queries import live_links
from app.accounts.one_tap.registry import register_holder, register_purpose
from app.accounts.one_tap.service import TRIES, confirm_by_staff, issue, revoke, revoke_link

__all__ = [
    "TRIES",
    "OneTapLink",
    "confirm_by_staff",
    "issue",
    "live_links",
    "register_holder",
    "register_purpose",
    "required",
    "revoke",
    "revoke_link",
]
