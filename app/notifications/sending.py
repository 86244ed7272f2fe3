"""Sending what is due: claim, look whether it is still true, hand over, record. Any number of processes at once.

Before each hand-over there is one short transaction: it records how the one before ended, looks whether the notice is
still true, and says "sending". So a process that dies at any moment leaves at most one notice of which nobody knows
whether it arrived; `recover` turns it into `unknown` when its lease is over.
"""

import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.core.database import db, transaction
from app.notifications import outbox
from app.notifications.channels.base import SendFailed
from app.notifications.channels.registry import BadSetup
from app.notifications.composing import Ready, prepare
from app.notifications.delivery import Channels, Delivery
from app.notifications.delivery_rules import Tried, next_channel, pause
from app.notifications.models import Notice

log = structlog.get_logger("notices")
Result = TypeVar("Result")
PATIENCE_SECONDS = 10.0  # a batch held up by a slow channel goes back, so that others can send the rest
AFTER_DATABASE_ERROR = dt.timedelta(seconds=2)  # or a lasting one would be tried a thousand times a minute


@dataclass(slots=True)
class Sender:
    """How one process sends. `lease` must be longer than the slowest channel's patience."""

    lease: dt.timedelta = dt.timedelta(seconds=90)
    batch: int = 25
    lanes: int = 4
    chance: random.Random | None = None  # of the pauses; a test seeds it
    stopping: Callable[[], bool] = lambda: False

    def run(self, app: Flask) -> Counter[str]:
        """Send until nothing is due: recovered claims first, then `lanes` threads. Counts by outcome."""
        with app.app_context():
            persistently(recover, 5)
        with ThreadPoolExecutor(self.lanes, "notices") as pool:
            lanes = [pool.submit(self.run_lane, app) for _ in range(self.lanes)]
            return sum((lane.result() for lane in lanes), Counter())

    def run_lane(self, app: Flask) -> Counter[str]:
        """Send one after the other until nothing is due or the sender is told to stop."""
        counts: Counter[str] = Counter()
        channels = Channels()
        try:
            while not self.stopping():
                with app.app_context():
                    done = self._send_batch(channels)
                if not done:
                    break
                counts += done
        finally:
            channels.close()
        return counts

    def _send_batch(self, channels: Channels) -> Counter[str]:
        """One claim's notices; an empty count when nothing is due."""
        token, notices, delivery = persistently(self._claim, 15)
        counts: Counter[str] = Counter()
        handed: Handed | None = None
        until = time.monotonic() + PATIENCE_SECONDS
        for notice in notices:
            if self.stopping() or time.monotonic() > until:
                break
            found = self._next(handed, notice, token, delivery)
            handed = self._hand_over(found, channels) if isinstance(found, Ready) else None
            counts[handed.word if handed else str(found)] += 1
        if notices:
            self._finish(handed, token)
        return counts

    def _claim(self) -> tuple[str, list[Notice], Delivery]:
        """Due notices and how to reach their people, free of the transaction that read them."""
        token, ids = outbox.claim(self.batch, self.lease)
        delivery = Delivery()
        notices = outbox.claimed(ids, token) if ids else []
        delivery.expect(notices)
        return token, notices, delivery

    def _next(self, handed: "Handed | None", notice: Notice, token: str, delivery: Delivery) -> Ready | str:
        """Record what was handed over before and make the next ready; a word where there is nothing to hand over."""
        try:
            with _one_writer(), transaction():
                if handed:
                    handed.record()
                return prepare(notice, token, self.lease, delivery) or "nothing"
        except DBAPIError as error:
            # Perhaps committed, certainly not handed over: it goes back, whatever the row says.
            log.warning("notice not prepared", notice=notice.id, error=type(error).__name__)
            self._settle(handed, lambda: outbox.give_back(notice.id, token, AFTER_DATABASE_ERROR))
            return "given back"
        except Exception as error:  # a mistake in one kind must not hold up all others
            log.exception("notice could not be made", notice=notice.id)
            name = type(error).__name__
            self._settle(handed, lambda: self._postpone(notice.id, token, name))
            return "not made"

    def _finish(self, handed: "Handed | None", token: str) -> None:
        """Record the last one, and give back what was not begun."""
        self._settle(handed, lambda: outbox.give_back_rest(token))

    def _settle(self, handed: "Handed | None", work: Callable[[], object]) -> None:
        """Record what happened, even if the database is away for a while."""

        def both() -> None:
            if handed:
                handed.record()
            work()

        persistently(both, self.lease.seconds)

    def _hand_over(self, ready: Ready, channels: Channels) -> "Handed":
        """Send; what happened is recorded with the next notice."""
        outcome: str
        try:
            receipt = channels.get(ready.way).send(ready.message)
        except SendFailed as failed:
            outcome, answer = failed.failure, failed.code
        except (BadSetup, KeyError) as error:
            outcome, answer = "temporary", f"channel is not set up rightly ({type(error).__name__})"
        except Exception as error:  # recorded as unknown, which staff see
            log.exception("channel failed", notice=ready.notice_ids[0], channel=ready.way.channel)
            outcome, answer = "unknown", type(error).__name__
        else:
            outcome, answer = "sent", receipt
        state = self.state_after(ready, outcome)
        values = self._values(ready, outcome, state, answer)
        return Handed(ready, state, outcome, answer, values)

    def state_after(self, ready: Ready, outcome: str) -> str:
        """Where a notice goes after an attempt that ended so."""
        if outcome == "sent":
            return "sent"
        if outcome == "unknown" and ready.on_unknown != "repeat":
            return "sent" if ready.on_unknown == "assume_sent" else "unknown"
        left = next_channel(ready.ways, [*ready.tried, Tried(ready.way.channel, outcome)])
        return "queued" if left else "failed"

    def _values(self, ready: Ready, outcome: str, state: str, answer: str) -> dict[str, object]:
        if state == "sent":
            error = "" if outcome == "sent" else f"taken as sent: {answer}"
            return {
                "sent_at": clock.now(),
                "receipt": answer if outcome == "sent" else "",
                "last_error": error[:200],
            }
        failures = sum(one.channel == ready.way.channel for one in ready.tried) + 1
        wait = dt.timedelta() if outcome == "permanent" else pause(failures, self._chance())
        return {"next_try_at": clock.now() + wait, "last_error": f"{ready.way.channel}: {answer}"[:200]}

    def _postpone(self, notice_id: int, token: str, error: str) -> None:
        outbox.postpone(notice_id, token, error, lambda tries: clock.now() + pause(tries, self._chance()))

    def _chance(self) -> float:
        return (self.chance or random).random()


