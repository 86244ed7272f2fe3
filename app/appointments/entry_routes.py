"""Staff write down what was said at the desk or on the telephone, and hand out the slip."""

from flask import Response, redirect, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.accounts.access import requires
from app.accounts.audit import actor_name
from app.appointments.bookable import find_session, list_offers, matter_options, policy_of
from app.appointments.forms import EntryForm
from app.appointments.public_routes import asked_matter
from app.appointments.queries import get_visit, leader_of
from app.appointments.queue_routes import VISIT
from app.appointments.routes import blueprint, private_page
from app.appointments.rules.matching import best_first
from app.appointments.service.booking import book
from app.appointments.slips import check_in_code
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office

SLIP_CODE = "slip_code"  # in the browser session of staff: [visit id, code], until the next one


@blueprint.route("/offices/<office_code>/visits/new", methods=["GET", "POST"])
@requires("visits.edit")
def enter(office: Office) -> Response | BaseResponse:
    """The form of the desk; errors keep what was typed."""
    policy = policy_of(office.id)
    matter = asked_matter()
    offers = list_offers(office, matter, policy, staff=True)
    form = EntryForm(township=matter.township, sector=matter.sector, project=matter.project)
    form.offer_matters(matter_options(office))
    fitting = best_first(offers, matter)
    form.offer_sessions([*fitting, *(offer for offer in offers if offer not in fitting)])
    if form.validate_on_submit():
        try:
            with transaction():
                visit, code = book(office, form.request("zh_CN"), actor_name())
            session[SLIP_CODE] = [visit.id, code]
            return redirect(url_for("visits.slip_of", office_code=office.code, visit_id=visit.id), 303)
        except RotaError as error:
            form.form_errors.append(error.text)
    return private_page(
        "visits/entry.html", 422 if form.errors else 200, office=office, form=form, policy=policy
    )


@blueprint.get(f"{VISIT}/slip")
@requires("visits.edit")
def slip_of(office: Office, visit_id: int) -> Response:
    """The slip; the secret code is on it only right after the visit was entered in this browser."""
    visit = get_visit(office.id, visit_id)
    number, code = session.get(SLIP_CODE) or (0, "")
    return private_page(
        "visits/slip.html",
        office=office,
        visit=visit,
        code=code if number == visit.id else "",
        planned=find_session(office, visit.session_key),
        leader=leader_of(visit),
        qr=check_in_code(visit),
    )
