"""What a change of the roster would do to visits, before it is published. Nobody is named: references only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.appointments.bookable import policy_of
from app.appointments.queries import visits_between, visits_on
from app.appointments.rules.moves import NOTHING, Act, Planned, react
from app.appointments.service.roster_moves import placed
from app.calendar.events import RestDayProposed, SuspensionProposed
from app.core import clock
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.roster.events import ChangesProposed
from app.roster.states import Differences, SeatState
from app.roster.substitution.rules import Wanted

_SENTENCES: dict[Act, Text] = {
    "tell_leader": Text("保留，告知来访人领导更换", "kept; the resident is told that the leader changes"),
    "ask_leader": Text("保留名额，重新征求来访人意见", "the place is held and the resident is asked again"),
    "ask_consent": Text(
        "约访保留名额，先征求新领导同意，再一次告知来访人和到场单位",
        "invited: the place is held, the new leader is asked first, then resident and units are told once",
    ),
    "tell_time": Text("随场次改期，告知来访人", "moves with the session; the resident is told"),
    "ask_time": Text("随场次改期，征求来访人意见", "moves with the session; the resident is asked"),
    "move": Text(
        "改到下一个符合的场次，征求来访人意见", "moved to the next session that fits; the resident is asked"
    ),
    "screen": Text("退回待安排，由工作人员另行安排", "goes back to the staff, who find another session"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What would become of one visit."""

    visit_id: int
    reference: str
    on_date: dt.date | None
    act: Act

    @property
    def sentence(self) -> Text:
        """In words."""
        return _SENTENCES[self.act]


def effects_of(office: Office, changes: Differences) -> list[Effect]:
    """The visits that the changes would touch, by day; those that stay as they are are left out."""
    before, after = _sessions(changes, newer=False), _sessions(changes, newer=True)
    policy = policy_of(office.id)
    return [
        Effect(visit.id, visit.reference, visit.on_date, reaction.act)
        for visit in visits_on(office.id, changes.session_keys)
        if (
            reaction := react(
                placed(visit), before.get(visit.session_key or ""), after.get(visit.session_key or ""), policy
            )
        )
        != NOTHING
    ]


def answer(question: ChangesProposed) -> None:
    """Say what the proposed changes would do to visits, one line a kind of effect."""
    by_act: defaultdict[Act, list[str]] = defaultdict(list)
    for effect in effects_of(question.office, question.differences):
        by_act[effect.act].append(effect.reference)
    question.effects.extend(_lines(by_act))


def answer_suspension(question: SuspensionProposed) -> None:
    """Say what closing the office and those below it would do to visits, one line an office and kind of effect."""
    for office in list_offices():
        if question.office.id in office_path(office):
            name = "" if office.id == question.office.id else office.name
            question.effects.extend(_lines(_closed_days(office, question), name))


def answer_rest_day(question: RestDayProposed) -> None:
    """Say whom calling off the sessions of the day would touch: the visits stay until the roster is corrected."""
    closed = SuspensionProposed(question.office, question.day, question.day)
    if question.day >= clock.today(question.office.timezone):
        answer_suspension(closed)
    question.effects.extend(
        Text(f"取消当天场次时：{line.zh}", f"When the session is called off: {line.en}")
        for line in closed.effects
    )


def _closed_days(office: Office, question: SuspensionProposed) -> Mapping[Act, list[str]]:
    policy, by_act = policy_of(office.id), defaultdict[Act, list[str]](list)
    first = max(question.first_day, clock.today(office.timezone))
    for visit in visits_between(office.id, first, question.last_day):
        reaction = react(placed(visit), None, None, policy)
        if reaction != NOTHING:
            by_act[reaction.act].append(visit.reference)
    return by_act


def _lines(by_act: Mapping[Act, list[str]], office_name: str = "") -> list[Text]:
    lines = []
    for act, references in by_act.items():
        shown, words = "、".join(references[:10]), _SENTENCES[act]
        more_zh = f" 等 {len(references)} 件" if len(references) > 10 else ""
        more_en = f" and {len(references) - 10} more" if len(references) > 10 else ""
        at_zh, at_en = (f"{office_name}：", f"{office_name}: ") if office_name else ("", "")
        lines.append(
            Text(
                f"{at_zh}来访 {shown}{more_zh}：{words.zh}。", f"{at_en}Visits {shown}{more_en}: {words.en}."
            )
        )
    return lines


def wanted(office_id: int, session_keys: Iterable[str]) -> dict[str, Wanted]:
    """What the visits on sessions want of their leader, for whoever looks for a substitute."""
    found: dict[str, Wanted] = {}
    for visit in visits_on(office_id, session_keys):
        key, known = visit.session_key or "", found.get(visit.session_key or "", Wanted())
        found[key] = Wanted(
            projects=_with(known.projects, visit.project),
            townships=_with(known.townships, visit.township),
            sectors=_with(known.sectors, visit.sector),
            recused=known.recused | placed(visit).recused,
            visits=known.visits + 1,
        )
    return found


def _with(known: tuple[str, ...], value: str) -> tuple[str, ...]:
    return known if not value or value in known else (*known, value)


def _sessions(changes: Differences, newer: bool) -> dict[str, Planned]:
    """The sessions of the changed and unchanged seats, before or after."""
    seats: defaultdict[str, list[SeatState]] = defaultdict(list)
    for change in changes.all_changes:
        state = change.after if newer else change.before
        if state is not None and state.active:
            seats[state.session_key].append(state)
    for state in changes.unchanged:
        seats[state.session_key].append(state)
    return {key: _planned(own) for key, own in seats.items()}


def _planned(seats: list[SeatState]) -> Planned:
    held = [seat for seat in seats if seat.status == "held"] or seats
    return Planned(
        held[0].on_date,
        min(seat.starts for seat in held),
        max(seat.ends for seat in held),
        held[0].status == "held",
        tuple(seat.leader_id for seat in sorted(held, key=lambda s: s.seat) if seat.leader_id is not None),
    )
