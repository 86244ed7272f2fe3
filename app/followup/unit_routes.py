"""The page where a responsible unit answers: accept, "not ours", a word on the way, the written reply.

It has two doors: the link a contact was sent, and the list of the department's matters for those who sign in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, make_response, redirect, url_for
from flask_babel import gettext as _
from flask_security import current_user
from flask_wtf import FlaskForm

from app.accounts import audit, one_tap
from app.accounts.access import own_department_id, requires
from app.accounts.one_tap import OneTapLink
from app.accounts.one_tap.guard import private
from app.appointments.models import Visit
from app.appointments.queries import find_visit
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import RotaError
from app.directory.models import Contact, Office
from app.followup import forms, queries, rules, unit_queries
from app.followup.blueprint import Page, again, blueprint, first_error, page, refused
from app.followup.clocks import explain
from app.followup.errors import MatterNotFound
from app.followup.models import UnitPart
from app.followup.service import units
from app.followup.service.clockwork import Clockwork
from app.followup.service.history import note
from app.followup.service.papers import add_paper

PURPOSE = "unit_reply"


@dataclass(frozen=True, slots=True)
class Door:
    """How somebody of a unit came to its part: with an account for `department_id`, or by a link to this part."""

    part_id: int
    by: str
    department_id: int | None = None
    link: OneTapLink | None = None

    def address(self, name: str) -> str:
        """The address of another view of this page through the same door."""
        if self.link is not None:
            return url_for(f"followup.{name}", link=self.link.id)
        return url_for(f"followup.our_{name}", part_id=self.part_id)

    def load(self) -> tuple[Office, UnitPart]:
        """The part and its office. Raises MatterNotFound for a part of another department."""
        if self.department_id is None:
            part = db.session.get(UnitPart, self.part_id)
        else:
            part = unit_queries.find_part(self.department_id, self.part_id)
        if part is None:
            raise MatterNotFound
        return db.session.get_one(Office, part.matter.office_id), part


def both(rule: str, method: str = "GET") -> Callable[[Callable[[Door], Page]], Callable[[Door], Page]]:
    """Register a view for those who hold a link and for those who sign in; it receives the door."""

    def decorate(view: Callable[[Door], Page]) -> Callable[[Door], Page]:
        @one_tap.required(PURPOSE)
        def by_link(link: OneTapLink) -> Page:
            return view(Door(link.subject_id, _holder(link), link=link))

        @requires("unit.answer")
        def signed_in(part_id: int) -> Page:
            door = Door(part_id, str(current_user.name), department_id=own_department_id())
            return private(make_response(view(door)))

        name = view.__name__
        blueprint.add_url_rule(f"/unit{rule}", name, by_link, methods=[method])
        blueprint.add_url_rule(
            f"/our-matters/<int:part_id>{rule}", f"our_{name}", signed_in, methods=[method]
        )
        return view

    return decorate


@both("")
def unit(door: Door) -> Page:
    """What is asked, until when, and what the unit may do now."""
    return _unit_page(door)


@both("/accept", "POST")
def unit_accepts(door: Door) -> Page:
    """It is ours."""
    return _step(door, units.accept_part, _("Thank you: accepted."))


@both("/not-ours", "POST")
def unit_refuses(door: Door) -> Page:
    """It is not ours, within the limit."""
    form = forms.ReasonForm(prefix="no")
    return _with_text(door, form, units.refuse_part, _("The office knows that it is not yours."))


@both("/progress", "POST")
def unit_reports(door: Door) -> Page:
    """A word on the way."""
    return _with_text(
        door, forms.WordsForm(prefix="word"), units.report, _("Your word has reached the office.")
    )


@both("/reply", "POST")
def unit_replies(door: Door) -> Page:
    """The written reply, with its file where there is one."""
    form = forms.ReplyForm(prefix="reply")

    def answer(office: Office, part: UnitPart, text: str, by: str) -> None:
        units.reply(office, part, text, by)
        if form.file.data:
            name, data = form.file.data.filename, form.file.data.read()
            add_paper(office, part.matter, name, data, by, part.department_id)

    return _with_text(door, form, answer, _("Your reply has reached the office."))


@both("/reveal", "POST")
def unit_reveals(door: Door) -> Page:
    """Show the resident's name and telephone once; the look is written down."""
    with transaction():
        office, part = door.load()
        if _resident(part) is None:
            raise MatterNotFound
        audit.record("visit.reveal", f"matter:{part.matter_id}", office.id)
        note(part.matter, "revealed", door.by, department_id=part.department_id)
    return _unit_page(door, revealed=True)


def _resident(part: UnitPart) -> Visit | None:
    """The visit whose resident the unit may speak with: while the matter is its own and runs."""
    matter = part.matter
    ours = part.state not in ("not_ours", "relieved") and matter.state in ("open", "replied")
    return find_visit(matter.visit_id) if ours and matter.visit_id else None


def _unit_page(door: Door, sent: FlaskForm | None = None, kept: str = "", revealed: bool = False) -> str:
    office, part = door.load()
    clockwork = Clockwork.of(office)
    today = clock.today(office.timezone)
    return page(
        "unit.html",
        office,
        door=door,
        part=part,
        matter=part.matter,
        visit=_resident(part),
        revealed=revealed,
        light=rules.reply_light(part.state, part.matter.state, part.due_on, part.replied_on, today),
        may_refuse=part.state == "told" and today <= part.not_ours_due_on,
        not_ours=explain(clockwork.not_ours(part.told_on), clockwork.calendar),
        decision=explain(clockwork.decision(part.matter), clockwork.calendar),
        files=[file for file in queries.files(part.matter_id) if file.department_id == part.department_id],
        entries=unit_queries.entries(part),
        own_steps=unit_queries.OWN,
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


def _with_text(door: Door, form: Any, step: Any, sentence: str) -> Page:
    if not form.validate_on_submit():
        return _not_done(door, first_error(form), form)
    return _step(door, lambda office, part, by: step(office, part, form.text.data or "", by), sentence, form)


def _step(door: Door, step: Any, sentence: str, form: FlaskForm | None = None) -> Page:
    try:
        with transaction():
            office, part = door.load()
            step(office, part, door.by)
    except RotaError as error:
        return _not_done(door, error, form)
    flash(sentence, "success")
    return redirect(door.address("unit"), 303)


def _not_done(door: Door, why: RotaError | str, form: FlaskForm | None) -> Page:
    """The page again, with the sentence and what was typed."""
    status, kept = refused(why, form)
    return _unit_page(door, form, kept), status


def _holder(link: OneTapLink) -> str:
    contact = db.session.get(Contact, link.holder_id) if link.holder_kind == "contact" else None
    return contact.name if contact else ""
