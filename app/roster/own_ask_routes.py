"""A leader asks, on the own page: for substitutes on some days, or another leader for an exchange."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext as _

from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.own_me import Me, both
from app.roster.substitution import queries, service
from app.roster.substitution.blueprint import attempt
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import DutyNotFound
from app.roster.substitution.forms import ReasonForm
from app.roster.substitution.preview import SOMEBODY, effects_of
from app.roster.substitution.service.making import duties_everywhere

AHEAD = dt.timedelta(days=366)
SHOWN_EXCHANGES = 12


@both("/ask")
def ask(me: Me) -> str:
    """Choose the duties I cannot take, by ticking or by a range of days."""
    form = ReasonForm(formdata=None)
    ticked = [request.args["seat"]] if "seat" in request.args else None
    return _ask_page(me, form, ticked)


@both("/ask", ("POST",))
def send(me: Me) -> Any:
    """Ask for substitutes for the duties ticked: one request at each office they are at."""
    form, ticked = ReasonForm(), request.form.getlist("seat")
    done = attempt(
        lambda: service.request_away(
            me.leader,
            [seat_named(me.leader.office_id, value) for value in ticked],
            form.reason_key,
            me.leader.name,
            asked_by="leader",
            note_text=form.note.data or "",
        ),
        _(
            "Your request is on its way. You hear as soon as somebody has agreed; until then the duty stays yours."
        ),
    )
    return redirect(me.address("duties")) if done else (_ask_page(me, form, ticked), 422)


@both("/exchange")
def exchange(me: Me) -> str:
    """`?seat=`: against which duties of others at the same office I could exchange mine."""
    row = _own_duty(me, request.args.get("seat", ""))
    office = db.session.get_one(Office, row.office_id)
    found = Situation(office, [row]).exchanges(row)
    return render_template(
        "roster/own_exchange.html",
        me=me,
        office=office,
        duty=row,
        exchanges=found[:SHOWN_EXCHANGES],
        effects=effects_of(office, {row.seat_key: SOMEBODY}),
    )


@both("/exchange", ("POST",))
def send_exchange(me: Me) -> Any:
    """Ask the other leader."""
    row, other = _own_duty(me, request.form.get("seat", "")), request.form.get("other", "")
    office = db.session.get_one(Office, row.office_id)
    attempt(
        lambda: service.request_swap(
            office, me.leader.id, row.seat_key, other, me.leader.name, asked_by="leader"
        ),
        _("The other leader is asked. Nothing changes before he or she agrees."),
    )
    return redirect(me.address("duties"))


def seat_named(own_office_id: int, value: str) -> tuple[int, str]:
    """Office and seat key of a tick box: "<office id>/<seat key>", or a bare seat key of the own office."""
    office, slash, seat_key = value.partition("/")
    if slash and office.isdecimal() and len(office) < 10:
        return int(office), seat_key
    return own_office_id, value


def _ask_page(me: Me, form: ReasonForm, ticked: Sequence[str] | None) -> str:
    """`ticked`: what is ticked (as the boxes are named); None where the person has not chosen yet."""
    first, last = _day("first"), _day("last")
    form.set_choices()
    today = clock.today(me.leader.office.timezone)
    duties = duties_everywhere(me.leader.id, first or today, last or today + AHEAD)
    offices = {row.office_id: db.session.get_one(Office, row.office_id) for row in duties}
    chosen = {seat_named(me.leader.office_id, value) for value in ticked or ()}
    return render_template(
        "roster/own_ask.html",
        me=me,
        form=form,
        first=first,
        last=last,
        duties=duties,
        offices=offices,
        pending=queries.pending_seats_of(me.leader.id),
        chosen=chosen,
        all_chosen=ticked is None and bool(first or last),
        effects=_effects(offices.values(), duties),
    )


def _effects(offices: Iterable[Office], duties: Sequence[Duty]) -> list[Text]:
    return [
        effect
        for office in offices
        for effect in effects_of(
            office, {row.seat_key: SOMEBODY for row in duties if row.office_id == office.id}
        )
    ]


def _own_duty(me: Me, value: str) -> Duty:
    """The duty a link or form names (as the tick boxes do), at whichever office. Raises DutyNotFound."""
    named = seat_named(me.leader.office_id, value)
    today = clock.today(me.leader.office.timezone)
    for row in roster_queries.duties_of_leader(me.leader.id, today, today + AHEAD):
        if (row.office_id, row.seat_key) == named:
            return row
    raise DutyNotFound


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
