"""`flask accounts …`"""

import sys

import click
from flask.cli import AppGroup

from app.accounts import audit, queries
from app.accounts.errors import WrongDepartment
from app.accounts.models import ROLES
from app.accounts.queries import Reach
from app.accounts.service import people
from app.core.database import transaction
from app.core.errors import RotaError

accounts_commands = AppGroup("accounts", help="People who sign in, and the audit trail.")


@accounts_commands.command("add")
@click.argument("username")
@click.option("--name", required=True, help="The person's name.")
@click.option("--email", required=True, help="E-mail address; signs in too.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--office", required=True, help="Code of the office; the role reaches everything below it.")
@click.option("--department", help="Name of the department a unit contact answers for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    username: str,
    name: str,
    email: str,
    role: str,
    office: str,
    department: str | None,
    password_stdin: bool,
) -> None:
    """Add somebody who signs in; without --password-stdin a one-time password is printed."""
    password = _from_stdin() if password_stdin else None
    try:
        with transaction():
            found = queries.get_office_in(_everything(), office)
            person = people.Person(username.lower(), name, email.lower())
            unit = _department_id(found.id, department)
            _user, secret = people.add_person(person, role, found.id, password, unit)
    except RotaError as error:
        raise click.ClickException(error.text.en) from error
    click.echo(f"Added {username}, {role} of {office}.")
    if password is None:
        click.echo(f"One-time password: {secret}")


@accounts_commands.command("list")
def list_accounts() -> None:
    """Everybody with an account, with roles."""
    codes = {office.id: office.code for office in queries.all_offices()}
    users = queries.all_users()
    departments = queries.department_names(users)
    for user in users:
        roles = ", ".join(
            f"{grant.role}@{codes[grant.office_id]}"
            + (f" ({departments[grant.department_id]})" if grant.department_id else "")
            for grant in user.grants
        )
        state = "" if user.active else " (deactivated)"
        click.echo(f"{user.username}\t{user.name}\t{roles or 'no role'}{state}")


@accounts_commands.command("grant")
@click.argument("username")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--office", required=True, help="Code of the office.")
@click.option("--department", help="Name of the department a unit contact answers for.")
def grant(username: str, role: str, office: str, department: str | None) -> None:
    """Give a role at an office: the way in when no administrator is left."""
    try:
        with transaction():
            found = queries.get_office_in(_everything(), office)
            people.grant_role(
                queries.get_user(username), role, found.id, _department_id(found.id, department)
            )
    except RotaError as error:
        raise click.ClickException(error.text.en) from error
    click.echo(f"{username} is {role} of {office}.")


@accounts_commands.command("reset-password")
@click.argument("username")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def reset_password(username: str, password_stdin: bool) -> None:
    """Give out a one-time password; all sessions of the account end, its second step is turned off."""
    password = _from_stdin() if password_stdin else None
    try:
        with transaction():
            secret = people.reset_password(queries.get_user(username), None, password)
    except RotaError as error:
        raise click.ClickException(error.text.en) from error
    click.echo("The password is set." if password else f"One-time password: {secret}")


@accounts_commands.command("verify-audit")
def verify_audit() -> None:
    """Check the whole audit trail; exit status 1 when an entry was altered or removed."""
    check = audit.check_chain()
    if check.broken_at is not None:
        raise click.ClickException(
            f"The chain breaks at entry {check.broken_at}, after {check.count} good entries."
        )
    click.echo(f"The chain of {check.count} entries holds. Last hash: {check.last_hash}")


def _department_id(office_id: int, name: str | None) -> int | None:
    """The department of the office with this name; None when none is named. Raises WrongDepartment."""
    reach = Reach(frozenset({office_id}), everything=False)
    found = [department.id for department in queries.open_departments(reach) if department.name == name]
    if name is not None and not found:
        raise WrongDepartment.missing()
    return found[0] if found else None


def _everything() -> Reach:
    return Reach(frozenset(office.id for office in queries.all_offices()), everything=True)


def _from_stdin() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise click.ClickException("Standard input holds no password.")
    return password
