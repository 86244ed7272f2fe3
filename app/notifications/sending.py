"""Sending what is due: claim, look whether it is still true, hand over, record. Any number of processes at once.

Each notice takes two short transactions with the hand-over between them. The first ends by saying "sending", so a
process that dies afterwards leaves a row that says so; `recover` turns it into `unknown` when its lease is over.
"""

import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

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
AFTER_DATABASE_ERROR = dt.timedelta(seconds=2)  # or a lasting one would be tried a thousand times a minute


@dataclass(slots=True)
class Sender:
    """How one process sends. `lease` must be longer than the slowest channel's patience."""

    lease: dt.timedelta = dt.timedelta(seconds=90)
    batch: int = 10
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
        token, ids = persistently(lambda: outbox.claim(self.batch, self.lease), 15)
        delivery = Delivery()
        counts: Counter[str] = Counter()
        for notice_id in ids:
            if self.stopping():
                _give_back(notice_id, token, 5)
                continue
            counts[self._send_one(notice_id, token, delivery, channels)] += 1
        return counts

    def _send_one(self, notice_id: int, token: str, delivery: Delivery, channels: Channels) -> str:
        try:
            with transaction():
                ready = prepare(notice_id, token, self.lease, delivery)
        except DBAPIError as error:
            # Perhaps committed, certainly not handed over: it goes back, whatever the row says.
            log.warning("notice not prepared", notice=notice_id, error=type(error).__name__)
            _give_back(notice_id, token, self.lease.seconds, AFTER_DATABASE_ERROR)
            return "given back"
        except Exception as error:  # a mistake in one kind must not hold up all others
            log.exception("notice could not be made", notice=notice_id)
            name = type(error).__name__
            persistently(lambda: self._postpone(notice_id, token, name), self.lease.seconds)
            return "not made"
        return "nothing" if ready is None else self._hand_over(ready, channels)

    def _hand_over(self, ready: Ready, channels: Channels) -> str:
        """Send, then record whatever happened, even if the database is away for a while."""
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
        persistently(
            lambda: [
                outbox.settle(one, ready.token, state, outcome, answer, **values) for one in ready.notice_ids
            ],
            self.lease.seconds,
        )
        return state if outcome in {"sent", "unknown"} else outcome

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


def _give_back(notice_id: int, token: str, seconds: float, wait: dt.timedelta = dt.timedelta()) -> None:
    persistently(lambda: outbox.give_back(notice_id, token, wait), seconds)


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
            with transaction():
                return work()
        except DBAPIError:
            if time.monotonic() > until:
                raise
        time.sleep(pause_seconds)
        pause_seconds = min(pause_seconds * 2, 1.0)
