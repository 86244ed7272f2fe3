"""Sentences for people, in both languages, for code that knows no request."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in Chinese and English."""

    zh: str
    en: str

    def in_locale(self, locale: str) -> str:
        """English for a locale that starts with "en", Chinese otherwise."""
        return self.en if locale.startswith("en") else self.zh


def days_in_words(first: dt.date, last: dt.date) -> Text:
    """ "2026-03-02 至 2026-03-06"; a single day is said once."""
    if first == last:
        return Text(f"{first}", f"{first}")
    return Text(f"{first} 至 {last}", f"{first} to {last}")
