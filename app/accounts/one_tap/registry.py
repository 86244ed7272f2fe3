"""What links may be for, and how the phone on file of a kind of holder is found; features above register both.

Filled by `setup.install` of the features; registering the same again changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.text import Text

PhoneOf = Callable[[int], str | None]


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a link is for: its name, its words for people, the page, and whether digits of the phone are asked."""

    name: str
    label: Text
    endpoint: str
    second_factor: bool = True


_purposes: dict[str, Purpose] = {}
_holders: dict[str, PhoneOf] = {}


def register_purpose(name: str, label: Text, endpoint: str, second_factor: bool = True) -> None:
    """Say what links of this purpose open: `endpoint` is a view under `@one_tap.required(name)`."""
    _purposes[name] = Purpose(name, label, endpoint, second_factor)


def register_holder(kind: str, phone_of: PhoneOf) -> None:
    """Say how the phone on file of a kind of holder ("leader", "contact", …) is found by id."""
    _holders[kind] = phone_of


def purpose_of(name: str) -> Purpose:
    """The purpose. Raises KeyError for one nobody registered."""
    return _purposes[name]


def phone_of(kind: str, holder_id: int) -> str | None:
    """The holder's phone on file, or None. Raises KeyError for a kind nobody registered."""
    return _holders[kind](holder_id)
