"""Sign-in with name and password, then with a code where the account asks for one; sign-out."""

from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_security import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.errors import TooManyTries
from app.accounts.forms import CodeForm, SignInForm
from app.accounts.models import User
from app.accounts.routes import blueprint
from app.accounts.service import sign_in as service
from app.core import clock
from app.core.database import transaction
from app.web.access import public
from app.web.language import current_locale, in_language
from app.web.redirects import safe_next

SECONDS_FOR_CODE = 300
PENDING = "second_step"


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | str | tuple[str, int]:
    """The form; who is signed in already goes on."""
    target = safe_next(request.args.get("next"), url_for("directory.offices"))
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form, target=target)
    try:
        with transaction():
            counted = service.begin_try(form.username.data, request.remote_addr or "")
    except TooManyTries as error:
        return _refused(form, target, in_language(error.text), error.status)
    user = queries.find_for_sign_in(form.username.data)
    if not service.password_matches(user, form.password.data) or user is None:
        return _refused(
            form, target, _("User name and password do not match, or the account is switched off.")
        )
    with transaction():
        service.take_back(counted)
    if user.code_secret:
        session[PENDING] = {
            "who": user.fs_uniquifier,
            "remember": form.remember.data,
            "since": _seconds(),
        }
        return redirect(url_for("accounts.sign_in_code", next=target))
    return _let_in(user, bool(form.remember.data), target)


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def sign_in_code() -> Response | str | tuple[str, int]:
    """The second step: a code from an authenticator."""
    target = safe_next(request.args.get("next"), url_for("directory.offices"))
    pending: dict[str, Any] = session.get(PENDING) or {}
    user = queries.find_by_uniquifier(pending.get("who", ""))
    if user is None or not user.active or _seconds() - pending["since"] > SECONDS_FOR_CODE:
        session.pop(PENDING, None)
        return redirect(url_for("accounts.sign_in", next=target))
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("accounts/code.html", form=form)
    try:
        with transaction():
            counted = service.begin_try(f"code {user.id}", request.remote_addr or "")
    except TooManyTries as error:
        form.code.errors = [in_language(error.text)]
        return render_template("accounts/code.html", form=form), error.status
    with transaction():
        if right := service.use_code(user, form.code.data):
            service.take_back(counted)
    if not right:
        form.code.errors = [_("The code is wrong or has been used. Wait for the next one.")]
        return render_template("accounts/code.html", form=form)
    return _let_in(user, bool(pending["remember"]), target)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session; the remembered sign-in of this device too."""
    session.clear()
    logout_user()  # last: it leaves the word to drop the remembered sign-in in the session
    return redirect("/")


def _seconds() -> int:
    return int(clock.now().timestamp())


def _let_in(user: User, remember: bool, target: str) -> Response:
    with transaction():
        service.note_sign_in(user, current_locale())
    session.clear()
    login_user(user, remember=remember)
    return redirect(target)


def _refused(form: SignInForm, target: str, sentence: str, status: int = 200) -> tuple[str, int]:
    form.form_errors.append(sentence)
    return render_template("accounts/sign_in.html", form=form, target=target), status
