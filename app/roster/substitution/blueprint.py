"""The blueprint of the office's pages, and what its views share."""

from collections.abc import Callable

from flask import Blueprint
from flask_security import current_user

from app.core.database import transaction
from app.core.errors import RotaError
from app.web.messages import tell

blueprint = Blueprint(
    "substitution",
    "app.roster",
    template_folder="templates",
    url_prefix="/offices/<office_code>/substitution",
)


def attempt(change: Callable[[], object], said: str = "") -> bool:
    """Make the change in a transaction and say so. A named failure is told to the person: the answer is False then."""
    try:
        with transaction():
            change()
    except RotaError as error:
        tell(error.text, "error")
        return False
    if said:
        tell(said, "success")
    return True


def row_id(text: str) -> int:
    """A number a row may have; for `type=` of werkzeug's getters. Raises ValueError, which they take for "not given"."""
    number = int(text)
    if not 0 <= number < 2**31:
        raise ValueError(text)
    return number


def actor() -> str:
    """Who does it, as the history keeps it."""
    return str(current_user.name)
