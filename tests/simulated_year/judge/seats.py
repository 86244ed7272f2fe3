"""Every seat, recomputed: capacity, holds, the session and the leader a visit stands with, at every moment."""

import datetime as dt
from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, text

from tests.simulated_year.judge.facts import Facts, Session, as_day, as_instant, must_day
from tests.simulated_year.judge.verdict import Verdict

WALK_IN = 1001
MUST_SIT = {
    "received",
    "offered",
    "consent_asked",
    "invited",
    "confirmed",
    "checked_in",
    "called",
    "in_meeting",
}
NEVER_SITS = {"waiting", "refused", "solved", "elsewhere", "cancelled", "declined", "no_show", "expired"}
PLACED = MUST_SIT | {"waiting"}
BY_ROSTER = {"substitute", "publish", "suspend", "resume"}
Key = tuple[int, str]


class Seats:
    """Replays the journal."""

    def __init__(self, facts: Facts, verdict: Verdict) -> None:
        self.facts = facts
        self.verdict = verdict
        self.visits: dict[int, dict[str, Any]] = {}
        self.seats: dict[int, dict[str, Any]] = {}
        self.taken: defaultdict[Key, dict[int, int]] = defaultdict(dict)
        self.waiting: defaultdict[Key, set[int]] = defaultdict(set)
        self.placed: defaultdict[Key, set[int]] = defaultdict(set)
        self.touched: set[int] = set()
        self.sessions: set[Key] = set()
        self.steps: defaultdict[int, list[str]] = defaultdict(list)
        self.revised: set[int] = set()
        self.met: dict[int, dt.datetime] = {}
        self.ended: dict[int, dt.datetime] = {}
        self.recorded: set[Key] = set()
        self.recused: defaultdict[int, set[int]] = defaultdict(set)

    def changed(self, kind: str, row: dict[str, Any]) -> None:
        """A row changed; judged when the mark of its transaction comes."""
        if kind == "visit":
            self._visit(row)
        elif kind == "seat":
            self._free(row["visit_id"])
            key = (row["office_id"], row["session_key"])
            self.verdict.expect("a seat has one holder", row["number"] not in self.taken[key], row)
            self.taken[key][row["number"]] = row["visit_id"]
            self.seats[row["visit_id"]] = row
            self._touch(row["visit_id"], key)
        elif kind == "free":
            self._free(row["visit_id"])
            self._touch(row["visit_id"], (row["office_id"], row["session_key"]))
        elif kind == "step":
            self.steps[row["visit_id"]].append(row["what"])
        elif kind == "revision":
            self.facts.number[row["office_id"]] = row["number"]
            self.revised.add(row["office_id"])

    def _visit(self, row: dict[str, Any]) -> None:
        before = self.visits.get(row["id"])
        for old in (before, row):
            if old is None:
                continue
            key = (old["office_id"], old["session_key"])
            self.waiting[key].discard(row["id"])
            self.placed[key].discard(row["id"])
            self.sessions.add(key)
        key = (row["office_id"], row["session_key"])
        if row["state"] == "waiting":
            self.waiting[key].add(row["id"])
        if row["session_key"] is not None and row["state"] in PLACED:
            self.placed[key].add(row["id"])
        self.visits[row["id"]] = row
        self.touched.add(row["id"])

    def _free(self, visit: int) -> None:
        old = self.seats.pop(visit, None)
        if old is not None:
            self.taken[old["office_id"], old["session_key"]].pop(old["number"], None)

    def _touch(self, visit: int, key: Key) -> None:
        self.touched.add(visit)
        self.sessions.add(key)

    def asked(self, n: int, said: dict[str, Any]) -> None:
        """A transaction is over: everything it touched must be right now."""
        at = dt.datetime.fromisoformat(said["at"])
        if "failed" in said:
            self._refused(n, said, at)
        for office in self.revised:
            for key in [key for key in self.placed if key[0] == office and self.placed[key]]:
                self.sessions.add(key)
                self.touched |= self.placed[key]
        for visit in self.touched:
            self._judge_visit(n, said, visit, at)
        for key in self.sessions:
            self._judge_session(n, said, key, at)
        if said["op"] in BY_ROSTER:
            for visit, steps in self.steps.items():
                self.verdict.expect(
                    "a change of the roster is one step of a visit",
                    len(steps) == 1 or steps[1:] == ["seat_offered"],  # who waited may get a place
                    (n, visit, steps),
                )
        if said["op"] == "tick":
            self._judge_holds(n, at)
        self._note(said, at)
        self.touched, self.sessions, self.revised = set(), set(), set()
        self.steps.clear()

    def _note(self, said: dict[str, Any], at: dt.datetime) -> None:
        """What bulletins count, from what was asked."""
        if "failed" in said:
            return
        if said["op"] == "recuse":
            self.recused[said["visit"]].add(said.get("leader", 0))
        if said["op"] == "begin":
            self.met[said["visit"]] = at
        if said["op"] in ("record", "close_empty"):
            key = said.get("session") or self.visits[said["visit"]]["session_key"]
            self.recorded.add((said["office"], key))
        for visit in self.touched:
            if self.visits[visit]["state"] in NEVER_SITS - {"waiting"}:
                self.ended.setdefault(visit, at)
            else:
                self.ended.pop(visit, None)

    def _judge_visit(self, n: int, said: dict[str, Any], visit: int, at: dt.datetime) -> None:
        row, seat = self.visits[visit], self.seats.get(visit)
        state, key, where = row["state"], row["session_key"], (n, said["op"], row, seat)
        if state in MUST_SIT and key is not None:
            good = seat is not None and seat["session_key"] == key
            self.verdict.expect("who has a place holds its seat", good, where)
        if state in NEVER_SITS or key is None:
            self.verdict.expect("who has no place holds no seat", seat is None, where)
        if key is None or state not in PLACED or not self._lies_ahead(row, at):
            return
        session = self.facts.session(row["office_id"], key)
        self.verdict.expect("a visit stands on a session that is held", session is not None, where)
        if session is not None:
            on_duty = row["leader_id"] in session.leaders or (state == "in_meeting" and said["op"] != "begin")
            recused = self.recused.get(visit, set())
            self.verdict.expect("no recused leader receives", row["leader_id"] not in recused, where)
            self.verdict.expect("its leader is on duty there", on_duty, (*where, session))
            good = as_day(row["on_date"]) == session.on_date
            self.verdict.expect("its day is that of the session", good, where)
            self._judge_hold(where, said, row, session, at)
        if state in ("checked_in", "called", "in_meeting"):
            self.verdict.expect("who is here has a ticket", row["ticket"] is not None, where)

    def _lies_ahead(self, row: dict[str, Any], at: dt.datetime) -> bool:
        """The roster never changes what is past."""
        return must_day(row["on_date"]) >= self.facts.offices[row["office_id"]].local(at)

    def _judge_hold(
        self, where: Any, said: dict[str, Any], row: dict[str, Any], session: Session, at: dt.datetime
    ) -> None:
        """Until when a place is held: what is certain has no end; the rest the hours of the policy at most."""
        seat, office = self.seats.get(row["id"]), self.facts.offices[row["office_id"]]
        if seat is None:
            return
        until, starts = as_instant(seat["hold_until"]), office.instant(session.on_date, session.starts)
        if row["state"] in ("confirmed", "checked_in", "called", "in_meeting"):
            self.verdict.expect("a certain place does not expire", until is None, where)
            return
        self.verdict.expect("what is not certain expires", until is not None, where)
        hours = dt.timedelta(hours=office.policy["pending_hours"])
        if until is not None and said["op"] in ("book", "move", "rebook") and said.get("visit") == row["id"]:
            self.verdict.expect(
                "a request is held for the policy's hours", until == min(at + hours, starts), where
            )
        if (
            until is not None
            and row["state"] == "offered"
            and said["op"] in ("cancel", "refuse", "tick", "decline")
        ):
            offer = dt.timedelta(hours=office.policy["offer_hours"])
            good = until == min(at + offer, office.cut_off(session))
            if row["id"] != said.get("visit") and self.steps.get(row["id"]) == ["seat_offered"]:
                self.verdict.expect("a free place is offered for the policy's hours", good, where)

    def _judge_session(self, n: int, said: dict[str, Any], key: Key, at: dt.datetime) -> None:
        if key[1] is None:
            return
        policy, numbers = self.facts.offices[key[0]].policy, self.taken[key]
        booked = sum(number < WALK_IN for number in numbers)
        walk_in = len(numbers) - booked
        good = booked <= policy["places"] and all(1 <= m <= policy["places"] for m in numbers if m < WALK_IN)
        self.verdict.expect("appointments never exceed the places", good, (n, said["op"], key, numbers))
        good = walk_in <= policy["walk_in_places"]
        self.verdict.expect("walk-ins never exceed their share", good, (n, said["op"], key, numbers))
        session = self.facts.session(*key)
        if session is not None and at < self.facts.offices[key[0]].cut_off(session):
            idle = bool(self.waiting[key]) and booked < policy["places"]
            self.verdict.expect(
                "nobody waits beside a free place", not idle, (n, said, key, self.waiting[key], numbers)
            )

    def _judge_holds(self, n: int, at: dt.datetime) -> None:
        for seat in self.seats.values():
            if seat["hold_until"] is not None:
                until = as_instant(seat["hold_until"])
                self.verdict.expect("holds end in time", until is not None and until > at, (n, seat))

    def _refused(self, n: int, said: dict[str, Any], at: dt.datetime) -> None:
        """A refusal must be true."""
        key, office = (said["office"], said.get("session")), self.facts.offices[said["office"]]
        session = self.facts.session(*key) if key[1] else None
        if said["op"] not in ("book", "walk_in"):
            return
        if said["failed"] == "SessionFull":
            booked = sum(number < WALK_IN for number in self.taken[key[0], key[1] or ""])
            self.verdict.expect("“full” is true", booked == office.policy["places"], (n, said))
        elif said["failed"] == "SessionNotOpen":
            closed = session is not None and self.facts.is_suspended(key[0], session.on_date, at)
            late = (
                closed
                or session is None
                or at
                >= (
                    office.instant(session.on_date, session.ends)
                    if said.get("by") or said["op"] == "walk_in"
                    else office.cut_off(session)
                )
            )
            self.verdict.expect("“not open” is true", late, (n, said, session))

    def finish(self, connection: Connection) -> None:
        """The tables say what the journal says."""
        rows = connection.execute(text("SELECT visit_id, session_key, number FROM visit_seats")).all()
        mine = {visit: (seat["session_key"], seat["number"]) for visit, seat in self.seats.items()}
        self.verdict.expect(
            "the seats of the table are those of the journal", {r[0]: (r[1], r[2]) for r in rows} == mine, ""
        )
        met = connection.execute(text("SELECT id FROM visits WHERE met_at IS NOT NULL")).scalars().all()
        self.verdict.expect(
            "who was received is in the table", set(met) == set(self.met), set(met) ^ set(self.met)
        )
