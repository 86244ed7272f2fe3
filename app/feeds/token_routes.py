"""Keys of other systems, for staff."""

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import DateField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length, Optional

from app.accounts.access import requires
from app.core.database import transaction
from app.directory.models import Office
from app.feeds.api.tokens import SCOPES, live_tokens, make_token, revoke_token
from app.feeds.link_pages import unstored
from app.feeds.routes import blueprint
from app.web.language import in_language


class TokenForm(FlaskForm):  # type: ignore[misc]
    """A new key."""

    name = StringField(
        _l("Which system uses it"),
        validators=[
            DataRequired(_l("Name the system.")),
            Length(max=64, message=_l("At most 64 characters.")),
        ],
        filters=[lambda text: (text or "").strip()],
    )
    scopes = SelectMultipleField(
        _l("What it may read"), validators=[DataRequired(_l("Choose at least one."))], validate_choice=True
    )
    expires_on = DateField(_l("Last day (may stay empty)"), validators=[Optional()])


@blueprint.get("/offices/<office_code>/tokens")
@requires("tokens.manage")
def tokens(office: Office) -> Response:
    """The keys of an office."""
    return _page(office, _form())


@blueprint.post("/offices/<office_code>/tokens")
@requires("tokens.manage")
def make_key(office: Office) -> Response:
    """Make a key and show it, this once."""
    form = _form()
    if not form.validate_on_submit():
        return _page(office, form, 400)
    with transaction():
        token, secret = make_token(office, form.name.data, form.scopes.data, form.expires_on.data)
    page = render_template("feeds/token_made.html", office=office, token=token, secret=secret)
    return unstored(make_response(page))


@blueprint.post("/offices/<office_code>/tokens/<int:token_id>/revoke")
@requires("tokens.manage")
def revoke_key(office: Office, token_id: int) -> AnyResponse:
    """Stop a key at once."""
    with transaction():
        name = revoke_token(office, token_id).name
    flash(_("The key “%(name)s” is revoked.", name=name), "success")
    return redirect(url_for("feeds.tokens", office_code=office.code))


def _form() -> TokenForm:
    form = TokenForm()
    form.scopes.choices = [(name, in_language(text)) for name, text in SCOPES.items()]
    return form


def _page(office: Office, form: TokenForm, status: int = 200) -> Response:
    page = render_template(
        "feeds/tokens.html", office=office, form=form, tokens=live_tokens(office), scopes=SCOPES
    )
    return unstored(make_response(page, status))
