"""Puts the pages about notices into the application: outbox, reminders, wording, people."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.notifications import channel_routes, delivery_routes, people_routes, policy_routes, wording_routes
from app.notifications.notice_blueprint import blueprint
from app.roster.own_routes import belongs_to_a_leader
from app.web import navigation

MODULES = (
    channel_routes,
    delivery_routes,
    policy_routes,
    wording_routes,
    people_routes,
)  # those that add pages to the blueprint


def install(app: Flask) -> None:
    """Register the pages and the menu entries."""
    app.register_blueprint(blueprint)
    mine = navigation.Entry(
        7,
        _l("How I get notices"),
        "notices.own_notices",
        "own.view",
        "bell",
        office=False,
        shown=belongs_to_a_leader,
    )
    navigation.add(app, mine)
    navigation.add(app, navigation.Entry(320, _l("Notices"), "notices.index", "notices.view", "bell"))
