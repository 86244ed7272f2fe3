"""One account: its roles, name, password and state."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.access import requires
from app.accounts.errors import (
    AlreadyGranted,
    LastAdministrator,
    NameTaken,
    NotYourself,
    StandsAlone,
    WrongDepartment,
)
from app.accounts.forms import GrantForm, PersonForm
from app.accounts.models import User
from app.accounts.queries import Reach
from app.accounts.routes import blueprint
from app.accounts.routes.people import department_choices, my_reach, office_choices, secret_page
from app.accounts.rules import may_manage
from app.accounts.service import people as service
from app.accounts.words import ROLE_NAMES, ROLE_SENTENCES
from app.core.database import transaction


@blueprint.get("/people/<int:user_id>")
@requires("accounts.manage")
def person(user_id: int) -> str:
    """Everything about an account on one page."""
    reach = my_reach()
    user = queries.get_person(user_id, reach)
    form = PersonForm(obj=user)
    form.offer_leaders(queries.leaders_for(user, reach))
    return _page(user, form, _grant_form(reach, formdata=None))


@blueprint.post("/people/<int:user_id>/edit")
@requires("accounts.manage")
def edit_person(user_id: int) -> Response | str:
    """Name, address, leader."""
    reach = my_reach()
    user = queries.get_person(user_id, reach)
    form = PersonForm(obj=user)
    form.offer_leaders(queries.leaders_for(user, reach))
    if form.validate_on_submit():
        try:
            with transaction():
                service.edit_person(
                    queries.get_person(user_id, reach),
                    form.name.data,
                    form.email.data,
                    form.leader_id.data,
                    reach,
                )
        except NameTaken as error:
            form.email.errors = [error.text]
        else:
            flash(_("Saved."), "success")
            return _back(user_id)
    return _page(user, form, _grant_form(reach, formdata=None))


@blueprint.post("/people/<int:user_id>/roles")
@requires("accounts.manage")
def grant_role(user_id: int) -> Response:
    """One more role."""
    reach = my_reach()
    queries.get_person(user_id, reach)
    form = _grant_form(reach)
    if not form.validate_on_submit():
        flash(_("Choose an office and a role."), "error")
        return _back(user_id)
    try:
        with transaction():
            office = queries.get_office_in(reach, form.office.data)
            service.grant_role(
                queries.get_person(user_id, reach), form.role.data, office.id, form.department.data
            )
    except (AlreadyGranted, StandsAlone, WrongDepartment) as error:
        flash(error.text, "error")  # type: ignore[arg-type]  # a Text is shown in the reader's language
    else:
        flash(_("The role is given."), "success")
    return _back(user_id)


@blueprint.route("/people/<int:user_id>/roles/<int:grant_id>/revoke", methods=["GET", "POST"])
@requires("accounts.manage")
def revoke_role(user_id: int, grant_id: int) -> Response | str:
    """Take a role away; the page asks first."""
    reach = my_reach()
    user = queries.get_person(user_id, reach)
    if request.method == "GET":
        return _ask(
            user,
            _("Revoke this role?"),
            _("The person may no longer do what this role allows."),
            _("Revoke the role"),
        )
    return _change(
        user_id,
        lambda: service.revoke_role(queries.get_person(user_id, reach), grant_id, reach),
        _("The role is revoked."),
    )


@blueprint.route("/people/<int:user_id>/deactivate", methods=["GET", "POST"])
@requires("accounts.manage")
def deactivate_person(user_id: int) -> Response | str:
    """Switch the account off; the page asks first."""
    reach = my_reach()
    user = queries.get_person(user_id, reach)
    if request.method == "GET":
        return _ask(
            user,
            _("Deactivate this account?"),
            _("All sessions end at once. What the person did stays in the audit trail."),
            _("Deactivate"),
        )
    by = current_user.id
    return _change(
        user_id,
        lambda: service.deactivate(queries.get_person(user_id, reach), by, reach),
        _("The account is deactivated."),
    )


@blueprint.post("/people/<int:user_id>/reactivate")
@requires("accounts.manage")
def reactivate_person(user_id: int) -> Response:
    """Switch the account on again."""
    reach = my_reach()
    return _change(
        user_id,
        lambda: service.reactivate(queries.get_person(user_id, reach), reach),
        _("The account is active again."),
    )


@blueprint.route("/people/<int:user_id>/password", methods=["GET", "POST"])
@requires("accounts.manage")
def reset_password(user_id: int) -> Response | str:
    """A new one-time password, shown once; the page asks first."""
    reach = my_reach()
    user = queries.get_person(user_id, reach)
    if request.method == "GET":
        return _ask(
            user,
            _("Give out a one-time password?"),
            _(
                "The present password stops working, all sessions end, and the second sign-in step is turned off."
            ),
            _("Give out a one-time password"),
        )
    with transaction():
        secret = service.reset_password(queries.get_person(user_id, reach), reach)
    return secret_page(user, secret)


def _grant_form(reach: Reach, **values: Any) -> GrantForm:
    return GrantForm(office_choices(queries.offices_in(reach)), department_choices(reach), **values)


def _page(user: User, form: PersonForm, grant_form: GrantForm) -> str:
    reach = my_reach()
    return render_template(
        "accounts/person.html",
        user=user,
        form=form,
        grant_form=grant_form,
        offices={office.id: office for office in queries.all_offices()},
        reach=reach,
        managed=may_manage(queries.offices_of(user), reach.office_ids, reach.everything),
        leaders=dict(queries.leaders_for(user, reach)),
        departments=queries.department_names([user]),
        role_names=ROLE_NAMES,
        role_sentences=ROLE_SENTENCES,
    )


def _ask(user: User, title: str, sentence: str, label: str) -> str:
    back = url_for("accounts.person", user_id=user.id)
    return render_template(
        "confirm.html", title=f"{user.name}: {title}", sentence=sentence, label=label, back=back
    )


def _back(user_id: int) -> Response:
    return redirect(url_for("accounts.person", user_id=user_id))


def _change(user_id: int, change: Callable[[], None], done: str) -> Response:
    """One change in one transaction; a refusal that the person can act on is said on the same page."""
    try:
        with transaction():
            change()
    except (LastAdministrator, NotYourself) as error:
        flash(error.text, "error")  # type: ignore[arg-type]  # a Text is shown in the reader's language
    else:
        flash(done, "success")
    return _back(user_id)
