"""`flask demo …`: the demo county, and what `make run` prepares before it serves."""

import datetime as dt
import os
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy import func, select

from app.core import clock
from app.core.clock import Clock, FixedClock
from app.core.database import db, transaction
from app.demo.accounts import ACCOUNTS, read_sign_ins, write_accounts
from app.demo.county import YEARS, write_county
from app.demo.life import write_life
from app.demo.rota import write_rules
from app.directory.models import Office
from app.directory.queries import list_offices
from app.roster.build_command import Request, run
from app.roster.drafts import discard
from app.roster.models import Draft
from app.roster.queries import current_duties

demo_commands = AppGroup("demo", help="The demo county.")


@demo_commands.command("prepare")
def prepare() -> None:
    """Migrate; load the demo county into an empty database, or go on where that broke off; say where to look."""
    upgrade()
    if _is_empty() or unfinished_file().exists():
        _load()
    _say_where_to_look()


@demo_commands.command("load")
def load() -> None:
    """Load the demo county into an empty database, and build and publish its rosters."""
    if not _is_empty():
        click.echo(
            "库中已有单位，示例县未载入。/ There are offices already: the demo county goes into an empty database only.",
            err=True,
        )
        sys.exit(1)
    _load()
    _say_where_to_look()


def _load() -> None:
    """Directory first, in one transaction; then the rosters. A load that was broken off goes on where it was."""
    real = current_app.extensions["clock"]
    try:
        clock.install(_new_year(real, min(YEARS)))
        if _is_empty():
            click.echo("Loading the demo county: 27 offices with leaders, rules and leave …")
            unfinished_file().parent.mkdir(parents=True, exist_ok=True)
            unfinished_file().touch()
            with transaction():
                offices = write_county()
                write_rules(offices)
                write_accounts({office.code: office for office in offices})
        codes = [_publish(real, year) for year in YEARS]
    finally:
        clock.install(real)
    if not any(codes):
        click.echo("Playing the county's last weeks: visitors, matters, substitutes, screens …")
        write_life(real)
        unfinished_file().unlink(missing_ok=True)


def _publish(real: Clock, year: int) -> int:
    """The rosters of a year, issued as an office would: late in December before, or now if that is to come."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    waiting = [office.code for office in list_offices() if not current_duties(office.id, first, last)]
    if not waiting:
        return 0
    click.echo(f"Building and publishing the rosters of {year} …")
    clock.install(_new_year(real, year))
    _give_up_drafts(first, last)
    return run(
        Request(
            codes=tuple(waiting),
            everywhere=False,
            under=None,
            first=first,
            last=last,
            publish=True,
            reason=f"{year}年度领导干部接访安排",
            accept_conflicts=False,
            time_limit=None,
            processes=os.cpu_count() or 2,
            draft_id=None,
        )
    )


def _give_up_drafts(first: dt.date, last: dt.date) -> None:
    """Drafts of these days that a load which was broken off left behind: the next one makes its own."""
    left = select(Draft).where(
        Draft.first_day == first, Draft.last_day == last, Draft.state.not_in(("published", "discarded"))
    )
    with transaction():
        for draft in db.session.scalars(left):
            discard(draft, draft.version, "command line")


def unfinished_file() -> Path:
    """Marks a load that has begun and not ended."""
    return Path(current_app.extensions["settings"].data_dir) / "demo-unfinished"


def _new_year(real: Clock, year: int) -> Clock:
    december = dt.datetime(year - 1, 12, 24, 2, tzinfo=dt.UTC)
    return FixedClock(min(december, real.now()))


def _say_where_to_look() -> None:
    address = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
    click.echo(
        f"\n  公众 / residents      {address}/o/county\n"
        f"  大厅屏幕 / screen     {address}/screen/county\n"
        f"  订阅 / calendar       {address}/o/county/calendar.ics\n"
        f"  工作人员 / staff      {address}/sign-in"
    )
    passwords = read_sign_ins()
    for username, _name, role, code in ACCOUNTS:
        if username in passwords:
            click.echo(f"    {username:<10} {passwords[username]:<14} {role} of {code}")
    click.echo("")


def _is_empty() -> bool:
    return not db.session.scalar(select(func.count()).select_from(Office))
