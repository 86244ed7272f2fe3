"""Asking candidates: who is queued, who is asked now, and until when an answer is waited for."""

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.directory.models import Office
from app.roster import queries as roster_queries
from app.roster.models import Duty
from app.roster.substitution import queries
from app.roster.substitution.candidates import Situation
from app.roster.substitution.events import SubstituteAsked, SubstitutionEscalated
from app.roster.substitution.models import SubstitutionAsk, SubstitutionDuty, SubstitutionRequest
from app.roster.substitution.service.common import move, move_ask, note

END_OF_DAY = dt.time(17, 30)
BEFORE_DUTY = dt.timedelta(hours=1)
AT_LEAST = dt.timedelta(minutes=10)
MOST_ASKED = 12  # of the ranking; nobody wants to hear of every colleague's journey


def published_duty(office_id: int, duty: SubstitutionDuty) -> Duty | None:
    """The row published now for a duty of a request, if it is still what was asked about."""
    rows = roster_queries.current_duties(office_id, duty.on_date, duty.on_date)
    return next((row for row in rows if row.seat_key == duty.seat_key and is_same(row, duty)), None)


def is_same(row: Duty, duty: SubstitutionDuty) -> bool:
    """Whether a published row is still the duty that was asked about: same day, time and leader, held."""
    return (
        row.status == "held"
        and (row.on_date, row.session, row.starts, row.ends)
        == (duty.on_date, duty.session, duty.starts, duty.ends)
        and row.leader_id == duty.leader_id
    )


def starts_at(office: Office, day: dt.date, starts: dt.time) -> dt.datetime:
    """The instant a session begins."""
    return dt.datetime.combine(day, starts, ZoneInfo(office.timezone))


def deadline_of(office: Office, request: SubstitutionRequest, days: int) -> dt.datetime:
    """When an answer is due: the end of the `days`-th working day, an hour before the duty at the latest."""
    now = clock.now()
    local = now.astimezone(ZoneInfo(office.timezone))
    calendar = working_calendar(office)
    day = calendar.add_working_days(local.date(), days)
    if days == 0 and local.time() >= END_OF_DAY:
        day = calendar.next_working_day(local.date())
    due = dt.datetime.combine(day, END_OF_DAY, ZoneInfo(office.timezone))
    pending = [duty for duty in request.duties if duty.state == "open"]
    for duty in pending:
        due = min(due, starts_at(office, duty.on_date, duty.starts) - BEFORE_DUTY)
    return max(due, now + AT_LEAST)


def queue(request: SubstitutionRequest, wanted: Iterable[tuple[int, Sequence[int]]]) -> list[SubstitutionAsk]:
    """Candidates in the order they are to be asked: leader and ids of duties. Who was asked before is left out."""
    known = {ask.leader_id for ask in request.asks}
    position = max((ask.position for ask in request.asks), default=0)
    added = []
    for leader_id, duty_ids in wanted:
        if leader_id not in known and duty_ids:
            position += 1
            known.add(leader_id)
            added.append(
                SubstitutionAsk(
                    request_id=request.id,
                    leader_id=leader_id,
                    duty_ids=list(duty_ids),
                    position=position,
                    state="queued",
                )
            )
    db.session.add_all(added)
    db.session.flush()
    db.session.expire(request, ["asks"])
    return added


def queue_by_policy(office: Office, request: SubstitutionRequest) -> None:
    """Queue whom the policy says: the ranking, the backups, or the next in order. "staff": nobody."""
    policy = queries.policy_of(office.id)
    if policy.whom == "staff":
        return
    duties = {duty.seat_key: duty for duty in request.duties if duty.state == "open"}
    rows = [row for duty in duties.values() if (row := published_duty(office.id, duty)) is not None]
    if not rows:
        return
    offers = Situation(office, rows).offers()
    if policy.whom == "backups":
        offers = [offer for offer in offers if offer.candidate.backup]
    queue(
        request,
        [
            (offer.candidate.person.id, [duties[key].id for key in offer.seat_keys])
            for offer in offers[:MOST_ASKED]
        ],
    )


def ask_on(office: Office, request: SubstitutionRequest, by: str) -> None:
    """Ask whom the policy lets ask now: everybody queued at once, or the next one for what nobody is asked about.

    With nobody left to ask and nobody left to answer, staff must decide. Once they must, whoever is still silent
    keeps nobody else from being asked.
    """
    at_once = queries.policy_of(office.id).ask == "all"
    open_ids = {duty.id for duty in request.duties if duty.state == "open"}
    silent = request.escalated_at is not None
    covered = {i for ask in request.asks if ask.state == "waiting" and not silent for i in ask.duty_ids}
    asked = False
    for ask in sorted(request.asks, key=lambda ask: (ask.position, ask.id)):
        wanted = [i for i in ask.duty_ids if i in open_ids and (at_once or i not in covered)]
        if ask.state == "queued" and wanted:
            ask.duty_ids = wanted if not at_once else [i for i in ask.duty_ids if i in open_ids]
            db.session.flush()
            asked |= _ask(request, ask, by)
            covered.update(wanted)
    if asked:
        request.escalated_at = None
        request.deadline_at = deadline_of(office, request, queries.policy_of(office.id).deadline_days)
        db.session.flush()
        if request.state == "requested":
            move(request, "asked")
    elif open_ids - covered:
        escalate(request)


def _ask(request: SubstitutionRequest, ask: SubstitutionAsk, by: str) -> bool:
    if not move_ask(ask, "queued", "waiting"):
        return False
    note(request, "asked", by, ask.leader_id)
    emit(SubstituteAsked(request.id, ask.id, request.office_id, ask.leader_id))
    return True


def escalate(request: SubstitutionRequest) -> None:
    """Staff must decide; they hear of it once."""
    if request.escalated_at is not None:
        return
    request.escalated_at, request.deadline_at = clock.now(), None
    db.session.flush()
    note(request, "escalated", "")
    emit(SubstitutionEscalated(request.id, request.office_id))