@dataclass(frozen=True, slots=True)
class Handed:
    """How a hand-over ended, to be recorded."""

    ready: Ready
    state: str
    outcome: str
    answer: str
    values: dict[str, Any]

    @property
    def word(self) -> str:
        """What it counts as."""
        return self.state if self.outcome in {"sent", "unknown"} else self.outcome

    def record(self) -> None:
        """Inside a transaction; doing it again changes nothing."""
        for one in self.ready.notice_ids:
            outbox.settle(one, self.ready.token, self.state, self.outcome, self.answer, **self.values)


_writer = Lock()


@contextmanager
def _one_writer() -> Iterator[None]:
    """SQLite has one writer anyway: threads that wait here take turns at once, there they would sleep between tries."""
    if db.engine.dialect.name == "postgresql":
        yield
        return
    with _writer:
        yield


def recover() -> int:
    """Settle claims whose sender is gone (inside a transaction); how many became `unknown` and stay so."""
    _again, lost = outbox.recover()
    delivery = Delivery()
    asked = 0
    for notice_id in lost:
        notice = db.session.get_one(Notice, notice_id, populate_existing=True)
        setup = delivery.find_setup(notice.office_id, notice.channel)
        policy = "repeat" if notice.channel == "file" else setup.on_unknown if setup else "ask"
        outbox.settle_unknown(notice, policy)
        asked += policy == "ask"
        log.warning("sender stopped half-way", notice=notice_id, channel=notice.channel, policy=policy)
    return asked


def persistently(work: Callable[[], Result], seconds: float) -> Result:
    """Do `work` in a transaction; when the database goes away, again and again for so long. `work` is idempotent."""
    until = time.monotonic() + seconds
    pause_seconds = 0.05
    while True:
        try:
            with _one_writer(), transaction():
                return work()
        except DBAPIError:
            if time.monotonic() > until:
                raise
        time.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 2, 1.0)
