"""The exact way down the objectives: minimise each in one CP-SAT model, keep its value, go on to the next.

Used where the flow is not enough: objectives in another order, re-plans (fewest changes first), monthly minimums and
window rules that the flow's optimum cannot meet, and small problems, which it solves to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.roster.engine.cpsat import Answer, solve_model
from app.roster.engine.model import Expr, RosterModel
from app.roster.engine.run import Held, Objective, Run
from app.roster.engine.scope import Scope
from app.roster.engine.score import NO_GAP, evaluate


def build(
    run: Run, scope: Scope, who: Sequence[int] | None = None, free: Sequence[int] | None = None
) -> RosterModel:
    """The model of a scope, with the held objectives as constraints; only `free` slots vary when given."""
    model = RosterModel(run.inst, scope.face, scope.gap, who, free)
    for objective, value in scope.held:
        expression = express(model, objective)
        if not isinstance(expression, int) or expression > value:
            model.model.add(expression <= value)
    return model


def express(model: RosterModel, objective: Objective) -> Expr:
    """An objective as a linear expression of the model."""
    return sum(weight * model.level(level) for level, weight in objective.parts)


def find_any(
    run: Run, scope: Scope, seconds: float, phase: str, stop: Callable[[], bool] | None = None
) -> tuple[Answer, list[int] | None]:
    """Any roster in the scope."""
    model = build(run, scope)
    hint = run.best
    if hint is not None:
        model.hint(hint)
    workers, seed = run.options.workers, run.options.seed
    answer = solve_model(run, model.model, seconds, workers=workers, seed=seed, phase=phase, stop=stop)
    return answer, model.read(answer.solver, run.inst.blank()) if answer.found else None


def minimise(
    run: Run, scope: Scope, objective: Objective, seconds: float, at_least: int | None = None
) -> tuple[str, int | None]:
    """Minimise one objective in the scope; offers what it finds and records the bound.

    Returns the status of the answer and the best value known.
    """
    if objective.level == "3a":
        return widest_gap(run, scope, seconds)
    model = build(run, scope)
    target = express(model, objective)
    if run.best is not None:
        model.hint(run.best)
    if at_least is not None and not isinstance(target, int):
        model.model.add(target >= at_least)
    model.model.minimize(target)
    answer = solve_model(
        run, model.model, seconds, workers=run.options.workers, seed=run.options.seed, phase=objective.name
    )
    if answer.found:
        run.offer(model.read(answer.solver, run.inst.blank()), objective.name)
        if answer.bound is not None and scope.proof is None:
            run.bound(objective.name, answer.bound, objective.name, kept_by(run, scope))
    return answer.status, run.value_of(objective.name)


def kept_by(run: Run, scope: Scope) -> Held:
    """What a proof in this scope keeps, by objective."""
    held = tuple((objective.name, value) for objective, value in scope.held)
    current = run.value_of("3a")
    if current is not None and scope.gap > run.inst.gap and current <= -scope.gap:
        held += (("3a", -scope.gap),)
    return held


def widest_gap(run: Run, scope: Scope, seconds: float) -> tuple[str, int | None]:
    """Largest smallest gap by asking for one day more until it is impossible or time is up."""
    current = run.value_of("3a")
    gap = scope.gap if current is None else max(-current, scope.gap)
    status = "feasible"
    while run.clock.left() > 0 and seconds > 0:
        if gap >= -NO_GAP:
            status = "optimal"
            break
        before = run.clock.spent()
        answer, who = find_any(run, replace(scope, gap=gap + 1), seconds, "3a")
        seconds -= run.clock.spent() - before
        if who is None:
            status = "optimal" if answer.status == "infeasible" else "feasible"
            break
        run.offer(who, "3a")
        if evaluate(run.inst, who)["3a"] > -(gap + 1):
            status = "optimal"  # duties of the past are closer than that, and no plan can change them
            break
        gap = max(gap + 1, -(run.value_of("3a") or 0))
    if status == "optimal" and scope.proof is None:
        run.bound("3a", run.value_of("3a") or -gap, "3a", kept_by(run, scope))
    return status, run.value_of("3a")


def descend(
    run: Run,
    scope: Scope,
    objectives: Sequence[Objective],
    share: Callable[[int], float],
    floors: dict[str, int] | None = None,
) -> tuple[str, Scope]:
    """Minimise objectives one after the other, each held before the next; `share(i)` gives the seconds of each.

    Returns "infeasible" when there is no roster at all, "unknown" when none was found in time, else "feasible".
    """
    for number, objective in enumerate(objectives):
        if run.over() and run.best is not None:
            break
        status, value = minimise(run, scope, objective, share(number), (floors or {}).get(objective.name))
        if status == "infeasible" and run.best is None:
            return "infeasible", scope
        if value is None:
            return "unknown", scope
        scope = scope.holding(objective, value)
    return "feasible", scope
