"""Every consumer follows every calendar through a year of changes."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask.testing import FlaskClient

from app.core.clock import FixedClock
from app.feeds.options import KEPT_DAYS, window_start
from tests.feed_consumers.county import County
from tests.feed_consumers.happenings import LivelyCounty
from tests.feed_consumers.readers import Reader, in_process, strictly
from tests.feed_consumers.rows import Row, Shown, shown
from tests.feed_consumers.stores import EXACT, STORES, Gnome, Store

FIRST = dt.date(2026, 3, 2)
VALIDATORS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


@dataclass
class Subscription:
    """One consumer with one address: how it reads, how it keeps, and what it sent and got."""

    name: str
    url: str
    reader: Reader
    store: Store
    eager: bool = True  # refreshes after every change
    validators: dict[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)

    def refresh(self, client: FlaskClient, since: str) -> Shown:
        """Fetch as this consumer does; what a person sees then."""
        answer = client.get(self.url, headers=self.validators)
        self.answers[answer.status_code] += 1
        if answer.status_code == 200:
            self.validators = {
                VALIDATORS[name]: answer.headers[name]
                for name in self.store.asks_with
                if name in answer.headers
            }
            rows = self.reader(answer.data)
            assert len({row.uid for row in rows}) == len(rows), "two events with one UID"
            self._check_sequences(rows)
            self.store.take(rows)
            if type(self.store) in EXACT:
                stale = [row for row in rows if self.store.rows[row.uid][4:] != row[4:]]
                assert not stale, f"{self.name} does not believe that this changed: {stale[:2]}"
        return shown(self.store.rows.values(), since)

    def _check_sequences(self, rows: Sequence[Row]) -> None:
        if type(self.store) is not Gnome:
            return
        old = self.store.rows
        same = [row for row in rows if row.uid in old and old[row.uid][4:] == row[4:]]
        moved = [row for row in same if old[row.uid].sequence != row.sequence]
        assert not moved, f"{self.name}: nothing changed but SEQUENCE: {moved[:2]}"


def subscriptions(county: County, readers: dict[str, Reader]) -> list[Subscription]:
    """Each store with the strict reader, and each other reader, on each calendar."""
    made = []
    for name, url in county.addresses.items():
        made += [Subscription(f"{store.__name__}: {name}", url, strictly, store()) for store in STORES]
        made += [
            Subscription(f"{program}: {name}", url, reader, Store(), program in in_process())
            for program, reader in readers.items()
            if reader is not strictly
        ]
    return made


def live(
    client: FlaskClient, clock: FixedClock, readers: dict[str, Reader], days: int, seed: int, pace: int = 1
) -> tuple[County, list[Subscription]]:
    """A year (or `days`): after every change everybody refreshes, but who is not eager only every `pace`-th time.

    AssertionError names who showed something else than the truth.
    """
    dice = random.Random(seed)
    county = LivelyCounty.begin(clock, dice)
    everybody, confirmed = subscriptions(county, readers), False
    while clock.at.date() < FIRST + dt.timedelta(days=days):
        clock.advance(dt.timedelta(minutes=dice.randint(1, 5 * 24 * 60)))
        what = county.change()
        if not confirmed and clock.at.date() >= FIRST + dt.timedelta(days=days * 2 // 3):
            county.confirm_next_year()
            confirmed = True
        clock.advance(dt.timedelta(minutes=dice.randint(1, 90)))
        since = f"{window_start(clock.at.astimezone(dt.timezone(dt.timedelta(hours=8))).date(), KEPT_DAYS):%Y%m%d}"
        truth = {name: county.true_of(name, since) for name in county.addresses}
        for one in everybody:
            if not one.eager and dice.randrange(pace):
                continue
            seen, true = one.refresh(client, since), truth[one.name.partition(": ")[2]]
            assert seen == true, (
                f"{one.name} after {what} on {clock.at}: shows {sorted(set(seen) - set(true))[:4]}, "
                f"misses {sorted(set(true) - set(seen))[:4]}, {len(seen)} instead of {len(true)}"
            )
    return county, everybody
