"""Puts substitution into the application."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import one_tap
from app.core import background
from app.core.events import subscribe
from app.core.text import Text
from app.directory.events import LeaderChanged, LeaderEnded
from app.roster import own_ask_routes
from app.roster.events import LeaveChanged, RosterPublished
from app.roster.substitution import board_routes, request_routes, settings_routes
from app.roster.substitution.blueprint import blueprint
from app.roster.substitution.jobs import due_deadlines, duties_changed, leader_changed
from app.roster.substitution.service.watching import look_again
from app.web import navigation

SECONDS = 60
PAGES = (board_routes, request_routes, settings_routes, own_ask_routes)


def install(app: Flask) -> None:
    """Register pages, listeners and menu entries."""
    app.register_blueprint(blueprint)
    subscribe(RosterPublished, look_again)
    subscribe(RosterPublished, duties_changed)
    subscribe(LeaveChanged, leader_changed)
    subscribe(LeaderEnded, leader_changed)
    subscribe(LeaderChanged, leader_changed)
    background.repeat("substitution.deadlines", SECONDS, due_deadlines)
    one_tap.register_purpose("own", Text("我的接访", "My duties"), "own.duties_by_link")
    one_tap.register_purpose("ask", Text("请您代班", "A request to stand in"), "own.asked")
    one_tap.register_purpose("acknowledge", Text("确认接访安排", "Your duty"), "own.seen")
    navigation.add(
        app,
        navigation.Entry(
            140, _l("Substitutes"), "substitution.index", "substitutions.view", "arrow-left-right"
        ),
    )
