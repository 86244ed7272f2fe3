"""Which role may do what. Pure: roles and office ids in, yes or no out."""

from collections.abc import Iterable, Sequence
from typing import Protocol

VIEW = {
    "office.view",
    "directory.view",
    "calendar.view",
    "rules.view",
    "roster.view",
    "substitutions.view",
    "notices.view",
    "screens.view",
}
EDIT = {
    "directory.edit",
    "calendar.edit",
    "rules.edit",
    "roster.draft",
    "roster.publish",
    "substitutions.arrange",
    "notices.edit",
    "visits.settings",
    "tokens.manage",
    "links.manage",
    "screens.edit",
}
# Visits hold what residents entrusted to the office: only those who work with them see them.
VISITS = {
    "visits.view",
    "visits.edit",
    "visits.reveal",
    "followup.view",
    "followup.edit",
    "substitutions.arrange",
}
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "administrator": frozenset(VIEW | EDIT | VISITS | {"accounts.manage", "audit.view", "own.view"}),
    "scheduler": frozenset(VIEW | EDIT | VISITS | {"own.view"}),
    "reception": frozenset(VIEW | VISITS | {"own.view"}),
    "auditor": frozenset(VIEW | {"audit.view", "visits.view", "followup.view", "own.view"}),
    "leader": frozenset({"own.view"}),
    "unit": frozenset({"unit.answer"}),  # for its department only: the view asks which one
}
PERMISSIONS = frozenset().union(*ROLE_PERMISSIONS.values())


class Grant(Protocol):
    """A role held at an office."""

    role: str
    office_id: int


def may(grants: Iterable[Grant], permission: str, office_path: Sequence[int] | None) -> bool:
    """Do these grants allow `permission` at an office?

    `office_path` holds the ids of the office and everything above it; a grant higher up reaches down.
    None asks "anywhere". Raises ValueError for a permission that does not exist.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no such permission: {permission}")
    return any(
        permission in ROLE_PERMISSIONS[grant.role] and (office_path is None or grant.office_id in office_path)
        for grant in grants
    )
