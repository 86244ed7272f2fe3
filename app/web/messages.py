"""Telling the person what happened, on the next page they see."""

from flask import flash

from app.core.text import Text
from app.web.language import in_language


def tell(text: Text | str, category: str = "info") -> None:
    """Show a sentence at the top of the next page: category success, info, warning or error."""
    flash(in_language(text), category)
