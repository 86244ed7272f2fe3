"""What a change of hands would do to what hangs on the roster, such as booked visits, before anybody decides it."""

from collections.abc import Mapping
from dataclasses import replace

from app.core.events import emit
from app.core.text import Text
from app.directory.models import Office
from app.roster import queries as roster_queries
from app.roster.events import ChangesProposed
from app.roster.snapshots import state_of_row
from app.roster.states import compare_states
from app.roster.substitution.models import SubstitutionRequest

SOMEBODY = 0  # the leader who takes a duty, while nobody has agreed


def effects_of(office: Office, takers: Mapping[str, int]) -> list[Text]:
    """What it would do if these leaders took these seats (seat key → leader): one sentence a kind of effect.

    The other seats of the same sessions count as they are. Seats that are not published are left out.
    """
    if not takers:
        return []
    rows = roster_queries.current_duties(office.id)
    sessions = {row.session_key for row in rows if row.seat_key in takers}
    before = {row.seat_key: state_of_row(row) for row in rows if row.session_key in sessions}
    after = dict(before)
    for key in takers.keys() & before.keys():
        after[key] = replace(before[key], leader_id=takers[key])
    question = ChangesProposed(office, compare_states(before, after))
    emit(question)
    return question.effects


def effects_of_request(office: Office, request: SubstitutionRequest) -> list[Text]:
    """What the next step of a request would do: handing over what is open or agreed, or undoing what is done."""
    if request.is_open:
        pending = [duty for duty in request.duties if duty.state in ("open", "agreed")]
        counterpart = next((ask.leader_id for ask in request.asks), SOMEBODY)
        swapped = {"given": counterpart, "taken": request.leader_id}
        return effects_of(
            office,
            {
                duty.seat_key: duty.substitute_id
                or (swapped[duty.part] if request.kind == "swap" else SOMEBODY)
                for duty in pending
            },
        )
    if request.state == "done":
        done = [duty for duty in request.duties if duty.state == "done"]
        return effects_of(office, {duty.seat_key: duty.leader_id for duty in done})
    return []
