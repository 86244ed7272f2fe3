"""What the verbs share: the lock, compare-and-swap, the history, and the sentence for whoever came second."""

from collections.abc import Iterable

from sqlalchemy import CursorResult, select, update

from app.accounts import audit
from app.core import clock
from app.core.database import db, lock
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Leader
from app.roster.obstacles import lock_leaders
from app.roster.substitution.errors import Overtaken
from app.roster.substitution.events import SubstitutionChanged
from app.roster.substitution.models import (
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionRequest,
    SubstitutionStep,
)
from app.roster.substitution.words import STATE_WORDS, day_words

_VERBS = {
    "asked": "ask",
    "agreed": "agree",
    "approved": "approve",
    "done": "finish",
    "declined": "decline",
    "withdrawn": "withdraw",
    "expired": "expire",
    "undone": "undo",
}
_SWAPPED = {"synchronize_session": False}


def begin(office_id: int, leader_ids: Iterable[int] = ()) -> None:
    """Hold the office's roster and these leaders until the transaction ends, and forget what was read before.

    The order is that of publishing (roster, leaders, audit trail), so that nobody waits in a circle.
    """
    db.session.flush()
    lock(f"roster of office {office_id}")
    db.session.expire_all()
    lock_leaders(leader_ids)


def begin_with(request: SubstitutionRequest, *more: int) -> None:
    """As `begin`, for everybody a request may concern."""
    begin(request.office_id)
    hold_leaders(request, *more)


def hold_leaders(request: SubstitutionRequest, *more: int) -> None:
    """The leaders whose duties may change hands now."""
    leaders = {request.leader_id, *more}
    for duty in request.duties:
        leaders |= {leader for leader in (duty.leader_id, duty.substitute_id) if leader is not None}
    lock_leaders(leaders)


def move(
    request: SubstitutionRequest, to: str, revision_id: int | None = None, left: tuple[int, ...] = ()
) -> None:
    """The next state, if nobody changed it meanwhile; tells the listeners. Raises Overtaken."""
    before = request.state
    ended = to not in ("requested", "asked", "agreed", "approved")
    changed: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
        update(SubstitutionRequest)
        .where(SubstitutionRequest.id == request.id, SubstitutionRequest.state == before)
        .values(state=to, closed_at=clock.now() if ended else None)
        .execution_options(**_SWAPPED)
    )
    db.session.expire(request)
    if changed.rowcount != 1:
        raise overtaken(request)
    audit.record(
        f"substitution.{_VERBS.get(to, 'ask')}",
        f"substitution:{request.id}",
        request.office_id,
        {"state": before},
        {"state": to},
    )
    emit(SubstitutionChanged(request.id, request.office_id, before, to, revision_id, left))


def move_duty(duty: SubstitutionDuty, before: str, to: str, substitute_id: int | None) -> bool:
    """The duty's next state and substitute; False when it is no longer in `before`."""
    changed: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
        update(SubstitutionDuty)
        .where(SubstitutionDuty.id == duty.id, SubstitutionDuty.state == before)
        .values(state=to, substitute_id=substitute_id)
        .execution_options(**_SWAPPED)
    )
    db.session.expire(duty)
    return changed.rowcount == 1


def move_ask(ask: SubstitutionAsk, before: str, to: str) -> bool:
    """The ask's next state; False when it is no longer in `before`."""
    values: dict[str, object] = {"state": to}
    if to != "queued":
        values["asked_at" if to == "waiting" else "answered_at"] = clock.now()
    changed: CursorResult[object] = db.session.execute(  # type: ignore[assignment]
        update(SubstitutionAsk)
        .where(SubstitutionAsk.id == ask.id, SubstitutionAsk.state == before)
        .values(**values)
        .execution_options(**_SWAPPED)
    )
    db.session.expire(ask)
    return changed.rowcount == 1


def note(
    request: SubstitutionRequest, what: str, by: str, leader_id: int | None = None, how: str = ""
) -> SubstitutionStep:
    """One line of the request's history."""
    step = SubstitutionStep(
        request_id=request.id, at=clock.now(), what=what, by=by[:64], leader_id=leader_id, how=how
    )
    db.session.add(step)
    db.session.flush()
    db.session.expire(request, ["steps"])
    return step


def close_asks(request: SubstitutionRequest) -> None:
    """Nobody needs to answer any more; the links to the asks say so until they expire."""
    pending = [ask for ask in request.asks if ask.state in ("queued", "waiting")]
    if not pending:
        return
    db.session.execute(
        update(SubstitutionAsk)
        .where(SubstitutionAsk.request_id == request.id, SubstitutionAsk.state.in_(("queued", "waiting")))
        .values(state="closed", answered_at=clock.now())
        .execution_options(**_SWAPPED)
    )
    db.session.flush()
    db.session.expire(request, ["asks"])
    for ask in pending:
        db.session.expire(ask)


def end(request: SubstitutionRequest, state: str, outcome: Text) -> None:
    """The request ends: what is not handed over yet is dropped, nobody is asked any more.

    Where some duties are handed over already the request is done; the outcome says what became of the rest.
    """
    for duty in request.duties:
        if duty.state in ("open", "agreed"):
            move_duty(duty, duty.state, "dropped", None)
    close_asks(request)
    request.outcome = {"zh": outcome.zh, "en": outcome.en}
    db.session.flush()
    done = any(duty.state == "done" for duty in request.duties)
    move(request, "done" if done else state)


def names(leader_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of leaders by id."""
    wanted = {leader for leader in leader_ids if leader is not None}
    rows = db.session.execute(select(Leader.id, Leader.name).where(Leader.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def overtaken(request: SubstitutionRequest) -> Overtaken:
    """What happened to a request before this person came, in one sentence."""
    if request.outcome:
        return Overtaken(Text(request.outcome["zh"], request.outcome["en"]))
    if request.state == "undone":
        return Overtaken(
            Text(
                "这项代班已经撤销，恢复了原安排，不必再处理。",
                "This substitution was undone already: the duties are with their leaders again.",
            )
        )
    took = [duty for duty in request.duties if duty.substitute_id is not None]
    known = names([request.leader_id, *(duty.substitute_id for duty in took)])
    if took:
        first = took[0]
        who, day = known[first.substitute_id or 0], day_words(first.on_date, first.session)
        return Overtaken(
            Text(
                f"{day.zh}的接访已由{who}接下，您不必再处理。谢谢。",
                f"{who} has taken the duty of {day.en} already: there is nothing left for you to do. Thank you.",
            )
        )
    who, state = known[request.leader_id], STATE_WORDS[request.state]
    if request.state == "withdrawn":
        return Overtaken(
            Text(
                f"{who}的代班申请已经撤回，您不必再处理。",
                f"The request of {who} was withdrawn: there is nothing left to do.",
            )
        )
    return Overtaken(
        Text(
            f"{who}的代班申请当前为“{state.zh}”，不能再这样处理。请刷新后查看。",
            f"The request of {who} is now {state.en}: this cannot be done any more. Reload to see it.",
        )
    )
