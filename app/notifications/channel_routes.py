"""An office's channels: set them up, try them, and how people are to be reached."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.accounts.audit import record
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.notifications import channel_setup, delivery, words
from app.notifications.channel_forms import (
    HINTS,
    PLACES,
    PROVIDER_NAMES,
    DeliveryForm,
    TestForm,
    form_for,
)
from app.notifications.channels.base import SendFailed
from app.notifications.channels.registry import PROVIDERS
from app.notifications.delivery_rules import BOTS
from app.notifications.models import OfficeDelivery
from app.notifications.notice_blueprint import PAGES, attempt, blueprint, sections
from app.web.language import in_language


@blueprint.route(PAGES + "/channels", methods=["GET", "POST"])
@requires("notices.edit")
def channels(office: Office) -> Any:
    """The channels that hold here, and the order they are used in."""
    holds = delivery.nearest_settings(office)
    form = DeliveryForm(data=_current(office, holds))
    form.offer()
    if form.validate_on_submit() and attempt(lambda: _save_delivery(office, form)):
        flash(_("Saved."), "success")
        return redirect(url_for("notices.channels", office_code=office.code), 303)
    page = render_template(
        "notifications/channels.html",
        office=office,
        tabs=sections(office, "notices.channels"),
        lines=channel_setup.list_channels(office),
        providers={
            channel: [name for name, found in PROVIDERS.items() if found.channel == channel]
            for channel in words.CHANNELS
        },
        names=PROVIDER_NAMES,
        words=words,
        form=form,
    )
    return (page, 422) if form.errors else page


def _current(office: Office, holds: OfficeDelivery) -> dict[str, Any]:
    places = dict(zip(PLACES, [*(holds.channels or []), "", "", ""], strict=False))
    return places | {
        "own": holds.office_id == office.id and holds in db.session,
        "language": holds.language,
        "quiet_from": holds.quiet_from,
        "quiet_until": holds.quiet_until,
        "personal_in_third_party": holds.personal_in_third_party,
    }


def _save_delivery(office: Office, form: DeliveryForm) -> None:
    if not form.own.data:
        channel_setup.follow_above(office)
        return
    channel_setup.set_delivery(
        office,
        list(dict.fromkeys(form[place].data for place in PLACES if form[place].data)),
        form.language.data,
        (form.quiet_from.data, form.quiet_until.data),
        bool(form.personal_in_third_party.data),
    )


@blueprint.route(PAGES + "/channels/<provider>", methods=["GET", "POST"])
@requires("notices.edit")
def channel(office: Office, provider: str) -> Any:
    """One provider's settings; secrets are asked for and never shown."""
    row = channel_setup.find_own(office, provider)
    kept = channel_setup.kept_secrets(row)
    safe = "repeat" if PROVIDERS[provider].channel == "mail" else "ask"
    values = (
        {**row.options, "active": row.active, "on_unknown": row.on_unknown} if row else {"on_unknown": safe}
    )
    form = form_for(provider, kept)(data={**PROVIDERS[provider].options, **values})
    form.offer()
    if form.validate_on_submit():
        try:
            with transaction():
                _save(office, provider, form)
        except RotaError as error:
            form.form_errors.append(error.text)
        else:
            flash(_("Saved. Send a test to see whether it arrives."), "success")
            return redirect(url_for("notices.channel", office_code=office.code, provider=provider), 303)
    page = render_template(
        "notifications/channel.html",
        office=office,
        provider=provider,
        name=PROVIDER_NAMES[provider],
        row=row,
        kept=kept,
        fields=[*PROVIDERS[provider].options],
        secrets=PROVIDERS[provider].secrets,
        hints=HINTS,
        form=form,
        test=TestForm(),
        is_bot=PROVIDERS[provider].channel in BOTS,
    )
    return (page, 422) if form.errors else page


def _save(office: Office, provider: str, form: Any) -> None:
    channel_setup.save(
        office,
        provider,
        {name: form[name].data or "" for name in PROVIDERS[provider].options},
        {name: form[name].data or "" for name in PROVIDERS[provider].secrets},
        bool(form.active.data),
        form.on_unknown.data,
    )


@blueprint.post(PAGES + "/channels/<provider>/test")
@requires("notices.edit")
def test_channel(office: Office, provider: str) -> Response:
    """Send a test with the saved settings, and say what came back."""
    form = TestForm()
    channel_setup.find_own(office, provider)
    needs_address = PROVIDERS[provider].channel not in BOTS
    if needs_address and not form.to.data:
        flash(_("Say where the test should go."), "error")
    else:
        outcome = _try(office, provider, form.to.data or "")
        with transaction():
            record("channel.test", f"channel:{provider}", office.id, None, {"outcome": outcome})
    return redirect(url_for("notices.channel", office_code=office.code, provider=provider), 303)


def _try(office: Office, provider: str, to: str) -> str:
    try:
        receipt = channel_setup.send_test(office, provider, to, str(get_locale()))
    except SendFailed as failed:
        outcome = str(words.OUTCOMES[failed.failure])
        flash(
            _(
                "The test failed (%(code)s): %(outcome)s.",
                code=words.error_words(failed.code),
                outcome=outcome,
            ),
            "error",
        )
        return f"{failed.failure}: {failed.code}"
    except RotaError as error:
        flash(in_language(error.text), "error")
        return "not set up"
    flash(_("The test was taken over (%(receipt)s). Look whether it arrived.", receipt=receipt), "success")
    return "sent"


@blueprint.post(PAGES + "/channels/<provider>/remove")
@requires("notices.edit")
def remove_channel(office: Office, provider: str) -> Response:
    """Use the set-up of the office above again."""
    if attempt(lambda: channel_setup.remove(office, provider)):
        flash(_("Removed. What the office above has set up is used again."), "success")
    return redirect(url_for("notices.channels", office_code=office.code), 303)
