"""An office's policy and the backups."""

from dataclasses import dataclass

from app.accounts import audit
from app.core.database import db
from app.core.errors import Conflict
from app.directory.models import Leader, Office
from app.roster.substitution import queries
from app.roster.substitution.errors import BadPolicy
from app.roster.substitution.models import Backup, SubstitutionPolicy
from app.roster.substitution.queries import RANKS


@dataclass(frozen=True, slots=True)
class PolicyInput:
    """What the settings page sets; the words are those of `SubstitutionPolicy`."""

    convener_id: int | None
    tell: str
    whom: str
    ask: str
    approval: bool
    deadline_days: int
    at_deadline: str
    ahead_days: int
    return_duty: str
    refuse_together: bool


def set_policy(office: Office, given: PolicyInput) -> SubstitutionPolicy:
    """Set how the office arranges substitutes; requests under way follow it from their next step on. Raises BadPolicy."""
    if given.tell != "no" and given.convener_id is None:
        raise BadPolicy(
            "convener_id",
            "要告知第一召集人，请先选择是哪一位领导。",
            "Choose who the first convener is, so that he can be told.",
        )
    if not 0 <= given.deadline_days <= 30:
        raise BadPolicy(
            "deadline_days", "答复期限为 0 到 30 个工作日。", "The time to answer is 0 to 30 working days."
        )
    row = db.session.get(SubstitutionPolicy, office.id)
    before = _json(row) if row else None
    if row is None:
        row = queries.default_policy(office.id)
        db.session.add(row)
    for name in PolicyInput.__dataclass_fields__:
        setattr(row, name, getattr(given, name))
    db.session.flush()
    audit.record("substitution.settings", f"office:{office.id}", office.id, before, _json(row))
    return row


def add_backup(
    office: Office, backup_id: int, rank: str, leader_id: int | None = None, post: str = ""
) -> Backup:
    """Set the A, B or C backup of a leader, or of whoever holds a post. Raises BadPolicy, Conflict."""
    post = post.strip()
    if (leader_id is None) == (not post):
        raise BadPolicy(
            "leader_id",
            "请选择一位领导，或填写一个职务，二者选一。",
            "Choose a leader or give a post, one of the two.",
        )
    for person, field in ((leader_id, "leader_id"), (backup_id, "backup_id")):
        if person is not None and db.session.get(Leader, person) is None:
            raise BadPolicy(field, "请从名单中选择一位领导。", "Choose a leader of the list.")
    if rank not in RANKS:
        raise BadPolicy("rank", "顺位为 A、B 或 C。", "The rank is A, B or C.")
    if leader_id == backup_id:
        raise BadPolicy(
            "backup_id",
            "不能做自己的替补，请另选一位。",
            "Nobody stands in for himself: choose somebody else.",
        )
    own = [
        row for row in queries.list_backups(office.id) if (row.leader_id, row.post or "") == (leader_id, post)
    ]
    if any(row.rank == rank or row.backup_id == backup_id for row in own):
        raise Conflict(
            "这一顺位已有人，或此人已在其中。请先删除原来的一条。",
            "This rank is taken, or this leader is among the backups already. Remove that line first.",
        )
    row = Backup(office_id=office.id, leader_id=leader_id, post=post or None, backup_id=backup_id, rank=rank)
    db.session.add(row)
    db.session.flush()
    audit.record("backup.add", f"office:{office.id}", office.id, after=_backup_json(row))
    return row


def remove_backup(office: Office, backup_id: int) -> None:
    """Remove one line."""
    row = db.session.get(Backup, backup_id)
    if row is not None and row.office_id == office.id:
        audit.record("backup.withdraw", f"office:{office.id}", office.id, before=_backup_json(row))
        db.session.delete(row)
        db.session.flush()


def _json(row: SubstitutionPolicy) -> dict[str, object]:
    return {name: getattr(row, name) for name in PolicyInput.__dataclass_fields__}


def _backup_json(row: Backup) -> dict[str, object]:
    return {"leader": row.leader_id, "post": row.post, "backup": row.backup_id, "rank": row.rank}
