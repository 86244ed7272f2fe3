"""Reading and setting an office's reminder policy. An office without one of its own follows the office above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.errors import Conflict
from app.directory.models import Office
from app.directory.queries import office_path
from app.notifications import policy as rules
from app.notifications.policy import Policy
from app.notifications.policy_models import NoticePolicy


@dataclass(frozen=True, slots=True)
class Settings:
    """The policy that holds at an office, and the office that set it (None: nobody, the program's defaults)."""

    policy: Policy
    set_by: int | None


class NothingToUndo(Conflict):
    """There is no earlier setting to go back to."""

    def __init__(self) -> None:
        super().__init__(
            "没有可以撤销的提醒设置。", "There is no earlier setting of the reminders to go back to."
        )


def settings_of(office: Office) -> Settings:
    """What holds at the office."""
    path = office_path(office)
    return _nearest(path, _newest(path))


def policy_of(office: Office) -> Policy:
    """The policy that holds at the office."""
    return settings_of(office).policy


def policies_of(paths: Mapping[int, Sequence[int]]) -> dict[int, Policy]:
    """The policies of many offices in one query; `paths`: of each the ids from itself to the top."""
    newest = _newest(None)
    return {office_id: _nearest(path, newest).policy for office_id, path in paths.items()}


def set_policy(office: Office, policy: Policy | None) -> None:
    """From now on this holds; None follows the office above. Recorded; setting the same again changes nothing."""
    before = settings_of(office)
    after_spec = None if policy is None else rules.to_json(policy)
    if (before.set_by == office.id) == (policy is not None) and policy in (None, before.policy):
        return
    _add(office, after_spec)
    after = settings_of(office).policy
    changed = rules.changes(before.policy, after)
    audit.record(
        "reminders.edit" if policy is not None else "reminders.reset",
        f"office:{office.id}",
        office.id,
        before={name: values[0] for name, values in changed.items()},
        after={name: values[1] for name, values in changed.items()},
    )


def undo(office: Office) -> None:
    """Take the last setting back. Raises NothingToUndo."""
    rows = db.session.scalars(
        select(NoticePolicy)
        .where(NoticePolicy.office_id == office.id)
        .order_by(NoticePolicy.id.desc())
        .limit(2)
    ).all()
    if not rows:
        raise NothingToUndo
    earlier = rows[1].spec if len(rows) > 1 else None
    set_policy(office, None if earlier is None else rules.from_json(earlier))


def _add(office: Office, spec: object) -> None:
    row = NoticePolicy(office_id=office.id, spec=spec, made_at=clock.now(), made_by=audit.actor_name())
    db.session.add(row)
    db.session.flush()


def _newest(office_ids: Sequence[int] | None) -> dict[int, Policy]:
    last = select(func.max(NoticePolicy.id)).group_by(NoticePolicy.office_id)
    if office_ids is not None:
        last = last.where(NoticePolicy.office_id.in_(office_ids))
    rows = db.session.scalars(
        select(NoticePolicy).where(NoticePolicy.id.in_(last), NoticePolicy.spec.is_not(None))
    )
    return {row.office_id: rules.from_json(row.spec) for row in rows if row.spec is not None}


def _nearest(path: Sequence[int], found: Mapping[int, Policy]) -> Settings:
    nearest = next((office_id for office_id in path if office_id in found), None)
    return Settings(rules.DEFAULT if nearest is None else found[nearest], nearest)
