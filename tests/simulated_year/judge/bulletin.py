"""Every figure of every bulletin, counted from the journal."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, text

from tests.simulated_year.judge.deadlines import Deadlines
from tests.simulated_year.judge.facts import Facts, must_day
from tests.simulated_year.judge.seats import Seats
from tests.simulated_year.judge.verdict import Verdict

RATES = {
    "accepted": ("accepted_in_time", "acceptance_due"),
    "in_time": ("closed_in_time", "due"),
    "rating": ("rated", "ratable"),
    "satisfaction": ("satisfied", "rated"),
}
# One thing that counts: the figure, how much, on which day, of which office, leader and unit.
Thing = tuple[str, int, dt.date, int, int | None, Any]
NOBODY = "nobody"  # sessions and visits have no unit


def judge_bulletins(
    connection: Connection,
    facts: Facts,
    seats: Seats,
    deadlines: Deadlines,
    bulletins: list[dict[str, Any]],
    verdict: Verdict,
) -> None:
    """Compare each bulletin with the count."""
    parents: dict[int, int | None] = {
        row[0]: row[1] for row in connection.execute(text("SELECT id, parent_id FROM offices"))
    }
    matters, visits, letters = _matters(deadlines), _visits(facts, seats), _letters(deadlines)
    things = [*matters, *visits, *letters]
    sessions = _sessions(facts, seats)
    for said in bulletins:
        top = said["office_id"]
        offices = {
            office for office in facts.offices if office == top or (said["below"] and parents[office] == top)
        }
        mine = [thing for thing in things if thing[3] in offices]
        held = [session for session in sessions if session[1] in offices]
        _judge_bulletin(said, mine, held, facts, verdict)


def _judge_bulletin(
    said: dict[str, Any], things: list[Thing], sessions: list[Any], facts: Facts, verdict: Verdict
) -> None:
    first, last = must_day(said["first_day"]), must_day(said["last_day"])
    where = (said["office"], str(first), str(last))
    own = {"figures": said["figures"], "rates": said["rates"]}
    for name, days, found in (
        ("bulletin", (first, last), own),
        ("bulletin, the days before", _before(first, last), said["before"]),
        ("bulletin, a year before", _year_before(first, last), said["year_before"]),
    ):
        counts = _count(_within(things, *days), _sessions_within(sessions, *days))
        for figure, number in found["figures"].items():
            verdict.expect(
                f"{name}: figures", number == counts[figure], (*where, figure, number, counts[figure])
            )
        for rate, (part, whole) in RATES.items():
            share = counts[part] / counts[whole] if counts[whole] else None
            verdict.expect(f"{name}: rates", found["rates"][rate] == share, (*where, rate, share))
    now, then = _within(things, first, last), _sessions_within(sessions, first, last)
    _judge_leaders(said["leaders"], now, then, where, verdict)
    few = facts.offices[said["office_id"]].few if said["office_id"] in facts.offices else 15
    _judge_units(said["units"], now, few, where, verdict)


def _judge_leaders(
    lines: list[Any], things: list[Thing], sessions: list[Any], where: Any, verdict: Verdict
) -> None:
    of: defaultdict[int, list[Thing]] = defaultdict(list)
    for thing in things:
        if thing[4] is not None and thing[0] not in ("supervise", "remind"):
            of[thing[4]].append(thing)
    duties: defaultdict[int, list[Any]] = defaultdict(list)
    for session in sessions:
        for leader in session[2]:
            duties[leader].append(session)
    verdict.expect("bulletin: leaders listed", {line["id"] for line in lines} == set(of) | set(duties), where)
    for line in lines:
        counts = _count(of[line["id"]], duties[line["id"]])
        _compare("bulletin: by leader", line["figures"], counts, (*where, line["id"]), verdict)


def _judge_units(lines: list[Any], things: list[Thing], few: int, where: Any, verdict: Verdict) -> None:
    of: defaultdict[int | None, list[Thing]] = defaultdict(list)
    for thing in things:
        if thing[5] != NOBODY:
            of[thing[5]].append(thing)
    verdict.expect("bulletin: units listed", {line["id"] for line in lines} == set(of), where)
    counts = {unit: _count(found, []) for unit, found in of.items()}
    ranked = {
        unit: c["closed_in_time"] / c["due"]
        for unit, c in counts.items()
        if unit is not None and c["due"] > few
    }
    for line in lines:
        unit = line["id"]
        _compare("bulletin: by unit", line["figures"], counts.get(unit, Counter()), (*where, unit), verdict)
        rank = 1 + sum(share > ranked[unit] for share in ranked.values()) if unit in ranked else None
        verdict.expect("bulletin: ranks", line["rank"] == rank, (*where, unit, line["rank"], rank))


def _compare(
    what: str, found: Mapping[str, int], mine: Mapping[str, int], where: Any, verdict: Verdict
) -> None:
    for figure, number in found.items():
        verdict.expect(what, number == mine[figure], (*where, figure, number, mine[figure]))


def _count(things: Iterable[Thing], sessions: Iterable[Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for thing in things:
        counts[thing[0]] += thing[1]
    leaders: set[int] = set()
    for _day, _office, receiving, held in sessions:
        counts["sessions_due"] += 1
        counts["sessions_held"] += held
        leaders |= receiving if held else set()
    counts["leaders"] = len(leaders)
    return counts


def _matters(deadlines: Deadlines) -> list[Thing]:
    found: list[Thing] = []
    for matter in deadlines.matters.values():
        leader = matter.said["case_leader_id"] or matter.said["duty_leader_id"]

        def add(figure: str, day: dt.date | None, good: bool = True, of: Any = (matter, leader)) -> None:
            if day is not None and good:
                found.append((figure, 1, day, of[0].office.id, of[1], of[0].main_unit))

        add("opened", matter.received)
        add(matter.said["disposition"], matter.received)
        asked = matter.said["disposition"] != "answered" and matter.state != "withdrawn"
        until, due = matter.due("acceptance", matter.received), matter.decision()
        add("acceptance_due", until, asked)
        add("accepted_in_time", until, asked and matter.accepted is not None and matter.accepted <= until)
        add("due", due, asked)
        add("closed_in_time", due, asked and matter.closed is not None and matter.closed <= due)
        add("closed", matter.closed)
        add("ratable", matter.closed)
        add("rated", matter.closed, matter.rating is not None)
        add("satisfied", matter.closed, matter.rating in ("satisfied", "mostly"))
    return found


def _visits(facts: Facts, seats: Seats) -> list[Thing]:
    found: list[Thing] = []
    for number, row in seats.visits.items():
        leader, office = row["leader_id"], facts.offices[row["office_id"]]
        if number in seats.met:
            day = office.local(seats.met[number])
            found += [
                ("groups", 1, day, office.id, leader, NOBODY),
                ("people", row["headcount"], day, office.id, leader, NOBODY),
                (row["kind"], 1, day, office.id, leader, NOBODY),
            ]
        elif row["state"] in ("no_show", "refused", "solved", "elsewhere"):
            day = must_day(row["on_date"]) if row["on_date"] else office.local(seats.ended[number])
            found.append((row["state"], 1, day, office.id, leader, NOBODY))
    return found


def _letters(deadlines: Deadlines) -> list[Thing]:
    return [(kind, 1, day, office, None, unit) for office, kind, unit, day in deadlines.letters]


def _sessions(facts: Facts, seats: Seats) -> list[Any]:
    """Each session as it is published in the end: day, office, leaders, whether somebody was received or recorded."""
    received = {(seats.visits[v]["office_id"], seats.visits[v]["session_key"]) for v in seats.met}
    found = []
    for key in facts.versions:
        session = facts.session(*key)
        if session is not None:
            held = key in received or key in seats.recorded
            found.append((session.on_date, key[0], session.leaders, held))
    return found


def _within(things: list[Thing], first: dt.date, last: dt.date) -> list[Thing]:
    return [thing for thing in things if first <= thing[2] <= last]


def _sessions_within(sessions: list[Any], first: dt.date, last: dt.date) -> list[Any]:
    return [session for session in sessions if first <= session[0] <= last]


def _before(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """The month before a month, else as many days before."""
    end = first - dt.timedelta(days=1)
    if (
        first.day == 1
        and (last + dt.timedelta(days=1)).day == 1
        and (first.year, first.month) == (last.year, last.month)
    ):
        return end.replace(day=1), end
    return first - (last - first) - dt.timedelta(days=1), end


def _year_before(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    whole = first.day == 1 and (last + dt.timedelta(days=1)).day == 1 and first.month == last.month
    start = first.replace(year=first.year - 1)
    if whole:
        following = (start + dt.timedelta(days=32)).replace(day=1)
        return start, following - dt.timedelta(days=1)
    return start, last.replace(year=last.year - 1)
