"""Small certificates of impossibility, found without a solver: the usual mistakes of a plan.

Each returns impossible sets of parts; `conflict` verifies them, keeps the smallest and puts it into words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from app.roster.engine.bounds import find_hall_run, most_duties
from app.roster.engine.instance import Instance

Certificate = tuple[tuple[str, int], ...]  # (kind, key) of each part


def find_certificates(inst: Instance) -> list[Certificate]:
    """Impossible sets, smallest first."""
    found = [*empty_slots(inst), *close_pins(inst), *crowded_periods(inst), *overfull_periods(inst)]
    found += crowded_days(inst)
    return sorted(set(found), key=lambda certificate: (len(certificate), certificate))


def pinned(inst: Instance, s: int) -> int | None:
    """The leader a future slot is pinned to."""
    leader = inst.problem.pins.get(inst.slots[s].id)
    return None if leader is None or inst.past[s] else inst.number_of(leader)


def empty_slots(inst: Instance) -> Iterator[Certificate]:
    """A pin on a leader who cannot serve; a slot that nobody can take."""
    for s in range(inst.m):
        leader = pinned(inst, s)
        if leader is not None and leader not in inst.able[s]:
            yield (("pin", s),)
        elif not inst.past[s] and not inst.may_be_empty(s) and not inst.able[s]:
            yield (("cover", s),)


def close_pins(inst: Instance) -> Iterator[Certificate]:
    """Two pins of one leader too close, or a pin too close to a past duty."""
    pins: dict[int, list[int]] = defaultdict(list)
    for s in range(inst.m):
        leader = pinned(inst, s)
        if leader is not None:
            pins[leader].append(s)
    for leader, own in pins.items():
        for i, s in enumerate(own):
            if any(inst.clash(s, t) for t in inst.facts_of[leader]):
                yield (("distance", leader), ("pin", s))
            for t in own[i + 1 :]:
                if inst.clash(s, t):
                    yield (("distance", leader), ("pin", s), ("pin", t))


def crowded_days(inst: Instance) -> Iterator[Certificate]:
    """A run of slots within the shortest gap with fewer leaders than slots (Hall 1935)."""
    required = [s for s in range(inst.m) if not inst.past[s] and not inst.may_be_empty(s)]
    if any(not inst.can[s] for s in required):
        return
    hall = find_hall_run(inst, inst.can, required, max(inst.gap, 1))
    if hall is None:
        return
    leaders = sorted({p for s in hall for p in inst.can[s]})
    pins = [("pin", s) for s in hall if pinned(inst, s) is not None]
    covers = [("cover", s) for s in hall if pinned(inst, s) is None]
    yield (*covers, *[("distance", p) for p in leaders], *pins)


def crowded_periods(inst: Instance) -> Iterator[Certificate]:
    """Minimums that do not fit: into one leader's own days, or into the slots of the period for all together."""
    periods: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, rule in enumerate(inst.rules):
        if not rule.low:
            continue
        days = sorted(inst.day[s] for s in rule.slots)
        if len(rule.slots) < rule.low:
            yield (("count", number),)
        elif most_duties(days, max(inst.gap, 1)) < rule.low:
            yield (("count", number), ("distance", rule.leader))
        periods[rule.kind, rule.period].append(number)
    for numbers in periods.values():
        crowd = find_crowd(inst, numbers)
        if crowd:
            yield tuple(("count", number) for number in crowd)


def overfull_periods(inst: Instance) -> Iterator[Certificate]:
    """More slots in a period than the maximums of its leaders allow together."""
    periods: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, rule in enumerate(inst.rules):
        if rule.high is not None:
            periods[rule.kind, rule.period].append(number)
    for numbers in periods.values():
        slots, rules = find_overfull(inst, numbers)
        if slots:
            needs = [("cover" if pinned(inst, s) is None else "pin", s) for s in slots]
            yield (*needs, *(("count", number) for number in rules))


def find_overfull(inst: Instance, numbers: list[int]) -> tuple[list[int], list[int]]:
    """Slots that only leaders with a maximum can take, one more than these allow, and the rules; a Hall set of the
    matching of slots to what is left of the maximums."""
    rules_of: dict[int, dict[int, int]] = defaultdict(dict)
    room: dict[int, int] = {}
    for number in numbers:
        rule = inst.rules[number]
        room[number] = (rule.high or 0) - sum(inst.past[s] for s in rule.slots)
        for s in rule.slots:
            rules_of[s][rule.leader] = number
    members: dict[int, list[int]] = {number: [] for number in numbers}
    for s in sorted(rules_of):
        limited = not inst.past[s] and not inst.may_be_empty(s) and rules_of[s].keys() >= set(inst.can[s])
        reached: set[int] = set()
        if limited and not _make_room(s, rules_of, room, members, reached):
            return sorted({s, *(t for number in reached for t in members[number])}), sorted(reached)
    return [], []


def _make_room(
    s: int,
    rules_of: Mapping[int, Mapping[int, int]],
    room: Mapping[int, int],
    members: Mapping[int, list[int]],
    reached: set[int],
) -> bool:
    for number in rules_of[s].values():
        if number in reached:
            continue
        reached.add(number)
        own = members[number]
        if len(own) < room[number]:
            own.append(s)
            return True
        for other in list(own):
            if _make_room(other, rules_of, room, members, reached):
                own[own.index(other)] = s
                return True
    return False


def find_crowd(inst: Instance, numbers: list[int]) -> list[int]:
    """Rules whose minimums together need more slots than there are: a Hall set of the matching of needs to slots."""
    match_of: dict[int, tuple[int, int]] = {}
    for number in numbers:
        for unit in range(inst.rules[number].low):
            reached: set[int] = set()
            if not _augment(inst, (number, unit), match_of, reached):
                return sorted({number} | {match_of[s][0] for s in reached})
    return []


def _augment(
    inst: Instance, need: tuple[int, int], match_of: dict[int, tuple[int, int]], reached: set[int]
) -> bool:
    for s in inst.rules[need[0]].slots:
        if s in reached:
            continue
        reached.add(s)
        if s not in match_of or _augment(inst, match_of[s], match_of, reached):
            match_of[s] = need
            return True
    return False
