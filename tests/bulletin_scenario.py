"""A simulated year of visits and matters as plain rows, and the bulletin counted from them by hand.

The counting here shares nothing with the program's: loops over dictionaries, the definitions read from the guide.
"""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from app.appointments.models import ReceptionRecord, Visit
from app.core.database import db
from app.followup.models import Letter, Matter, UnitPart
from app.roster.models import Duty

Rows = dict[str, list[dict[str, Any]]]
NOON = dt.timedelta(hours=4)  # UTC, 12:00 in Shanghai


def instant(day: dt.date) -> dt.datetime:
    """Noon of a day in Shanghai."""
    return dt.datetime.combine(day, dt.time(), dt.UTC) + NOON


def simulate(
    office_id: int,
    leaders: Sequence[int],
    units: Sequence[int],
    first: dt.date,
    days: int,
    per_day: int,
    seed: int,
) -> Rows:
    """`per_day` visits on each of `days` days; most lead to a matter."""
    chance = random.Random(seed)
    rows: Rows = {name: [] for name in ("duties", "records", "visits", "matters", "parts", "letters")}
    for number in range(days):
        day = first + dt.timedelta(days=number)
        key = f"s-{day:%Y%m%d}"
        leader = leaders[number % len(leaders)]
        held = chance.random() < 0.9
        status = "suspended" if chance.random() < 0.05 else "held"
        rows["duties"].append(_duty(office_id, key, day, leader, status))
        if held and chance.random() < 0.3:
            rows["records"].append(_record(office_id, key, day, leader))
        for _ in range(per_day):
            _visit(rows, chance, office_id, key, day, leader, units, held)
    return rows


def _duty(office_id: int, key: str, day: dt.date, leader: int, status: str) -> dict[str, Any]:
    return {
        "office_id": office_id,
        "since_revision": 1,
        "session_key": key,
        "seat_key": f"{key}:1",
        "on_date": day,
        "session": "day",
        "starts": dt.time(9),
        "ends": dt.time(17),
        "status": status,
        "leader_id": leader,
        "leader_name": str(leader),
        "changed_at": instant(day),
    }


def _record(office_id: int, key: str, day: dt.date, leader: int) -> dict[str, Any]:
    return {
        "office_id": office_id,
        "session_key": key,
        "on_date": day,
        "leader_id": leader,
        "state": "final",
        "saved_at": instant(day),
        "saved_by": "clerk",
        "said": "",
    }


def _visit(
    rows: Rows,
    chance: random.Random,
    office_id: int,
    key: str,
    day: dt.date,
    leader: int,
    units: Any,
    held: bool,
) -> None:
    number = len(rows["visits"]) + 1
    met = held and chance.random() < 0.7
    state = "closed" if met else chance.choice(["no_show", "refused", "solved", "elsewhere", "cancelled"])
    dated = met or state == "no_show" or chance.random() < 0.5
    visit = {
        "id": number,
        "office_id": office_id,
        "reference": f"{number:09}",
        "code_hash": str(number),
        "channel": "window",
        "kind": chance.choice(["booked", "invited", "walk_in"]),
        "state": state,
        "session_key": key if dated else None,
        "on_date": day if dated else None,
        "leader_id": leader,
        "name": "示例",
        "headcount": chance.choice([1, 1, 1, 3, 12]),
        "received_at": instant(day),
        "met_at": instant(day) if met else None,
        "ended_at": instant(day),
    }
    rows["visits"].append(visit)
    if met:
        _matter(rows, chance, visit, day, leader, units)


def _matter(
    rows: Rows, chance: random.Random, visit: dict[str, Any], day: dt.date, leader: int, units: Any
) -> None:
    number = len(rows["matters"]) + 1
    disposition = chance.choice(["answered", "taken_back", "taken_back", "raised"])
    due = day + dt.timedelta(days=60)
    state = (
        "closed" if disposition == "answered" else chance.choice(["closed", "closed", "open", "withdrawn"])
    )
    closed = None
    if state == "closed":
        closed = day if disposition == "answered" else day + dt.timedelta(days=chance.randint(1, 90))
    rating = chance.choice([None, "satisfied", "mostly", "dissatisfied"]) if closed else None
    accepted = day + dt.timedelta(days=chance.randint(0, 25)) if chance.random() < 0.8 else None
    rows["matters"].append(
        {
            "id": number,
            "office_id": visit["office_id"],
            "year": day.year,
            "number": number,
            "visit_id": visit["id"],
            "received_on": day,
            "subject": "示例事项",
            "disposition": disposition,
            "state": state,
            "duty_leader_id": leader,
            "case_leader_id": leader if chance.random() < 0.5 else None,
            "register_due_on": day,
            "acceptance_due_on": day + dt.timedelta(days=15),
            "accepted_on": accepted,
            "due_on": due,
            "closed_on": closed,
            "rating": rating,
            "rated_on": closed if rating else None,
            "created_at": instant(day),
            "created_by": "clerk",
        }
    )
    if disposition != "answered" and chance.random() < 0.9:
        unit = chance.choice(list(units))
        part = {
            "matter_id": number,
            "department_id": unit,
            "told_on": day,
            "not_ours_due_on": due,
            "due_on": due,
        }
        rows["parts"].append(part)
        if chance.random() < 0.1:
            kind = chance.choice(["supervise", "remind"])
            rows["letters"].append(_letter(visit["office_id"], kind, len(rows["letters"]), number, unit, day))


