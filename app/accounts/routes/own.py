"""The own account: roles, password, second step."""

import base64

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import current_user, login_user
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.access import signed_in
from app.accounts.errors import BadValue, TooManyTries
from app.accounts.forms import CodeForm, PasswordForm
from app.accounts.models import User
from app.accounts.routes import blueprint
from app.accounts.service import people
from app.accounts.service import sign_in as service
from app.accounts.words import ROLE_NAMES, ROLE_SENTENCES
from app.core.database import transaction
from app.core.encryption import decrypt, encrypt
from app.web.language import in_language

UNPROVEN = "second_step_unproven"  # where the session keeps the new secret, sealed, until a code proves it


@blueprint.get("/account")
@signed_in
def own_account() -> str:
    """Who I am here and what I may do."""
    return render_template(
        "accounts/own.html",
        offices={office.id: office for office in queries.all_offices()},
        departments=queries.department_names([current_user]),
        role_names=ROLE_NAMES,
        role_sentences=ROLE_SENTENCES,
    )


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Response | str | tuple[str, int]:
    """A new password; all other sessions end."""
    form = PasswordForm()
    if form.validate_on_submit() and _present_password_is_right(form):
        try:
            with transaction():
                user = _myself()
                people.change_own_password(user, form.new.data)
        except BadValue as error:
            form.new.errors = [error.text]
        else:
            login_user(user)
            flash(_("The password is changed. Other devices have to sign in again."), "success")
            return redirect(url_for("accounts.own_account"))
    return render_template("accounts/password.html", form=form)


@blueprint.route("/account/second-step", methods=["GET", "POST"])
@signed_in
def second_step() -> Response | str:
    """Turn on the second sign-in step: scan, then prove it with a code."""
    if current_user.code_secret:
        return redirect(url_for("accounts.own_account"))
    form = CodeForm()
    secret = _unproven_secret()
    if form.validate_on_submit():
        with transaction():
            proven = service.turn_on_second_step(_myself(), secret, form.code.data)
        if proven:
            session.pop(UNPROVEN)
            flash(_("From now on sign-in asks for a code too."), "success")
            return redirect(url_for("accounts.own_account"))
        form.code.errors = [_("This code does not fit. Check that the telephone's clock is right.")]
    picture = segno.make(service.code_address(current_user, secret), error="m")
    return render_template("accounts/second_step.html", form=form, secret=secret, picture=picture)


@blueprint.route("/account/second-step/off", methods=["GET", "POST"])
@signed_in
def second_step_off() -> Response | str:
    """Turn it off again; the page asks first."""
    if request.method == "POST":
        with transaction():
            service.turn_off_second_step(_myself())
        flash(_("Sign-in asks for the password only."), "success")
        return redirect(url_for("accounts.own_account"))
    return render_template(
        "confirm.html",
        title=_("Turn off the second step?"),
        sentence=_("Whoever knows the password can then sign in without your telephone."),
        label=_("Turn off"),
        back=url_for("accounts.own_account"),
    )


def _myself() -> User:
    user: User = queries.get_user_by_id(current_user.id)
    return user


def _present_password_is_right(form: PasswordForm) -> bool:
    try:
        with transaction():
            counted = service.begin_try(current_user.username, request.remote_addr or "")
    except TooManyTries as error:
        form.present.errors = [in_language(error.text)]
        return False
    if not service.password_matches(_myself(), form.present.data):
        form.present.errors = [_("This is not the present password.")]
        return False
    with transaction():
        service.take_back(counted)
    return True


def _unproven_secret() -> str:
    """The secret offered on the page before, so that the code scanned then still fits; sealed in the session."""
    kept: str | None = session.get(UNPROVEN)
    if kept:
        return decrypt(base64.b64decode(kept), UNPROVEN)
    secret = service.new_code_secret()
    session[UNPROVEN] = base64.b64encode(encrypt(secret, UNPROVEN)).decode()
    return secret
