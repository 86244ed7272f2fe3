"""Ways out of an impossible problem: one change each, cheapest first, verified by solving, ready to be applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from app.roster.engine.candidates import candidates
from app.roster.engine.certificates import find_certificates
from app.roster.engine.changes import Change, apply_change
from app.roster.engine.feasible import is_solvable
from app.roster.engine.instance import Instance
from app.roster.engine.parts import Part, is_impossible, shrink
from app.roster.engine.solution import WayOut
from app.roster.engine.words import Text

MOST_WAYS, MOST_OF_A_KIND = 6, 3
MOST_STEPS = 6
MOST_PARTIAL = 3  # changes that are made complete when no single one is enough
TRY_SECONDS = 1.5  # a change that needs longer to be verified is not offered


def find_ways(inst: Instance, parts: Sequence[Part], left: Callable[[], float]) -> tuple[WayOut, ...]:
    """The cheapest verified changes. When there are several conflicts, each way mends them all."""
    ways: list[WayOut] = []
    kinds: Counter[str] = Counter()
    tried: list[Change] = []
    partial: list[tuple[Text, Change]] = []
    for text, change in candidates(inst, parts):
        if len(ways) >= MOST_WAYS or left() <= 0:
            break
        kind = f"{change['op']} of all" if change.get("leader", "") is None else change["op"]
        if kinds[kind] >= MOST_OF_A_KIND or change in tried:
            continue
        tried.append(change)
        changed = Instance(apply_change(inst.problem, change))
        if is_impossible_still(changed):
            partial.append((text, change))
        elif is_solvable(changed, min(left(), TRY_SECONDS)):
            ways.append(WayOut(text, change, verified=True))
            kinds[kind] += 1
    if not ways:
        changes = (
            (text, one, Instance(apply_change(inst.problem, one))) for text, one in partial[:MOST_PARTIAL]
        )
        completed = (_complete(changed, text, one, left) for text, one, changed in changes)
        ways += [way for way in [next(filter(None, completed), None)] if way]
    return tuple(ways)


def is_impossible_still(inst: Instance) -> bool:
    """A quick look for another conflict."""
    return bool(find_certificates(inst))


def _complete(inst: Instance, text: Text, change: Change, left: Callable[[], float]) -> WayOut | None:
    """Mend the conflicts that remain one after the other; a way out of several changes, or None."""
    changes, zh, en = [change], [text.zh], [text.en]
    for _ in range(MOST_STEPS):
        certificates = find_certificates(inst)
        if not certificates:
            break
        parts = [Part(kind, key) for kind, key in certificates[0]]
        parts = shrink(inst, parts, left) if is_impossible(inst, parts) else parts
        step = next(
            (
                (words, one, after)
                for words, one in candidates(inst, parts)
                if find_certificates(after := Instance(apply_change(inst.problem, one)))[:1]
                != certificates[:1]
            ),
            None,
        )
        if step is None or left() <= 0:
            return None
        words, one, inst = step
        changes.append(one)
        zh.append(words.zh)
        en.append(words.en)
    if find_certificates(inst) or not is_solvable(inst, min(left(), TRY_SECONDS)):
        return None
    return WayOut(Text("；".join(zh), "; and ".join(en)), {"op": "all", "changes": changes}, verified=True)
