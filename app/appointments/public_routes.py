"""Booking for everybody: find the right leader and session, then say who and what. Works without scripts."""

from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.appointments import challenge, holder
from app.appointments.bookable import find_session, list_offers, matter_options, policy_of
from app.appointments.errors import SessionFull, SessionNotOpen
from app.appointments.forms import BookingForm
from app.appointments.models import Visit
from app.appointments.routes import blueprint, private_page
from app.appointments.rules.matching import Matter, Offer, best_first
from app.appointments.service.booking import book
from app.appointments.service.tries import count_try, use_once
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import get_office
from app.web.access import public
from app.web.language import current_locale, in_language

SHOWN = 12
_LONGEST = 120


@blueprint.get("/o/<office_code>/book")
@public
def start(office_code: str) -> str:
    """Choose by matter, by leader, or the earliest; each session says who, when, why and how many places are left."""
    office = get_office(office_code)
    policy, matter = policy_of(office.id), asked_matter()
    offers = list_offers(office, matter, policy) if policy.public_booking else []
    leader_id = request.args.get("leader", type=int)
    wanted = [offer for offer in offers if leader_id in (None, offer.leader.leader_id)]
    shown = best_first(wanted, matter)
    most = SHOWN * min(max(request.args.get("more", 1, type=int), 1), 50)
    return render_template(
        "visits/book.html",
        office=office,
        policy=policy,
        options=matter_options(office),
        matter=matter,
        leader_id=leader_id,
        leaders=leaders_of_offers(offers),
        offers=shown[:most],
        more=most // SHOWN + 1 if len(shown) > most else None,
    )


@blueprint.route("/o/<office_code>/book/any", methods=["GET", "POST"], defaults={"session_key": None})
@blueprint.route("/o/<office_code>/book/at/<session_key>", methods=["GET", "POST"])
@public
def details(office_code: str, session_key: str | None) -> Response | BaseResponse:
    """Who, what, with whom; the notice about personal data; a small question. Errors keep what was typed."""
    office = get_office(office_code)
    policy = policy_of(office.id)
    if not policy.public_booking:
        raise SessionNotOpen("本单位没有开通网上预约。", "This office takes no bookings on the web.")
    form = BookingForm(data=None if request.method == "POST" else _asked())
    form.offer_matters(matter_options(office))
    if not policy.challenge:
        del form.answer
    offer = _offer_of(office, session_key)
    if form.validate_on_submit():
        try:
            return _book(office, form, offer)
        except SessionFull as error:  # the last place went while the form was filled in
            form.form_errors.append(error.text)
            offer = _offer_of(office, session_key)
        except RotaError as error:
            form.form_errors.append(error.text)
    return _details_page(office, form, offer)


def _book(office: Office, form: BookingForm, offer: Offer | None) -> BaseResponse:
    policy = policy_of(office.id)
    with transaction():
        count_try("book", request.remote_addr or "", policy.tries_per_hour)
    mark = challenge.answered(form.question.data or "", form.answer.data or "") if policy.challenge else ""
    if mark is None:
        raise RotaError(
            "小问题答得不对，请看新的问题再答一次。",
            "The answer was not right: please answer the new question.",
        )
    with transaction():
        if mark and not use_once(mark):
            raise RotaError(
                "这一页已经提交过了，请先查询您的预约。",
                "This page was sent already: look at your visit first.",
            )
        visit, code = book(office, form.request(offer, current_locale()))
    return handed_over(office, visit, code)


def handed_over(office: Office, visit: Visit, code: str) -> BaseResponse:
    """The browser holds the new visit now, and its page shows reference and code."""
    holder.hold(visit, code)
    session["visit_is_new"] = True
    return redirect(url_for("visits.mine", office_code=office.code), 303)


def _details_page(office: Office, form: BookingForm, offer: Offer | None) -> Response:
    policy = policy_of(office.id)
    if offer is not None and not offer.left and policy.waiting_list and offer.waiting < policy.waiting_most:
        form.waiting.data = "1"  # what can still be done for this session is what the button offers
    question = challenge.ask(current_locale() == "en") if policy.challenge else None
    if question is not None:
        form.question.data = question.token
        form.answer.label.text, form.answer.data = question.words, ""
    status = 422 if form.errors else 200
    return private_page(
        "visits/details.html",
        status,
        office=office,
        form=form,
        offer=offer,
        policy=policy,
        errors=[(field, in_language(text)) for field, text in _errors(form)],
    )


def _errors(form: BookingForm) -> list[tuple[Any, str]]:
    return [(field, text) for field in form for text in field.errors]


def _offer_of(office: Office, session_key: str | None) -> Offer | None:
    """The session and leader that were chosen. Raises SessionNotOpen when it can no longer be booked."""
    if session_key is None:
        return None
    leader_id = request.args.get("leader", type=int)
    for offer in list_offers(office, asked_matter(), policy_of(office.id)):
        if offer.session_key == session_key and leader_id in (None, offer.leader.leader_id):
            return offer
    if find_session(office, session_key) is None:
        raise SessionNotOpen("没有这场接访。", "There is no such session.")
    raise SessionNotOpen(
        "这场接访的预约已经截止或取消。", "Booking for this session has closed, or it is cancelled."
    )


def _asked() -> dict[str, Any]:
    matter = asked_matter()
    waiting = "1" if request.args.get("waiting") else ""
    return {
        "township": matter.township,
        "sector": matter.sector,
        "project": matter.project,
        "waiting": waiting,
    }


def asked_matter() -> Matter:
    """The matter in the address."""
    return Matter(
        *(request.args.get(name, "").strip()[:_LONGEST] for name in ("township", "sector", "project"))
    )


def leaders_of_offers(offers: list[Offer]) -> list[tuple[int, str, str]]:
    """Id, name and post of every leader with a session to come, each once, in order of the first session."""
    return list(
        {o.leader.leader_id: (o.leader.leader_id, o.leader.name, o.leader.post) for o in offers}.values()
    )