def _letter(office_id: int, kind: str, number: int, matter: int, unit: int, day: dt.date) -> dict[str, Any]:
    return {
        "office_id": office_id,
        "kind": kind,
        "year": day.year,
        "number": number + 1,
        "matter_id": matter,
        "department_id": unit,
        "issued_on": day,
        "issued_by": "clerk",
        "text": "示例",
    }


def store(rows: Rows) -> None:
    """Write the rows."""
    tables: dict[str, Any] = {
        "duties": Duty,
        "visits": Visit,
        "records": ReceptionRecord,
        "matters": Matter,
        "parts": UnitPart,
        "letters": Letter,
    }
    for name, table in tables.items():
        if rows[name]:
            db.session.execute(insert(table), rows[name])


def count_by_hand(rows: Rows, first: dt.date, last: dt.date) -> dict[str, int]:
    """Every figure of the bulletin, as the guide defines it."""
    counts = dict.fromkeys(
        [
            "sessions_due",
            "sessions_held",
            "leaders",
            "groups",
            "people",
            "walk_in",
            "booked",
            "invited",
            "no_show",
            "refused",
            "solved",
            "elsewhere",
            "opened",
            "answered",
            "taken_back",
            "raised",
            "acceptance_due",
            "accepted_in_time",
            "due",
            "closed_in_time",
            "closed",
            "ratable",
            "rated",
            "satisfied",
            "supervise",
            "remind",
        ],
        0,
    )
    _count_sessions(rows, first, last, counts)
    for visit in rows["visits"]:
        day = visit["on_date"] or (visit["ended_at"] + dt.timedelta(hours=8)).date()
        if not first <= day <= last:
            continue
        if visit["met_at"]:
            counts["groups"] += 1
            counts["people"] += visit["headcount"]
            counts[visit["kind"]] += 1
        elif visit["state"] in counts:
            counts[visit["state"]] += 1
    for matter in rows["matters"]:
        _count_matter(matter, first, last, counts)
    for letter in rows["letters"]:
        if first <= letter["issued_on"] <= last:
            counts[letter["kind"]] += 1
    return counts


def _count_sessions(rows: Rows, first: dt.date, last: dt.date, counts: dict[str, int]) -> None:
    happened = {record["session_key"] for record in rows["records"]}
    happened |= {visit["session_key"] for visit in rows["visits"] if visit["met_at"]}
    received = set()
    for duty in rows["duties"]:
        if first <= duty["on_date"] <= last and duty["status"] == "held":
            counts["sessions_due"] += 1
            if duty["session_key"] in happened:
                counts["sessions_held"] += 1
                received.add(duty["leader_id"])
    counts["leaders"] = len(received)


def _count_matter(matter: dict[str, Any], first: dt.date, last: dt.date, counts: dict[str, int]) -> None:
    def within(day: dt.date | None) -> bool:
        return day is not None and first <= day <= last

    if within(matter["received_on"]):
        counts["opened"] += 1
        counts[matter["disposition"]] += 1
    asked = matter["disposition"] != "answered" and matter["state"] != "withdrawn"
    if asked and within(matter["acceptance_due_on"]):
        counts["acceptance_due"] += 1
        if matter["accepted_on"] and matter["accepted_on"] <= matter["acceptance_due_on"]:
            counts["accepted_in_time"] += 1
    if asked and within(matter["due_on"]):
        counts["due"] += 1
        if matter["closed_on"] and matter["closed_on"] <= matter["due_on"]:
            counts["closed_in_time"] += 1
    if within(matter["closed_on"]):
        counts["closed"] += 1
        counts["ratable"] += 1
        if matter["rating"]:
            counts["rated"] += 1
            if matter["rating"] != "dissatisfied":
                counts["satisfied"] += 1
