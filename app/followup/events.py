"""What happened to matters; emitted in the transaction that made it happen."""

from dataclasses import dataclass
from typing import Literal

What = Literal[
    "opened",
    "handed_over",
    "accepted",
    "not_ours",
    "progress",
    "replied",
    "extended",
    "closed",
    "reopened",
    "letter",
    "deadline",
    "urged",
]


@dataclass(frozen=True, slots=True)
class MatterChanged:
    """Something happened to a matter; `department_id` when it concerns one unit."""

    matter_id: int
    office_id: int
    what: What
    department_id: int | None = None
