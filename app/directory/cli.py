"""`flask directory …`: offices and the import of leaders from a spreadsheet, usable without a browser."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.core.database import transaction
from app.core.errors import RotaError
from app.core.text import Text
from app.directory import queries, service
from app.directory.importing import limits
from app.directory.importing.errors import FileRefused
from app.directory.importing.grid import Book
from app.directory.importing.plan import ImportPlan, PlanRow, Value, plan_to_json
from app.directory.importing.reader import read_file
from app.directory.models import KINDS, Office
from app.directory.rules import OFFICE_CODE, mask_phone
from app.directory.service import OfficeDetails, imports

directory_commands = AppGroup("directory", help="Offices, leaders, rooms, departments.")
LABELS = {"add": "新增 add", "change": "变更 change", "keep": "不变 keep", "refuse": "拒绝 refuse"}


@directory_commands.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--office", "office_code", required=True, metavar="CODE", help="Code of the office.")
@click.option("--dry-run", is_flag=True, help="Show what would be done and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON and nothing else.")
@click.option("--yes", is_flag=True, help="Do not ask before writing (asked only at a terminal).")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the sentences.")
def import_leaders(file: Path, office_code: str, dry_run: bool, as_json: bool, yes: bool, lang: str) -> None:
    """Import leaders from FILE (.xlsx, .xls or .csv) into an office.

    Refused rows are reported and do not hold back the others; all others are written in one transaction. A file
    that cannot be used ends with one sentence and exit code 1.
    """
    try:
        office = queries.get_office(office_code)
        book = read_file(_read(file))
        plan = imports.plan_book(office, book)
    except RotaError as error:
        plan = ImportPlan(refused=error.text)
    if plan.refused is not None:
        _refuse(plan, as_json, lang)
    if not as_json:
        _print_plan(plan, lang)
    if not dry_run and _is_wanted(plan, yes or as_json):
        plan = _apply(office, book, plan, as_json)
    if as_json:
        click.echo(json.dumps(plan_to_json(plan, lang), ensure_ascii=False, indent=2))


def _read(file: Path) -> bytes:
    """The file's bytes, at most one more than is allowed. Raises FileRefused when it cannot be opened."""
    try:
        with file.open("rb") as opened:
            return opened.read(limits.MAX_FILE_BYTES + 1)
    except OSError as error:
        sentence = Text(
            f"打不开文件 {file}：{error.strerror}。请检查文件名和权限。",
            f"The file {file} cannot be opened ({error.strerror}). Check its name and permissions.",
        )
        raise FileRefused("cannot_open", sentence) from error


def _refuse(plan: ImportPlan, as_json: bool, lang: str) -> None:
    assert plan.refused is not None  # noqa: S101 (for the type checker)
    if as_json:
        click.echo(json.dumps(plan_to_json(plan, lang), ensure_ascii=False, indent=2))
    click.echo(plan.refused.in_locale(lang), err=True)
    sys.exit(1)


def _is_wanted(plan: ImportPlan, sure: bool) -> bool:
    if plan.writes_nothing or sure or not sys.stdin.isatty():
        return True
    return click.confirm("写入？ Write this?", default=False)


def _apply(office: Office, book: Book, seen: ImportPlan, as_json: bool) -> ImportPlan:
    """Write in one transaction. What is written is planned anew under the lock and is what is printed."""
    if not seen.writes_nothing:
        click.echo(f"正在写入 writing {seen.count('add') + seen.count('change')} …", err=True)
    with transaction():
        plan, applied = imports.apply_book(office, book)
    if applied is not None and not as_json:
        click.echo(
            f"已导入：新增 {applied.added}，变更 {applied.changed}，不变 {applied.kept}，拒绝 {applied.refused}。"
            f" Imported: {applied.added} added, {applied.changed} changed, {applied.kept} kept, "
            f"{applied.refused} refused."
        )
    return plan


def _print_plan(plan: ImportPlan, lang: str) -> None:
    for note in plan.notes:
        click.echo(f"* {note.in_locale(lang)}")
    for row in plan.rows:
        click.echo(_line(row))
        for name, (old, new) in row.changes.items():
            click.echo(f"        {name}: {_shown(name, old)} → {_shown(name, new)}")
        for problem in row.problems:
            click.echo(f"        ! {problem.in_locale(lang)}")
    counts: Any = (f"{label} {plan.count(action)}" for action, label in LABELS.items())  # type: ignore[arg-type]
    click.echo(f"共 {len(plan.rows)} 行 rows: " + ", ".join(counts))


def _line(row: PlanRow) -> str:
    values = (row.name, row.post, "、".join(row.sectors), "、".join(row.townships), mask_phone(row.phone))
    return f"{row.line:>5}  {LABELS[row.action]:<12} " + " | ".join(value or "—" for value in values)


def _shown(name: str, value: Value) -> str:
    if not value:
        return "—"
    if name == "phone":
        return mask_phone(str(value))
    return "、".join(value) if isinstance(value, tuple) else str(value)


@directory_commands.command("add-office")
@click.argument("code")
@click.option("--name", required=True, help="Name of the office.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Its level.")
@click.option("--parent", "parent_code", metavar="CODE", help="The office above it.")
def add_office(code: str, name: str, kind: str, parent_code: str | None) -> None:
    """Add an office, also the first one, which no page can add."""
    if not OFFICE_CODE.fullmatch(code) or len(code) > 32:
        raise click.BadParameter("small letters, digits and single hyphens, like town-07", param_hint="CODE")
    try:
        with transaction():
            parent = queries.get_office(parent_code) if parent_code else None
            service.add_office(code, kind, parent, OfficeDetails(name=name))
    except RotaError as error:
        raise click.ClickException(f"{error.text.zh} {error.text.en}") from error
    click.echo(f"{code}: {name}")


@directory_commands.command("purge-uploads")
def purge_uploads() -> None:
    """Remove files that were uploaded for a preview and never confirmed."""
    with transaction():
        number = imports.purge_uploads()
    click.echo(f"已清除 removed: {number}")
