"""Named failures of reading a file of leaders."""

from app.core.errors import RotaError
from app.core.text import Text


class FileRefused(RotaError):
    """The whole file cannot be used; nothing of it was read.

    ``text`` is one sentence for the person, ``code`` a stable short name for tests and logs, and ``detail``
    technical words for the log only.
    """

    def __init__(self, code: str, text: Text, detail: str = "") -> None:
        super().__init__(text.zh, text.en)
        self.code = code
        self.detail = detail
