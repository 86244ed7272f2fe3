"""Install sign-in (Flask-Security) and the permission guard."""

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_security import Security, SQLAlchemyUserDatastore

from app.accounts import access, routes
from app.accounts.cli import accounts_commands
from app.accounts.models import RoleGrant, User
from app.core.database import db
from app.web import navigation


def install(app: Flask) -> None:
    """Register sign-in, pages and commands."""
    app.config.update(
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/offices",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_USERNAME_ENABLE=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
    )
    Security(app, SQLAlchemyUserDatastore(db, User, RoleGrant), register_blueprint=True)
    access.install(app)
    app.register_blueprint(routes.blueprint)
    app.cli.add_command(accounts_commands)
    navigation.add(
        app,
        navigation.Entry(
            90, _l("Audit trail"), "accounts.audit_trail", "audit.view", "journal-text", office=False
        ),
    )
