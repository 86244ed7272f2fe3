"""Pages of accounts: signing in, the own account, people and roles, the audit trail."""

from flask import Blueprint

blueprint = Blueprint(
    "accounts",
    "app.accounts",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/accounts",
)

from app.accounts.routes import audit, own, people, person, sign_in  # noqa: E402  (they add views to the blueprint)

__all__ = ["audit", "blueprint", "own", "people", "person", "sign_in"]
