"""Why there is no roster: the smallest verified set of reasons in words, and the cheapest ways out.

Certificates first (`certificates`), then a core of CP-SAT; whatever is found is verified by a solve of its own and
shrunk until no part can be left out (`parts`). Every way out is a change of the problem that was solved before it is
offered (`ways`).
"""

from __future__ import annotations

from collections.abc import Callable

from app.roster.engine.certificates import find_certificates
from app.roster.engine.instance import Instance
from app.roster.engine.parts import Part, find_core, is_impossible, shrink
from app.roster.engine.reasons import reasons_of
from app.roster.engine.run import Clock
from app.roster.engine.solution import Conflict
from app.roster.engine.ways import find_ways

REASON_SECONDS, WAY_SECONDS = 5.0, 5.0
MOST_CERTIFICATES = 12


def explain_conflict(
    inst: Instance,
    should_stop: Callable[[], bool] = lambda: False,
    reason_seconds: float = REASON_SECONDS,
    way_seconds: float = WAY_SECONDS,
) -> Conflict | None:
    """Reasons and ways out of an impossible problem; None when no reason was proven in time."""
    clock = Clock(reason_seconds, counted=False)

    def left() -> float:
        return 0.0 if should_stop() else clock.left()

    parts = smallest_set(inst, left)
    if parts is None:
        return None
    way_clock = Clock(way_seconds + max(clock.left(), 0.0), counted=False)
    ways = find_ways(inst, parts, lambda: 0.0 if should_stop() else way_clock.left())
    return Conflict(reasons_of(inst, parts), ways)


def smallest_set(inst: Instance, left: Callable[[], float]) -> list[Part] | None:
    """The smallest impossible set found in the time, verified and shrunk."""
    best: list[Part] | None = None
    for certificate in find_certificates(inst)[:MOST_CERTIFICATES]:
        parts = [Part(kind, key) for kind, key in certificate]
        if best is not None and (len(best) <= max(len(parts), 2) or left() <= 0):
            break
        if is_impossible(inst, parts):
            parts = shrink(inst, parts, left)
            best = parts if best is None or len(parts) < len(best) else best
    if best is None:
        core = find_core(inst, left())
        best = None if core is None else shrink(inst, core, left)
    return best
