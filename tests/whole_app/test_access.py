"""Deny unless allowed: over every route, method and role."""

import itertools
import re
from collections import Counter

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.access import PACKAGE_VIEWS
from app.accounts.models import ROLES
from app.accounts.permissions import PERMISSIONS, ROLE_PERMISSIONS
from app.web.access import access_of
from tests.whole_app.addresses import Address, every_address
from tests.whole_app.county import PASSWORD, County

# Starting these makes a solver run in another process; their own tests do.
STARTS_A_SOLVER = {"building.start", "building.rebuild"}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith(".static")
        and rule.endpoint not in PACKAGE_VIEWS
        and access_of(app.view_functions[rule.endpoint]) not in {"public", "signed in", "token", *PERMISSIONS}
    ]
    assert silent == []


def test_no_route_hides_another(app: Flask) -> None:
    """Of two views of one address and method only the first would ever answer."""
    seen = Counter(
        (re.sub(r"<(?:\w+:)?\w+>", "<>", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )
    assert [place for place, count in seen.items() if count > 1] == []


def test_a_view_that_says_nothing_is_denied(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/silent", "silent", lambda: "secret")
    answer = client.get("/silent")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_pages_of_an_office_ask_for_a_permission_there(app: Flask) -> None:
    """`@requires` takes the office from `office_code`; a staff page that names it otherwise would not be scoped."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/offices/"):
            assert rule.rule.startswith("/offices/<office_code>/"), rule.rule
            assert access_of(app.view_functions[rule.endpoint]) in PERMISSIONS, rule.endpoint


def test_pages_of_a_link_are_not_found_without_it(
    app: Flask, county: County, administrator: FlaskClient
) -> None:
    """Whoever is signed in: what a link opens needs the link."""
    behind = [address for address in every_address(app, county) if address.one_tap]
    assert behind
    assert {str(a): administrator.open(a.path, method=a.method).status_code for a in behind} == {
        str(a): 404 for a in behind
    }


def expected(address: Address, role: str | None, elsewhere: bool) -> set[int] | None:
    """The statuses of a refusal that are right, or None when this person may."""
    if address.access == "public":
        return None
    if address.access == "token":  # a key of another system, whoever is signed in
        return {401}
    if role is None:
        return {302} if address.method == "GET" else {401}
    if address.access == "signed in":
        return None
    may = address.access in ROLE_PERMISSIONS[role] and not (elsewhere and address.office)
    return None if may else {403}


def refused(status: int, location: str | None) -> bool:
    return status in (401, 403) or (status == 302 and (location or "").startswith("/sign-in"))


def problem(client: FlaskClient, address: Address, role: str | None, elsewhere: bool) -> str | None:
    """What is wrong with the answer; None when it is as the permission says."""
    right = expected(address, role, elsewhere)
    if right is None and address.method != "GET":
        return None  # may: what it does then is for the tests of the feature
    answer = client.open(address.path, method=address.method)
    if answer.status_code >= 500:
        return f"{address}: {answer.status_code}"
    if right is None and address.access == "public":
        return f"{address}: refused" if answer.status_code in (401, 403) else None
    if right is None:
        # Within the own offices nothing is refused; an account of somebody else may be out of reach (404).
        return f"{address}: refused" if refused(answer.status_code, answer.location) else None
    return None if answer.status_code in right else f"{address}: {answer.status_code}, not {right}"


@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_route_answers_as_its_permission_says(
    app: Flask, county: County, client: FlaskClient, role: str | None, elsewhere: bool
) -> None:
    if role is None and elsewhere:
        return
    if role:
        name = f"other-{role}" if elsewhere else role
        client.post("/sign-in", data={"username": name, "password": PASSWORD})
    problems = [problem(client, address, role, elsewhere) for address in every_address(app, county)]
    found = [line for line in problems if line]
    assert not found, "\n".join(found)


def test_an_empty_form_never_breaks_anything(app: Flask, county: County, administrator: FlaskClient) -> None:
    """POST without a single field, as a broken browser or a curious person sends it."""
    broken = []
    for address in every_address(app, county):
        if address.method == "GET" or address.endpoint in STARTS_A_SOLVER | {"accounts.sign_out"}:
            continue
        answer = administrator.open(address.path, method=address.method)
        if answer.status_code >= 500:
            broken.append(f"{address}: {answer.status_code}")
    assert not broken, "\n".join(broken)


def test_an_office_that_does_not_exist_is_not_found(
    app: Flask, county: County, administrator: FlaskClient
) -> None:
    strange = itertools.cycle(["nowhere", "COUNTY", "-1", "x" * 100, "%00", "县"])
    for address in every_address(app, county):
        if address.office and address.method == "GET":
            path = address.path.replace("/offices/county/", f"/offices/{next(strange)}/")
            assert administrator.get(path).status_code == 404, path


def test_a_number_too_large_for_the_database_is_not_found(
    app: Flask, county: County, administrator: FlaskClient
) -> None:
    huge = County(
        county.values | {name: str(10**30) for name, value in county.values.items() if name.endswith("_id")},
        county.queries,
        county.people,
    )
    unit = app.test_client()
    unit.post("/sign-in", data={"username": "unit", "password": PASSWORD})
    broken = []
    for address in every_address(app, huge):
        if address.method == "GET":
            reader = unit if address.access == "unit.answer" else administrator
            status = reader.get(address.path).status_code
            if status >= 500:
                broken.append(f"{address}: {status}")
    assert not broken, "\n".join(broken)
