"""Named failures of sign-in and of managing people."""

import datetime as dt
from zoneinfo import ZoneInfo

from app.core.errors import Conflict, NotFound, RotaError


class TooManyTries(RotaError):
    """Sign-in is locked for this name or address for a while."""

    status = 429

    def __init__(self, until: dt.datetime, zone: str = "Asia/Shanghai") -> None:
        self.until = until
        at = (until + dt.timedelta(seconds=59)).astimezone(ZoneInfo(zone))
        super().__init__(
            f"登录失败次数过多，请在 {at:%H:%M} 之后再试；忘记密码请联系本单位管理员重置。",
            f"Too many failed sign-ins. Try again after {at:%H:%M}; if the password is forgotten, "
            "an administrator of your office can reset it.",
        )


class UnknownAccount(NotFound):
    """No such account, or not one this person may see."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个账号，或不在您的管理范围内。", "There is no such account, or not in your offices."
        )


class OutOfReach(RotaError):
    """The administrator's offices do not include all of this account's."""

    status = 403

    def __init__(self) -> None:
        super().__init__(
            "该账号还属于您管理范围之外的单位，请由上级单位的管理员处理。",
            "This account also belongs to offices outside yours. An administrator of the office above can change it.",
        )


class LastAdministrator(Conflict):
    """The change would leave an office without anybody who can manage its accounts."""

    def __init__(self, office_name: str) -> None:
        super().__init__(
            f"这是“{office_name}”最后一位管理员，不能撤销。请先为另一人授予管理员角色。",
            f'This is the last administrator of "{office_name}". Give the role to somebody else first.',
        )


class NotYourself(Conflict):
    """People do not deactivate themselves by accident."""

    def __init__(self) -> None:
        super().__init__(
            "不能停用自己的账号，请由另一位管理员操作。",
            "You cannot deactivate your own account. Ask another administrator.",
        )


class NameTaken(Conflict):
    """User name or e-mail address is used by another account."""

    def __init__(self, value: str) -> None:
        super().__init__(f"“{value}”已被另一个账号使用。", f'"{value}" is already used by another account.')


class AlreadyGranted(Conflict):
    """The person holds this role at this office."""

    def __init__(self) -> None:
        super().__init__("此人在该单位已有这个角色。", "This person already holds this role at this office.")


class StandsAlone(Conflict):
    """A unit contact holds this one role, for one department."""

    def __init__(self) -> None:
        super().__init__(
            "责任单位联系人的账号只能有这一个角色、只属于一个责任单位。请先撤销原有角色，或另建账号。",
            "The account of a unit contact holds this one role, for one department. "
            "Revoke the present role first, or add another account.",
        )


class WrongDepartment(RotaError):
    """A unit contact needs an open department of the office; nobody else has one."""

    @classmethod
    def missing(cls) -> "WrongDepartment":
        """No department, a closed one, or one of another office."""
        return cls(
            "责任单位联系人须属于所选单位的一个责任单位，请在列表中选择。",
            "A unit contact answers for a department of the chosen office. Choose one from the list.",
        )

    @classmethod
    def not_wanted(cls) -> "WrongDepartment":
        """A department for a role that has none."""
        return cls(
            "只有“责任单位联系人”需要选择责任单位，其他角色请选“无”。",
            'Only a unit contact answers for a department: choose "None" for other roles.',
        )


class BadValue(RotaError):
    """A value that cannot be used; the sentence says why."""


class UnknownOffice(NotFound):
    """No such office, or not one this administrator manages."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个单位，或不在您的管理范围内。", "There is no such office, or not one of yours."
        )
