"""What happens to matters in a year: opened after a reception, handed over, extended, paused, closed, rated."""

import datetime as dt
import random
from typing import Any

from sqlalchemy import select

from app.appointments.models import Visit
from app.core import clock
from app.core.database import db
from app.followup import queries
from app.followup.errors import MatterMoved
from app.followup.models import Matter
from app.followup.service import letters, limits, matters, units
from app.followup.service.matters import Opening, open_matter
from tests.simulated_year import journal
from tests.simulated_year.world import ONE, Place

_RUNNING: dict[str, float] = {
    **{"accept": 14, "unit_accept": 12, "not_ours": 3, "add_unit": 2, "reply": 12, "close": 10, "extend": 3},
    **{
        "pause": 3,
        "resume": 3,
        "withdraw": 1,
        "letter": 3,
        "send_back": 1,
        "relieve": 1,
        "sign": 12,
        "hand_again": 2,
    },
    **{"leader_day": 5, "lift_day": 1},
}
_LEADER_DAYS = (-9, -1, 0, 2, 5, 9, 14, 14, 20, 40, 59, 90)  # from today; some are refused
_CLOSED: dict[str, float] = {"rate": 30, "reopen": 1, "call_back": 10}


class Matters:
    """The matters of one office."""

    def __init__(self, chance: random.Random, place: Place) -> None:
        self.chance = chance
        self.place = place

    def open_new(self) -> None:
        """What leaders decided on the visits that are over."""
        done = select(Matter.id).where(Matter.visit_id == Visit.id).exists()
        found = db.session.execute(
            select(Visit.id, Visit.leader_id).where(
                Visit.office_id == self.place.office.id,
                Visit.state == "closed",
                Visit.ended_at > clock.now() - dt.timedelta(days=1),
                ~done,
            )
        ).all()
        for visit_id, leader_id in found:
            if self.chance.random() < 0.7:
                self._open(visit_id, leader_id)

    def _open(self, visit_id: int, leader_id: int | None) -> None:
        chance, today = self.chance, clock.today(self.place.office.timezone)
        said: dict[str, Any] = {
            "received_on": today - chance.choice([0, 0, 0, 1, 3]) * ONE,
            "disposition": chance.choice(["answered", "taken_back", "taken_back", "raised"]),
            "urgency": chance.choice(["normal", "normal", "urgent", "simple"]),
            "visit_id": visit_id,
            "duty_leader_id": leader_id,
            "case_leader_id": chance.choice([None, None, chance.choice(self.place.leaders).id]),
            "units": chance.sample(self.place.units, chance.choice([0, 1, 1, 1, 2])),
            "leader_due_on": today + chance.choice(_LEADER_DAYS) * ONE if chance.random() < 0.3 else None,
        }
        if not self._opened(said) and said["leader_due_on"]:
            self._opened(
                said | {"leader_due_on": None}
            )  # the clerk reads the sentence and leaves the day out

    def _opened(self, said: dict[str, Any]) -> bool:
        def action() -> dict[str, Any]:
            return {"matter": open_matter(self.place.office, Opening(subject="示例", **said), "clerk").id}

        return journal.do("open", action, office=self.place.office.id, **said) is not None

    def go_on(self, least: int) -> None:
        """Some things that may happen to matters that run, and to those that are closed."""
        for states, weights, share in (
            (("signing", "open", "replied"), _RUNNING, 0.12),
            (("closed",), _CLOSED, 0.04),
        ):
            since = clock.today() - 200 * ONE
            ids = db.session.scalars(
                select(Matter.id).where(
                    Matter.office_id == self.place.office.id,
                    Matter.state.in_(states),
                    Matter.received_on > since,
                    Matter.rated_on.is_(None),
                )
            ).all()
            wanted = min(len(ids), max(least, int(len(ids) * share)))
            for matter_id in self.chance.sample(ids, wanted):
                what = self.chance.choices(list(weights), list(weights.values()))[0]
                self.step(what, matter_id)

    def step(self, what: str, matter_id: int) -> None:
        """Try one thing; what the services refuse did not happen."""
        chance, today = self.chance, clock.today(self.place.office.timezone)
        choices: dict[str, dict[str, Any]] = {
            "accept": {"on": today - chance.choice([0, 0, 1]) * ONE},
            "extend": {"days": chance.randint(1, 30)},
            "pause": {"first": today, "last": today + chance.randint(0, 20) * ONE},
            "leader_day": {"day": today + chance.choice(_LEADER_DAYS) * ONE},
            "add_unit": {"unit": chance.choice(self.place.units), "main": chance.random() < 0.5},
            "sign": {"user": chance.choice(self.place.users)},
            "rate": {"rating": chance.choice(["satisfied", "mostly", "dissatisfied"])},
            "letter": {"kind": chance.choice(["supervise", "remind"])},
        }
        said = choices.get(what, {})
        journal.do(
            what,
            lambda: self._do(what, matter_id, said),
            office=self.place.office.id,
            matter=matter_id,
            **said,
        )

    def _do(self, what: str, matter_id: int, said: dict[str, Any]) -> dict[str, Any] | None:
        office, matter = self.place.office, queries.get_matter(self.place.office.id, matter_id)
        if what in _OF_UNITS:
            part = self.chance.choice(list(matter.parts)) if matter.parts else None
            if part is None:
                raise MatterMoved
            department = part.department_id
            _OF_UNITS[what](office, part, said)
            return {"unit": department}
        _OF_MATTERS[what](office, matter, said)
        return None


_OF_UNITS: dict[str, Any] = {
    "unit_accept": lambda office, part, said: units.accept_part(office, part, "unit"),
    "not_ours": lambda office, part, said: units.refuse_part(office, part, "不归我们管", "unit"),
    "reply": lambda office, part, said: units.reply(office, part, "答复", "unit"),
    "send_back": lambda office, part, said: units.send_back(office, part, "没有答复", "clerk"),
    "hand_again": lambda office, part, said: units.hand_again(office, part, "属于贵单位", "clerk"),
    "relieve": lambda office, part, said: units.relieve(office, part, "另行安排", "clerk"),
    "letter": lambda office, part, said: letters.issue(office, part, said["kind"], "示例函", "clerk"),
}
_OF_MATTERS: dict[str, Any] = {
    "accept": lambda office, matter, said: limits.accept(office, matter, said["on"], "clerk"),
    "close": lambda office, matter, said: matters.close(office, matter, "办结", "clerk"),
    "extend": lambda office, matter, said: limits.extend(office, matter, said["days"], "复杂", "clerk"),
    "pause": lambda office, matter, said: limits.pause(
        office, matter, said["first"], said["last"], "鉴定", "clerk"
    ),
    "leader_day": lambda office, matter, said: limits.set_leader_day(
        office, matter, said["day"], "领导要求", "clerk"
    ),
    "lift_day": lambda office, matter, said: limits.lift_leader_day(office, matter, "领导收回", "clerk"),
    "resume": lambda office, matter, said: limits.resume(office, matter, "clerk"),
    "withdraw": lambda office, matter, said: matters.withdraw(office, matter, "撤回", "clerk"),
    "add_unit": lambda office, matter, said: matters.add_unit(
        office, matter, said["unit"], said["main"], "clerk"
    ),
    "sign": lambda office, matter, said: matters.sign(office, matter, said["user"], "clerk"),
    "rate": lambda office, matter, said: matters.rate(office, matter, said["rating"], "code", ""),
    "reopen": lambda office, matter, said: matters.reopen(office, matter, "没有办好", "clerk"),
    "call_back": lambda office, matter, said: matters.call_back(office, matter, "回访", "clerk"),
}
