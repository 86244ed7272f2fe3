"""Opening a link: the token leaves the address at once, digits are asked, then the page of its purpose opens."""

import structlog
from flask import Blueprint, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField

from app.accounts.one_tap import guard, queries, service
from app.accounts.one_tap.models import OneTapLink
from app.accounts.one_tap.registry import purpose_of
from app.core.database import transaction
from app.web.access import public

blueprint = Blueprint("one_tap", "app.accounts", template_folder="templates")
log = structlog.get_logger("one-tap")


class DigitsForm(FlaskForm):  # type: ignore[misc]
    """The last digits of the phone on file."""

    digits = StringField(render_kw={"inputmode": "numeric", "maxlength": 4, "autocomplete": "off"})


@blueprint.get("/t/<token>")
@public
def enter(token: str) -> Response:
    """Change nothing, remember the link in this browser, and go on without the token in the address."""
    link = queries.find_by_token(token)
    if link is None:
        return guard.refused()
    log.info("one-tap link opened", link=link.id, purpose=link.purpose)
    guard.remember(link, proved=False)
    return guard.private(redirect(url_for("one_tap.prove", link=link.id), 303))


@blueprint.route("/one-tap", methods=["GET", "POST"])
@public
def prove() -> Response:
    """Ask for the digits, or let in at once where none are asked."""
    link = guard.find_opened()
    if link is None:
        return guard.refused()
    form = DigitsForm()
    form.digits.label.text = _("Last four digits of your phone")
    if not guard.asks_digits(link) or guard.is_proved(link):
        return _go_on(link)
    if form.validate_on_submit():
        return _check(link, form)
    return _page(link, form)


# Not found without a link, as the pages that links open.
enter.one_tap = "any"  # type: ignore[attr-defined]
prove.one_tap = "any"  # type: ignore[attr-defined]


def _check(link: OneTapLink, form: DigitsForm) -> Response:
    with transaction():
        counted = service.last_digits(link) is not None and service.count_try(link.id)
    if counted:
        with transaction():
            right = service.prove(link, form.digits.data or "")
        if right:
            guard.remember(link, proved=True)
            return _go_on(link)
    if queries.find_usable(link.id) is None:
        return guard.refused()
    form.digits.errors = [_("These are not the digits of the phone on file. Please try again.")]
    return _page(link, form, 422)


def _page(link: OneTapLink, form: DigitsForm, status: int = 200) -> Response:
    template = "digits.html" if service.last_digits(link) else "no_phone.html"
    page = render_template(
        f"accounts/one_tap/{template}",
        form=form,
        label=purpose_of(link.purpose).label,
        left=service.TRIES - link.tries,
        offices=[o for o in guard.offices_to_call() if o.id == link.office_id],
    )
    return guard.private(make_response(page, status))


def _go_on(link: OneTapLink) -> Response:
    if link.last_used_at is None:
        with transaction():
            service.note_use(link)
    return guard.private(redirect(url_for(purpose_of(link.purpose).endpoint, link=link.id), 303))
