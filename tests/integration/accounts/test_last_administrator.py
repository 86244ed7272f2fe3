"""An office never loses the last person who can manage its accounts, not even to two browsers at once."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts import queries
from app.accounts.errors import LastAdministrator
from app.accounts.models import RoleGrant, User
from app.accounts.queries import Reach
from app.accounts.service import people
from app.core.database import db, transaction
from tests.factories import make_office, make_user

ROOT = Path(__file__).resolve().parents[3]


def everything() -> Reach:
    return Reach(frozenset(office.id for office in queries.all_offices()), everything=True)


def grant_of(username: str) -> RoleGrant:
    user = db.session.scalars(select(User).filter_by(username=username)).one()
    return db.session.scalars(select(RoleGrant).filter_by(user_id=user.id, role="administrator")).one()


def revoke(username: str) -> None:
    with transaction():
        user = queries.get_user(username)
        people.revoke_role(user, grant_of(username).id, everything())


def test_the_only_administrator_stays(app: Flask) -> None:
    with transaction():
        make_user("ada", "administrator", make_office("county"))
    with pytest.raises(LastAdministrator, match="last administrator"):
        revoke("ada")
    with transaction(), pytest.raises(LastAdministrator):
        people.deactivate(queries.get_user("ada"), None, everything())
    assert queries.get_user("ada").active


def test_one_of_two_may_go_the_other_stays(app: Flask) -> None:
    with transaction():
        county = make_office("county")
        make_user("ada", "administrator", county)
        make_user("ben", "administrator", county)
    revoke("ada")
    with pytest.raises(LastAdministrator):
        revoke("ben")


def test_an_administrator_above_is_enough_one_below_is_not(app: Flask) -> None:
    with transaction():
        county = make_office("county")
        make_user("ada", "administrator", county)
        make_user("tim", "administrator", make_office("town-01", "township", county))
    revoke("tim")
    with transaction():
        town = next(office for office in queries.all_offices() if office.code == "town-01")
        people.grant_role(queries.get_user("tim"), "administrator", town.id)
    with pytest.raises(LastAdministrator):
        revoke("ada")


def test_a_deactivated_administrator_does_not_count(app: Flask) -> None:
    with transaction():
        county = make_office("county")
        make_user("ada", "administrator", county)
        make_user("ben", "administrator", county)
        people.deactivate(queries.get_user("ben"), None, everything())
    with pytest.raises(LastAdministrator):
        revoke("ada")
    revoke("ben")


def test_the_page_says_it_in_one_sentence(app: Flask, client: FlaskClient) -> None:
    with transaction():
        user = make_user("ada", "administrator", make_office("county"))
    client.post("/sign-in", data={"username": "ada", "password": "correct horse battery"})
    address = f"/people/{user.id}/roles/{grant_of('ada').id}/revoke"
    assert "最后一位管理员" in client.post(address, follow_redirects=True).text


REVOKE = textwrap.dedent(
    """
    import sys
    from app.accounts.errors import LastAdministrator
    from pathlib import Path
    from app.factory import create_app
    from tests.conftest import settings_for
    from tests.integration.accounts.test_last_administrator import revoke

    app = create_app(settings_for(sys.argv[1], Path(sys.argv[2])))
    with app.app_context():
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            revoke(sys.argv[3])
        except LastAdministrator:
            print("refused")
        else:
            print("revoked")
    """
)


@pytest.mark.processes
def test_two_processes_cannot_remove_each_other(app: Flask, database_url: str, tmp_path: Path) -> None:
    with transaction():
        county = make_office("county")
        make_user("ada", "administrator", county)
        make_user("ben", "administrator", county)
    db.session.remove()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", REVOKE, database_url, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for name in ("ada", "ben")
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    outcomes = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outcomes = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert outcomes == ["refused", "revoked"]
    assert len(queries.active_administrators()) == 1
