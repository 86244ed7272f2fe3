"""Install the demo's commands."""

from flask import Flask

from app.demo.cli import demo_commands


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(demo_commands)
