"""Writes to departments and their contacts."""

import datetime as dt
from dataclasses import asdict, dataclass

from app.accounts import audit
from app.core.database import db
from app.directory.errors import AlreadyThere
from app.directory.models import Contact, Department, Office
from app.directory.service.common import Snapshot, flush_unique, hold, iso


@dataclass(frozen=True, slots=True)
class DepartmentDetails:
    """What people may change of a department; sectors are separated by 、."""

    name: str
    sectors: str = ""


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What people may change of a contact."""

    name: str
    phone: str | None = None
    email: str | None = None


def _department_state(department: Department) -> Snapshot:
    return {
        "name": department.name,
        "sectors": department.sectors,
        "closed_on": iso(department.closed_on),
    }


def add_department(office: Office, details: DepartmentDetails) -> Department:
    """A new department. Raises AlreadyThere."""
    hold(office.id)
    department = Department(office_id=office.id, **asdict(details))
    db.session.add(department)
    flush_unique(AlreadyThere("责任单位", "the department", details.name))
    _record("department.add", department, None)
    return department


def edit_department(department: Department, details: DepartmentDetails) -> None:
    """Change name or sectors. Raises AlreadyThere."""
    before = _department_state(department)
    department.name, department.sectors = details.name, details.sectors
    flush_unique(AlreadyThere("责任单位", "the department", details.name))
    if _department_state(department) != before:
        _record("department.edit", department, before)


def close_department(department: Department, day: dt.date) -> None:
    """The department is not asked from `day` on."""
    before, department.closed_on = _department_state(department), day
    db.session.flush()
    _record("department.close", department, before)


def reopen_department(department: Department) -> None:
    """The department is asked again."""
    before, department.closed_on = _department_state(department), None
    db.session.flush()
    _record("department.reopen", department, before)


def _record(action: str, department: Department, before: Snapshot | None) -> None:
    after = _department_state(department)
    audit.record(action, f"department:{department.id}", department.office_id, before, after)


def _contact_state(contact: Contact) -> Snapshot:
    return {
        "department": contact.department_id,
        "name": contact.name,
        "has_phone": bool(contact.phone),
        "has_email": bool(contact.email),
        "last_day": iso(contact.last_day),
    }


def add_contact(department: Department, details: ContactDetails) -> Contact:
    """A new contact of a department."""
    contact = Contact(department=department, **asdict(details))
    db.session.add(contact)
    db.session.flush()
    _record_contact("contact.add", department, contact, None)
    return contact


def edit_contact(department: Department, contact: Contact, details: ContactDetails) -> None:
    """Change name, number or address."""
    before, old = _contact_state(contact), (contact.phone, contact.email)
    contact.name, contact.phone, contact.email = details.name, details.phone, details.email
    db.session.flush()
    if _contact_state(contact) != before or (contact.phone, contact.email) != old:
        _record_contact("contact.edit", department, contact, before)


def end_contact(department: Department, contact: Contact, last_day: dt.date) -> None:
    """The contact answers until `last_day`, inclusive."""
    before, contact.last_day = _contact_state(contact), last_day
    db.session.flush()
    _record_contact("contact.end", department, contact, before)


def restore_contact(department: Department, contact: Contact) -> None:
    """The contact answers on, after all."""
    before, contact.last_day = _contact_state(contact), None
    db.session.flush()
    _record_contact("contact.restore", department, contact, before)


def reveal_contact(department: Department, contact: Contact) -> tuple[str, str]:
    """Number and address in full; who looked is written down."""
    audit.record("contact.phone.view", f"contact:{contact.id}", department.office_id)
    return contact.phone or "", contact.email or ""


def _record_contact(action: str, department: Department, contact: Contact, before: Snapshot | None) -> None:
    audit.record(action, f"contact:{contact.id}", department.office_id, before, _contact_state(contact))
