"""What a subscriber may ask for in the address of a calendar. Pure."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.feeds.errors import BadOption

LANGUAGES = {"zh": "zh", "zh-cn": "zh", "zh_cn": "zh", "en": "en"}
MOST_ALARM_MINUTES = 7 * 24 * 60
MOST_PAST_DAYS = 3660
KEPT_DAYS = 60  # how far back a calendar reaches unless asked, and how long a cancelled event is kept


@dataclass(frozen=True, slots=True)
class FeedOptions:
    """`alarm`: minutes before the start, None for none. `busy`: sessions block time. `past`: days back.

    `chosen_at`: when they were last changed for an address that stayed; every event is another one since.
    """

    language: str = "zh"
    alarm: int | None = None
    busy: bool = True
    past: int = KEPT_DAYS
    chosen_at: dt.datetime | None = None


def parse_options(values: Mapping[str, str], chosen: FeedOptions | None = None) -> FeedOptions:
    """Read ?lang=zh|en, ?alarm=MINUTES, ?busy=yes|no, ?past=DAYS; what is not given is as `chosen`.

    Raises BadOption; other names are ignored.
    """
    chosen = chosen or FeedOptions()
    language = LANGUAGES.get(values.get("lang", chosen.language).lower())
    if language is None:
        raise BadOption("lang：请写 zh 或 en。", "lang: write zh or en.")
    busy = {"yes": True, "no": False}.get(values.get("busy", "yes" if chosen.busy else "no"))
    if busy is None:
        raise BadOption("busy：请写 yes 或 no。", "busy: write yes or no.")
    return FeedOptions(
        language=language,
        alarm=_whole(values, "alarm", MOST_ALARM_MINUTES) if "alarm" in values else chosen.alarm,
        busy=busy,
        past=_whole(values, "past", MOST_PAST_DAYS) if "past" in values else chosen.past,
        chosen_at=chosen.chosen_at,
    )


def window_start(today: dt.date, past: int) -> dt.date:
    """The first day shown: the Monday on or before `past` days ago, so that a calendar ages once a week only."""
    day = today - dt.timedelta(days=past)
    return day - dt.timedelta(days=day.weekday())


def parse_day(values: Mapping[str, str], name: str) -> dt.date | None:
    """A date of the form 2026-03-02 in the address, None when it is not given. Raises BadOption."""
    text = values.get(name, "")
    if not text:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadOption(
            f"{name}：日期请写成 2026-03-02 这样。", f"{name}: write the date like 2026-03-02."
        ) from error


def parse_range(values: Mapping[str, str]) -> tuple[dt.date | None, dt.date | None]:
    """?from= and ?to=, both inclusive. Raises BadOption, also when `to` lies before `from`."""
    first, last = parse_day(values, "from"), parse_day(values, "to")
    if first and last and last < first:
        raise BadOption("to：结束日期不能早于开始日期。", "to: the last day cannot be before the first.")
    return first, last


def _whole(values: Mapping[str, str], name: str, most: int) -> int:
    text = values[name]
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII) or int(text) > most:
        raise BadOption(
            f"{name}：请写 0 到 {most} 之间的整数。", f"{name}: write a whole number from 0 to {most}."
        )
    return int(text)
