"""Every deadline and state of a matter, recomputed from what was asked."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from tests.simulated_year.judge.facts import ONE, Facts, Office, as_day, must_day, works
from tests.simulated_year.judge.verdict import Verdict

DAYS = {"register": 15, "acceptance": 15, "not_ours": 5, "decision": 60, "urgent": 15, "simple": 10}
WORKING = {"not_ours", "simple"}


@dataclass
class Part:
    """What one unit has to do."""

    told: dt.date
    main: bool
    state: str = "told"
    accepted: dt.date | None = None
    replied: dt.date | None = None


@dataclass
class Matter:
    """What happened to one matter."""

    office: Office
    said: dict[str, Any]
    state: str
    opened: dt.date
    received: dt.date
    parts: dict[int, Part] = field(default_factory=dict)
    registered: dt.date | None = None
    accepted: dt.date | None = None
    extended: int = 0
    leader_day: dt.date | None = None
    pauses: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    signatures: int = 0
    closed: dt.date | None = None
    replied: dt.date | None = None
    rating: str | None = None

    def limit(self, kind: str) -> int:
        """The office's own number of days."""
        return int(self.office.limits.get(kind, DAYS[kind]))

    def rolled(self, day: dt.date) -> dt.date:
        """Where an end on a rest day goes."""
        while self.office.roll and not works(day):
            day += ONE
        return day

    def due(self, kind: str, start: dt.date) -> dt.date:
        """The end of a plain clock."""
        return self.rolled(self._count(start, self.limit(kind), kind in WORKING, paused=False))

    def decision(self) -> dt.date:
        """The end of the clock of the decision."""
        kind = self.said["urgency"] if self.said["urgency"] in DAYS else "decision"
        day = self._count(self.accepted or self.received, self.limit(kind), kind in WORKING)
        return self.rolled(self._count(day, self.extended, False))

    def reply(self) -> dt.date:
        """When the reply is due: the day the leader set stays where it is, and never makes it later."""
        days = [self.decision()] + ([self.leader_day] if self.leader_day else [])
        return min(days)

    def may_set(self, day: dt.date, today: dt.date) -> bool:
        """Whether a leader may ask for this day."""
        return max(today, self.received) <= day <= self.decision()

    def _count(self, day: dt.date, days: int, working: bool, paused: bool = True) -> dt.date:
        while days:
            day += ONE
            rests = paused and any(first <= day <= last for first, last in self.pauses)
            days -= not rests and (works(day) or not working)
        return day

    @property
    def main_unit(self) -> int | None:
        """Who answers for the whole."""
        return next((unit for unit, part in self.parts.items() if part.main), None)


