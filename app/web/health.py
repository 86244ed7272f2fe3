"""`/healthz`: the process answers. `/readyz`: the database answers and is migrated."""

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.database import db
from app.web.access import public
from app.web.migrations import head


def add_routes(blueprint: Blueprint) -> None:
    """Both checks."""

    @blueprint.get("/healthz")
    @public
    def healthz() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    @public
    def readyz() -> tuple[Response, int]:
        try:
            found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        except SQLAlchemyError as error:
            current_app.logger.warning("not ready: %s", error)
            return jsonify(status="unavailable", reason="The database does not answer or has no tables."), 503
        if found != head():
            return jsonify(
                status="unavailable", reason=f"The database is at {found}, the program at {head()}."
            ), 503
        return jsonify(status="ok", migration=found), 200
