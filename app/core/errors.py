"""Named failures. Each carries one sentence for the person, in both languages."""

from app.core.text import Text


class RotaError(Exception):
    """Something a person can act on. `text` says what, where and how to mend it; `status` is the HTTP status."""

    status = 400

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


class NotFound(RotaError):
    """What was asked for does not exist, or not for this person."""

    status = 404


class Conflict(RotaError):
    """Somebody else changed it first; the person should look again and decide."""

    status = 409
