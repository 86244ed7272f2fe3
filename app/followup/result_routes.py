"""Results for the public, and the resident's word on how it went."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.accounts.access import requires
from app.appointments.queries import find_visit
from app.core.database import transaction
from app.core.errors import RotaError
from app.core.ids import hash_token
from app.directory.models import Office
from app.directory.queries import get_office
from app.followup import forms, queries
from app.followup.anonymity import Finding
from app.followup.blueprint import MATTER, Page, blueprint, matter_url, page
from app.followup.errors import NotRatable
from app.followup.models import Matter
from app.followup.one_matter import on_matter
from app.followup.service import matters, results
from app.followup.service.history import person
from app.web.access import public
from app.web.language import in_language


@blueprint.route(f"{MATTER}/public", methods=["GET", "POST"])
@requires("followup.edit")
def publish_result(office: Office, matter_id: int) -> Page:
    """Write what may be public, see what looks personal, confirm, publish."""
    found = queries.get_matter(office.id, matter_id)
    form = forms.PublishForm(text=found.result)
    known = known_data(found)
    findings = results.check(form.text.data or "", known)
    if form.validate_on_submit() and request.form.get("step") == "publish":
        try:
            with transaction():
                results.publish(
                    office, found, form.text.data or "", known, bool(form.confirmed.data), person()
                )
            flash(_("The result is public."), "success")
            return redirect(matter_url(office, matter_id), 303)
        except RotaError as error:
            form.text.errors = [in_language(error.text)]
    marked = mark(form.text.data or "", findings)
    shown = page("publish.html", office, matter=found, form=form, findings=findings, marked=marked)
    return (shown, 422) if form.errors else shown


def known_data(found: Matter) -> list[str]:
    """What the office knows of the people of a matter: it never stands in a public text."""
    visit = find_visit(found.visit_id) if found.visit_id else None
    if visit is None:
        return []
    known = [visit.name, visit.phone, visit.phone.removeprefix("+86"), visit.document_number, visit.reference]
    for other in visit.people:
        known += [other.name, other.phone, other.document_number]
    return [words for words in known if words]


def mark(text: str, findings: tuple[Finding, ...]) -> Markup:
    """The text with what looks personal marked."""
    pieces, at = [], 0
    for finding in findings:
        if finding.at < at:
            continue
        end = finding.at + len(finding.words)
        pieces += [escape(text[at : finding.at]), Markup("<mark>{}</mark>").format(text[finding.at : end])]
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


@blueprint.post(f"{MATTER}/public/withdraw")
@requires("followup.edit")
def withdraw_result(office: Office, matter_id: int) -> Page:
    """Off the public page."""
    return on_matter(
        office, matter_id, lambda m: results.withdraw(office, m), _("The result is no longer public.")
    )


@blueprint.get("/o/<office_code>/results")
@public
def public_results(office_code: str) -> str:
    """What became of matters, without personal data."""
    office = get_office(office_code)
    return page("public_results.html", office, results=queries.public_results(office.id))


@blueprint.route("/o/<office_code>/rate", methods=["GET", "POST"])
@public
def rate_by_code(office_code: str) -> Page:
    """A resident says how satisfied he is, with the code that stands on the reply."""
    office = get_office(office_code)
    form = forms.CodeForm()
    if form.validate_on_submit() and _rated(office, form):
        return redirect(url_for("followup.rated", office_code=office_code), 303)
    shown = page("rate.html", office, form=form, done=False)
    return (shown, 422) if form.errors else shown


def _rated(office: Office, form: Any) -> bool:
    try:
        with transaction():
            found = queries.find_rated_by(office.id, hash_token((form.code.data or "").strip()))
            if found is None:
                raise NotRatable
            matters.rate(office, found, form.rating.data, "code", "")
    except NotRatable:
        form.code.errors = [
            _("This code fits no reply, or was used already. Please look again, or call the office.")
        ]
        return False
    return True


@blueprint.get("/o/<office_code>/rated")
@public
def rated(office_code: str) -> str:
    """Thank you."""
    return page("rate.html", get_office(office_code), form=None, done=True)
