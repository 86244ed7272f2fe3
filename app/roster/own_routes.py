"""A leader's one page, made for a phone: requests to me, my next duties, my load; asking for a substitute.

Each view has two addresses: for leaders who are signed in (`/my…`), and for a one-tap link of purpose "own"
(`/my/link…`). A link of purpose "ask" opens one request only, one of purpose "acknowledge" one duty.
"""

import datetime as dt
from typing import Any

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts import one_tap
from app.accounts.one_tap import OneTapLink
from app.core import clock
from app.core.database import db
from app.directory.models import Leader
from app.roster import queries as roster_queries
from app.roster.ledger import ledger
from app.roster.models import Duty
from app.roster.own_me import Me, blueprint, both, holder_of
from app.roster.own_view import asked_of, names_in, settled_words
from app.roster.substitution import queries, service
from app.roster.substitution.blueprint import attempt, row_id
from app.roster.substitution.errors import NothingChosen, RequestNotFound
from app.roster.substitution.models import SubstitutionRequest
from app.roster.substitution.words import REASON_WORDS, STATE_WORDS

__all__ = ["belongs_to_a_leader", "blueprint"]
AHEAD = dt.timedelta(days=366)


@both("")
def duties(me: Me) -> str:
    """Requests to me, my requests, my next duties, my load."""
    leader = me.leader
    today = clock.today(leader.office.timezone)
    lines = ledger(leader.office, today.year).lines
    own = roster_queries.duties_of_leader(leader.id, today, today + AHEAD)
    requests = queries.requests_of_leader(leader.id)
    asks = [asked_of(ask) for ask in queries.asks_of_leader(leader.id)]
    return render_template(
        "roster/own.html",
        me=me,
        leader=leader,
        duties=own,
        seen=queries.acknowledged_seats(leader.id, own),
        pending=queries.pending_seats_of(leader.id),
        asks=asks,
        requests=requests,
        returns=queries.open_returns(leader.office_id, leader.id),
        names=names_in(requests, asks),
        line=next((line for line in lines if line.leader_id == leader.id), None),
        today=today,
        state_words=STATE_WORDS,
        reason_words=REASON_WORDS,
    )


@both("/acknowledge", ("POST",))
def acknowledge(me: Me) -> Response:
    """All my published duties, or the one of `seat`."""
    seats = [seat for seat in request.form.getlist("seat") if seat]
    attempt(lambda: service.acknowledge(me.leader.id, me.how, seats), _("Thank you: acknowledged."))
    return redirect(me.address("duties"))


@both("/answer", ("POST",))
def answer(me: Me) -> Response:
    """Accept or decline what I was asked."""
    _answer(request.form.get("ask", 0, type=row_id), me.leader, me.how)
    return redirect(me.address("duties"))


@both("/withdraw", ("POST",))
def withdraw(me: Me) -> Response:
    """Take my request back."""

    def change() -> None:
        number = request.form.get("request", 0, type=row_id)
        found = db.session.get(SubstitutionRequest, number)
        if found is None or found.leader_id != me.leader.id:
            raise RequestNotFound(number)
        service.withdraw(found, me.leader.name)

    attempt(change, _("The request is withdrawn."))
    return redirect(me.address("duties"))


@blueprint.route("/my/asked", methods=["GET", "POST"])
@one_tap.required("ask")
def asked(link: OneTapLink) -> Any:
    """One request, for the leader who was asked: accept or decline, and see what it does to the load."""
    leader = holder_of(link)
    if request.method == "POST" and _answer(link.subject_id, leader, "link"):
        return render_template("roster/own_thanks.html", leader=leader)
    found = asked_of(queries.get_ask(link.subject_id, leader.id))
    return render_template(
        "roster/own_asked.html",
        leader=leader,
        found=found,
        settled=None if found.is_open else settled_words(found),
        names=names_in([], [found]),
        reason_words=REASON_WORDS,
    )


@blueprint.route("/my/seen", methods=["GET", "POST"])
@one_tap.required("acknowledge")
def seen(link: OneTapLink) -> Any:
    """One duty to acknowledge; the link's subject is "seat:<seat key>"."""
    leader, seat = holder_of(link), link.subject.partition(":")[2]
    duty = _duty_to_see(leader, seat)
    if request.method == "POST" and duty is not None:
        attempt(lambda: service.acknowledge(leader.id, "link", [seat]), _("Thank you: acknowledged."))
        return render_template("roster/own_thanks.html", leader=leader)
    return render_template("roster/own_seen.html", leader=leader, duty=duty)


def belongs_to_a_leader() -> bool:
    """Whether the account that is signed in is a leader's."""
    return current_user.is_authenticated and current_user.leader_id is not None


def _answer(ask_id: int, leader: Leader, how: str) -> bool:
    accepts = request.form.get("answer") == "accept"
    chosen = request.form.getlist("duty", type=row_id)

    def change() -> None:
        found = queries.get_ask(ask_id, leader.id)
        if accepts and not chosen and "several" in request.form:
            raise NothingChosen
        if accepts:
            service.accept(found, leader.name, how, chosen)
        else:
            service.decline(found, leader.name, how)

    said = _("Thank you: you take it.") if accepts else _("Thank you: somebody else is asked.")
    return attempt(change, said)


def _duty_to_see(leader: Leader, seat_key: str) -> Duty | None:
    """The duty of an acknowledgement, at whatever office; None when it is not his any more."""
    today = clock.today(leader.office.timezone)
    rows = roster_queries.duties_of_leader(leader.id, today, today + AHEAD)
    return next((row for row in rows if row.seat_key == seat_key), None)
