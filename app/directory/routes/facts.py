"""The dated facts of a leader: change from a day on, put right, end, reopen, remove."""

from flask import abort, redirect, request, url_for
from flask_babel import gettext as _

from app.accounts.access import requires
from app.core import clock
from app.directory import queries, service
from app.directory.blueprint import Page, attempt, blueprint, done, form_page
from app.directory.forms import FACET_LABELS, DayForm, FactForm, FactsForm, split_values
from app.directory.models import FACETS, Leader, LeaderFacet, Office
from app.directory.rules import facts_on
from app.web.flashes import flash_with_undo

FIELDS = {"post": "post", "sector": "sectors", "township": "townships", "project": "projects"}
FACTS_PATH = "/offices/<office_code>/leaders/<int:leader_id>/facts"


@blueprint.route(f"{FACTS_PATH}/<kind>", methods=["GET", "POST"])
@requires("directory.edit")
def change_facts(office: Office, leader_id: int, kind: str) -> Page:
    """What holds from a day on; what held before stays."""
    if kind not in FACETS:
        abort(404)
    leader = queries.get_leader(leader_id, office.id)
    today = clock.today(office.timezone)
    found = getattr(facts_on(leader, today), FIELDS[kind])
    form = FactsForm(values=found if isinstance(found, str) else "、".join(found), day=today)
    known = queries.townships_below(office.id)
    if form.validate_on_submit():
        values = split_values(kind, form.values.data, list(known))
        if attempt(
            lambda: service.change_facts(
                leader, kind, values, form.day.data, known, today, form.seen.data or None
            )
        ):
            done(_("Saved. What held before that day is kept."))
            return _back(office, leader_id)
    form.seen.data = service.leader_fingerprint(queries.get_leader(leader_id, office.id))
    form.values.label.text = FACET_LABELS[kind]
    return form_page(
        form,
        _("%(what)s of %(name)s", what=FACET_LABELS[kind], name=leader.name),
        _leader_url(office, leader_id),
        lead=_("Write everything that holds from the day on. What is left out ends the day before."),
        hints={
            "values": _(
                "Several are separated by 、 or new lines. Leave it empty if there are none from that day."
            ),
            "day": _("It may lie in the future."),
        },
    )


@blueprint.route(f"{FACTS_PATH}/<int:facet_id>/correct", methods=["GET", "POST"])
@requires("directory.edit")
def correct_fact(office: Office, leader_id: int, facet_id: int) -> Page:
    """Put right what was entered wrongly."""
    leader, facet = _load(office, leader_id, facet_id)
    form = FactForm(obj=facet)
    known = queries.townships_below(office.id)
    if form.validate_on_submit() and attempt(
        lambda: service.correct_fact(
            leader,
            facet,
            form.value.data,
            form.first_day.data,
            form.last_day.data,
            known,
            form.seen.data or None,
        )
    ):
        done(_("Saved."))
        return _back(office, leader_id)
    form.seen.data = service.fact_fingerprint(_load(office, leader_id, facet_id)[1])
    return form_page(
        form,
        _("Correct an entry of %(name)s", name=leader.name),
        _leader_url(office, leader_id),
        lead=_(
            "Use this for mistakes. If something really changed, enter the change from its day on instead."
        ),
        hints={"first_day": _("Empty: from the beginning."), "last_day": _("Empty: until further notice.")},
    )


@blueprint.route(f"{FACTS_PATH}/<int:facet_id>/end", methods=["GET", "POST"])
@requires("directory.edit")
def end_fact(office: Office, leader_id: int, facet_id: int) -> Page:
    """The fact holds until a day."""
    leader, facet = _load(office, leader_id, facet_id)
    form = DayForm(day=facet.last_day or clock.today(office.timezone))
    if form.validate_on_submit() and attempt(lambda: service.end_fact(leader, facet, form.day.data)):
        flash_with_undo(
            _("“%(value)s” ends.", value=facet.value),
            url_for("directory.reopen_fact", office_code=office.code, leader_id=leader_id, facet_id=facet_id),
        )
        return _back(office, leader_id)
    form.day.label.text = _("Last day")
    title = _("End “%(value)s” of %(name)s", value=facet.value, name=leader.name)
    return form_page(form, title, _leader_url(office, leader_id), submit=_("End it"))


@blueprint.post(f"{FACTS_PATH}/<int:facet_id>/reopen")
@requires("directory.edit")
def reopen_fact(office: Office, leader_id: int, facet_id: int) -> Page:
    """The fact holds on, after all."""
    leader, facet = _load(office, leader_id, facet_id)
    if attempt(lambda: service.reopen_fact(leader, facet)):
        done(_("“%(value)s” holds on.", value=facet.value))
    return _back(office, leader_id)


@blueprint.post(f"{FACTS_PATH}/<int:facet_id>/remove")
@requires("directory.edit")
def remove_fact(office: Office, leader_id: int, facet_id: int) -> Page:
    """Take out what never was true."""
    leader, facet = _load(office, leader_id, facet_id)
    value = facet.value
    if attempt(lambda: service.remove_fact(leader, facet)):
        done(_("“%(value)s” was removed. The audit trail keeps it.", value=value))
    return _back(office, leader_id)


def _load(office: Office, leader_id: int, facet_id: int) -> tuple[Leader, LeaderFacet]:
    leader = queries.get_leader(leader_id, office.id)
    return leader, queries.get_facet(leader, facet_id)


def _leader_url(office: Office, leader_id: int) -> str:
    return url_for("directory.leader", office_code=office.code, leader_id=leader_id)


def _back(office: Office, leader_id: int) -> Page:
    return redirect(_leader_url(office, leader_id) + ("#history" if request.method == "POST" else ""))
