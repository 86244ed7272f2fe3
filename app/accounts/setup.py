"""Install sign-in (on Flask-Security), the permission guard, the pages and commands of accounts."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import Security, SQLAlchemyUserDatastore

from app.accounts import access
from app.accounts.cli import accounts_commands
from app.accounts.key_cli import key_commands
from app.accounts.models import RoleGrant, User
from app.accounts.one_tap import office_routes, routes
from app.accounts.routes import blueprint
from app.core.database import db
from app.web import navigation

ONE_TAP_PAGES = (routes, office_routes)
# A brake in memory for one process; the guarantee is the count of failures in the database.
RATE_LIMIT = "60 per minute"
RATE_LIMITED = (
    "accounts.sign_in",
    "accounts.sign_in_code",
    "accounts.change_password",
    "one_tap.prove",
)


def install(app: Flask) -> None:
    """Register sign-in, pages and commands."""
    app.config.update(
        SECURITY_USERNAME_ENABLE=True,
        SECURITY_FLASH_MESSAGES=False,
        REMEMBER_COOKIE_DURATION=timedelta(days=14),
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
    )
    # Its pages and texts are not used: sign-in is counted and worded by us. Hashes and sessions are its work.
    Security(app, SQLAlchemyUserDatastore(db, User, RoleGrant), register_blueprint=False)
    access.install(app)
    app.register_blueprint(blueprint)
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(accounts_commands)
    app.cli.add_command(key_commands)
    _limit(app)
    people = navigation.Entry(80, _l("People"), "accounts.people", "accounts.manage", "people", office=False)
    trail = navigation.Entry(
        90, _l("Audit trail"), "accounts.audit_trail", "audit.view", "journal-text", office=False
    )
    navigation.add(app, people)
    navigation.add(app, trail)


def _limit(app: Flask) -> None:
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    brake = limiter.limit(RATE_LIMIT, methods=["POST"])
    for endpoint in RATE_LIMITED:
        view: Any = app.view_functions[endpoint]
        braked: Any = brake(view)
        app.view_functions[endpoint] = braked
