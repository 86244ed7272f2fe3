"""The demo's accounts: one for each role, with passwords made at load time and kept in the data folder."""

import json
import os
import secrets
from pathlib import Path

from flask import current_app
from flask_security import hash_password

from app.accounts.models import RoleGrant, User
from app.core.database import db
from app.directory.models import Department, Leader, Office

UNIT, UNIT_CONTACT = "示例县人力资源和社会保障局", "示例单位联系人"
# username, shown name, role, office, what to try
ACCOUNTS = (
    ("admin", "示例管理员", "administrator", "city"),
    ("scheduler", "示例排班员", "scheduler", "county"),
    ("town", "示例乡镇排班员", "scheduler", "town-01"),
    ("reception", "示例接待员", "reception", "county"),
    ("auditor", "示例审计员", "auditor", "city"),
    ("leader", "示例县领导", "leader", "county"),
    ("unit", UNIT_CONTACT, "unit", "county"),
)


def sign_ins_file() -> Path:
    """Where the demo's passwords lie, readable by the owner only."""
    settings = current_app.extensions["settings"]
    return Path(settings.data_dir) / "demo-sign-ins.json"


def unit_of(office: Office) -> Department:
    """The department whose contact signs in."""
    return db.session.query(Department).filter_by(office_id=office.id, name=UNIT).one()


def write_accounts(offices: dict[str, Office]) -> None:
    """Add the accounts to the session and remember their passwords. The caller holds the transaction."""
    passwords = {}
    leader = (
        db.session.query(Leader).filter_by(office_id=offices["county"].id).order_by(Leader.position).first()
    )
    for username, name, role, code in ACCOUNTS:
        passwords[username] = f"demo-{secrets.token_hex(4)}"
        user = User(
            username=username,
            email=f"{username}@example.org",
            name=name,
            password=hash_password(passwords[username]),
            fs_uniquifier=secrets.token_hex(16),
            leader_id=leader.id if role == "leader" and leader else None,
        )
        db.session.add(user)
        db.session.flush()
        unit = unit_of(offices[code]).id if role == "unit" else None
        db.session.add(RoleGrant(user_id=user.id, office_id=offices[code].id, role=role, department_id=unit))
    path = sign_ins_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(passwords, file)


def read_sign_ins() -> dict[str, str]:
    """Username → password of the demo's accounts; empty when this is not the demo's database."""
    path = sign_ins_file()
    return dict(json.loads(path.read_text())) if path.exists() else {}
