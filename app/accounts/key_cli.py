"""`flask keys …`: new keys for everything that is encrypted at rest."""

from collections.abc import Sequence
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import Table

from app.accounts import audit
from app.core import rotation
from app.core.database import transaction
from app.core.encryption import newest_key

key_commands = AppGroup("keys", help="The keys of encrypted columns and files.")


@key_commands.command("rotate")
def rotate() -> None:
    """Seal everything again under the newest key of FIELD_KEY; may be stopped and started again at any time."""
    try:
        changed = sum(_rotate_table(table) for table in rotation.encrypted_tables())
        for name, reseal in rotation.files().items():
            done = list(reseal())
            click.echo(f"{name}: {sum(done)} of {len(done)} files sealed again")
            changed += sum(done)
    except KeyError as error:
        raise click.ClickException(
            f"Something is still sealed under key {error}, which FIELD_KEY does not hold: add that key and start again."
        ) from error
    with transaction():
        audit.record("keys.rotate", f"key {newest_key()}", None, after={"changed": changed})
    click.echo(f"Everything is under key {newest_key()}: {changed} rows and files were changed in this run.")


def _rotate_table(table: Table) -> int:
    after: Sequence[Any] | None = None
    changed, looked = 0, 0
    while True:
        with transaction():
            after, some = rotation.rotate_batch(table, after)
        changed, looked = changed + some, looked + rotation.BATCH
        if after is None:
            break
        click.echo(f"{table.name}: {changed} rows sealed again, looked at {looked} so far")
    if changed:
        click.echo(f"{table.name}: {changed} rows sealed again")
    return changed
