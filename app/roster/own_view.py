"""What a leader is shown of a request made to him: the duties, whose they are, and what they do to his load."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.roster.substitution.candidates import Situation
from app.roster.substitution.models import SubstitutionAsk, SubstitutionDuty, SubstitutionRequest
from app.roster.substitution.preview import effects_of
from app.roster.substitution.ranking import load_words
from app.roster.substitution.service.asking import published_duty
from app.roster.substitution.service.common import names, overtaken


@dataclass(frozen=True, slots=True)
class Asked:
    """One ask: the duties still open that I would take, those I would give, and a sentence on each."""

    ask: SubstitutionAsk
    request: SubstitutionRequest
    office: Office
    takes: tuple[tuple[SubstitutionDuty, Text], ...]
    gives: tuple[SubstitutionDuty, ...]
    after: Text | None
    effects: tuple[Text, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether an answer is still needed."""
        return self.ask.state == "waiting" and bool(self.takes)


def asked_of(ask: SubstitutionAsk) -> Asked:
    """An ask as the leader sees it."""
    request = ask.request
    office = db.session.get_one(Office, request.office_id)
    open_ones = [duty for duty in request.duties if duty.id in ask.duty_ids and duty.state == "open"]
    takes = [duty for duty in open_ones if duty.part == "given"]
    gives = tuple(duty for duty in open_ones if duty.part == "taken")
    rows = {row.seat_key: row for duty in takes if (row := published_duty(office.id, duty)) is not None}
    if not rows:
        return Asked(ask, request, office, (), gives, None)
    situation = Situation(office, list(rows.values()))
    found = []
    balance = 0
    for duty in takes:
        row = rows.get(duty.seat_key)
        mine = next(
            (c for c in situation.candidates(row) if c.person.id == ask.leader_id)
            if row is not None
            else iter(()),
            None,
        )
        if mine is not None:
            balance = mine.effect.balance
            found.append((duty, mine.reasons))
    change = 1000 * (len(found) - len(gives))
    after = load_words(balance + change) if found else None
    takers = dict.fromkeys(rows, ask.leader_id) | {duty.seat_key: request.leader_id for duty in gives}
    return Asked(ask, request, office, tuple(found), gives, after, tuple(effects_of(office, takers)))


def settled_words(found: Asked) -> Text:
    """Why no answer is needed any more, for the leader who was asked: what he said, or what happened instead."""
    ask, request = found.ask, found.request
    mine = [duty for duty in request.duties if duty.substitute_id == ask.leader_id]
    if ask.state == "accepted" and mine and request.is_open:
        return Text(
            "您已经同意接下，等待本单位办理；日程更新后会通知您。",
            "You have agreed to take it; the office still has to act, and you hear when the roster has changed.",
        )
    if ask.state == "accepted" and mine:
        return Text("您已经同意接下，谢谢。", "You have agreed to take it. Thank you.")
    if ask.state == "declined":
        return Text("您已经答复不能接下，谢谢。", "You have answered that you cannot take it. Thank you.")
    return overtaken(request).text


def names_in(requests: Iterable[SubstitutionRequest], asks: Iterable[Asked]) -> dict[int, str]:
    """Names of everybody who appears."""
    wanted: set[int | None] = set()
    for request in (*requests, *(found.request for found in asks)):
        wanted |= {request.leader_id, *(ask.leader_id for ask in request.asks)}
        wanted |= {leader for duty in request.duties for leader in (duty.leader_id, duty.substitute_id)}
    return names(wanted)
