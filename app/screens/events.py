"""What happened to screens; each is emitted once per change, in the transaction that notes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenDark:
    """A screen that should answer has not for a while."""

    screen_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class ScreenLagging:
    """A screen answers, but shows an older revision than the published one."""

    screen_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class ScreenBack:
    """A screen that was dark or lagging shows what it should again."""

    screen_id: int
    office_id: int
