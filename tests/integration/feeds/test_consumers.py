"""Six weeks of changes, everybody refreshing after each: what every consumer shows is what is published.

The whole year with everything that is installed: `python -m tests.feed_consumers`.
"""

from flask.testing import FlaskClient

from app.core.clock import FixedClock
from tests.feed_consumers.readers import in_process
from tests.feed_consumers.year import live


def test_every_consumer_shows_what_is_published(client: FlaskClient, clock: FixedClock) -> None:
    readers = {name: one for name, one in in_process().items() if not name.startswith("icalendar")}
    county, everybody = live(client, clock, readers, days=40, seed=11)
    assert len(county.done) > 6 and county.done.total() > 10
    asking = [one for one in everybody if one.store.asks_with == ("ETag",)]
    assert all(one.answers[304] for one in asking), "who is not concerned gets 304"
