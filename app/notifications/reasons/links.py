"""Links that go into notices. One-tap links are made at the moment of sending, for one person and one purpose."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from flask import current_app

from app.accounts import one_tap
from app.accounts.one_tap.registry import purpose_of
from app.core import clock
from app.directory.models import Office
from app.notifications.models import Notice
from app.notifications.reasons.common import LINK_DAYS, page

OWN = "own"  # a leader's own page: next duties, acknowledge, ask for a substitute
ASK = "ask"  # the answer to one question, "ask:12"
ACKNOWLEDGE = "acknowledge"  # one duty, "seat:<seat key>"

SAMPLE = "/t/" + "EXAMPLE".ljust(43, "x")  # as long as a real one, so that a text message is counted rightly
_samples: ContextVar[bool] = ContextVar("samples", default=False)


@contextmanager
def samples() -> Iterator[None]:
    """Inside it no real link is made: a preview must not give anybody a way in."""
    before = _samples.set(True)
    try:
        yield
    finally:
        _samples.reset(before)


def duties_link(notice: Notice) -> str:
    """To the leader's own page, where duties are acknowledged and substitutes asked for."""
    return one_tap_or(page("own.duties"), OWN, f"leader:{notice.recipient_id}", notice)


def ask_link(notice: Notice) -> str:
    """To the question a leader was asked."""
    return one_tap_or(page("own.duties"), ASK, notice.subject, notice)


def acknowledge_link(notice: Notice, seat_keys: Sequence[str]) -> str:
    """To the one duty that is to be acknowledged; with several to the leader's own page."""
    if len(seat_keys) != 1:
        return duties_link(notice)
    return one_tap_or(page("own.duties"), ACKNOWLEDGE, f"seat:{seat_keys[0]}", notice)


def public_page(office: Office) -> str:
    """The office's page for residents."""
    return f"{current_app.extensions['settings'].public_url}/o/{office.code}"


def one_tap_or(otherwise: str, purpose: str, subject: str, notice: Notice) -> str:
    """A link for the recipient alone, or `otherwise` where no page takes this purpose."""
    try:
        purpose_of(purpose)
    except KeyError:
        return otherwise
    if _samples.get():
        return f"{current_app.extensions['settings'].public_url}{SAMPLE}"
    holder = (notice.recipient_kind, notice.recipient_id)
    return one_tap.issue(purpose, subject, holder, notice.office_id, clock.now() + LINK_DAYS)
