"""Named failures of visits, each with what to do next."""

from app.core.errors import Conflict, NotFound, RotaError


class VisitNotFound(NotFound):
    """No such visit at this office."""

    def __init__(self) -> None:
        super().__init__("本单位没有这件来访。", "This office has no such visit.")


class WrongCode(NotFound):
    """Reference and code do not belong together; which of the two is wrong is not said."""

    def __init__(self) -> None:
        super().__init__(
            "受理编号或查询码不对，请对照回执重新输入；回执丢了请到窗口或打电话查询。",
            "The reference or the code is wrong: compare with your slip. Without the slip, ask at the desk or by phone.",
        )


class SessionFull(Conflict):
    """Every place of the session is taken."""

    def __init__(self) -> None:
        super().__init__(
            "这场接访的名额刚刚约满，没有约上。请另选一场，或登记候补。",
            "The last place of this session has just been taken; you have no place. "
            "Choose another session or join the waiting list.",
        )


class SessionNotOpen(Conflict):
    """The session is not held, is over, is suspended, or its cut-off has passed."""

    def __init__(
        self, zh: str = "这场接访现在不能预约。", en: str = "This session cannot be booked now."
    ) -> None:
        super().__init__(zh + "请另选一场。", en + " Choose another one.")


class ChangedMeanwhile(Conflict):
    """Somebody else acted on the visit first."""

    def __init__(self) -> None:
        super().__init__(
            "这件来访的状态刚刚变了，请看过最新情况再决定。",
            "Somebody has just changed this visit. Look at it again and decide.",
        )


class QuotaReached(Conflict):
    """The person has as many open requests, or requests that day, as the office allows."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh, en)


class TooManyTries(RotaError):
    """Too many attempts from one place."""

    status = 429

    def __init__(self, minutes: int) -> None:
        super().__init__(
            f"操作太频繁，请 {minutes} 分钟后再试，也可以打电话或到窗口预约。",
            f"Too many attempts. Try again in {minutes} minutes, or book by phone or at the desk.",
        )


class FileRefused(RotaError):
    """An attachment that is not taken; the sentence names the file and why."""


class FileNotHere(NotFound):
    """The visit has no such file."""

    def __init__(self) -> None:
        super().__init__("没有这个附件，可能已经删去。", "There is no such file; it may have been removed.")


class AnswerMissing(RotaError):
    """A decision without what the resident must be told."""


class LeaderRecused(Conflict):
    """The leader has a direct interest in the matter."""

    def __init__(self) -> None:
        super().__init__(
            "这位领导与该事项有直接利害关系，已登记回避，请另选一位。",
            "This leader has a direct interest and is recused from this visit. Choose another one.",
        )


class ChooseMatters(RotaError):
    """No matter was picked for a session, or too many at once."""

    def __init__(self) -> None:
        super().__init__(
            "请勾选一至三件来访，再征求领导同意。", "Choose one to three matters, then ask the leader."
        )


class NothingCorrected(Conflict):
    """A correction of a record that leaves it as it was."""

    def __init__(self) -> None:
        super().__init__(
            "内容没有改动，不需要更正；请先修改正文，或返回。",
            "Nothing was changed, so there is nothing to correct: change the text first, or go back.",
        )


class NotToday(Conflict):
    """What is done on the day of the session only."""

    def __init__(self) -> None:
        super().__init__(
            "这场接访不在今天，不能签到或登记随访；请先改期到今天的场次。",
            "This session is not today: nobody can check in or walk in. Move the visit to a session of today first.",
        )


class SessionHasVisitors(Conflict):
    """A session cannot be closed as empty while visits are placed on it."""

    def __init__(self) -> None:
        super().__init__(
            "这场接访还有来访人，请先处理（签到、未到或改期）。",
            "Visits are still placed on this session: check them in, mark them as not come, or move them first.",
        )
