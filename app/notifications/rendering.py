"""From a kind and its values to the words that go out.

The wording is the kind's own, unless `wording_of` knows one that the office edited.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from flask import render_template

from app.core.text import Text
from app.notifications.kinds import Kind
from app.notifications.wording import fill

LEFT_OUT = Text("（登录后可见）", "(sign in to see)")
# What stands in the place of a person, so that the sentence is still one.
STAND_INS = {"leader": Text("领导", "colleague"), "other": Text("另一位领导", "a colleague")}
_left_out: ContextVar[bool] = ContextVar("personal data left out", default=False)

# (office id, kind, part "subject" | "body" | "short", language) -> the office's wording, None for the kind's own.
Wording = Callable[[int, str, str, str], str | None]
_wording: list[Wording] = []


def use_wording(wording: Wording) -> None:
    """Ask `wording` first for every text; called once, by setup.install."""
    _wording[:] = [wording]


def wording_of(kind: Kind, part: str, language: str, office_id: int) -> str:
    """The text with its placeholders, as the office edited it or as the kind has it."""
    edited = _wording[0](office_id, kind.name, part, language) if _wording else None
    own: Text = getattr(kind, part)
    return own.in_locale(language) if edited is None else edited


def render(kind: Kind, part: str, language: str, office_id: int, values: Mapping[str, str]) -> str:
    """One text of a notice, ready to go out."""
    known = {**{name: Text(name, name) for name in values}, **kind.placeholders}
    return fill(wording_of(kind, part, language, office_id), values, known)


def without_personal(kind: Kind, values: Mapping[str, str], language: str) -> dict[str, str]:
    """The values for a channel of another company: what is personal is left out, visibly."""
    return {
        name: STAND_INS.get(name, LEFT_OUT).in_locale(language) if name in kind.personal else value
        for name, value in values.items()
    }


@contextmanager
def leaving_out(wanted: bool) -> Iterator[None]:
    """Inside it lists that kinds make say no names either (`names_left_out`)."""
    before = _left_out.set(wanted)
    try:
        yield
    finally:
        _left_out.reset(before)


def names_left_out() -> bool:
    """Whether the values that are being made go to another company."""
    return _left_out.get()


def as_html(subject: str, text: str, language: str) -> str:
    """The text as a plain, readable page: paragraphs, and addresses as links."""
    paragraphs = [part.strip().splitlines() for part in text.split("\n\n") if part.strip()]
    return render_template(
        "notifications/mail.html", subject=subject, paragraphs=paragraphs, language=language
    )
