"""Pages of accounts: the audit trail."""

from flask import Blueprint, render_template, request
from sqlalchemy import select

from app.accounts.access import requires
from app.accounts.models import AuditEntry
from app.core.database import db

blueprint = Blueprint(
    "accounts",
    "app.accounts",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/accounts",
)


@blueprint.get("/audit")
@requires("audit.view")
def audit_trail() -> str:
    """Newest changes first."""
    page = max(1, request.args.get("page", 1, type=int))
    entries = db.session.scalars(
        select(AuditEntry).order_by(AuditEntry.id.desc()).limit(100).offset(100 * (page - 1))
    ).all()
    return render_template("accounts/audit.html", entries=entries, page=page)
