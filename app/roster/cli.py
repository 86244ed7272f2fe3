"""`flask roster …`. An entry point of the `flask` command, so `solve` runs without the web application."""

from flask.cli import AppGroup

roster_commands = AppGroup("roster", help="Rules, rosters, publication.")
