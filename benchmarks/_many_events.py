"""An office with 5,000 published sessions from today on: `python -m benchmarks._many_events` in a workspace."""

import itertools

from app.core import clock
from app.core.database import transaction
from app.directory.queries import get_office, leaders_of
from app.factory import create_app
from tests.factories import make_office
from tests.published import publish_days, workdays

OFFICE, EVENTS = "many", 5000


def main() -> None:
    """Publish them, in turn among the leaders of the demo county."""
    app = create_app()
    with app.app_context(), transaction():
        today = clock.today()
        leaders = leaders_of(get_office("county").id, today)
        days = itertools.islice(workdays(today, today.replace(year=today.year + 20, day=1)), EVENTS)
        publish_days(make_office(OFFICE), leaders, list(days), published_at=clock.now())


if __name__ == "__main__":
    main()
