"""What the visits booked for a session want of its leader. Visits are a higher feature: it registers who knows."""

from collections.abc import Callable, Mapping, Sequence

from app.roster.substitution.rules import Wanted

Provider = Callable[[int, Sequence[str]], Mapping[str, Wanted]]
_providers: list[Provider] = []


def register_wanted(provider: Provider) -> None:
    """`provider(office_id, session_keys)` gives what is wanted by session key; sessions without visits are left out."""
    _providers[:] = [provider]


def wanted_for(office_id: int, session_keys: Sequence[str]) -> dict[str, Wanted]:
    """What is wanted by session key; empty where nobody registered."""
    found: dict[str, Wanted] = {}
    for provider in _providers:
        found.update(provider(office_id, session_keys))
    return found
