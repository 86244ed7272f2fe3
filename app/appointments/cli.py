"""`flask visits …`: what an operator does from the command line."""

import click
from flask.cli import AppGroup

from app.appointments import vault
from app.appointments.jobs import expire_holds
from app.appointments.service import ending, retention
from app.core.database import transaction
from app.directory.models import Office
from app.directory.queries import list_offices

visit_commands = AppGroup("visits", help="Visits: holds that expire, personal data that has come to its end.")
_KINDS = {
    "received": "received by a leader",
    "unplaced": "that led to no visit",
    "unfinished": "whose day nobody closed",
}


@visit_commands.command("expire")
@click.option("--dry-run", is_flag=True, help="Only say which requests without a decision would end.")
def expire(dry_run: bool) -> None:
    """Give back places nobody confirmed in time, end closed waiting lists and requests too long without a day.

    The scheduler does the first every minute, the others every hour. Each resident is told.
    """
    if not dry_run:
        expire_holds()
    for office in list_offices():
        if dry_run:
            found = ending.undecided(office)
        else:
            with transaction():
                found = ending.end_undecided(office)
        if found.waiting or found.placeless:
            click.echo(
                f"{office.code}: {len(found.waiting)} on closed waiting lists, {len(found.placeless)} without a day"
            )
    if dry_run:
        click.echo("dry run: nothing was changed")


@visit_commands.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def purge(dry_run: bool) -> None:
    """Remove personal data whose time is over, and files no visit and no matter knows.

    Office by office, each complete or untouched: a purge that was stopped is simply started again.
    """
    for office in list_offices():
        _purge(office, dry_run)
    orphans = len(vault.orphans()) if dry_run else vault.remove_orphans()
    click.echo(f"{orphans} files nobody knows" + (" (dry run: nothing was removed)" if dry_run else ""))


def _purge(office: Office, dry_run: bool) -> None:
    if dry_run:
        found = retention.due(office.id)
    else:
        with transaction():
            found = retention.purge(office.id)
    if found.visits or found.files:
        kinds = ", ".join(f"{count} {_KINDS[kind]}" for kind, count in found.kinds.items())
        click.echo(
            f"{office.code}: {len(found.visits)} visits"
            + (f" ({kinds})" if kinds else "")
            + f", {len(found.files)} files"
        )
