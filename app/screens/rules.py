"""Decisions about screens: codes, locks, dark and lagging, and the last day in quarters of an hour. Plain Python."""

import datetime as dt
from collections.abc import Mapping, Sequence

CODE_LIFE = dt.timedelta(minutes=15)
CODE_LETTERS = "34679ACDEFGHJKMNPQRTUVWXY"  # none that looks like another from five metres
CODE_LENGTH = 6
WRONG_CODES = 5
WRONG_CODES_WINDOW = dt.timedelta(minutes=15)
CODES_AT_ONCE = 200
CODES_PER_ADDRESS = 30  # a county's halls may share one address

DARK_AFTER = dt.timedelta(minutes=5)
LAGGING_AFTER = dt.timedelta(minutes=2)
WATCHED_FROM, WATCHED_UNTIL = dt.time(8, 15), dt.time(17, 30)
DRIFT_WORTH_TELLING = 120  # seconds

QUARTER = dt.timedelta(minutes=15)
QUARTERS = 96  # a day
_MASK = (1 << QUARTERS) - 1


def normal_code(text: str) -> str:
    """A code as it is compared: capital letters and digits, whatever was typed between them."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def codes_locked_until(wrong: Sequence[dt.datetime], now: dt.datetime) -> dt.datetime | None:
    """When somebody with these wrong codes may try again; None: now."""
    recent = sorted(at for at in wrong if at > now - WRONG_CODES_WINDOW)
    return recent[-WRONG_CODES] + WRONG_CODES_WINDOW if len(recent) >= WRONG_CODES else None


def is_watched(now: dt.datetime, working_day: bool, always_on: bool) -> bool:
    """Should a screen answer at this (local) moment? Halls switch their screens off at night."""
    return always_on or (working_day and WATCHED_FROM <= now.time() < WATCHED_UNTIL)


def is_dark(last_contact: dt.datetime | None, approved: dt.datetime, now: dt.datetime) -> bool:
    """Nothing was heard for a while."""
    return now - (last_contact or approved) > DARK_AFTER


def lags(
    shown: Mapping[str, int], published: Mapping[str, tuple[int, dt.datetime]], now: dt.datetime
) -> bool:
    """Does a screen show an older revision of an office than one published more than two minutes ago?

    `published` holds number and instant of the newest revision by office code.
    """
    return any(
        shown.get(code, 0) < number and now - at > LAGGING_AFTER for code, (number, at) in published.items()
    )


def condition_now(old: str, *, watched: bool, dark: bool, lagging: bool, heard: bool) -> str:
    """The next condition: new, fresh, dark or lagging. A screen nobody watches does not become dark."""
    if dark:
        if old == "dark":
            return "dark"
        return "dark" if watched and heard else old
    if not heard:
        return old
    return "lagging" if lagging else "fresh"


def quarter_of(at: dt.datetime) -> int:
    """Quarters of an hour since 1970."""
    return int(at.timestamp() // QUARTER.total_seconds())


def with_presence(presence: int, newest: int, quarter: int) -> tuple[int, int]:
    """The bits and their newest quarter after a contact in `quarter`; one from the past changes nothing."""
    if quarter < newest:
        return presence, newest
    return ((presence << min(quarter - newest, QUARTERS)) | 1) & _MASK, quarter


def presence_picture(presence: int, newest: int, quarter: int) -> list[bool]:
    """The 96 quarters up to `quarter`, oldest first: was there contact?"""
    bits = (presence << min(max(quarter - newest, 0), QUARTERS)) & _MASK
    return [bool(bits >> (QUARTERS - 1 - n) & 1) for n in range(QUARTERS)]


def runs(quarters: Sequence[bool]) -> list[tuple[int, int]]:
    """Where contact began and how many quarters it lasted, for a picture."""
    found: list[tuple[int, int]] = []
    for number, there in enumerate(quarters):
        if not there:
            continue
        if found and sum(found[-1]) == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found
