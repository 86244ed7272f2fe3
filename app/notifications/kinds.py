"""The kinds of notices: each feature's reasons to write to somebody, registered by name.

    kinds.register(Kind(name="duty_reminder", label=Text("值班提醒", "Duty reminder"), …))

A kind is asked at the moment of sending, inside a transaction of its own: is it still true, what are the values
of its placeholders. Its default wording uses `{placeholder}`s; an office may edit it (see `rendering`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.core.text import Text
from app.notifications.models import Notice


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of notice.

    `still_true` False: the notice is superseded, not sent. `values` gives every name in `placeholders`; links are
    issued there. `calendar` gives the bytes of an iMIP part for mail. `personal` names the placeholders kept out
    of channels of other companies unless the office opts in (a leader's name is public beside a session of the roster,
    but not beside his own number, a refusal or a silence). `digest`: several that are due to one recipient at
    once go out as one message. `urgent`: quiet hours do not hold it back.
    """

    name: str
    label: Text
    subject: Text  # of a mail
    body: Text  # of a mail or a bot's message, plain text
    short: Text  # of a text message
    still_true: Callable[[Notice], bool]
    values: Callable[[Notice], dict[str, str]]
    placeholders: Mapping[str, Text] = field(default_factory=dict)  # name -> what it stands for
    personal: frozenset[str] = frozenset()
    calendar: Callable[[Notice], bytes | None] | None = None
    digest: bool = False
    urgent: bool = False


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make the kind known; registering it again replaces it (a second application in one process)."""
    _kinds[kind.name] = kind


def find_kind(name: str) -> Kind | None:
    """The kind of that name; None for one that this program does not know (any more)."""
    return _kinds.get(name)


def all_kinds() -> list[Kind]:
    """Every kind, in the order they were registered."""
    return list(_kinds.values())
