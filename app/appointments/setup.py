"""Install the feature."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import one_tap
from app.appointments import (
    code_routes,
    day_routes,
    effects,
    entry_routes,
    invitation_routes,
    jobs,
    public_routes,
    queries,
    queue_routes,
    record_routes,
    routes,
    screening_routes,
    settings_routes,
    unit_routes,
    vault,
    words,
)
from app.appointments.cli import visit_commands
from app.appointments.replanning import tell_invited
from app.appointments.rules import people
from app.appointments.service import roster_moves
from app.calendar.events import CalendarChanged, RestDayProposed, SuspensionProposed
from app.core import background, rotation
from app.core.events import subscribe
from app.core.text import Text
from app.roster.events import ChangesProposed, InvitedAsked, RosterPublished
from app.roster.substitution.wanted import register_wanted
from app.web import navigation

MODULES = (
    public_routes,
    code_routes,
    queue_routes,
    screening_routes,
    entry_routes,
    settings_routes,
    day_routes,
    record_routes,
    invitation_routes,
    unit_routes,
)  # those that add pages to the blueprint


def install(app: Flask) -> None:
    """Register pages, commands and listeners."""
    app.register_blueprint(routes.blueprint)
    app.jinja_env.globals.update(
        visit_states=words.STATE_NAMES,
        visit_sentence=words.sentence_of,
        visit_tags=words.STATE_TAGS,
        visit_reason_sentences=words.REASON_SENTENCES,
        visit_route_sentences=words.ROUTE_SENTENCES,
    )
    navigation.add(app, navigation.Entry(210, _l("Visits"), "visits.queue", "visits.view", "people"))
    navigation.add(
        app,
        navigation.Entry(
            30, _l("Sessions we attend"), "visits.our_sessions", "unit.answer", "calendar-check", office=False
        ),
    )
    subscribe(InvitedAsked, tell_invited)
    subscribe(RosterPublished, roster_moves.on_published)
    subscribe(CalendarChanged, roster_moves.on_calendar_changed)
    subscribe(ChangesProposed, effects.answer)
    subscribe(SuspensionProposed, effects.answer_suspension)
    subscribe(RestDayProposed, effects.answer_rest_day)
    register_wanted(effects.wanted)
    one_tap.register_holder("visit", queries.find_phone_of_visitor)
    one_tap.register_purpose(
        "consent", Text("请您同意约访", "An invitation to consent to"), "visits.leader_consent"
    )
    one_tap.register_purpose("attend", Text("请派人参加接访", "Attend a visit"), "visits.unit_attends")
    background.repeat("visits.holds", 60, jobs.expire_holds)
    background.repeat("visits.undecided", 3600, jobs.end_undecided)
    background.repeat("visits.readiness", 300, jobs.push_readiness)
    background.repeat("visits.purge", 24 * 3600, jobs.purge)
    rotation.register_index("visits", "name", "name_index", people.same_name)
    rotation.register_index("visits", "document_number", "document_index")
    rotation.register_index("visits", "phone", "phone_index")
    rotation.register_files("attachments", vault.reseal_all)
    vault.register_folder("attachments", queries.keys_of_files)
    app.cli.add_command(visit_commands)
