"""What the clock does for visits. Each opens its own transaction."""

from app.appointments import vault
from app.appointments.service import ending, readiness, retention
from app.appointments.service.waiting import free_expired
from app.core.database import transaction
from app.directory.queries import list_offices


def expire_holds() -> None:
    """Give back the places nobody confirmed or answered for, and offer them on."""
    with transaction():
        free_expired()


def end_undecided() -> None:
    """End waiting lists closed to booking, and requests that have been without a day for too long."""
    for office in list_offices():
        with transaction():
            ending.end_undecided(office)


def push_readiness() -> None:
    """Ask again whoever has not answered about an invited visit, then tell the staff."""
    with transaction():
        readiness.push_due()


def purge() -> None:
    """Remove personal data whose time is over, office by office, and files no row knows any more."""
    for office in list_offices():
        with transaction():
            retention.purge(office.id)
    vault.remove_orphans()
