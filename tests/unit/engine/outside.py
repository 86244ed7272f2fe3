"""A checker and scorer written apart from the engine: works on the JSON of a problem, imports nothing of the engine.

`score(raw, roster)` gives (broken hard rules, {level: value}); `best(raw)` tries every roster of a small problem.
"""

import datetime as dt
import itertools
import math
from collections import Counter
from typing import Any

Raw = dict[str, Any]
Roster = dict[str, str | None]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def here(leader: Raw, date: str) -> bool:
    return leader["start"] <= date <= leader["end"] and date not in leader.get("leave", [])


def may(leader: Raw, slot: Raw) -> bool:
    if not here(leader, slot["date"]) or day(slot["date"]).weekday() in leader.get("forbid_wd", []):
        return False
    if slot.get("need") not in (None, leader["role"]):
        return False
    if slot.get("allowed") is not None and leader["id"] not in slot["allowed"]:
        return False
    return slot["date"] not in leader.get("busy", [])


def month_needs(raw: Raw, leader: Raw) -> dict[str, int]:
    able = Counter(slot["date"][:7] for slot in raw["slots"] if may(leader, slot))
    floor = max(raw["rules"].get("month_min_needs", 1), 1)
    return {month: leader.get("month_min", 0) for month, count in able.items() if count >= floor}


def split(total: int, shares: list[int], owed: list[int]) -> list[int]:
    whole = sum(shares)
    if not whole:
        return [0] * len(shares)
    owed = [debt if share else 0 for share, debt in zip(shares, owed, strict=True)]
    pot = total + sum(owed)
    exact = [divmod(pot * share, whole) for share in shares]
    spare = pot - sum(quotient for quotient, _ in exact)
    by_rest = sorted(range(len(shares)), key=lambda i: (-exact[i][1], i))
    lucky = set(by_rest[:spare])
    return [quotient + (i in lucky) - owed[i] for i, (quotient, _) in enumerate(exact)]


