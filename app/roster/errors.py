"""Named failures of rules, drafts and publication."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import Conflict, NotFound, RotaError
from app.core.text import Text


class RevisionNotFound(NotFound):
    """No such revision at this office."""

    def __init__(self, number: int) -> None:
        super().__init__(f"没有第 {number} 版日程。", f"There is no revision {number} of the roster.")


class DraftNotFound(NotFound):
    """No such draft at this office."""

    def __init__(self, draft_id: int) -> None:
        super().__init__(
            f"没有编号为 {draft_id} 的草稿，请回到草稿列表查看。",
            f"There is no draft {draft_id}. Go back to the list of drafts.",
        )


class RuleNotFound(NotFound):
    """No such rule at this office."""

    def __init__(self, rule_id: int) -> None:
        super().__init__(f"没有编号为 {rule_id} 的规则。", f"There is no rule {rule_id}.")


class AbsenceNotFound(NotFound):
    """No such leave, wish or pinned seat at this office."""

    def __init__(self) -> None:
        super().__init__(
            "没有这条记录，可能已被撤销。", "There is no such entry; it may have been withdrawn."
        )


class LeaderNotHere(NotFound):
    """The leader does not exist or does not serve at this office."""

    def __init__(self) -> None:
        super().__init__(
            "这位领导不属于本单位，请从名单中选择。",
            "This leader does not serve at this office. Choose one from the list.",
        )


class DraftChanged(Conflict):
    """Somebody else edited the draft first."""

    def __init__(self) -> None:
        super().__init__(
            "草稿刚被别人修改过，请刷新后再改。",
            "Somebody else has just edited this draft. Reload it and make your change again.",
        )


class DraftNotEditable(Conflict):
    """The draft is being built, published or discarded."""

    def __init__(self, state: str) -> None:
        zh, en = (
            DRAFT_STATES.get(state, Text(state, state)).zh,
            DRAFT_STATES.get(state, Text(state, state)).en,
        )
        super().__init__(
            f"草稿当前状态为“{zh}”，只有已排好的草稿可以修改或发布。",
            f"This draft is {en}; only a draft that is ready can be edited or published.",
        )


class NothingToUndo(RotaError):
    """No edit to undo or redo."""

    def __init__(self, redo: bool = False) -> None:
        super().__init__(
            "没有可以重做的修改。" if redo else "没有可以撤销的修改。",
            "There is nothing to redo." if redo else "There is nothing to undo.",
        )


class SeatLocked(RotaError):
    """A seat that is pinned or past."""


class UnknownSeat(NotFound):
    """A seat the draft does not have."""

    def __init__(self, seat_key: str) -> None:
        super().__init__(
            f"草稿中没有席位“{seat_key}”，请刷新页面。",
            f'The draft has no seat "{seat_key}". Reload the page.',
        )


class PublishedMeanwhile(Conflict):
    """A revision was published after this draft was made."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"第 {number} 版日程刚刚发布，请重新比对后再发布。",
            f"Revision {number} was published meanwhile; compare again before you publish.",
        )
        self.number = number


class ReasonRequired(RotaError):
    """A correction without its reason."""

    def __init__(self) -> None:
        super().__init__(
            "这段时间的日程已经发布过，更正须写明原因。",
            "These days are published already: a correction needs a reason. Write one sentence.",
        )


class NothingToPublish(RotaError):
    """The draft is the same as what is published, or empty."""

    def __init__(self) -> None:
        super().__init__(
            "草稿与已发布的日程完全相同，无需发布。",
            "The draft is the same as what is published; there is nothing to publish.",
        )


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands against publishing. `hard`: nobody may accept it."""

    kind: str
    hard: bool
    seat_keys: tuple[str, ...]
    leader_id: int | None
    text: Text


class CannotPublish(RotaError):
    """Hard rules are broken, or softer ones nobody has accepted; `obstacles` lists them."""

    status = 409

    def __init__(self, obstacles: tuple[Obstacle, ...]) -> None:
        shown = obstacles[:5]
        zh, en = "；".join(o.text.zh for o in shown), "; ".join(o.text.en for o in shown)
        rest = len(obstacles) - len(shown)
        super().__init__(
            f"暂不能发布：{zh}{f'；另有 {rest} 项' if rest else ''}。",
            f"This cannot be published yet: {en}{f'; and {rest} more' if rest else ''}.",
        )
        self.obstacles = obstacles


class BadRange(RotaError):
    """A range of days that cannot be planned."""


class BadRule(RotaError):
    """A rule that cannot be meant; `field` names the field at fault."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.field = field


class BadEntry(RotaError):
    """A leave, wish, share or pin that cannot be meant; `field` names the field at fault."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.field = field


DRAFT_STATES = {
    "queued": Text("等待排班", "waiting to be built"),
    "building": Text("正在排班", "being built"),
    "ready": Text("已排好", "ready"),
    "failed": Text("已停止", "stopped"),
    "impossible": Text("无法排出", "impossible"),
    "published": Text("已发布", "published"),
    "discarded": Text("已作废", "discarded"),
}
