"""Named failures of lobby screens."""

import datetime as dt

from app.core.errors import Conflict, NotFound, RotaError


class BadMoment(RotaError):
    """A moment to preview that cannot be meant."""

    def __init__(self) -> None:
        super().__init__(
            "at：时间请写成 2026-03-02T10:00 这样。", "at: write the time like 2026-03-02T10:00."
        )


class ScreenNotFound(NotFound):
    """No such screen of this office, or it is revoked."""

    def __init__(self) -> None:
        super().__init__(
            "本单位没有这块屏幕，或已被撤销。", "This office has no such screen, or it is revoked."
        )


class GroupNotFound(NotFound):
    """No such group of this office."""

    def __init__(self) -> None:
        super().__init__("本单位没有这个屏幕分组。", "This office has no such group of screens.")


class NoticeNotFound(NotFound):
    """No such notice of this office."""

    def __init__(self) -> None:
        super().__init__("本单位没有这条屏幕通知。", "This office has no such notice on its screens.")


class NoticeChanged(Conflict):
    """Somebody else changed or withdrew the notice first."""

    def __init__(self) -> None:
        super().__init__(
            "这条通知刚被他人修改，请查看最新内容后再操作。",
            "Somebody else has just changed this notice. Look at it again, then decide.",
        )


class CodeUnknown(RotaError):
    """No screen shows this code, or it is older than 15 minutes."""

    def __init__(self, left: int) -> None:
        super().__init__(
            f"没有屏幕显示这个代码，或代码已过 15 分钟。请核对屏幕上的代码（还可再试 {left} 次）。",
            f"No screen shows this code, or it is older than 15 minutes. Compare it with the screen ({left} tries left).",
        )


class CodeUsed(Conflict):
    """The code was approved already."""

    def __init__(self) -> None:
        super().__init__(
            "这个代码刚刚已被批准，屏幕已在列表中。",
            "This code has just been approved: the screen is in the list.",
        )


class CodesLocked(RotaError):
    """Too many wrong codes."""

    status = 429

    def __init__(self, until: dt.datetime, zone: dt.tzinfo) -> None:
        at = f"{until.astimezone(zone):%H:%M}"
        super().__init__(
            f"代码输错次数过多，请在 {at} 之后再试。", f"Too many wrong codes. Try again after {at}."
        )


class TooManyCodes(RotaError):
    """Too many screens ask to be enrolled at once."""

    status = 429

    def __init__(self) -> None:
        super().__init__(
            "同时申请登记的屏幕过多，请稍后再试。", "Too many screens ask to be enrolled. Try again later."
        )


class GroupInUse(Conflict):
    """A group that still has screens or notices cannot be closed."""

    def __init__(self, screens: int) -> None:
        super().__init__(
            f"分组中还有 {screens} 块屏幕，请先将其移出。",
            f"The group still has {screens} screens: take them out first.",
        )


class NoteNotUnderstood(RotaError):
    """A contact of a player that is not written as agreed."""

    def __init__(self) -> None:
        super().__init__("屏幕上报的内容无法识别。", "What the screen reported could not be understood.")
