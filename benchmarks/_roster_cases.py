"""Seeded offices for the benchmark: a county, a township and a city of a year, in the engine's file format."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

Raw = dict[str, Any]
HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7)}
SHAPES = {  # leaders, every day (else working days), window, shortest gap, monthly minimum
    "county_small": (20, False, 5, 3, 0),
    "county": (32, False, 5, 3, 0),
    "township": (9, True, 3, 3, 1),
    "city": (15, False, 5, 5, 1),
}


def slot_class(day: dt.date) -> str:
    if day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS:
        return "rest"
    return "monfri" if day.weekday() in (0, 4) else "plain"


def make_case(shape: str, seed: int, year: int = 2026) -> Raw:
    """One office; the same shape and seed give the same problem on every machine."""
    count, every_day, window, gap, minimum = SHAPES[shape]
    rng = random.Random(f"{shape}-{seed}")
    days = [dt.date(year, 1, 1) + dt.timedelta(i) for i in range(365)]
    duty_days = [day for day in days if every_day or slot_class(day) != "rest" or rng.random() < 0.1]
    leaders = [make_leader(number, count, days, minimum, shape, rng) for number in range(count)]
    people = [leader["id"] for leader in leaders]
    return {
        "id": f"{shape}-{seed}",
        "kind": shape,
        "year": year,
        "start": days[0].isoformat(),
        "end": days[-1].isoformat(),
        "coverage": "at_most_one" if shape == "city" else "exact",
        "leaders": leaders,
        "slots": [
            {
                "id": day.isoformat(),
                "date": day.isoformat(),
                "cls": slot_class(day),
                "need": None,
                "special": False,
            }
            for day in duty_days
        ],
        "rules": {"window_days": window, "window_k": 1, "min_gap": gap, "month_min_needs": 5},
        "pins": {},
        "prefs": [
            {"leader": rng.choice(people), "type": "avoid", "date": rng.choice(duty_days).isoformat(), "w": 1}
            for _ in range(2 * count)
        ],
    }


def make_leader(
    number: int, count: int, days: list[dt.date], minimum: int, shape: str, rng: random.Random
) -> Raw:
    """A leader with a few stretches of leave, sometimes half weight, sometimes a weekday that does not suit."""
    leave: set[str] = set()
    for _ in range(rng.randrange(3, 6)):
        start = rng.randrange(len(days) - 8)
        leave |= {day.isoformat() for day in days[start : start + rng.randrange(1, 8)]}
    fair = shape != "city"
    return {
        "id": f"L{number:02}",
        "role": "lead" if number < count // 3 else "deputy",
        "weight": 50 if number == 0 and fair else 100,
        "start": days[0].isoformat(),
        "end": days[-1].isoformat(),
        "leave": sorted(leave),
        "forbid_wd": [rng.randrange(5)] if rng.random() < 0.1 else [],
        "carry": rng.randrange(-600, 600) if fair else 0,
        "carry_rest": rng.randrange(-300, 300) if fair else 0,
        "month_min": minimum,
        "max_per_month": None,
    }
