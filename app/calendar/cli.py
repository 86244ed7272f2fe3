"""`flask calendar …`"""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.calendar import service
from app.calendar.errors import CalendarError
from app.calendar.importing import diff_notices, parse_notice
from app.calendar.notice import NoticeDay, NoticeDocument
from app.calendar.queries import announced
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.queries import get_office, office_path

calendar_commands = AppGroup("calendar", help="Working days, notices, periods.")


@calendar_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", "code", required=True, help="Code of the office; the notice holds for its subtree.")
@click.option("--year", type=int, help="Which year, when the file has several.")
@click.option("--document", default="", help="Document number of the notice.")
@click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
def import_notice(file: Path, code: str, year: int | None, document: str, dry_run: bool) -> None:
    """Import a holiday notice: holiday-cn JSON, ICS or CSV."""
    try:
        office = get_office(code)
        parsed = parse_notice(file.read_bytes(), file.name, year)
        notice = parsed.as_notice((NoticeDocument("", number=document or None),))
        for problem in parsed.problems:
            click.echo(f"! {problem.zh} / {problem.en}")
        for change in diff_notices(announced(office_path(office)).get(notice.year), notice):
            click.echo(f"{change.day}  {_said(change.before)} → {_said(change.after)}")
        effects = service.effects_of_notice(office, notice)
        for effect in effects:
            click.echo(
                f"{effect.office_name}  {effect.rule_name}  {effect.before or '—'} → {effect.after or '—'}"
            )
        if dry_run:
            return
        with transaction():
            service.import_notice(office, notice, parsed.provenance.source)
        click.echo(f"{notice.year}: {len(notice.days)} days, {len(effects)} sessions affected.")
    except CalendarError as error:
        click.echo(f"{error.text.zh}\n{error.text.en}", err=True)
        sys.exit(1)
    except RotaError as error:
        click.echo(f"{error.text.zh}\n{error.text.en}", err=True)
        sys.exit(2)


def _said(entry: NoticeDay | None) -> str:
    return "—" if entry is None else f"{entry.name.zh}{'休' if entry.off else '班'}"
