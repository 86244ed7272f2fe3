"""What the clock does for matters. Each opens its own transaction."""

from app.core.database import transaction
from app.directory.queries import list_offices
from app.followup.service import forgetting


def purge() -> None:
    """Remove what people said from matters of no visit whose time is over, office by office."""
    for office in list_offices():
        with transaction():
            forgetting.purge(office.id)
