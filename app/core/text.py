"""Sentences for people, in both languages, for code that knows no request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Chinese and English."""

    zh: str
    en: str

    def in_locale(self, locale: str) -> str:
        """English for a locale that starts with "en", Chinese otherwise."""
        return self.en if locale.startswith("en") else self.zh
