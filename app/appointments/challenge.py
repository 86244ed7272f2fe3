"""A small question that people answer and programs that fill in every form do not: kept here, no third party.

The question travels signed and expires; each is good once.
"""

import secrets
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

_GOOD_FOR = 2 * 3600  # seconds: a slow hand on an old phone
_DIGITS_ZH = "零一二三四五六七八九"
_DIGITS_EN = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class Question:
    """The question in words, and the signed note of what was asked."""

    words: str
    token: str


def ask(english: bool) -> Question:
    """A sum of two small numbers, in words."""
    one, other = 1 + secrets.randbelow(9), 1 + secrets.randbelow(9)
    token = _signer().dumps([one, other, secrets.token_hex(8)])
    names = _DIGITS_EN if english else _DIGITS_ZH
    words = _("How much is %(one)s plus %(other)s?", one=names[one], other=names[other])
    return Question(words, str(token))


def answered(token: str, answer: str) -> str | None:
    """The mark of the question when the answer is right and not too late, to be used once; else None."""
    try:
        one, other, mark = _signer().loads(token, max_age=_GOOD_FOR)
    except (BadSignature, ValueError):
        return None
    digits = answer.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    return str(mark) if digits == str(one + other) else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="visit question")