class Deadlines:
    """Replays what was asked."""

    def __init__(self, facts: Facts, verdict: Verdict) -> None:
        self.facts = facts
        self.verdict = verdict
        self.matters: dict[int, Matter] = {}
        self.letters: list[tuple[int, str, int, dt.date]] = []

    def asked(self, n: int, said: dict[str, Any]) -> None:
        """Something was done, or refused."""
        step = getattr(self, f"_{said['op']}", None)
        if step is None or "office" not in said:
            return
        today = self.facts.offices[said["office"]].local(dt.datetime.fromisoformat(said["at"]))
        if "failed" not in said:
            step(said, today)
        elif said["failed"] == "TooLateForNotOurs":
            matter = self.matters[said["matter"]]
            late = any(matter.due("not_ours", part.told) < today for part in matter.parts.values())
            self.verdict.expect("“too late to say not ours” is true", late, (n, said))
        elif said["failed"] == "LeaderDayRefused":
            self._refused(n, said, today)

    def _refused(self, n: int, said: dict[str, Any], today: dt.date) -> None:
        if said["op"] == "open":
            matter = self._new(said, today)
            good = matter.state == "closed" or not matter.may_set(must_day(said["leader_due_on"]), today)
        else:
            good = not self.matters[said["matter"]].may_set(must_day(said["day"]), today)
        self.verdict.expect("a leader's day is refused for a reason", good, (n, said))

    def _open(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self._new(said, today)
        matter.parts = {unit: Part(today, n == 0) for n, unit in enumerate(said["units"])}
        if said["leader_due_on"]:
            day = must_day(said["leader_due_on"])
            good = matter.state != "closed" and matter.may_set(day, today)
            self.verdict.expect("a leader's day when a matter begins", good, said)
            matter.leader_day = day
        self.matters[said["matter"]] = matter

    def _new(self, said: dict[str, Any], today: dt.date) -> Matter:
        office = self.facts.offices[said["office"]]
        answered = said["disposition"] == "answered"
        state = "closed" if answered else "signing" if office.sign_offs else "open"
        matter = Matter(office, said, state, today, must_day(said["received_on"]))
        matter.registered = None if state == "signing" else today
        if answered:
            matter.accepted = matter.closed = matter.replied = matter.received
        return matter

    def _sign(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        matter.signatures += 1
        if matter.signatures >= matter.office.sign_offs:
            matter.state, matter.registered = "open", today
            for part in matter.parts.values():
                part.told = today

    def _add_unit(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        main = said["main"] or not matter.parts
        if main:
            for part in matter.parts.values():
                part.main = False
        matter.parts[said["unit"]] = Part(today, main)

    def _accept(self, said: dict[str, Any], today: dt.date) -> None:
        if "matter" in said:  # residents accept places by the same word
            self.matters[said["matter"]].accepted = must_day(said["on"])

    def _extend(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        self.verdict.expect(
            "extended once, by at most 30 days", not matter.extended and said["days"] <= 30, said
        )
        matter.extended, matter.leader_day = said["days"], None

    def _leader_day(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        self.verdict.expect("a leader's day", matter.may_set(must_day(said["day"]), today), said)
        matter.leader_day = must_day(said["day"])

    def _lift_day(self, said: dict[str, Any], today: dt.date) -> None:
        self.matters[said["matter"]].leader_day = None

    def _pause(self, said: dict[str, Any], today: dt.date) -> None:
        self.matters[said["matter"]].pauses.append((must_day(said["first"]), must_day(said["last"])))

    def _resume(self, said: dict[str, Any], today: dt.date) -> None:
        if "matter" not in said:  # a suspension is taken back by the same word
            return
        matter = self.matters[said["matter"]]
        cut = [(first, today - ONE if first <= today <= last else last) for first, last in matter.pauses]
        matter.pauses = [(first, last) for first, last in cut if first <= last]

    def _unit_accept(self, said: dict[str, Any], today: dt.date) -> None:
        part = self.matters[said["matter"]].parts[said["unit"]]
        part.state, part.accepted = "accepted", today

    def _not_ours(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        part = matter.parts[said["unit"]]
        good = today <= matter.due("not_ours", part.told)
        self.verdict.expect("“not ours” only within its limit", good, said)
        part.state, part.main = "not_ours", False

    def _reply(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        part = matter.parts[said["unit"]]
        part.state, part.replied, part.accepted = "replied", today, part.accepted or today
        waits = any(p.main and p.state in ("told", "accepted") for p in matter.parts.values())
        if matter.state == "open" and not waits:
            matter.state, matter.replied = "replied", today

    def _send_back(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        part = matter.parts[said["unit"]]
        part.state, part.replied = "accepted", None
        if matter.state == "replied":
            matter.state, matter.replied = "open", None

    def _hand_again(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        main = matter.main_unit is None
        matter.parts[said["unit"]] = Part(today, main)
        if matter.state == "replied" and main:
            matter.state, matter.replied = "open", None

    def _relieve(self, said: dict[str, Any], today: dt.date) -> None:
        part = self.matters[said["matter"]].parts[said["unit"]]
        part.state, part.main = "relieved", False

    def _close(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        matter.state, matter.closed, matter.replied = "closed", today, matter.replied or today

    def _reopen(self, said: dict[str, Any], today: dt.date) -> None:
        matter = self.matters[said["matter"]]
        matter.state, matter.closed, matter.rating = "open", None, None

    def _withdraw(self, said: dict[str, Any], today: dt.date) -> None:
        self.matters[said["matter"]].state = "withdrawn"

    def _rate(self, said: dict[str, Any], today: dt.date) -> None:
        self.matters[said["matter"]].rating = said["rating"]

    def _letter(self, said: dict[str, Any], today: dt.date) -> None:
        self.letters.append((said["office"], said["kind"], said["unit"], today))

    def finish(self, connection: Connection) -> None:
        """The tables say what this says."""
        rows = connection.execute(text("SELECT * FROM matters")).mappings().all()
        expect = self.verdict.expect
        expect("every matter is in the table", {row["id"] for row in rows} == set(self.matters), "")
        for row in rows:
            self._judge_matter(row, self.matters[row["id"]])
        for row in connection.execute(text("SELECT * FROM matter_units")).mappings():
            self._judge_part(row, self.matters[row["matter_id"]])
        self._judge_letters(connection)

    def _judge_matter(self, row: Any, matter: Matter) -> None:
        mine = {
            "register_due_on": matter.due("register", matter.received),
            "acceptance_due_on": matter.due("acceptance", matter.received),
            "regulation_due_on": matter.decision(),
            "leader_due_on": matter.leader_day,
            "due_on": matter.reply(),
            "registered_on": matter.registered,
            "accepted_on": matter.accepted,
            "replied_on": matter.replied,
            "closed_on": matter.closed,
        }
        for name, day in mine.items():
            found = as_day(row[name])
            self.verdict.expect(f"a matter's {name}", found == day, (row["id"], found, day, matter))
        self.verdict.expect(
            "a matter's state", row["state"] == matter.state, (row["id"], row["state"], matter)
        )
        self.verdict.expect("a matter's rating", row["rating"] == matter.rating, (row["id"], matter))

    def _judge_part(self, row: Any, matter: Matter) -> None:
        part = matter.parts[row["department_id"]]
        mine = {
            "told_on": part.told,
            "not_ours_due_on": matter.due("not_ours", part.told),
            "due_on": matter.reply(),
            "accepted_on": part.accepted,
            "replied_on": part.replied,
        }
        for name, day in mine.items():
            self.verdict.expect(f"a unit's {name}", as_day(row[name]) == day, (dict(row), day))
        good = (row["state"], bool(row["main"])) == (part.state, part.main)
        self.verdict.expect("a unit's state", good, (row["matter_id"], part))

    def _judge_letters(self, connection: Connection) -> None:
        numbers: defaultdict[Any, list[int]] = defaultdict(list)
        for office, kind, year, number in connection.execute(
            text("SELECT office_id, kind, year, number FROM letters")
        ):
            numbers[office, kind, year].append(number)
        for key, found in numbers.items():
            self.verdict.expect(
                "letters are numbered without a gap", sorted(found) == list(range(1, len(found) + 1)), key
            )
        counted = Counter((office, kind, day.year) for office, kind, _unit, day in self.letters)
        self.verdict.expect(
            "letters are those that were issued", {k: len(v) for k, v in numbers.items()} == counted, ""
        )
