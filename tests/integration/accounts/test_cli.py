"""`flask accounts …`"""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import queries
from app.accounts.service import sign_in
from app.core.database import transaction
from tests.factories import make_office, make_user

ADD = [
    "accounts",
    "add",
    "ada",
    "--name",
    "阿达",
    "--email",
    "ada@example.org",
    "--office",
    "county",
    "--role",
]


def run(app: Flask, *args: str, stdin: str | None = None) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(args), input=stdin)
    return result.exit_code, result.output


def test_the_first_administrator_comes_from_the_command_line(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_office("county")
    code, output = run(app, *ADD, "administrator")
    assert code == 0
    secret = output.split("One-time password: ")[1].strip()
    assert client.post("/sign-in", data={"username": "ada", "password": secret}).status_code == 302
    code, output = run(app, "accounts", "list")
    assert output == "ada\t阿达\tadministrator@county\n"


def test_a_password_from_standard_input_is_not_printed(app: Flask) -> None:
    with transaction():
        make_office("county")
    code, output = run(app, *ADD, "scheduler", "--password-stdin", stdin="a sentence to remember\n")
    assert code == 0
    assert "a sentence" not in output
    ada = queries.get_user("ada")
    assert sign_in.password_matches(ada, "a sentence to remember")
    assert not ada.must_change_password


@pytest.mark.parametrize(
    ("args", "stdin", "sentence"),
    [
        ([*ADD, "emperor"], None, "is not one of"),
        ([*ADD[:-2], "nowhere", "--role", "auditor"], None, "There is no such office"),
        ([*ADD, "auditor", "--password-stdin"], "short\n", "at least 10 characters"),
        ([*ADD, "auditor", "--password-stdin"], "", "holds no password"),
        (["accounts", "add", "bob", *ADD[3:], "auditor"], None, "already used"),
        (["accounts", "reset-password", "nobody"], None, "There is no such account"),
        (
            ["accounts", "grant", "bob", "--role", "auditor", "--office", "county"],
            None,
            "already holds this role",
        ),
    ],
)
def test_a_refusal_is_one_sentence(app: Flask, args: list[str], stdin: str | None, sentence: str) -> None:
    with transaction():
        make_user("bob", "auditor", make_office("county"))
    code, output = run(app, *args, stdin=stdin)
    assert code != 0
    assert sentence in output
    assert "Traceback" not in output


def test_reset_and_grant(app: Flask) -> None:
    with transaction():
        make_user("bob", "auditor", make_office("county"))
    _code, output = run(app, "accounts", "reset-password", "bob")
    secret = output.split("One-time password: ")[1].strip()
    assert sign_in.password_matches(queries.get_user("bob"), secret)
    assert run(app, "accounts", "grant", "bob", "--role", "administrator", "--office", "county")[0] == 0
    assert {grant.role for grant in queries.get_user("bob").grants} == {"auditor", "administrator"}
