"""The queue of visits, one visit with everything known of it, and the looks that are written down."""

import datetime as dt
import io

from flask import Response, flash, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from app.accounts import audit
from app.accounts.access import allowed, requires
from app.accounts.audit import actor_name
from app.appointments import words
from app.appointments.bookable import find_session, list_offers, matter_options, policy_of
from app.appointments.finding import GROUPS, Filter, count_groups, list_visits, suggest_same
from app.appointments.models import Visit
from app.appointments.public_routes import asked_matter, leaders_of_offers
from app.appointments.queries import get_visit, leader_of, leaders_by_id, recusals_of
from app.appointments.routes import attempt, back_to, blueprint, private_page
from app.appointments.rules import people
from app.appointments.rules.matching import Matter, best_first, without
from app.appointments.rules.states import DECIDABLE, OPEN, REASONS, REOPENABLE
from app.appointments.seats import held_until
from app.appointments.service import papers, records
from app.appointments.service.resident import recused_leaders
from app.core import clock
from app.core.database import transaction
from app.directory.models import Office
from app.directory.queries import leaders_of, list_departments, list_offices
from app.web.addresses import asked_page

VISIT = "/offices/<office_code>/visits/<int:visit_id>"
_MOST_OFFERS = 60


@blueprint.get("/offices/<office_code>/visits")
@requires("visits.view")
def queue(office: Office) -> Response:
    """The visits of the office, narrowed and searched; names and numbers masked."""
    wanted, page = asked_filter(), asked_page()
    visits, more = list_visits(office.id, wanted, page)
    return private_page(
        "visits/queue.html",
        office=office,
        visits=visits,
        more=more,
        page=page,
        wanted=wanted,
        counts=count_groups(office.id),
        leaders=leaders_by_id(visit.leader_id for visit in visits),
        everybody=leaders_of(office.id, clock.today(office.timezone)),
        options=matter_options(office),
        words=words,
        people=people,
        url=lambda number: url_for(
            "visits.queue", office_code=office.code, **{**request.args.to_dict(), "page": number}
        ),
    )


@blueprint.get(VISIT)
@requires("visits.view")
def show(office: Office, visit_id: int) -> Response:
    """One visit; what identifies people is masked."""
    return _visit_page(office, get_visit(office.id, visit_id), revealed=False)


@blueprint.post(f"{VISIT}/reveal")
@requires("visits.reveal")
def reveal(office: Office, visit_id: int) -> Response:
    """The same page with names and numbers; the look is written into the audit trail first."""
    with transaction():
        visit = get_visit(office.id, visit_id)
        audit.record("visit.reveal", f"visit {visit.reference}", office.id)
    return _visit_page(office, get_visit(office.id, visit_id), revealed=True)


@blueprint.post(f"{VISIT}/papers/<int:attachment_id>")
@requires("visits.reveal")
def open_paper(office: Office, visit_id: int, attachment_id: int) -> Response:
    """Download a file; the look is written down. Browsers save it and never show it as part of this site."""
    with transaction():
        visit = get_visit(office.id, visit_id)
        attachment = papers.get(visit, attachment_id)
        data, name, kind = papers.open_file(visit, attachment), attachment.name, attachment.media_type
    response = send_file(io.BytesIO(data), mimetype=kind, as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post(f"{VISIT}/papers")
@requires("visits.edit")
def add_paper_for(office: Office, visit_id: int) -> BaseResponse:
    """Staff add a file that was brought to the desk."""
    sent = request.files.get("paper")
    name, data = (sent.filename or "", sent.read()) if sent else ("", b"")
    if name:
        attempt(
            lambda: papers.add(get_visit(office.id, visit_id), name, data, actor_name()),
            _("The file was added."),
        )
    else:
        flash(_("Please choose a file first."), "warning")
    return back_to(office, visit_id)


@blueprint.get("/offices/<office_code>/visits/matching")
@requires("visits.view")
def matching(office: Office) -> str:
    """The test page: what a resident with this matter is shown, and why."""
    matter = asked_matter()
    offers = list_offers(office, matter, policy_of(office.id)) if matter.said else []
    fitting = best_first(offers, matter)
    return render_template(
        "visits/matching.html",
        office=office,
        matter=matter,
        options=matter_options(office),
        offers=fitting[:_MOST_OFFERS],
        others=leaders_of_offers([offer for offer in offers if not offer.match.strength]),
    )


def _visit_page(office: Office, visit: Visit, revealed: bool) -> Response:
    policy = policy_of(office.id)
    matter = Matter(visit.township, visit.sector, visit.project)
    editable = allowed("visits.edit", office)
    offers = list_offers(office, matter, policy, staff=True) if editable and visit.state in DECIDABLE else []
    offers = without(offers, recused_leaders(visit))
    fitting = best_first(offers, matter)
    rest = [offer for offer in offers if offer not in fitting]
    suggestions = suggest_same(visit, policy.similar_percent) if editable and visit.state in OPEN else []
    return private_page(
        "visits/show.html",
        office=office,
        visit=visit,
        revealed=revealed,
        may_read=revealed or editable,
        people=people,
        words=words,
        leader=leader_of(visit),
        planned=find_session(office, visit.session_key),
        record=records.find(visit),
        until=held_until(visit),
        offers=[*fitting, *rest][:_MOST_OFFERS],
        suggestions=suggestions,
        recusals=recusals_of(visit),
        leaders=leaders_of(office.id, clock.today(office.timezone)) if editable else [],
        offices=[other for other in list_offices() if other.id != office.id and other.closed_on is None],
        departments=[d for d in list_departments(office.id) if d.closed_on is None] if editable else [],
        decidable=visit.state in DECIDABLE and editable and visit.purged_at is None,
        reopenable=visit.state in REOPENABLE and visit.purged_at is None,
        reasons=[(reason, words.REASON_NAMES[reason]) for reason in REASONS if reason != "duplicate"],
        policy=policy,
        today=visit.on_date == clock.today(office.timezone),
    )


def asked_filter() -> Filter:
    """The filter in the address; nonsense is ignored."""
    text = {name: request.args.get(name, "").strip()[:120] for name in Filter.__dataclass_fields__}
    group = text["group"] if text["group"] in (*GROUPS, "all") else "to_decide"
    return Filter(
        group=group,
        words=text["words"],
        channel=text["channel"],
        kind=text["kind"],
        first=_day(text["first"]),
        last=_day(text["last"]),
        leader_id=request.args.get("leader_id", type=int),
        sector=text["sector"],
        township=text["township"],
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
