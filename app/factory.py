"""The application factory: the only place that wires everything together."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    accounts,
    appointments,
    calendar,
    directory,
    feeds,
    followup,
    notifications,
    roster,
    screens,
    web,
)
from app.accounts import setup as accounts_setup
from app.appointments import setup as appointments_setup
from app.calendar import setup as calendar_setup
from app.core import clock
from app.core.database import db
from app.demo import setup as demo_setup
from app.directory import setup as directory_setup
from app.feeds import setup as feeds_setup
from app.followup import setup as followup_setup
from app.notifications import setup as notifications_setup
from app.roster import setup as roster_setup
from app.screens import setup as screens_setup
from app.web import setup as web_setup
from config import Settings, load_settings

# Lowest first: a feature may use those before it.
FEATURES = (web, accounts, directory, calendar, roster, appointments, followup, notifications, feeds, screens)
SETUPS = (
    web_setup,
    accounts_setup,
    directory_setup,
    calendar_setup,
    roster_setup,
    appointments_setup,
    followup_setup,
    notifications_setup,
    feeds_setup,
    screens_setup,
    demo_setup,
)


def create_app(settings: Settings | None = None, clock_to_use: clock.Clock | None = None) -> Flask:
    """Build the web application. Raises ConfigError naming a missing setting."""
    settings = settings or load_settings()
    app = Flask("app", static_folder=None, static_url_path="/static", template_folder=None)
    _configure(app, settings)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["settings"] = settings
    app.extensions["field_keys"] = settings.field_keys
    app.extensions["clock"] = clock_to_use or clock.SystemClock()
    app.jinja_env.undefined = StrictUndefined
    db.init_app(app)
    Migrate(app, db, directory=str(Path(__file__).parent.parent / "migrations"), render_as_batch=True)
    CSRFProtect(app)
    Bootstrap5(app)
    Compress(app)
    for setup in SETUPS:
        setup.install(app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    # A folder without a catalogue would reset the plural form of the merged ones, so only existing ones are named.
    folders = (Path(feature.__file__ or "").parent / "translations" for feature in FEATURES)
    translations = [str(folder) for folder in folders if folder.exists()]
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=16 * 1024 * 1024,
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=";".join(translations),
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open all day; the token lives as long as the session
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "application/javascript",
            "application/json",
            "text/calendar",
            "image/svg+xml",
            "application/atom+xml",
        ],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_STREAMS=False,
    )
    app.config["SECURITY_PASSWORD_SALT"] = settings.password_salt
    engine_options: dict[str, Any] = {
        "hide_parameters": True,  # an error's text goes to the log; the values of a statement do not
        "json_serializer": partial(
            json.dumps, ensure_ascii=False
        ),  # so the audit trail can be searched in Chinese
    }
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    else:
        engine_options |= {"pool_pre_ping": True, "pool_size": 10}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options
