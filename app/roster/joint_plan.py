"""One problem for offices that share leaders, when their plans, made one after the other, leave no room for the last.

The problem asks only whether all rules of all offices can be kept at once. Its roster says on which days the shared
leaders serve where; the other offices then keep those days free (`Draft.reserved`) and every office is planned anew by
its own order of fairness. That always succeeds: the office planned first finds its part of the joint roster open, and
the next one finds its own part untouched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from app.core import clock
from app.core.database import db
from app.directory.models import Office
from app.roster import claims
from app.roster.engine import problem as engine
from app.roster.engine.process import WorkerDied
from app.roster.engine.solution import Conflict, Solution, SolveOptions
from app.roster.engine.words import Text as Words
from app.roster.joint import reachable, sharing
from app.roster.models import Draft, DraftEdit
from app.roster.problems import Planned

TIME_LIMIT = 20.0
Duties = dict[str, list[list[str]]]


@dataclass(slots=True)
class JointPlan:
    """The problem of several drafts at once. `parts`: each draft's own problem; `alone`: what the last one said.

    `offices`, `names`: whose drafts they are.
    """

    problem: engine.Problem
    parts: dict[int, Planned]
    offices: tuple[int, ...]
    names: tuple[str, ...]
    alone: Solution | None = None

    @property
    def options(self) -> SolveOptions:
        """Any roster will do: only the rules matter here."""
        return SolveOptions(time_limit=TIME_LIMIT, workers=1, levels=("1b",), deterministic=False)

    def explained(self, message: Solution | WorkerDied) -> Solution | WorkerDied:
        """Why it is impossible, offices together; what the draft itself said where there is no better answer."""
        if isinstance(message, WorkerDied) or message.conflict is None or self.alone is None:
            return self.alone or message
        names_zh, names_en = "、".join(self.names), ", ".join(self.names)
        reasons = tuple(
            replace(
                reason,
                text=Words(
                    f"{names_zh}一起安排时：{reason.text.zh}",
                    f"Planned together ({names_en}): {reason.text.en}",
                ),
            )
            if number == 0
            else reason
            for number, reason in enumerate(message.conflict.reasons)
        )
        return replace(self.alone, conflict=Conflict(reasons, message.conflict.ways_out))


def find_joint_plan(draft: Draft) -> JointPlan | None:
    """The draft's office with those it shares leaders with, as far as their drafts of the run are ready and untouched.

    None when there is no such office.
    """
    partners = _partners(draft)
    if not partners:
        return None
    drafts = [draft, *partners]
    apart = frozenset(one.office_id for one in drafts)
    parts = {one.id: claims.state_problem(one, apart) for one in drafts}
    problems = [planned.problem for planned in parts.values()]
    names = db.session.scalars(select(Office.name).where(Office.id.in_(apart)).order_by(Office.id))
    return JointPlan(_merged(problems), parts, tuple(sorted(apart)), tuple(names))


def use_joint_roster(
    draft: Draft, builder: str, plan: JointPlan, roster: Mapping[str, str | None]
) -> list[int]:
    """The others wait again with their days reserved, then the draft itself; the drafts to build, in this order.

    Raises DraftNotEditable when the draft is in other hands by now.
    """
    duties = {draft_id: _duties(planned, roster) for draft_id, planned in plan.parts.items()}
    again = [
        draft_id
        for draft_id in sorted(plan.parts.keys() - {draft.id})
        if _queue(draft_id, plan.offices, _merged_duties(duties, plan.parts[draft_id], draft_id))
    ]
    claims.give_back(draft, builder)
    return [*again, draft.id]


def _partners(draft: Draft) -> list[Draft]:
    if draft.run_key is None:
        return []
    rows = db.session.scalars(select(Draft).where(Draft.run_key == draft.run_key).order_by(Draft.id)).all()
    seen = reachable(draft.office_id, sharing({one.office_id for one in rows}))
    edited = set(
        db.session.scalars(select(DraftEdit.draft_id).where(DraftEdit.draft_id.in_(one.id for one in rows)))
    )
    newest = {one.office_id: one for one in rows if one.office_id in seen and one.id != draft.id}
    return [one for one in newest.values() if one.state == "ready" and one.id not in edited]


def _merged_duties(duties: Mapping[int, Duties], planned: Planned, draft_id: int) -> Duties:
    """What the draft's leaders do at the other offices by the joint roster."""
    here = {leader.id for leader in planned.problem.leaders}
    found: Duties = defaultdict(list)
    for other, own in duties.items():
        for leader, days in own.items():
            if other != draft_id and leader in here:
                found[leader] += days
    return dict(found)


