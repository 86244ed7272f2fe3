"""Named failures of lobby screens."""

from app.core.errors import RotaError


class BadMoment(RotaError):
    """A moment to preview that cannot be meant."""

    def __init__(self) -> None:
        super().__init__(
            "at：时间请写成 2026-03-02T10:00 这样。", "at: write the time like 2026-03-02T10:00."
        )
