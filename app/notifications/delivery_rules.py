"""Which channel next, when to try again, and quiet hours. Pure: no clock, no database, no chance of its own."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CHANNELS = ("mail", "sms", "wecom", "dingtalk", "feishu", "file")
BOTS = frozenset({"wecom", "dingtalk", "feishu"})  # in groups of staff: residents' notices never go there
THIRD_PARTY = frozenset({"sms", "wecom", "dingtalk", "feishu"})
ORDER = ("mail", "sms", "wecom", "dingtalk", "feishu")  # when an office says nothing

FIRST_PAUSE = dt.timedelta(seconds=15)
LONGEST_PAUSE = dt.timedelta(hours=1)
TRIES_BEFORE_FALL_BACK = 3
TRIES_ON_THE_LAST = 14  # with the pauses above: about eight hours


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt of the past: the channel and how it ended."""

    channel: str
    outcome: str


def pause(tries: int, chance: float) -> dt.timedelta:
    """How long to wait after the `tries`-th failure: doubling, at most an hour, less up to a half by `chance` [0, 1).

    The part left to chance spreads the many that failed together.
    """
    whole: dt.timedelta = min(FIRST_PAUSE * 2 ** min(tries - 1, 16), LONGEST_PAUSE)
    return whole * (1 - chance / 2)


def next_channel(ways: Sequence[str], tried: Iterable[Tried]) -> str | None:
    """The first channel that is not exhausted: refused for good, or failing too often while another is left."""
    past = list(tried)
    for position, channel in enumerate(ways):
        outcomes = [one.outcome for one in past if one.channel == channel]
        limit = TRIES_ON_THE_LAST if position == len(ways) - 1 else TRIES_BEFORE_FALL_BACK
        if "permanent" not in outcomes and len(outcomes) < limit:
            return channel
    return None


def end_of_quiet(
    local: dt.datetime, quiet_from: dt.time | None, quiet_until: dt.time | None
) -> dt.datetime | None:
    """When the quiet hours `local` (office time) lies in end; None outside them. They may span midnight."""
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    at = local.timetz().replace(tzinfo=None)
    over_night = quiet_from > quiet_until
    inside = (at >= quiet_from or at < quiet_until) if over_night else quiet_from <= at < quiet_until
    if not inside:
        return None
    day = local.date() + dt.timedelta(days=1 if over_night and at >= quiet_from else 0)
    return dt.datetime.combine(day, quiet_until, tzinfo=local.tzinfo)
