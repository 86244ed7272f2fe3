"""Named failures of feeds and public pages."""

from app.core.errors import NotFound, RotaError


class BadOption(RotaError):
    """An option in the address that cannot be meant."""


class LinkNotFound(NotFound):
    """No such calendar link of this office, or it is revoked already."""

    def __init__(self) -> None:
        super().__init__(
            "没有这个订阅链接，或已经停用。", "There is no such calendar link, or it is revoked already."
        )


class LeaderUnknown(NotFound):
    """No leader of this office to make a link for."""

    def __init__(self) -> None:
        super().__init__("请从本单位的领导名单中选择一位。", "Choose a leader from this office's list.")


class NotOnRoster(NotFound):
    """The leader is not on the office's published roster."""

    def __init__(self) -> None:
        super().__init__(
            "已发布的日程中没有这位领导。", "This leader is not on the published roster of this office."
        )


class UnitUnknown(NotFound):
    """No department of this office to make a link for."""

    def __init__(self) -> None:
        super().__init__("请从本单位的责任单位中选择一个。", "Choose a department from this office's list.")


class NotByLeaders(RotaError):
    """The office enters leave itself."""

    status = 403

    def __init__(self, phone: str) -> None:
        super().__init__(
            f"本单位的请假由工作人员登记，请联系本单位（{phone or '见公开页面'}）。",
            f"This office enters leave itself. Ask its staff ({phone or 'see its public page'}).",
        )
