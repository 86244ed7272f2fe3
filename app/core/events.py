"""Events: lower features say what happened, higher ones listen, in the same transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")
_listeners: dict[type[Any], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[Event], listener: Callable[[Event], None]) -> None:
    """Call `listener` for every `kind` emitted. Subscribing twice changes nothing. Done by the factory."""
    if listener not in _listeners[kind]:
        _listeners[kind].append(listener)


def emit(event: object) -> None:
    """Tell every listener of this kind of event, at once; an exception stops the change that caused it."""
    for listener in _listeners[type(event)]:
        listener(event)
