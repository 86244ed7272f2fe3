"""What the clock does for visits. Each opens its own transaction."""

from app.appointments.service.waiting import free_expired
from app.core.database import transaction


def expire_holds() -> None:
    """Give back the places nobody confirmed or answered for, and offer them on."""
    with transaction():
        free_expired()
