"""What follows when somebody has agreed: approval, the record that the convener was told, then the new revision."""

from app.core.database import db
from app.directory.models import Office
from app.roster.substitution import queries
from app.roster.substitution.errors import ConvenerNotTold
from app.roster.substitution.models import SubstitutionRequest
from app.roster.substitution.service.asking import ask_on, deadline_of
from app.roster.substitution.service.common import close_asks, move
from app.roster.substitution.service.handing import hand_over


def settle(office: Office, request: SubstitutionRequest, by: str) -> None:
    """Hand over what is agreed as soon as the policy allows it; else the request waits as "agreed"."""
    policy = queries.policy_of(office.id)
    waits_for_office = policy.approval and request.state != "approved"
    if waits_for_office or not is_told(request):
        if all(duty.state != "open" for duty in request.duties) and request.state in ("requested", "asked"):
            close_asks(request)
            request.deadline_at = deadline_of(office, request, policy.deadline_days)
            db.session.flush()
            move(request, "agreed")
        _ask_about_the_rest(office, request, by)
        return
    complete(office, request, by)
    _ask_about_the_rest(office, request, by)


def _ask_about_the_rest(office: Office, request: SubstitutionRequest, by: str) -> None:
    """Of several duties some are taken: the next are asked about those nobody is asked about, or staff decide."""
    if request.is_open and any(duty.state == "open" for duty in request.duties):
        ask_on(office, request, by)


def complete(office: Office, request: SubstitutionRequest, by: str, urgent: bool = False) -> None:
    """Publish what is agreed; the request is done when nothing is open. Raises ConvenerNotTold, NotAllowed, Overtaken.

    `urgent`: the session is about to begin; that the convener was told is recorded afterwards.
    """
    if not urgent and not is_told(request):
        raise ConvenerNotTold
    agreed = [duty for duty in request.duties if duty.state == "agreed"]
    if not agreed:
        return
    revision = hand_over(office, request, agreed, by)
    if any(duty.state == "open" for duty in request.duties):
        move(request, "asked" if request.state != "requested" else "requested", revision.id)
        return
    close_asks(request)
    request.deadline_at = None
    db.session.flush()
    move(request, "done", revision.id)


def is_told(request: SubstitutionRequest) -> bool:
    """Whether the first convener was told, where the policy wants that recorded by hand."""
    policy = queries.policy_of(request.office_id)
    if policy.tell != "by_hand" or policy.convener_id in (None, request.leader_id):
        return True
    return any(step.what == "told" for step in request.steps)
