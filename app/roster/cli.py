"""`flask roster …`. An entry point of the `flask` command, so `solve` runs without the web application.

Imports that need a database or secrets stand inside the commands for that reason.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
from flask.cli import AppGroup

DAY = click.DateTime(formats=["%Y-%m-%d"])


class RosterGroup(AppGroup):
    """The commands here, and `solve` of the engine, which is loaded only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands."""
        return sorted({*super().list_commands(ctx), "solve"})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command."""
        if cmd_name == "solve":
            from app.roster.engine.cli import solve_command

            command: click.Command = solve_command
            return command
        return super().get_command(ctx, cmd_name)


roster_commands = RosterGroup("roster", help="Rules, rosters, publication.")


@roster_commands.command("build")
@click.option("--office", "codes", help="Codes of offices, separated by commas.")
@click.option("--all", "everywhere", is_flag=True, help="Every open office.")
@click.option("--under", help="This office and everything under it.")
@click.option("--from", "first", type=DAY, help="First day, YYYY-MM-DD.")
@click.option("--to", "last", type=DAY, help="Last day, YYYY-MM-DD.")
@click.option("--publish", is_flag=True, help="Publish every roster that is found.")
@click.option("--reason", default="", help="Reason, required when something published is corrected.")
@click.option("--accept-conflicts", is_flag=True, help="Publish although softer rules are broken.")
@click.option("--time-limit", type=click.FloatRange(0.5, 3600), help="Seconds for each office.")
@click.option("--processes", type=click.IntRange(1, 64), default=2, show_default=True, help="Side by side.")
@click.option(
    "--freeze-days",
    type=click.IntRange(0, 366),
    default=0,
    help="In a re-plan move nothing published within so many days.",
)
@click.option("--run", "run_key", help="Build the waiting drafts of this run (what the web page starts).")
@click.option("--draft", "draft_id", type=int, help="Build this waiting draft (what the web page starts).")
def build(**options: Any) -> None:
    """Build rosters: for offices and a range of days, or one waiting draft.

    Exit code 0: all built; 2: refused (bad range, nothing to publish …); 3: impossible, the reasons are printed;
    4: stopped without a roster.
    """
    from app.roster.build_command import Request, run

    first, last = _day(options["first"]), _day(options["last"])
    stored = options["draft_id"] is not None or options["run_key"] is not None
    if not stored and (first is None or last is None):
        raise click.UsageError("Give --from and --to, or --draft or --run.")
    if not stored and not (options["codes"] or options["everywhere"] or options["under"]):
        raise click.UsageError("Name the offices: --office CODE[,CODE…], --under CODE or --all.")
    request = Request(
        codes=tuple(code.strip() for code in (options["codes"] or "").split(",") if code.strip()),
        everywhere=options["everywhere"],
        under=options["under"],
        first=first,
        last=last,
        publish=options["publish"],
        reason=options["reason"],
        accept_conflicts=options["accept_conflicts"],
        time_limit=options["time_limit"],
        processes=options["processes"],
        draft_id=options["draft_id"],
        freeze_days=options["freeze_days"],
        run_key=options["run_key"],
    )
    click.get_current_context().exit(run(request))


def _day(value: dt.datetime | None) -> dt.date | None:
    return value.date() if value is not None else None
