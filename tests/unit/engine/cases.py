"""Problems for the tests: small ones made by Hypothesis, and a month and a quarter of an ordinary county."""

import datetime as dt
import random
from typing import Any

from hypothesis import strategies as st
from ortools.sat.python import cp_model

from app.roster.engine import Problem, problem_from_json

assert cp_model  # imported here, so that its second does not fall into the time limit of the first solve
Raw = dict[str, Any]
START = dt.date(2026, 3, 2)


def text(day: dt.date) -> str:
    return day.isoformat()


@st.composite
def small_problems(draw: st.DrawFn, replan: bool = False) -> Raw:
    """Up to 3 leaders and 6 slots: few enough to try every roster."""
    count, size = draw(st.integers(2, 3)), draw(st.integers(3, 6))
    gaps = draw(st.lists(st.integers(1, 4), min_size=size, max_size=size))
    days = [START + dt.timedelta(sum(gaps[: i + 1])) for i in range(size)]
    dates = [text(day) for day in days]
    exact = draw(st.booleans())
    raw: Raw = {
        "id": "small",
        "start": text(START),
        "end": text(days[-1]),
        "coverage": "exact" if exact else "at_most_one",
        "leaders": [
            {
                "id": f"L{i}",
                "role": draw(st.sampled_from(["lead", "deputy"])),
                "weight": draw(st.sampled_from([50, 100])),
                "start": text(START),
                "end": text(days[-1]),
                "leave": draw(st.lists(st.sampled_from(dates), max_size=2, unique=True)),
                "forbid_wd": draw(st.lists(st.integers(0, 6), max_size=1)),
                "carry": draw(st.sampled_from([0, 0, -700, 400])),
                "carry_rest": draw(st.sampled_from([0, 300])),
                "month_min": draw(st.sampled_from([0, 1])),
                "max_per_month": draw(st.sampled_from([None, None, 3])),
            }
            for i in range(count)
        ],
        "slots": [
            {
                "id": date,
                "date": date,
                "cls": draw(st.sampled_from(["plain", "rest", "monfri"])),
                "need": draw(st.sampled_from([None, None, None, "lead"])),
                "special": False,
            }
            for date in dates
        ],
        "rules": draw(
            st.sampled_from(
                [
                    {"window_days": 1, "window_k": 1, "min_gap": 1, "month_min_needs": 2},
                    {"window_days": 3, "window_k": 1, "min_gap": 2, "month_min_needs": 2},
                    {"window_days": 7, "window_k": 2, "min_gap": 1, "month_min_needs": 3},
                ]
            )
        ),
        "pins": {},
        "prefs": [
            {"leader": "L0", "type": "avoid", "weekday": draw(st.integers(0, 6)), "w": 2},
            {"leader": "L1", "type": "prefer", "date": draw(st.sampled_from(dates)), "w": 1},
        ],
    }
    if draw(st.booleans()):
        raw["pins"] = {draw(st.sampled_from(dates)): f"L{draw(st.integers(0, count - 1))}"}
    if replan:
        people = [leader["id"] for leader in raw["leaders"]]
        raw["published"] = {date: draw(st.sampled_from(people)) for date in dates}
        raw["asof"] = draw(st.sampled_from(dates[1:]))
        raw["pins"], raw["coverage"] = {}, "exact"
    return raw


def office(leaders: int = 8, days: int = 60, seed: int = 1, **changes: Any) -> Raw:
    """An ordinary office: every working day one leader, some leave, some wishes."""
    rng = random.Random(seed)
    dates = [START + dt.timedelta(i) for i in range(days)]
    working = [day for day in dates if day.weekday() < 5]
    raw: Raw = {
        "id": "office",
        "start": text(dates[0]),
        "end": text(dates[-1]),
        "coverage": "exact",
        "leaders": [
            {
                "id": f"L{i:02}",
                "name": f"领导{i}",
                "role": "lead" if i % 3 == 0 else "deputy",
                "weight": 50 if i == 1 else 100,
                "start": text(dates[0]),
                "end": text(dates[-1]),
                "leave": sorted(text(day) for day in rng.sample(dates, days // 12)),
                "carry": rng.randrange(-400, 400),
            }
            for i in range(leaders)
        ],
        "slots": [
            {
                "id": text(day),
                "date": text(day),
                "cls": "monfri" if day.weekday() in (0, 4) else "rest" if day.day % 9 == 0 else "plain",
            }
            for day in working
        ],
        "rules": {"window_days": 5, "window_k": 1, "min_gap": 3, "month_min_needs": 5},
        "pins": {},
        "prefs": [
            {"leader": f"L{i:02}", "type": "avoid", "weekday": rng.randrange(5), "w": 1}
            for i in range(leaders)
        ],
    }
    return raw | changes


def read(raw: Raw) -> Problem:
    return problem_from_json(raw)
