"""Upper bounds on the smallest gap that need no solver: each leader's own calendar, and Hall's condition.

*Calendar*: can one leader alone place as many duties as the face asks for, `gap` days apart? Taking the earliest
possible day each time is optimal (interval scheduling), so the answer is exact for the count and valid for the face.

*Hall*: slots that span fewer than `gap` days need as many different leaders; Hall (1935): there are enough exactly when
a bipartite matching covers them.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from app.roster.engine.flow import Face
from app.roster.engine.instance import Instance
from app.roster.engine.score import NO_GAP


def gap_limit(inst: Instance, face: Face) -> int:
    """The largest smallest gap that both conditions allow; -NO_GAP when nobody needs a second duty."""
    if all(low <= 1 for low, _ in face.boxes[0]) and not any(inst.held) and not inst.facts:
        return -NO_GAP
    low, high = inst.gap, max(inst.day[-1] - inst.day[0], inst.gap) if inst.m else inst.gap
    while low < high:
        middle = (low + high + 1) // 2
        if calendar_allows(inst, face, middle) and hall_allows(inst, face, middle):
            low = middle
        else:
            high = middle - 1
    return low


def calendar_allows(inst: Instance, face: Face, gap: int) -> bool:
    """Whether every leader alone can place the duties the face asks for, `gap` days apart."""
    days: list[list[int]] = [[] for _ in inst.leaders]
    for s, row in enumerate(face.can):
        for p in row:
            days[p].append(inst.day[s])
    if any(facts_too_close(inst, p, gap) for p in range(inst.n)):
        return False
    return all(most_duties(days[p], gap) >= face.boxes[0][p][0] for p in range(inst.n))


def facts_too_close(inst: Instance, p: int, gap: int) -> bool:
    """Whether past duties of the leader (which count for the smallest gap) are already closer."""
    own = sorted(inst.day[s] for s, leader in inst.facts.items() if leader == p)
    return any(later - earlier < gap for earlier, later in itertools.pairwise(own))


def most_duties(days: Sequence[int], gap: int) -> int:
    """The most duties that fit on sorted days, `gap` apart."""
    count, free_from = 0, -(10**9)
    for day in days:
        if day >= free_from:
            count, free_from = count + 1, day + gap
    return count


def hall_allows(inst: Instance, face: Face, gap: int) -> bool:
    """Whether every run of slots spanning fewer than `gap` days can have different leaders."""
    required = [s for s in range(inst.m) if not face.empty[s] and not inst.past[s]]
    return find_hall_run(inst, face.can, required, gap) is None


def find_hall_run(
    inst: Instance, can: Sequence[Sequence[int]], required: Sequence[int], gap: int
) -> tuple[int, ...] | None:
    """Slots of one run that have fewer leaders than slots (a Hall set), or None when every run can be matched."""
    start = 0
    matching: dict[int, int] = {}
    holder: dict[int, int] = {}
    for end, s in enumerate(required):
        while inst.day[s] - inst.day[required[start]] >= gap:
            leader = matching.pop(required[start], None)
            if leader is not None:
                del holder[leader]
            start += 1
        reached: set[int] = set()
        if not augment(s, can, matching, holder, reached):
            members = {s} | {holder[p] for p in reached if p in holder}
            return tuple(sorted(members & set(required[start : end + 1])))
    return None


def augment(
    s: int,
    can: Sequence[Sequence[int]],
    matching: dict[int, int],
    holder: dict[int, int],
    reached: set[int],
) -> bool:
    """Kuhn's augmenting path from slot `s`; `reached` collects the leaders tried."""
    for p in can[s]:
        if p in reached:
            continue
        reached.add(p)
        if p not in holder or augment(holder[p], can, matching, holder, reached):
            matching[s], holder[p] = p, s
            return True
    return False
