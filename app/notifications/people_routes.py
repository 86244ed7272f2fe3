"""How each person gets notices: channels in order, language, quiet hours, addresses, calendar invitations."""

import datetime as dt
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import current_user
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, SelectField, StringField
from wtforms.fields import TimeField
from wtforms.validators import Email, Optional

from app.accounts.access import requires
from app.core.database import db
from app.core.text import Text
from app.directory.forms import stripped, telephone
from app.directory.models import Leader, Office
from app.directory.rules import mask_email, mask_phone
from app.notifications import delivery, people, words
from app.notifications.delivery_rules import CHANNELS, ORDER
from app.notifications.notice_blueprint import PAGES, attempt, blueprint, sections
from app.notifications.people import Listed, Wishes
from app.notifications.recipients import find_person, with_settings
from app.web.language import LOCALES

PLACES = ("first", "second", "third")


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What a person wants."""

    first = SelectField(_l("First by"), validate_choice=True)
    second = SelectField(_l("If that fails, by"), validate_choice=True)
    third = SelectField(_l("And then by"), validate_choice=True)
    language = SelectField(_l("Language"))
    quiet_from = TimeField(_l("Quiet hours from"), [Optional()])
    quiet_until = TimeField(_l("Quiet hours until"), [Optional()])
    mail = EmailField(_l("Another e-mail address"), [Optional(), Email(Text(
        "这不是一个邮箱地址，请写成 name@example.org 的样子。", "This is no e-mail address; write it like name@example.org."
    ))])  # fmt: skip
    mobile = StringField(_l("Another mobile number"), [Optional(), telephone], filters=[stripped])
    forget = BooleanField(_l("Forget the other addresses"))
    invitations = BooleanField(_l("Send each duty as a calendar invitation by e-mail"))

    def offer(self) -> None:
        """Fill the lists."""
        channels = [(name, str(words.CHANNELS[name])) for name in CHANNELS if name != "file"]
        for place in PLACES:
            self[place].choices = [
                ("", _("as the office sets it") if place == "first" else _("nothing more")),
                *channels,
            ]
        self.language.choices = [("", _("as the office sets it")), *LOCALES.items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Both ends of the quiet hours, or neither."""
        valid = bool(super().validate(extra_validators))
        if (self.quiet_from.data is None) == (self.quiet_until.data is None):
            return valid
        sentence = Text(
            "免打扰时段要么起止都填，要么都不填。", "Give both ends of the quiet hours, or neither."
        )
        self.quiet_until.errors = [*self.quiet_until.errors, sentence]
        return False

    def wishes(self) -> Wishes:
        """What was typed; channels once each."""
        named = dict.fromkeys(self[place].data for place in PLACES if self[place].data)
        cleared = "" if self.forget.data else None
        return Wishes(
            tuple(named),
            self.language.data or None,
            self.quiet_from.data,
            self.quiet_until.data,
            (self.mail.data or "").strip() or cleared,
            (self.mobile.data or "").strip() or cleared,
            bool(self.invitations.data),
        )


@blueprint.get(PAGES + "/people")
@requires("notices.view")
def people_list(office: Office) -> str:
    """Everybody the office writes to."""
    found = people.list_people(office)
    return render_template(
        "notifications/people.html",
        office=office,
        tabs=sections(office, "notices.people_list"),
        groups=[(kind, [person for person in found if person.kind == kind]) for kind in people.KINDS],
        common=delivery.nearest_settings(office),
        order=ORDER,
        words=words,
        locales=LOCALES,
    )


@blueprint.route(PAGES + "/people/<recipient_kind>/<int:recipient_id>", methods=["GET", "POST"])
@requires("notices.edit")
def person(office: Office, recipient_kind: str, recipient_id: int) -> Any:
    """One person's settings."""
    listed = people.get_person(office, recipient_kind, recipient_id)
    return _edit(office, listed, url_for("notices.people_list", office_code=office.code), own=False)


@blueprint.route("/my/notices", methods=["GET", "POST"])
@requires("own.view")
def own_notices() -> Any:
    """A leader's own settings."""
    leader = db.session.get(Leader, current_user.leader_id) if current_user.leader_id else None
    if leader is None:
        abort(404)
    listed = people.get_person(leader.office, "leader", leader.id)
    return _edit(leader.office, listed, url_for("own.duties"), own=True)


def _edit(office: Office, listed: Listed, back: str, own: bool) -> Any:
    form = PersonForm(data=_current(listed))
    form.offer()
    if form.validate_on_submit() and attempt(lambda: people.set_wishes(office, listed, form.wishes())):
        flash(_("Saved."), "success")
        return redirect(back)
    page = render_template(
        "notifications/person.html",
        office=office,
        person=listed,
        form=form,
        addresses=_masked(listed),
        back=back,
        own=own,
    )
    return (page, 422) if form.errors else page


def _current(listed: Listed) -> dict[str, str | bool | dt.time | None]:
    row = listed.settings
    channels = list(row.channels or []) if row else []
    places: dict[str, str | bool | dt.time | None] = dict(zip(PLACES, [*channels, "", "", ""], strict=False))
    return places | {
        "language": (row.language if row else None) or "",
        "quiet_from": row.quiet_from if row else None,
        "quiet_until": row.quiet_until if row else None,
        "invitations": listed.invitations,
    }


def _masked(listed: Listed) -> list[tuple[str, str]]:
    """The addresses in use, masked."""
    known = find_person(listed.kind, listed.id)
    if known is None:
        return []
    addresses = with_settings(known, listed.settings).addresses
    masks = {"mail": (_("E-mail"), mask_email), "mobile": (_("Mobile"), mask_phone)}
    return [(masks[name][0], masks[name][1](address)) for name, address in addresses.items()]
