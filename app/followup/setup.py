"""Install the feature."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import one_tap
from app.appointments import vault
from app.appointments.events import CopyAsked, VisitChanged
from app.core import background
from app.core.events import subscribe
from app.core.text import Text
from app.followup import (
    entry_routes,
    jobs,
    letter_routes,
    list_routes,
    one_matter,
    our_routes,
    paper_routes,
    result_routes,
    settings_routes,
    step_routes,
    unit_routes,
    urge_routes,
)
from app.followup.blueprint import blueprint
from app.followup.bulletin import routes as bulletin_routes
from app.followup.cli import matter_commands
from app.followup.queries import keys_of_papers
from app.followup.service.forgetting import copy_for_resident, forget_with_visit
from app.followup.service.papers import FOLDER
from app.web import navigation

# Those that add pages to the blueprint.
MODULES = (
    list_routes,
    entry_routes,
    one_matter,
    step_routes,
    letter_routes,
    paper_routes,
    result_routes,
    settings_routes,
    unit_routes,
    urge_routes,
    our_routes,
    bulletin_routes,
)


def install(app: Flask) -> None:
    """Register pages, links and menu entries."""
    app.register_blueprint(blueprint)
    subscribe(VisitChanged, forget_with_visit)
    subscribe(CopyAsked, copy_for_resident)
    vault.register_folder(FOLDER, keys_of_papers)
    background.repeat("matters.purge", 24 * 3600, jobs.purge)
    app.cli.add_command(matter_commands)
    one_tap.register_purpose(unit_routes.PURPOSE, Text("办理并答复事项", "Answer a matter"), "followup.unit")
    one_tap.register_purpose(
        urge_routes.PURPOSE, Text("督办逾期事项", "Urge overdue replies"), "followup.urging"
    )
    navigation.add(
        app,
        navigation.Entry(20, _l("Our matters"), "followup.our_matters", "unit.answer", "inbox", office=False),
    )
    navigation.add(
        app,
        navigation.Entry(220, _l("Follow-through"), "followup.matters", "followup.view", "clipboard-check"),
    )
    navigation.add(
        app, navigation.Entry(230, _l("Bulletin"), "followup.bulletin", "followup.view", "bar-chart")
    )
