"""Named failures of substitution. Each says what became of it and what to do."""

from app.core.errors import Conflict, NotFound, RotaError
from app.core.text import Text


class RequestNotFound(NotFound):
    """No such request at this office."""

    def __init__(self, request_id: int) -> None:
        super().__init__(
            f"没有编号为 {request_id} 的代班申请。",
            f"There is no request for a substitute with number {request_id}.",
        )


class AskNotFound(NotFound):
    """This leader was not asked this."""

    def __init__(self) -> None:
        super().__init__("没有向您提出过这项请求。", "You were not asked this.")


class DutyNotFound(NotFound):
    """No such published duty of this leader, or it is past."""

    def __init__(self) -> None:
        super().__init__(
            "没有这一场接访，或者已经过去、已有变动。请刷新后重新选择。",
            "There is no such duty: it may be past or have changed. Reload and choose again.",
        )


class NothingChosen(RotaError):
    """A request without a duty."""

    def __init__(self) -> None:
        super().__init__(
            "请至少勾选一场接访。",
            "Tick at least one duty.",
        )


class AlreadyAsked(Conflict):
    """A substitute for this duty is being looked for already."""

    def __init__(self, day: Text) -> None:
        super().__init__(
            f"{day.zh}的接访已经有一项代班申请正在办理，请打开原申请，或先撤回它。",
            f"A substitute for {day.en} is being looked for already. Open that request, or withdraw it first.",
        )


class Overtaken(Conflict):
    """Somebody else was first: accepted, withdrew, decided."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh, text.en)


class NotAllowed(Conflict):
    """The leader cannot take this duty; the sentence says which rule."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh, text.en)


class ConvenerNotTold(Conflict):
    """The policy wants the record that the first convener was told, before the roster changes."""

    def __init__(self) -> None:
        super().__init__(
            "还没有记录已告知第一召集人。请先登记告知的时间和方式，再完成代班。",
            "It is not recorded yet that the first convener was told. Record when and how, then complete it.",
        )


class BadPolicy(RotaError):
    """A setting that cannot be meant; `field` names it."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.field = field
