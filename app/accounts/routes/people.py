"""The list of people, a new account, and what the roles mean."""

from collections.abc import Sequence
from typing import Any

from flask import make_response, render_template, request
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.access import Office, requires
from app.accounts.errors import BadValue, NameTaken, WrongDepartment
from app.accounts.forms import NewPersonForm, PeopleFilterForm
from app.accounts.models import ROLES, User
from app.accounts.permissions import ROLE_PERMISSIONS
from app.accounts.queries import PeopleFilter, Reach
from app.accounts.routes import blueprint
from app.accounts.service import people as service
from app.accounts.words import PERMISSION_NAMES, ROLE_NAMES, ROLE_SENTENCES
from app.core.database import transaction
from app.web.addresses import asked_page
from app.web.filters import named


def my_reach() -> Reach:
    """The offices whose people the signed-in administrator manages."""
    return queries.reach_of(current_user.grants, "accounts.manage")


def office_choices(offices: Sequence[Office]) -> list[tuple[str, str]]:
    """Code and name for a list to choose from."""
    return [(office.code, named(office)) for office in offices]


def department_choices(reach: Reach) -> dict[str, list[tuple[int, str]]]:
    """The open departments within reach, by the name of their office."""
    found: dict[str, list[tuple[int, str]]] = {}
    names = {office.id: named(office) for office in queries.offices_in(reach)}
    for department in queries.open_departments(reach):
        found.setdefault(names[department.office_id], []).append((department.id, department.name))
    return found


def secret_page(user: User, secret: str) -> Response:
    """The one-time password, shown in this one answer and kept nowhere."""
    answer = make_response(render_template("accounts/secret.html", user=user, secret=secret))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/people")
@requires("accounts.manage")
def people() -> str:
    """Everybody with an account in the administrator's offices."""
    reach = my_reach()
    offices = queries.offices_in(reach)
    form = PeopleFilterForm(request.args)
    form.offer(office_choices(offices))
    by_code = {office.code: office.id for office in offices}
    wanted = PeopleFilter(
        words=form.q.data or "",
        office_id=by_code.get(form.office.data or ""),
        role=form.role.data if form.role.data in ROLES else "",
        state=form.state.data or "active",
    )
    page = asked_page()
    users, more = queries.list_people(wanted, reach, page)
    return render_template(
        "accounts/people.html",
        users=users,
        more=more,
        page=page,
        form=form,
        offices={office.id: office for office in queries.all_offices()},
        departments=queries.department_names(users),
        role_names=ROLE_NAMES,
    )


@blueprint.get("/people/roles")
@requires("accounts.manage")
def roles() -> str:
    """Which role may do what."""
    return render_template(
        "accounts/roles.html",
        roles=ROLES,
        role_names=ROLE_NAMES,
        role_sentences=ROLE_SENTENCES,
        permissions=PERMISSION_NAMES,
        role_permissions=ROLE_PERMISSIONS,
    )


@blueprint.route("/people/add", methods=["GET", "POST"])
@requires("accounts.manage")
def add_person() -> Response | str:
    """A new account; its one-time password is shown once. With `?department=` for somebody who answers for it."""
    reach = my_reach()
    form = NewPersonForm(
        office_choices(queries.offices_in(reach)), department_choices(reach), data=_asked_department(reach)
    )
    if form.validate_on_submit():
        try:
            with transaction():
                office = queries.get_office_in(reach, form.office.data)
                person = service.Person(form.username.data, form.name.data, form.email.data)
                user, secret = service.add_person(
                    person, form.role.data, office.id, department_id=form.department.data
                )
        except WrongDepartment as error:
            form.department.errors = [error.text]
        except BadValue as error:
            form.username.errors = [error.text]
        except NameTaken as error:
            form.form_errors.append(error.text)
        else:
            return secret_page(user, secret)
    return render_template(
        "accounts/add_person.html", form=form, role_sentences=ROLE_SENTENCES, role_names=ROLE_NAMES
    )


def _asked_department(reach: Reach) -> dict[str, Any]:
    """What the form of a new account begins with when it comes from the page of a department."""
    wanted = request.args.get("department", type=int)
    codes = {office.id: office.code for office in queries.offices_in(reach)}
    return next(
        (
            {"office": codes[department.office_id], "role": "unit", "department": department.id}
            for department in queries.open_departments(reach)
            if department.id == wanted
        ),
        {},
    )
