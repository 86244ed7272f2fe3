"""Named failures of follow-through."""

import datetime as dt

from app.core.errors import Conflict, NotFound, RotaError
from app.core.text import Text


class MatterNotFound(NotFound):
    """No such matter at this office."""

    def __init__(self) -> None:
        super().__init__(
            "没有这一事项，可能属于其他单位。请从督办列表进入。",
            "There is no such matter here; it may belong to another office. Open it from the list.",
        )


class MatterMoved(Conflict):
    """Somebody changed the matter meanwhile, or it is past this step."""

    def __init__(self) -> None:
        super().__init__(
            "该事项刚被他人更新，或已不在这一步。请看最新情况后再操作。",
            "Somebody has just changed this matter, or it is past this step. Look at it as it is now, then decide.",
        )


class DayImpossible(RotaError):
    """A day that has not come, or lies before what it follows."""

    @classmethod
    def to_come(cls, day: dt.date) -> "DayImpossible":
        """What happened cannot have happened tomorrow."""
        return cls(
            f"{day:%Y-%m-%d}还没有到，请填写实际发生的日期。",
            f"{day:%Y-%m-%d} is still to come; write the day it happened.",
        )

    @classmethod
    def before_received(cls, received: dt.date) -> "DayImpossible":
        """Nothing is accepted before it was received."""
        return cls(
            f"该事项{received:%Y-%m-%d}才收到，日期不能早于这一天。",
            f"The matter was received on {received:%Y-%m-%d}; the day cannot be before it.",
        )

    @classmethod
    def after(cls, later: dt.date) -> "DayImpossible":
        """Nothing is received after it was handed over, accepted or replied to, or after the day the leader set."""
        return cls(
            f"该事项{later:%Y-%m-%d}已有后续办理日期，收到日期不能晚于这一天。",
            f"Something of this matter is dated {later:%Y-%m-%d}; it was not received after that.",
        )


class NothingChanged(Conflict):
    """A correction that leaves the matter as it was."""

    def __init__(self) -> None:
        super().__init__(
            "内容没有改动，不需要更正；请先修改，或返回。",
            "Nothing was changed, so there is nothing to correct: change something first, or go back.",
        )


class TooLateForNotOurs(Conflict):
    """The days in which a unit may say "not ours" are over."""

    def __init__(self, due: dt.date) -> None:
        super().__init__(
            f"提出“不属于本单位职责”的期限已于{due:%Y-%m-%d}届满。请办理，或与信访部门联系。",
            f"“Not ours” could be said until {due:%Y-%m-%d}. Please deal with it, or call the office.",
        )


class AlreadyExtended(Conflict):
    """A matter is extended once."""

    def __init__(self) -> None:
        super().__init__(
            "办理期限只能延长一次，该事项已延长过。",
            "A limit is extended once; this one was extended already.",
        )


class ReasonMissing(RotaError):
    """A step that needs a reason has none."""

    def __init__(self) -> None:
        super().__init__(
            "请写明理由：当事人和审计都会看到。",
            "Please give the reason: the people concerned and the auditors will read it.",
        )


class SignedAlready(RotaError):
    """One person signs once."""

    def __init__(self) -> None:
        super().__init__(
            "您已签过；第二个签字须由另一人完成。",
            "You have signed already; the second signature is another person's.",
        )


class PersonalDataLeft(RotaError):
    """A text that is to be public still holds personal data."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"文中还有疑似个人信息：{words}。请改写，或逐项确认不是个人信息后再公开。",
            f"The text still holds what looks personal: {words}. Rewrite it, or confirm that it is not personal, then publish.",
        )


class NothingToUrge(Conflict):
    """The reply is in, the date has moved, or the clock stands still."""

    def __init__(self) -> None:
        super().__init__(
            "该事项目前没有逾期未答复，无需督办。",
            "Nothing is overdue here any more: there is nothing to urge.",
        )


class UrgedToday(Conflict):
    """The same was said today."""

    def __init__(self) -> None:
        super().__init__(
            "今天已经督办过，责任单位会收到通知；如有新的要求，请写明后再提交。",
            "The unit was urged today already and hears of it. Write a sentence if there is more to say.",
        )


class NotRatable(Conflict):
    """Nothing to rate: not closed, or rated already."""

    def __init__(self) -> None:
        super().__init__(
            "该事项尚未办结或已评价，不能评价。", "This matter is not closed yet, or was rated already."
        )


class PeriodWrong(RotaError):
    """The days of a bulletin are not a range."""

    def __init__(self) -> None:
        super().__init__(
            "截止日期早于起始日期，请改正。",
            "The last day is before the first day; please correct one of them.",
        )


class LeaderDayRefused(RotaError):
    """A day the leader cannot set, with the reason."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh, text.en)

    @classmethod
    def answered(cls) -> "LeaderDayRefused":
        """What was answered on the spot is closed."""
        return cls(
            Text(
                "当场答复的事项已经办结，请不要填写领导要求的办结日期。",
                "What was answered on the spot is closed: leave the leader's date empty.",
            )
        )

    @classmethod
    def two_days(cls) -> "LeaderDayRefused":
        """A date and a number of days that do not meet."""
        return cls(
            Text(
                "填写的日期与天数不一致，请只填一项。",
                "The date and the number of days do not meet; please write one of them.",
            )
        )

    @classmethod
    def no_day(cls) -> "LeaderDayRefused":
        """Nothing was written."""
        return cls(
            Text(
                "请填写领导要求的办结日期，或自收到之日起的天数。",
                "Write the day the leader wants it done by, or so many days from receipt.",
            )
        )


class ExtensionTooLong(RotaError):
    """More days than the office, or the Regulations, allow."""

    def __init__(self, longest: int) -> None:
        super().__init__(
            f"延长期限应为1至{longest}天，请改正。",
            f"Extend by 1 to {longest} days; please correct the number.",
        )


class NoSuchRows(NotFound):
    """Nothing of the kind is counted for a unit or a leader."""

    def __init__(self) -> None:
        super().__init__("没有这样的明细。", "There are no such rows.")


class DaysTooFar(RotaError):
    """A bulletin of days nobody can have counted."""

    def __init__(self) -> None:
        super().__init__(
            "通报的日期应在2000年至2100年之间，请改正。",
            "A bulletin is of days from 2000 to 2100; please correct the dates.",
        )


class MonthUnreadable(RotaError):
    """What was typed as a month is none."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed[:20]}”不是月份，请写成2026-03的样子。",
            f"“{typed[:20]}” is no month; write it like 2026-03.",
        )


class FileRefused(RotaError):
    """A file that is not kept, with the reason."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh, text.en)

    @classmethod
    def too_many(cls, most: int) -> "FileRefused":
        """More files than a matter may have."""
        return cls(
            Text(
                f"一个事项最多 {most} 个文件，请先合并。",
                f"A matter has at most {most} files; please join some of them.",
            )
        )