def _queue(draft_id: int, offices: Sequence[int], duties: Duties) -> bool:
    """Have a ready draft built again around the reserved days; False when somebody has taken it away meanwhile."""
    result = db.session.execute(
        update(Draft)
        .where(Draft.id == draft_id, Draft.state == "ready")
        .values(
            state="queued",
            version=Draft.version + 1,
            reserved={"offices": list(offices), "duties": duties},
            builder=None,
            heartbeat_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]


def _duties(planned: Planned, roster: Mapping[str, str | None]) -> Duties:
    """Days and sessions by leader."""
    found: Duties = defaultdict(list)
    for slot in planned.problem.slots:
        leader = roster.get(slot.id)
        if leader is not None:
            found[leader].append([slot.date.isoformat(), slot.session])
    return found


def _merged(problems: Sequence[engine.Problem]) -> engine.Problem:
    """All slots, each open to the leaders of its own problem only; of rules that differ the strictest.

    Limits of a shared leader are left to the single plans: here they would count the duties of all offices.
    """
    seen: dict[str, list[engine.Leader]] = defaultdict(list)
    for problem in problems:
        for leader in problem.leaders:
            seen[leader.id].append(leader)
    shared = {leader for leader, found in seen.items() if len(found) > 1}
    coverage = "exact" if any(problem.coverage == "exact" for problem in problems) else "at_most_one"
    published = {key: who for problem in problems for key, who in (problem.published or {}).items()}
    return replace(
        problems[0],
        id=" + ".join(problem.id for problem in problems),
        start=min(problem.start for problem in problems),
        end=max(problem.end for problem in problems),
        leaders=tuple(_merged_leader(found) for found in seen.values()),
        coverage=coverage,
        slots=tuple(slot for problem in problems for slot in _own_slots(problem, coverage)),
        rules=engine.Rules(
            min_gap=max(problem.rules.min_gap for problem in problems),
            window_days=(
                window := min(problems, key=lambda p: p.rules.window_k / p.rules.window_days)
            ).rules.window_days,
            window_k=window.rules.window_k,
            month_min_needs=max(problem.rules.month_min_needs for problem in problems),
        ),
        pins={key: who for problem in problems for key, who in problem.pins.items()},
        prefs=(),
        quotas=tuple(quota for problem in problems for quota in _own_quotas(problem, shared)),
        published=published or None,
        asof=next((problem.asof for problem in problems if problem.asof), None) if published else None,
    )


def _own_slots(problem: engine.Problem, coverage: str) -> list[engine.Slot]:
    """Open to the problem's own leaders; in a joint problem with fixed seats a plan of offers stays one of offers."""
    everybody = frozenset(leader.id for leader in problem.leaders)
    offers = problem.coverage != coverage
    return [
        replace(
            slot,
            allowed=everybody if slot.allowed is None else slot.allowed,
            optional=slot.optional or offers,
        )
        for slot in problem.slots
    ]


def _own_quotas(problem: engine.Problem, shared: set[str]) -> list[engine.Quota]:
    found = []
    for quota in problem.quotas:
        who = quota.leaders if quota.leaders is not None else tuple(leader.id for leader in problem.leaders)
        found.append(replace(quota, leaders=tuple(leader for leader in who if leader not in shared)))
    return [quota for quota in found if quota.leaders]


def _merged_leader(found: Sequence[engine.Leader]) -> engine.Leader:
    if len(found) == 1:
        return found[0]
    return replace(
        found[0],
        busy=tuple(dict.fromkeys(busy for one in found for busy in one.busy)),
        held=tuple(dict.fromkeys(held for one in found for held in one.held)),
        month_min=0,
        max_per_month=None,
    )
