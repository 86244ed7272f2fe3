"""What a field offers, from pairs of value and label."""

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice


def offered(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """The pairs as WTForms wants them; labels may be lazy texts."""
    return [SelectChoice(value, label) for value, label in pairs]
