"""Is there any roster at all? The quick question behind every verified way out."""

from __future__ import annotations

import random

from app.roster.engine.anneal import spread
from app.roster.engine.counted_flow import solve_counted
from app.roster.engine.flow import open_face
from app.roster.engine.instance import Instance
from app.roster.engine.run import Clock
from app.roster.engine.violations import find_violations


def is_solvable(inst: Instance, seconds: float) -> bool:
    """True when a roster that keeps every hard rule was found within `seconds`; False is no proof."""
    start = solve_counted(inst)
    if start is None:
        return False
    clock = Clock(seconds, counted=False)
    _, who = spread(
        inst,
        open_face(inst),
        start,
        max(inst.gap, 1),
        clock,
        min(0.4, seconds),
        random.Random(0),
        lambda: False,
    )
    if not find_violations(inst, who):
        return True
    from app.roster.engine.parts import PartModel, all_parts

    return PartModel(inst, all_parts(inst)).solve(clock.left())[0] == "feasible"
