"""Which visit this browser may see by its code. The code itself is checked again at every request."""

from typing import Any

from flask import session

from app.appointments.codes import clean_reference, code_fits, shown_code
from app.appointments.errors import WrongCode
from app.appointments.models import Visit
from app.appointments.queries import find_by_reference, find_visit

_HELD = "visit"  # in the browser session: {"id": …, "code": …}; both are the holder's own


def hold(visit: Visit, code: str) -> None:
    """This browser has proved that it knows the code, or has just been given it."""
    session[_HELD] = {"id": visit.id, "code": shown_code(code)}


def let_go() -> None:
    """Forget the visit: the next person at this device sees nothing."""
    session.pop(_HELD, None)


def held_code() -> str:
    """The code as it was given; "" when this browser holds no visit."""
    held: dict[str, Any] = session.get(_HELD) or {}
    return str(held.get("code", ""))


def find_by_code(office_id: int, reference: str, code: str) -> Visit:
    """The visit of a reference and a code. Raises WrongCode, the same for a wrong number and a wrong code."""
    visit = find_by_reference(office_id, clean_reference(reference))
    if visit is None or visit.purged_at is not None or not code_fits(visit, code):
        raise WrongCode
    return visit


def get_held(office_id: int) -> Visit:
    """The visit this browser holds at the office. Raises WrongCode."""
    from_browser: dict[str, Any] = session.get(_HELD) or {}
    visit = _known(from_browser.get("id"))
    if visit is None or visit.office_id != office_id or not code_fits(visit, held_code()):
        raise WrongCode
    return visit


def _known(visit_id: Any) -> Visit | None:
    """The visit of a number out of the browser session, unless its personal data is gone."""
    visit = find_visit(visit_id) if isinstance(visit_id, int) else None
    return visit if visit is not None and visit.purged_at is None else None
