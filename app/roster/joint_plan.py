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
from typing import Any

from sqlalchemy import select, update

from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Leader, Office
from app.roster import claims, queries
from app.roster.engine import problem as engine
from app.roster.engine.process import WorkerDied
from app.roster.engine.solution import Conflict, Reason, Solution, SolveOptions
from app.roster.engine.words import Text as Words
from app.roster.joint import reachable, sharing
from app.roster.joint_rules import DISTANCE, JointPart, merge
from app.roster.models import Draft, DraftEdit
from app.roster.problem_leaders import counts_elsewhere

TIME_LIMIT = 20.0
Reserved = dict[str, list[list[Any]]]


@dataclass(slots=True)
class JointPlan:
    """The problem of several drafts at once. `parts`: each draft's own, `offices`: whose they are, both by draft id;
    `alone`: what the last one said.
    """

    problem: engine.Problem
    parts: dict[int, JointPart]
    offices: dict[int, int]
    alone: Solution | None = None

    @property
    def options(self) -> SolveOptions:
        """Any roster will do, if need be with wishes unmet: each office is as even as it can be afterwards."""
        return SolveOptions(time_limit=TIME_LIMIT, workers=1, levels=("5",), deterministic=False)

    def explained(self, message: Solution | WorkerDied) -> Solution | WorkerDied:
        """Why it is impossible, offices together; what the draft itself said where there is no better answer."""
        if isinstance(message, WorkerDied) or message.conflict is None or self.alone is None:
            return self.alone or message
        first, *others = _in_words(message.conflict.reasons, self.problem)
        names = [part.name for _draft_id, part in sorted(self.parts.items())]
        together = Words(
            f"{'、'.join(names)}一起安排时：{first.text.zh}",
            f"Planned together ({', '.join(names)}): {first.text.en}",
        )
        ways = tuple(way for way in message.conflict.ways_out if not _names_distance(way.change))
        return replace(self.alone, conflict=Conflict((replace(first, text=together), *others), ways))


def find_joint_plan(draft: Draft) -> JointPlan | None:
    """The draft's office with those it shares leaders with, as far as their drafts of the run are ready and untouched.

    None when there is no such office.
    """
    partners = _partners(draft)
    if not partners:
        return None
    drafts = [draft, *partners]
    apart = frozenset(one.office_id for one in drafts)
    parts = {one.id: _part(one, apart) for one in drafts}
    return JointPlan(merge(list(parts.values())), parts, {one.id: one.office_id for one in drafts})


def _part(draft: Draft, apart: frozenset[int]) -> JointPart:
    """A draft's own problem, with what its office says about duties elsewhere."""
    office = db.session.get_one(Office, draft.office_id)
    within = DateRange.from_days(draft.first_day, draft.last_day)
    home = db.session.scalars(select(Leader.id).where(Leader.office_id == office.id))
    return JointPart(
        office.name,
        claims.state_problem(draft, apart).problem,
        counts_elsewhere(queries.office_rules(office.id, within)),
        frozenset(map(str, home)),
    )


def _in_words(reasons: Sequence[Reason], problem: engine.Problem) -> list[Reason]:
    """The reasons; distances that an office asks for, said as such and each once."""
    quotas = {f"quota:{quota.id}": quota for quota in problem.quotas}
    found: dict[str, Reason] = {}
    for reason in reasons:
        quota, said = quotas.get(reason.rule), reason
        if quota is not None and quota.id.startswith(DISTANCE):
            text = _distance_words(quota, [problem.get_leader(one).label for one in reason.leaders])
            said = replace(reason, kind="distance", rule="min_gap", text=text)
        found.setdefault(said.text.en, said)
    return list(found.values())


def _distance_words(quota: engine.Quota, names: Sequence[str]) -> Words:
    days, most = quota.id.removeprefix(DISTANCE).split(".")[:2]
    zh, en = "、".join(names), ", ".join(names)
    return Words(
        f"按{quota.name}的规则，{zh} 任意 {days} 天内最多接访 {most} 次",
        f"By the rules of {quota.name}, at most {most} within any {days} days: {en}",
    )


def _names_distance(change: Mapping[str, Any]) -> bool:
    """Whether a way out would give up a distance, which stands in a rule of one of the offices and not in this plan."""
    changes = change.get("changes") or [change]
    return any(str(one.get("quota", "")).startswith(DISTANCE) for one in changes)


def use_joint_roster(
    draft: Draft, builder: str, plan: JointPlan, roster: Mapping[str, str | None]
) -> list[int]:
    """All wait again with the days of later ones reserved; the drafts to build, in this order.

    Raises DraftNotEditable when the draft is in other hands by now.
    """
    order = sorted(plan.parts)
    reserved = {one: _reserved(plan, one, order[number + 1 :], roster) for number, one in enumerate(order)}
    again = [one for one in order if one == draft.id or _queue(one, reserved[one])]
    claims.give_back(draft, builder, reserved[draft.id])
    return again


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


def _reserved(
    plan: JointPlan, draft_id: int, later: Sequence[int], roster: Mapping[str, str | None]
) -> dict[str, Any]:
    """What the joint roster gives this draft's leaders at the offices that are planned after it, as a draft keeps it."""
    here = {leader.id for leader in plan.parts[draft_id].problem.leaders}
    duties: Reserved = defaultdict(list)
    for part in (plan.parts[other] for other in later):
        for slot in part.problem.slots:
            leader = roster.get(slot.id)
            if leader in here:
                duties[str(leader)].append([slot.date.isoformat(), slot.session, part.reach])
    return {"offices": [plan.offices[other] for other in later], "duties": dict(duties)}


def _queue(draft_id: int, reserved: Mapping[str, Any]) -> bool:
    """Have a ready draft built again around the reserved days; False when somebody has taken it away meanwhile."""
    result = db.session.execute(
        update(Draft)
        .where(Draft.id == draft_id, Draft.state == "ready")
        .values(
            state="queued",
            version=Draft.version + 1,
            reserved=dict(reserved),
            builder=None,
            heartbeat_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount == 1)  # type: ignore[attr-defined]
