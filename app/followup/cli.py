"""`flask matters …`: what an operator does from the command line."""

import click
from flask.cli import AppGroup

from app.core.database import transaction
from app.directory.queries import list_offices
from app.followup.service import forgetting

matter_commands = AppGroup("matters", help="Matters: personal data that has come to its end.")


@matter_commands.command("purge")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def purge(dry_run: bool) -> None:
    """Remove what people said from matters of no visit (those of a visit go with it)."""
    for office in list_offices():
        if dry_run:
            found = len(forgetting.due(office.id))
        else:
            with transaction():
                found = forgetting.purge(office.id)
        if found:
            click.echo(f"{office.code}: {found} matters")
    if dry_run:
        click.echo("dry run: nothing was removed")
