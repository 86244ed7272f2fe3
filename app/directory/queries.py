"""Reading the directory."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Office


def find_office(code: str) -> Office | None:
    """The office with this code."""
    return db.session.scalar(select(Office).where(Office.code == code))


def get_office(code: str) -> Office:
    """The office with this code. Raises NotFound."""
    office = find_office(code)
    if office is None:
        raise NotFound(f"没有编号为“{code}”的单位。", f'There is no office with the code "{code}".')
    return office


def office_path(office: Office) -> list[int]:
    """Ids of the office and everything above it, itself first."""
    path = [office.id]
    while office.parent is not None:
        office = office.parent
        path.append(office.id)
    return path


def list_offices() -> Sequence[Office]:
    """All offices, in the order of their codes within city, county, township."""
    order = {"city": 0, "county": 1, "township": 2}
    return sorted(db.session.scalars(select(Office)), key=lambda office: (order[office.kind], office.code))
