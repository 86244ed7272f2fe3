"""Install the feature."""

from flask import Flask

from app.notifications import jobs, notice_pages, recipients
from app.notifications.cli import notice_commands, scheduler_commands, worker_command
from app.notifications.reasons import setup as reasons


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
    recipients.register_many("leader", recipients.find_leaders)
    recipients.register("contact", recipients.find_contact)
    recipients.register("user", recipients.find_user)
    jobs.install(app)
    reasons.install()
    notice_pages.install(app)
    for command in (scheduler_commands, worker_command, notice_commands):
        app.cli.add_command(command)
