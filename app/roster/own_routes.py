"""A leader's one page, made for a phone: requests to me, my next duties, my load; asking for a substitute.

Each view has two addresses: for leaders who are signed in (`/my…`), and for a one-tap link of purpose "own"
(`/my/link…`). A link of purpose "ask" opens one request only, one of purpose "acknowledge" one duty.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_security import current_user
from werkzeug.wrappers import Response

from app.accounts import one_tap
from app.accounts.access import requires
from app.accounts.one_tap import OneTapLink
from app.core import clock
from app.core.database import db
from app.core.errors import NotFound
from app.directory.models import Leader
from app.roster import queries as roster_queries
from app.roster.ledger import ledger
from app.roster.models import Duty
from app.roster.own_view import asked_of, names_in
from app.roster.substitution import queries, service
from app.roster.substitution.blueprint import attempt
from app.roster.substitution.candidates import Situation
from app.roster.substitution.errors import DutyNotFound, NothingChosen, RequestNotFound
from app.roster.substitution.forms import ReasonForm
from app.roster.substitution.models import SubstitutionRequest
from app.roster.substitution.service.making import duties_of
from app.roster.substitution.words import REASON_WORDS, STATE_WORDS

blueprint = Blueprint("own", "app.roster", template_folder="templates")
AHEAD = dt.timedelta(days=366)
SHOWN_EXCHANGES = 12


@dataclass(frozen=True, slots=True)
class Me:
    """The leader whose page it is, and how he came: with an account, or by a link."""

    leader: Leader
    link: OneTapLink | None

    @property
    def how(self) -> str:
        """What the history says of it."""
        return "link" if self.link else "page"

    def address(self, name: str, **values: Any) -> str:
        """The address of another view of this page for the same leader, kept with the link."""
        if self.link is None:
            return url_for(f"own.{name}", **values)
        return url_for(f"own.{name}_by_link", link=self.link.id, **values)


def both(
    rule: str, methods: tuple[str, ...] = ("GET",)
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a view for leaders who are signed in and for those who hold a one-tap link; it receives `me`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @requires("own.view")
        def signed_in(**values: Any) -> Any:
            leader = db.session.get(Leader, current_user.leader_id) if current_user.leader_id else None
            if leader is None:
                return _belongs_to_nobody()
            return view(Me(leader, None), **values)

        @one_tap.required("own")
        def by_link(link: OneTapLink, **values: Any) -> Any:
            return view(Me(_holder(link), link), **values)

        name = view.__name__
        blueprint.add_url_rule(f"/my{rule}", name, signed_in, methods=list(methods))
        blueprint.add_url_rule(f"/my/link{rule}", f"{name}_by_link", by_link, methods=list(methods))
        return view

    return decorate


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
        pending=queries.open_seats(leader.office_id),
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
    _answer(request.form.get("ask", 0, type=int), me.leader, me.how)
    return redirect(me.address("duties"))


@both("/ask")
def ask(me: Me) -> str:
    """Choose the duties I cannot take, by ticking or by a range of days."""
    first, last = _day("first"), _day("last")
    office = me.leader.office
    today = clock.today(office.timezone)
    form = ReasonForm(formdata=None)
    form.set_choices()
    return render_template(
        "roster/own_ask.html",
        me=me,
        form=form,
        first=first,
        last=last,
        duties=duties_of(office, me.leader.id, first or today, last or today + AHEAD),
        pending=queries.open_seats(office.id),
        ticked=request.args.get("seat", ""),
    )


@both("/ask", ("POST",))
def send(me: Me) -> Response:
    """Ask for a substitute for the duties ticked."""
    form = ReasonForm()
    done = attempt(
        lambda: service.request_cover(
            me.leader.office,
            me.leader.id,
            request.form.getlist("seat"),
            form.reason_key,
            me.leader.name,
            asked_by="leader",
            note_text=form.note.data or "",
        ),
        _(
            "Your request is on its way. You hear as soon as somebody has agreed; until then the duty stays yours."
        ),
    )
    return redirect(me.address("duties" if done else "ask"))


@both("/exchange")
def exchange(me: Me) -> str:
    """`?seat=`: against which duties of others I could exchange mine."""
    row = _own_duty(me, request.args.get("seat", ""))
    found = Situation(me.leader.office, [row]).exchanges(row)
    return render_template("roster/own_exchange.html", me=me, duty=row, exchanges=found[:SHOWN_EXCHANGES])


@both("/exchange", ("POST",))
def send_exchange(me: Me) -> Response:
    """Ask the other leader."""
    seat, other = request.form.get("seat", ""), request.form.get("other", "")
    attempt(
        lambda: service.request_swap(
            me.leader.office, me.leader.id, seat, other, me.leader.name, asked_by="leader"
        ),
        _("The other leader is asked. Nothing changes before he or she agrees."),
    )
    return redirect(me.address("duties"))


@both("/withdraw", ("POST",))
def withdraw(me: Me) -> Response:
    """Take my request back."""

    def change() -> None:
        number = request.form.get("request", 0, type=int)
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
    leader = _holder(link)
    if request.method == "POST":
        _answer(link.subject_id, leader, "link")
        return render_template("roster/own_thanks.html", leader=leader)
    found = asked_of(queries.get_ask(link.subject_id, leader.id))
    return render_template(
        "roster/own_asked.html",
        leader=leader,
        found=found,
        names=names_in([], [found]),
        reason_words=REASON_WORDS,
    )


@blueprint.route("/my/seen", methods=["GET", "POST"])
@one_tap.required("acknowledge")
def seen(link: OneTapLink) -> Any:
    """One duty to acknowledge; the link's subject is "seat:<seat key>"."""
    leader, seat = _holder(link), link.subject.partition(":")[2]
    if request.method == "POST":
        attempt(lambda: service.acknowledge(leader.id, "link", [seat]), _("Thank you: acknowledged."))
        return render_template("roster/own_thanks.html", leader=leader)
    return render_template("roster/own_seen.html", leader=leader, duty=_own_duty(Me(leader, link), seat))


def belongs_to_a_leader() -> bool:
    """Whether the account that is signed in is a leader's."""
    return current_user.is_authenticated and current_user.leader_id is not None


def _holder(link: OneTapLink) -> Leader:
    leader = db.session.get(Leader, link.holder_id) if link.holder_kind == "leader" else None
    if leader is None:
        raise NotFound("没有这位领导。", "There is no such leader.")
    return leader


def _answer(ask_id: int, leader: Leader, how: str) -> bool:
    accepts = request.form.get("answer") == "accept"
    chosen = request.form.getlist("duty", type=int)

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


def _own_duty(me: Me, seat_key: str) -> Duty:
    today = clock.today(me.leader.office.timezone)
    for row in roster_queries.duties_of_leader(me.leader.id, today, today + AHEAD):
        if row.seat_key == seat_key and row.office_id == me.leader.office_id:
            return row
    raise DutyNotFound


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _belongs_to_nobody() -> Any:
    page = render_template("roster/own.html", leader=None)
    return page if request.method == "GET" else (page, 404)
