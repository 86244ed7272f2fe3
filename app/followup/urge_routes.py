"""The page a leader opens from a message: what is overdue, without anything of the resident, and one tap to urge."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import one_tap
from app.accounts.one_tap import OneTapLink
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import Conflict
from app.directory.models import Leader, Office
from app.followup import forms, overdue_queries, queries
from app.followup.blueprint import Page, blueprint, first_error, page, refused
from app.followup.errors import MatterNotFound, NothingToUrge
from app.followup.models import UnitPart
from app.followup.service import units

PURPOSE = "urge"


@blueprint.get("/urging")
@one_tap.required(PURPOSE)
def urging(link: OneTapLink) -> Page:
    """What units owe this leader."""
    return _urging_page(link)


@blueprint.post("/urging/<int:part_id>")
@one_tap.required(PURPOSE)
def urge(link: OneTapLink, part_id: int) -> Page:
    """Urge one unit; a sentence is welcome and not needed."""
    form = forms.UrgeForm(prefix=f"urge{part_id}")
    if not form.validate_on_submit():
        return _not_done(link, first_error(form), part_id, form)
    try:
        with transaction():
            part = _part(link, part_id)
            units.urge(_office(link), part, form.text.data or "", _leader(link))
            unit = part.department.name
    except Conflict as error:
        return _not_done(link, error, part_id, form)
    flash(_("%(unit)s hears that you urge it, and it is on record.", unit=unit), "success")
    response: Response = redirect(url_for("followup.urging", link=link.id), 303)
    return response


def _urging_page(link: OneTapLink, sent: int = 0, typed: str = "", kept: str = "") -> str:
    office = _office(link)
    today = clock.today(office.timezone)
    parts = overdue_queries.overdue_parts(office.id, link.holder_id, today, also=link.subject_id)
    last = {(e.matter_id, e.department_id): e.at for e in overdue_queries.urgings(parts)}
    return page(
        "urging.html",
        office,
        link=link,
        parts=parts,
        urged={part.id: last.get((part.matter_id, part.department_id)) for part in parts},
        asked=queries.find_part(link.subject_id),
        forms={
            part.id: forms.UrgeForm(
                prefix=f"urge{part.id}", formdata=None, text=typed if part.id == sent else ""
            )
            for part in parts
        },
        kept=kept,
    )


def _not_done(link: OneTapLink, why: Conflict | str, part_id: int, form: forms.UrgeForm) -> Page:
    """The page again, with the sentence and what was typed, also where the part is not on it any more."""
    status, kept = refused(why, form)
    typed = str(form.text.data or "")
    return _urging_page(link, part_id, typed, kept), status


def _part(link: OneTapLink, part_id: int) -> UnitPart:
    """An overdue part of this leader. MatterNotFound for one of somebody else, NothingToUrge for one that was."""
    office = _office(link)
    today = clock.today(office.timezone)
    parts = overdue_queries.overdue_parts(office.id, link.holder_id, today, also=link.subject_id)
    found = next((part for part in parts if part.id == part_id), None)
    if found is not None:
        return found
    part = queries.find_part(part_id)
    if part is None or part.matter.office_id != office.id:
        raise MatterNotFound
    keeper = part.matter.case_leader_id or part.matter.duty_leader_id
    raise NothingToUrge if link.holder_id == keeper or part_id == link.subject_id else MatterNotFound


def _office(link: OneTapLink) -> Office:
    return db.session.get_one(Office, link.office_id)


def _leader(link: OneTapLink) -> str:
    leader = db.session.get(Leader, link.holder_id) if link.holder_kind == "leader" else None
    return leader.name if leader else ""
