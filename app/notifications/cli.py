"""`flask scheduler`, `flask worker`, `flask notices`."""

import os
import signal
import threading
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.notifications.jobs import sender
from app.notifications.scheduling.scheduler import Scheduler, stopping

scheduler_commands = AppGroup("scheduler", help="The one process that looks for what is due.")
notice_commands = AppGroup("notices", help="Notices that wait to be sent.")


def stop_on_signals() -> None:
    """SIGTERM and Ctrl+C end the process after what it is in the middle of."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


@scheduler_commands.command("run")
@click.option("--with-parent", is_flag=True, help="Stop when the process that started this one is gone.")
def run_scheduler(with_parent: bool) -> None:
    """Stand for election, and be the scheduler while elected. Start as many as you like."""
    stop_on_signals()
    parent = os.getppid()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Scheduler(app).run(lambda: with_parent and os.getppid() != parent)


@click.command("worker")
@click.option("--queues", default="", help="Only these, separated by commas: notices, solves, default.")
@click.option("--concurrency", default=4, show_default=True, help="Tasks at once.")
@click.option("--with-parent", is_flag=True, help="Stop when the process that started this one is gone.")
@with_appcontext
def worker_command(queues: str, concurrency: int, with_parent: bool) -> None:
    """Do deferred tasks (PostgreSQL). On SQLite the scheduler does them itself."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not app.extensions["settings"].database_url.startswith("postgresql"):
        raise click.ClickException("On SQLite the scheduler does this work: run `flask scheduler run`.")
    from app.notifications.scheduling import worker

    if with_parent:
        _end_with_parent(os.getppid())
    wanted = [name.strip() for name in queues.split(",") if name.strip()] or None
    worker.work(app, wanted, concurrency, stopping)


def _end_with_parent(parent: int) -> None:
    """A thread that asks this process to stop when its parent is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            stopping.wait(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@notice_commands.command("send")
def send_now() -> None:
    """Send what is due, here and now, and say how many."""
    stop_on_signals()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    counts = sender().run(app)
    for outcome, count in sorted(counts.items()):
        click.echo(f"{outcome}: {count}")
    if not counts:
        click.echo("Nothing is due.")
