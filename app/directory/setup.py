"""Install the directory."""

from collections.abc import Collection, Sequence

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts import one_tap
from app.directory import queries, routes
from app.directory.cli import directory_commands
from app.directory.forms import FACET_LABELS
from app.directory.models import Department, Office
from app.directory.rules import mask_email, mask_phone
from app.web import navigation


class _Tree:
    """Lets access control find offices without knowing the directory."""

    def find_office(self, code: str) -> Office | None:
        """The office with this code."""
        return queries.find_office(code)

    def path(self, office: Office) -> list[int]:
        """Ids of the office and everything above it."""
        return queries.office_path(office)

    def offices(self) -> Sequence[Office]:
        """Every office."""
        return queries.list_offices()

    def leaders(self, office_id: int) -> list[tuple[int, str]]:
        """Id and name of the office's leaders, those who left too."""
        return [(leader.id, leader.name) for leader in queries.leaders_of(office_id, None)]

    def departments(self, office_ids: Collection[int]) -> Sequence[Department]:
        """The departments of these offices by name, closed ones too."""
        return queries.departments_of(office_ids)

    def is_open(self, department_id: int) -> bool:
        """Whether this department is not closed today."""
        return queries.is_department_open(department_id)


def install(app: Flask) -> None:
    """Register pages, commands and menu entries.

    Features above put cards on the start page of an office: functions in `app.extensions["overview_cards"]` that
    take the office and return Markup, or None for no card.
    """
    app.extensions["office_tree"] = _Tree()
    app.extensions.setdefault("overview_cards", [])
    one_tap.register_holder("leader", queries.find_phone_of_leader)
    one_tap.register_holder("contact", queries.find_phone_of_contact)
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(directory_commands)
    app.jinja_env.filters.update(mask_phone=mask_phone, mask_email=mask_email)
    app.jinja_env.globals["facet_labels"] = FACET_LABELS
    for entry in (
        navigation.Entry(10, _l("Overview"), "directory.office", "office.view", "house"),
        navigation.Entry(410, _l("Leaders"), "directory.leaders", "directory.view", "people"),
        navigation.Entry(420, _l("Departments"), "directory.departments", "directory.view", "diagram-3"),
        navigation.Entry(430, _l("Rooms and office"), "directory.rooms", "directory.view", "door-open"),
    ):
        navigation.add(app, entry)
