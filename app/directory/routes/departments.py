"""Departments and their contacts."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.accounts.access import requires
from app.accounts.queries import people_of_department
from app.core import clock
from app.core.database import transaction
from app.directory import queries, service
from app.directory.blueprint import Page, attempt, blueprint, done, form_page
from app.directory.forms import ContactForm, DayForm, DepartmentForm
from app.directory.models import Contact, Department, Office
from app.web.flashes import flash_with_undo

DEPARTMENT = "/offices/<office_code>/departments/<int:department_id>"
CONTACT = f"{DEPARTMENT}/contacts/<int:contact_id>"


@blueprint.get("/offices/<office_code>/departments")
@requires("directory.view")
def departments(office: Office) -> str:
    """The departments with their contacts, narrowed by words."""
    everything = queries.list_departments(office.id)
    words = request.args.get("q", "").strip()[:100]
    show_closed = request.args.get("closed") == "1"
    shown = [department for department in everything if show_closed or department.closed_on is None]
    return render_template(
        "directory/departments.html",
        office=office,
        found=[department for department in shown if queries.department_matches(department, words)],
        total=len(everything),
        closed=sum(department.closed_on is not None for department in everything),
        words=words,
        show_closed=show_closed,
        today=clock.today(office.timezone),
    )


@blueprint.get(DEPARTMENT)
@requires("directory.view")
def department(office: Office, department_id: int) -> str:
    """One department and its contacts."""
    return _department_page(office, queries.get_department(office.id, department_id))


def _department_page(
    office: Office, found: Department, revealed: dict[int, tuple[str, str]] | None = None
) -> str:
    return render_template(
        "directory/department.html",
        office=office,
        department=found,
        today=clock.today(office.timezone),
        revealed=revealed or {},
        accounts=people_of_department(found.id),
    )


@blueprint.route("/offices/<office_code>/departments/new", methods=["GET", "POST"])
@requires("directory.edit")
def add_department(office: Office) -> Page:
    """A new department."""
    form = DepartmentForm()
    if form.validate_on_submit() and attempt(lambda: service.add_department(office, form.details())):
        done(_("%(name)s was added.", name=form.name.data))
        return redirect(_list_url(office))
    return form_page(
        form,
        _("Add a department"),
        _list_url(office),
        submit=_("Add the department"),
        hints={"sectors": _("Several are separated by 、 or commas.")},
    )


@blueprint.route(f"{DEPARTMENT}/edit", methods=["GET", "POST"])
@requires("directory.edit")
def edit_department(office: Office, department_id: int) -> Page:
    """Change name or sectors."""
    found = queries.get_department(office.id, department_id)
    form = DepartmentForm(obj=found)
    if form.validate_on_submit() and attempt(lambda: service.edit_department(found, form.details())):
        done(_("Saved."))
        return redirect(_url(office, department_id))
    return form_page(
        form,
        _("Edit the department"),
        _url(office, department_id),
        hints={"sectors": _("Several are separated by 、 or commas.")},
    )


@blueprint.route(f"{DEPARTMENT}/close", methods=["GET", "POST"])
@requires("directory.edit")
def close_department(office: Office, department_id: int) -> Page:
    """The department is not asked from a day on."""
    found = queries.get_department(office.id, department_id)
    form = DayForm(day=clock.today(office.timezone))
    if form.validate_on_submit() and attempt(lambda: service.close_department(found, form.day.data)):
        flash_with_undo(
            _("%(name)s is closed.", name=found.name),
            url_for("directory.reopen_department", office_code=office.code, department_id=department_id),
        )
        return redirect(_url(office, department_id))
    form.day.label.text = _("Closed from this day on")
    signing_in = sum(user.active for user in people_of_department(found.id))
    return form_page(
        form,
        _("Close %(name)s", name=found.name),
        _url(office, department_id),
        lead=_("From that day on its accounts open nothing: %(number)s.", number=signing_in)
        if signing_in
        else "",
        submit=_("Close the department"),
        danger=True,
    )


@blueprint.post(f"{DEPARTMENT}/reopen")
@requires("directory.edit")
def reopen_department(office: Office, department_id: int) -> Page:
    """Take the closing back."""
    found = queries.get_department(office.id, department_id)
    if attempt(lambda: service.reopen_department(found)):
        done(_("%(name)s is open again.", name=found.name))
    return redirect(_url(office, department_id))


@blueprint.route(f"{DEPARTMENT}/contacts/new", methods=["GET", "POST"])
@requires("directory.edit")
def add_contact(office: Office, department_id: int) -> Page:
    """A new contact."""
    found = queries.get_department(office.id, department_id)
    form = ContactForm()
    if form.validate_on_submit() and attempt(lambda: service.add_contact(found, form.details())):
        done(_("%(name)s was added.", name=form.name.data))
        return redirect(_url(office, department_id))
    title = _("Add a contact of %(name)s", name=found.name)
    return form_page(
        form, title, _url(office, department_id), submit=_("Add the contact"), hints=_contact_hints()
    )


@blueprint.route(f"{CONTACT}/edit", methods=["GET", "POST"])
@requires("directory.edit")
def edit_contact(office: Office, department_id: int, contact_id: int) -> Page:
    """Change name, number or address."""
    found, contact = _load(office, department_id, contact_id)
    form = ContactForm(obj=contact)
    if form.validate_on_submit() and attempt(lambda: service.edit_contact(found, contact, form.details())):
        done(_("Saved."))
        return redirect(_url(office, department_id))
    title = _("Edit %(name)s", name=contact.name)
    return form_page(form, title, _url(office, department_id), hints=_contact_hints())


def _contact_hints() -> dict[str, str]:
    return {
        "phone": _("Kept encrypted and never shown in public."),
        "email": _("Kept encrypted and never shown in public."),
    }


@blueprint.route(f"{CONTACT}/end", methods=["GET", "POST"])
@requires("directory.edit")
def end_contact(office: Office, department_id: int, contact_id: int) -> Page:
    """The contact does not answer any more after a day."""
    found, contact = _load(office, department_id, contact_id)
    form = DayForm(day=clock.today(office.timezone))
    if form.validate_on_submit() and attempt(lambda: service.end_contact(found, contact, form.day.data)):
        flash_with_undo(
            _("%(name)s is no contact any more.", name=contact.name),
            url_for(
                "directory.restore_contact",
                office_code=office.code,
                department_id=department_id,
                contact_id=contact_id,
            ),
        )
        return redirect(_url(office, department_id))
    form.day.label.text = _("Last day")
    title = _("%(name)s is no contact any more", name=contact.name)
    return form_page(form, title, _url(office, department_id), submit=_("End it"), danger=True)


@blueprint.post(f"{CONTACT}/restore")
@requires("directory.edit")
def restore_contact(office: Office, department_id: int, contact_id: int) -> Page:
    """Take the end back."""
    found, contact = _load(office, department_id, contact_id)
    if attempt(lambda: service.restore_contact(found, contact)):
        done(_("%(name)s is a contact again.", name=contact.name))
    return redirect(_url(office, department_id))


@blueprint.post(f"{CONTACT}/reveal")
@requires("directory.view")
def reveal_contact(office: Office, department_id: int, contact_id: int) -> Response:
    """Show number and address once; the look is written down."""
    found, contact = _load(office, department_id, contact_id)
    with transaction():
        revealed = {contact_id: service.reveal_contact(found, contact)}
    response = make_response(_department_page(office, found, revealed))
    response.headers["Cache-Control"] = "no-store"
    return response


def _load(office: Office, department_id: int, contact_id: int) -> tuple[Department, Contact]:
    found = queries.get_department(office.id, department_id)
    return found, queries.get_contact(found, contact_id)


def _list_url(office: Office) -> str:
    return url_for("directory.departments", office_code=office.code)


def _url(office: Office, department_id: int) -> str:
    return url_for("directory.department", office_code=office.code, department_id=department_id)
