"""Named failures of the directory."""

import datetime as dt

from app.core.errors import Conflict, NotFound, RotaError


class ChangedMeanwhile(Conflict):
    """Somebody else saved the same thing while a form was open."""

    def __init__(self) -> None:
        super().__init__(
            "您打开这张表单后，别人已经改过这里。请看一看现在的内容，再改一次。",
            "Somebody else changed this while your form was open. Look at it as it is now and change it again.",
        )


class AlreadyThere(RotaError):
    """A name or code that must be unique is taken."""

    def __init__(self, zh_kind: str, en_kind: str, name: str) -> None:
        super().__init__(
            f"已经有{zh_kind}“{name}”（可能已经关闭）；请换一个，或者重新启用原来的。",
            f'There is already {en_kind} "{name}" (perhaps a closed one); choose another or reopen that one.',
        )


class WrongLevel(RotaError):
    """City, county, township: an office can only stand below a higher one."""

    def __init__(self) -> None:
        super().__init__(
            "下级单位的级别必须低于上级：市下设县，县下设乡镇。请改选级别。",
            "An office below another must be of a lower level: counties under a city, townships under a county. "
            "Choose another level.",
        )


class OpenOfficesBelow(RotaError):
    """An office cannot close before those under it."""

    def __init__(self, names: str) -> None:
        super().__init__(
            f"下面还有没有关闭的单位（{names}）；请先关闭它们。",
            f"Offices below are still open ({names}); close them first.",
        )


class ParentClosed(RotaError):
    """An office cannot be open under a closed one."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"上级单位“{name}”已经关闭；请先重新启用它。",
            f'The office above, "{name}", is closed; reopen it first.',
        )


class EndBeforeStart(RotaError):
    """A last day before the first one."""

    def __init__(self, first_day: dt.date) -> None:
        super().__init__(
            f"最后一天不能早于第一天（{first_day.isoformat()}）；请改正日期。",
            f"The last day cannot be before the first ({first_day.isoformat()}); correct the date.",
        )


class FactRepeated(RotaError):
    """The same post, sector, township or project twice on the same days."""

    def __init__(self, value: str) -> None:
        super().__init__(
            f"“{value}”在这段时间里已经登记过；请改日期，或修改原来那一条。",
            f'"{value}" is already recorded for some of these days; change the days or correct the earlier entry.',
        )


class NothingGiven(RotaError):
    """A change of facts that names none."""

    def __init__(self) -> None:
        super().__init__("请至少填写一项。", "Write at least one.")


class UploadGone(NotFound):
    """A preview that was confirmed, discarded, has expired, or belongs to somebody else."""

    def __init__(self) -> None:
        super().__init__(
            "这次导入的预览已经不在了（已确认、已放弃或已过期）；请重新上传文件。",
            "This import preview is gone (confirmed, discarded or expired); upload the file again.",
        )
