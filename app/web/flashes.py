"""Messages at the top of the next page, one of them with a way back."""

from typing import Any

from flask import flash

from app.core.text import Text


def flash_with_undo(text: Text | str, undo_url: str) -> None:
    """Say what was done, with a button that posts to `undo_url` to take it back."""
    message: Any = {"text": text, "undo": undo_url}
    flash(message, "success")
