"""Install the feature."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.calendar.events import CalendarChanged, ChangeProposed, RestDayProposed
from app.core import background
from app.core.events import subscribe
from app.directory.events import LeaderShareGiven
from app.roster import absence_routes, ledger_routes, own_routes, pages, routes, rules_routes
from app.roster.absences import take_share
from app.roster.background import BUILD
from app.roster.calendar_effects import add_effects, add_published
from app.roster.jobs import build_deferred
from app.roster.substitution import setup as substitution_setup
from app.roster.suspending import follow_calendar
from app.web import navigation


def install(app: Flask) -> None:
    """Register pages and commands."""
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(rules_routes.blueprint)
    app.register_blueprint(absence_routes.blueprint)
    app.register_blueprint(ledger_routes.blueprint)
    app.register_blueprint(own_routes.blueprint)
    pages.install(app)
    background.task(BUILD, build_deferred, queue="solves")
    substitution_setup.install(app)
    subscribe(ChangeProposed, add_effects)
    subscribe(RestDayProposed, add_published)
    subscribe(CalendarChanged, follow_calendar)
    subscribe(LeaderShareGiven, take_share)
    navigation.add(app, navigation.Entry(160, _l("Rules"), "rules.index", "rules.view", "list-check"))
    navigation.add(app, navigation.Entry(170, _l("Absences"), "absences.index", "rules.view", "person-dash"))
    navigation.add(app, navigation.Entry(150, _l("Ledger"), "ledger.index", "roster.view", "journal-check"))
    navigation.add(
        app,
        navigation.Entry(
            5,
            _l("My duties"),
            "own.duties",
            "own.view",
            "person",
            office=False,
            shown=own_routes.belongs_to_a_leader,
        ),
    )