def targets(raw: Raw) -> dict[str, list[int]]:
    leaders, slots = raw["leaders"], raw["slots"]
    members = {"all": slots, **{c: [s for s in slots if s["cls"] == c] for c in ("rest", "monfri")}}
    found = {}
    for name, chosen in members.items():
        seen = [sum(here(leader, slot["date"]) for slot in chosen) for leader in leaders]
        if raw["coverage"] == "exact":
            field = {"all": "carry", "rest": "carry_rest"}.get(name, "")
            owed = [leader.get(field, 0) for leader in leaders]
            shares = [leader["weight"] * count for leader, count in zip(leaders, seen, strict=True)]
            found[name] = split(1000 * len(chosen), shares, owed)
        else:
            whole = [1000 * sum(month_needs(raw, leader).values()) for leader in leaders]
            days = [sum(here(leader, slot["date"]) for slot in slots) for leader in leaders]
            found[name] = [
                w if name == "all" else (w * c // d if d else 0)
                for w, c, d in zip(whole, seen, days, strict=True)
            ]
    return found


def broken(raw: Raw, roster: Roster) -> int:
    rules = raw["rules"]
    count = 0
    by_id = {leader["id"]: leader for leader in raw["leaders"]}
    held: dict[str, list[Raw]] = {leader: [] for leader in by_id}
    for slot in raw["slots"]:
        who = roster[slot["id"]]
        if who is None:
            count += raw["coverage"] == "exact"
        else:
            count += not may(by_id[who], slot)
            held[who].append(slot)
    count += sum(roster[slot] != who for slot, who in raw.get("pins", {}).items())
    for who, slots in held.items():
        days = sorted(day(slot["date"]) for slot in slots)
        for one, two in itertools.combinations(slots, 2):
            same = one["date"] == two["date"]
            halves = {one.get("session", "day"), two.get("session", "day")} == {"am", "pm"}
            count += same and not halves
            count += one.get("group") is not None and one.get("group") == two.get("group")
        count += sum((b - a).days < rules.get("min_gap", 1) for a, b in itertools.pairwise(days))
        k = rules.get("window_k", 1)
        count += sum((days[i + k] - days[i]).days < rules.get("window_days", 1) for i in range(len(days) - k))
        per_month = Counter(slot["date"][:7] for slot in slots)
        count += sum(per_month[m] < least for m, least in month_needs(raw, by_id[who]).items())
        most = by_id[who].get("max_per_month")
        count += sum(number > most for number in per_month.values()) if most else 0
    if raw.get("published") is not None:
        past = [slot["id"] for slot in raw["slots"] if slot["date"] < raw["asof"]]
        count += sum(roster[slot] != raw["published"].get(slot) for slot in past)
    return int(count)


def levels(raw: Raw, roster: Roster, wanted: dict[str, list[int]] | None = None) -> dict[str, int]:
    leaders, slots = raw["leaders"], raw["slots"]
    own = {leader["id"]: [slot for slot in slots if roster[slot["id"]] == leader["id"]] for leader in leaders}
    found: dict[str, int] = {}
    if raw.get("published") is not None:
        future = [slot["id"] for slot in slots if slot["date"] >= raw["asof"]]
        found["changes"] = sum(roster[slot] != raw["published"].get(slot) for slot in future)
    wanted = wanted or targets(raw)
    for (worst, total), name in {("1a", "1b"): "all", ("2a", "2b"): "rest", ("2c", "2d"): "monfri"}.items():
        away = [
            abs(1000 * sum(name in ("all", slot["cls"]) for slot in own[leader["id"]]) - target)
            for leader, target in zip(leaders, wanted[name], strict=True)
        ]
        found[worst], found[total] = max(away), sum(away)
    days = {who: sorted(day(slot["date"]) for slot in mine) for who, mine in own.items()}
    gaps = {who: [(b - a).days for a, b in itertools.pairwise(row)] for who, row in days.items()}
    found["3a"] = -min((gap for row in gaps.values() for gap in row), default=9999)
    length = (day(raw["end"]) - day(raw["start"])).days + 1
    found["3b"] = 0
    for leader, target in zip(leaders, wanted["all"], strict=True):
        present = sum(here(leader, slot["date"]) for slot in slots)
        if target >= 1000:
            limit = math.floor(3 * length * present * 1000 / (4 * len(slots) * target) + 1e-9)
            found["3b"] += sum(gap < limit for gap in gaps[leader["id"]])
    found["4"] = sum(weekday_excess(slots, leader, own[leader["id"]]) for leader in leaders)
    found["5"] = sum(wish(pref, own[pref["leader"]]) for pref in raw.get("prefs", []))
    return found


def weekday_excess(slots: list[Raw], leader: Raw, mine: list[Raw]) -> int:
    weekdays = [day(slot["date"]).weekday() for slot in slots if here(leader, slot["date"])]
    base = Counter(w for w in weekdays if w not in leader.get("forbid_wd", []))
    got = Counter(day(slot["date"]).weekday() for slot in mine)
    whole = sum(base.values())
    return (
        sum(max(0, got[w] - math.ceil(len(mine) * base[w] / whole - 1e-12)) for w in range(7)) if whole else 0
    )


def wish(pref: Raw, mine: list[Raw]) -> int:
    if "date" in pref:
        hits = sum(slot["date"] == pref["date"] for slot in mine)
    else:
        hits = sum(day(slot["date"]).weekday() == pref["weekday"] for slot in mine)
    return int(pref["w"]) * (hits if pref["type"] == "avoid" else not hits)


def score(raw: Raw, roster: Roster) -> tuple[int, dict[str, int]]:
    return broken(raw, roster), levels(raw, roster)


def best(raw: Raw, order: list[str] | None = None) -> tuple[dict[str, int], Roster] | None:
    """The lexicographically best roster by trying all; None when every roster breaks a rule."""
    ids = [slot["id"] for slot in raw["slots"]]
    choices = [[leader["id"] for leader in raw["leaders"] if may(leader, slot)] for slot in raw["slots"]]
    for number, slot in enumerate(ids):
        if raw["coverage"] != "exact":
            choices[number].append(None)
        if slot in raw.get("pins", {}):
            choices[number] = [who for who in choices[number] if who == raw["pins"][slot]]
        if raw.get("published") is not None and raw["slots"][number]["date"] < raw["asof"]:
            choices[number] = [raw["published"][slot]]
    wanted = targets(raw)
    found: tuple[list[int], dict[str, int], Roster] | None = None
    for picked in itertools.product(*choices):
        roster = dict(zip(ids, picked, strict=True))
        if broken(raw, roster):
            continue
        values = levels(raw, roster, wanted)
        vector = [values[name] for name in order or values]
        if found is None or vector < found[0]:
            found = (vector, values, roster)
    return None if found is None else found[1:]
