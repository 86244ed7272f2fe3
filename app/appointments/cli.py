"""`flask visits …`: what an operator does from the command line."""

import click
from flask.cli import AppGroup

from app.appointments import vault
from app.appointments.jobs import expire_holds
from app.appointments.queries import keys_of_files
from app.appointments.service import retention
from app.core.database import transaction
from app.directory.queries import list_offices

visit_commands = AppGroup("visits", help="Visits: holds that expire, personal data that has come to its end.")


@visit_commands.command("expire")
def expire() -> None:
    """Give back the places nobody confirmed in time (the scheduler does it every minute)."""
    expire_holds()


@visit_commands.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def purge(dry_run: bool) -> None:
    """Remove personal data whose time is over, and files no visit knows."""
    for office in list_offices():
        if dry_run:
            found = retention.due(office.id)
        else:
            with transaction():
                found = retention.purge(office.id)
        if found.visits or found.files:
            click.echo(f"{office.code}: {len(found.visits)} visits, {len(found.files)} files")
    orphans = vault.keys_on_disk() - keys_of_files()
    for key in () if dry_run else orphans:
        vault.remove(key)
    click.echo(
        f"{len(orphans)} files without a visit" + (" (dry run: nothing was removed)" if dry_run else "")
    )
