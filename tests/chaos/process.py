"""One process of the chaos: a scheduler or a worker as in production, with shorter patience so that kills show."""

import datetime as dt
import os
from pathlib import Path

from app.core.text import Text
from app.factory import create_app
from app.notifications import delivery_rules, jobs, kinds
from app.notifications.channels import base
from app.notifications.cli import stop_on_signals
from app.notifications.kinds import Kind
from app.notifications.scheduling.scheduler import Scheduler, stopping
from tests.conftest import settings_for

LEASE = dt.timedelta(seconds=5)
NOTE = Kind(
    name="chaos.note",
    label=Text("提醒", "Reminder"),
    subject=Text("{what}", "{what}"),
    body=Text("{what}", "{what}"),
    short=Text("{what}", "{what}"),
    placeholders={"what": Text("事项", "what")},
    still_true=lambda notice: not notice.subject.startswith("stale"),
    values=lambda notice: {"what": notice.subject},
)


def work(role: str, url: str, folder: Path) -> None:
    """Run as "scheduler" or "worker" until told to stop, or killed; what it says goes to a file."""
    log = os.open(folder / f"{role}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    kinds.register(NOTE)
    jobs.LEASE = LEASE
    delivery_rules.FIRST_PAUSE = dt.timedelta(seconds=0.4)
    base.HttpChannel.__init__.__defaults__ = (1, 1)  # seconds to connect and to read
    app = create_app(settings_for(url, folder))
    stop_on_signals()
    if role == "scheduler":
        Scheduler(app).run()
        return
    from app.notifications.scheduling import worker

    worker.HEARTBEAT_SECONDS, worker.STALLED_SECONDS = 0.5, 3.0
    jobs.TASK_SECONDS = 5.0
    with app.app_context():
        worker.work(app, None, 4, stopping)
