"""The page a responsible unit opens from its link: accept, "not ours", a word on the way, the written reply."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from app.accounts import one_tap
from app.accounts.one_tap import OneTapLink
from app.appointments.queries import find_visit
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Contact, Office
from app.followup import forms, queries
from app.followup.blueprint import Page, again, blueprint, first_error, page, refused
from app.followup.clocks import explain
from app.followup.errors import MatterNotFound
from app.followup.models import UnitPart
from app.followup.service import units
from app.followup.service.clockwork import Clockwork
from app.followup.service.papers import add_paper

PURPOSE = "unit_reply"


@blueprint.get("/unit")
@one_tap.required(PURPOSE)
def unit(link: OneTapLink) -> Page:
    """What is asked, until when, and what the unit may do now."""
    return _unit_page(link)


def _unit_page(link: OneTapLink, sent: FlaskForm | None = None, kept: str = "") -> str:
    office, part = _load(link)
    clockwork = Clockwork.of(office)
    today = clock.today(office.timezone)
    visit = find_visit(part.matter.visit_id) if part.matter.visit_id else None
    return page(
        "unit.html",
        office,
        link=link,
        part=part,
        matter=part.matter,
        visit=visit,
        may_refuse=part.state == "told" and today <= part.not_ours_due_on,
        not_ours=explain(clockwork.not_ours(part.told_on), clockwork.calendar),
        decision=explain(clockwork.decision(part.matter), clockwork.calendar),
        files=[file for file in queries.files(part.matter_id) if file.department_id == part.department_id],
        kept=kept,
        forms=again(
            {
                "no": forms.ReasonForm(prefix="no", formdata=None),
                "word": forms.WordsForm(prefix="word", formdata=None),
                "reply": forms.ReplyForm(prefix="reply", formdata=None),
            },
            sent,
        ),
    )


@blueprint.post("/unit/accept")
@one_tap.required(PURPOSE)
def unit_accepts(link: OneTapLink) -> Page:
    """It is ours."""
    return _step(link, units.accept_part, _("Thank you: accepted."))


@blueprint.post("/unit/not-ours")
@one_tap.required(PURPOSE)
def unit_refuses(link: OneTapLink) -> Page:
    """It is not ours, within the limit."""
    form = forms.ReasonForm(prefix="no")
    return _with_text(link, form, units.refuse_part, _("The office knows that it is not yours."))


@blueprint.post("/unit/progress")
@one_tap.required(PURPOSE)
def unit_reports(link: OneTapLink) -> Page:
    """A word on the way."""
    return _with_text(
        link, forms.WordsForm(prefix="word"), units.report, _("Your word has reached the office.")
    )


@blueprint.post("/unit/reply")
@one_tap.required(PURPOSE)
def unit_replies(link: OneTapLink) -> Page:
    """The written reply, with its file where there is one."""
    form = forms.ReplyForm(prefix="reply")

    def answer(office: Office, part: UnitPart, text: str, by: str) -> None:
        units.reply(office, part, text, by)
        if form.file.data:
            name, data = form.file.data.filename, form.file.data.read()
            add_paper(office, part.matter, name, data, by, part.department_id)

    return _with_text(link, form, answer, _("Your reply has reached the office."))


def _with_text(link: OneTapLink, form: Any, step: Any, sentence: str) -> Page:
    if not form.validate_on_submit():
        return _not_done(link, first_error(form), form)
    return _step(link, lambda office, part, by: step(office, part, form.text.data or "", by), sentence, form)


def _step(link: OneTapLink, step: Any, sentence: str, form: FlaskForm | None = None) -> Page:
    try:
        with transaction():
            office, part = _load(link)
            step(office, part, _holder(link))
    except RotaError as error:
        return _not_done(link, error, form)
    flash(sentence, "success")
    return redirect(url_for("followup.unit", link=link.id), 303)


def _not_done(link: OneTapLink, why: RotaError | str, form: FlaskForm | None) -> Page:
    """The page again, with the sentence and what was typed."""
    status, kept = refused(why, form)
    return _unit_page(link, form, kept), status


def _load(link: OneTapLink) -> tuple[Office, UnitPart]:
    part = db.session.get(UnitPart, int(link.subject.partition(":")[2]))
    if part is None:
        raise MatterNotFound
    return db.session.get_one(Office, part.matter.office_id), part


def _holder(link: OneTapLink) -> str:
    contact = db.session.get(Contact, link.holder_id) if link.holder_kind == "contact" else None
    return contact.name if contact else ""
