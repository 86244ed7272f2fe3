"""The clocks of follow-through: when each step is due, and why on that day. Pure.

Limits are those of the Regulations on Letters and Visits of 2022 (信访工作条例), each a setting of the office. The day
something happens is not counted; an end on a rest day rolls to the next working day unless the office says not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.core.dates import ONE_DAY, DateRange
from app.core.text import Text

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = (
    "",
    *[
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
)


class Calendar(Protocol):
    """What a clock asks of an office's working calendar."""

    def is_working(self, day: dt.date) -> bool:
        """Whether people work on the day."""

    def working_day_on_or_after(self, day: dt.date) -> dt.date:
        """The day itself or the next working day."""

    def name(self, day: dt.date, locale: str) -> str:
        """What the day is called, "" for an ordinary one."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days, calendar days or working days."""

    days: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class ClockKind:
    """A step of the Regulations: its name, where its count starts, and the usual limit."""

    name: Text
    starts: Text
    limit: Limit


CLOCKS: Mapping[str, ClockKind] = {
    "register": ClockKind(
        Text("登记并转送、交办", "Register and forward"), Text("收到", "received"), Limit(15)
    ),
    "acceptance": ClockKind(
        Text("书面告知是否受理", "Tell in writing whether it is accepted"),
        Text("收到", "received"),
        Limit(15),
    ),
    "not_ours": ClockKind(
        Text("提出“不属于本单位职责”", "Say “not ours”"), Text("交办", "handed over"), Limit(5, working=True)
    ),
    "decision": ClockKind(
        Text("办结并书面答复", "Decide and reply in writing"), Text("受理", "accepted"), Limit(60)
    ),
    "review_request": ClockKind(
        Text("申请复查", "Ask for a review"), Text("收到答复", "reply received"), Limit(30)
    ),
    "review": ClockKind(
        Text("复查", "Decide the review"), Text("收到复查申请", "review asked for"), Limit(30)
    ),
    "re_review_request": ClockKind(
        Text("申请复核", "Ask for a re-review"), Text("收到复查意见", "review received"), Limit(30)
    ),
    "re_review": ClockKind(
        Text("复核", "Decide the re-review"), Text("收到复核申请", "re-review asked for"), Limit(30)
    ),
}
# The decision is due sooner for urgent and simple matters (信访事项简易办理); settings like the others.
BY_URGENCY: Mapping[str, Limit] = {"urgent": Limit(15), "simple": Limit(10, working=True)}
LONGEST_EXTENSION = 30  # days, once; an office may allow fewer
RECEIVED = Text("收到", "received")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a limit. `counted` is the day the count itself ends on; `by_rules` after rolling forward.

    `leader`: the day the leader set, where there is one; `due` is the earlier of the two.
    """

    kind: str
    start: dt.date
    started: Text  # what happened on `start`
    limit: Limit
    extension: int
    paused: tuple[DateRange, ...]
    counted: dt.date
    by_rules: dt.date
    leader: dt.date | None = None

    @property
    def due(self) -> dt.date:
        """The day that holds."""
        return self.by_rules if self.leader is None else min(self.leader, self.by_rules)

    @property
    def set_by_leader(self) -> bool:
        """Whether the day that holds is the leader's."""
        return self.leader == self.due


def deadline(
    kind: str,
    start: dt.date,
    limit: Limit,
    calendar: Calendar,
    *,
    extension: int = 0,
    paused: Sequence[DateRange] = (),
    roll: bool = True,
    started: Text | None = None,
) -> Deadline:
    """When a clock that starts on `start` runs out. Days inside `paused` are not counted. ValueError for < 1 day."""
    if limit.days < 1 or extension < 0:
        raise ValueError("a limit has at least one day")
    counted = _count(start, limit, extension, calendar, paused)
    by_rules = calendar.working_day_on_or_after(counted) if roll else counted
    return Deadline(
        kind, start, started or CLOCKS[kind].starts, limit, extension, tuple(paused), counted, by_rules
    )


def with_leader(found: Deadline, day: dt.date | None) -> Deadline:
    """The same clock with the day the leader set: a fixed day, which neither rolls nor moves with pauses."""
    return replace(found, leader=day)


def why_no_leader_day(day: dt.date, received: dt.date, today: dt.date, found: Deadline) -> Text | None:
    """Why a leader cannot set this day, None where he can: it lies before receipt, is past, or later than the rules."""
    latest = day_text(found.by_rules)
    if day < received:
        return Text(
            f"事项{day_text(received).zh}才收到，领导要求的办结日期不能早于这一天。",
            f"The matter was received on {day_text(received).en}; the leader's date cannot be before it.",
        )
    if found.by_rules < today:
        return Text(
            f"按条例的期限{latest.zh}已过，不能再定领导要求的办结日期。",
            f"By the Regulations the last day was {latest.en}; a leader's date can no longer be set.",
        )
    if day < today:
        return Text(
            f"{day_text(day).zh}已过，请填写今天或以后的日期。",
            f"{day_text(day).en} is past; write today or a later day.",
        )
    if day > found.by_rules:
        return Text(
            f"领导要求的办结日期不能晚于条例的期限，最迟为{found.by_rules.year}年{latest.zh}。",
            f"A leader's date cannot be later than the Regulations allow: at the latest {latest.en} {found.by_rules.year}.",
        )
    return None


def _count(
    start: dt.date, limit: Limit, extension: int, calendar: Calendar, paused: Sequence[DateRange]
) -> dt.date:
    """The day the limit's last day falls on; an extension counts calendar days after it."""
    day = _advance(start, limit.days, limit.working, calendar, paused)
    return _advance(day, extension, False, calendar, paused)


def _advance(
    day: dt.date, days: int, working: bool, calendar: Calendar, paused: Sequence[DateRange]
) -> dt.date:
    if not working and not paused:
        return day + dt.timedelta(days=days)
    while days:
        day += ONE_DAY
        if any(day in range_ for range_ in paused) or (working and not calendar.is_working(day)):
            continue
        days -= 1
    return day


def explain(found: Deadline, calendar: Calendar) -> Text:
    """Why this day: how it was counted, or "the leader set Fri 20 March (by the Regulations: Wed 6 May)"."""
    rules = explain_rules(found, calendar)
    if found.leader is None:
        return rules
    leader, by_rules = day_text(found.leader), day_text(found.by_rules)
    if found.set_by_leader:
        return Text(
            f"领导要求{leader.zh}前办结，按条例为{by_rules.zh}",
            f"the leader set {leader.en} (by the Regulations: {by_rules.en})",
        )
    return Text(
        f"{rules.zh}；领导要求的{leader.zh}晚于条例的期限",
        f"{rules.en}; the day the leader set, {leader.en}, is later than the Regulations allow",
    )


def explain_rules(found: Deadline, calendar: Calendar) -> Text:
    """The count in words: "received Mon 2 March, first day not counted, 60 days → Fri 1 May, a holiday → Wed 6 May"."""
    return Text(_explain_zh(found, calendar), _explain_en(found, calendar))


def _explain_zh(found: Deadline, calendar: Calendar) -> str:
    unit = "个工作日" if found.limit.working else "日"
    parts = [f"{found.started.zh}于{day_text(found.start).zh}，当日不计，{found.limit.days}{unit}"]
    if found.extension:
        parts.append(f"，延长{found.extension}日")
    parts += [f"，{_span(pause).zh}暂停计时" for pause in found.paused]
    parts.append(f" → {day_text(found.counted).zh}")
    if found.by_rules != found.counted:
        parts.append(
            f"，遇{calendar.name(found.counted, 'zh') or '休息日'}顺延 → {day_text(found.by_rules).zh}"
        )
    return "".join(parts)


def _explain_en(found: Deadline, calendar: Calendar) -> str:
    unit = "working day" if found.limit.working else "day"
    count = f"{found.limit.days} {unit}{'s' if found.limit.days > 1 else ''}"
    parts = [f"{found.started.en} {day_text(found.start).en}, first day not counted, {count}"]
    if found.extension:
        parts.append(f", extended by {found.extension} days")
    parts += [f", not counting {_span(pause).en} (paused)" for pause in found.paused]
    parts.append(f" → {day_text(found.counted).en}")
    if found.by_rules != found.counted:
        weekend = found.counted.weekday() > 4 and calendar.name(found.counted, "en") == "Weekend"
        reason = "a weekend day" if weekend else "a holiday"
        parts.append(f", {reason} → {day_text(found.by_rules).en}")
    return "".join(parts)


def day_text(day: dt.date) -> Text:
    """3月2日（周一）, Mon 2 March."""
    return Text(
        f"{day.month}月{day.day}日（周{_WEEKDAYS_ZH[day.weekday()]}）",
        f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month]}",
    )


def _span(days: DateRange) -> Text:
    first = day_text(days.first_day)
    if days.ends_open:
        return Text(f"自{first.zh}起", f"from {first.en} on")
    last = day_text(days.last_day)
    return Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}")


def longest_extension(settings: Mapping[str, int]) -> int:
    """The most days an office extends by: its own number, never more than the Regulations allow."""
    return min(settings.get("extension", LONGEST_EXTENSION), LONGEST_EXTENSION)


def limits_with(settings: Mapping[str, int]) -> dict[str, Limit]:
    """All limits by clock kind and urgency, with an office's own numbers of days in place of the usual ones."""
    usual = {kind: clock.limit for kind, clock in CLOCKS.items()} | dict(BY_URGENCY)
    return {kind: Limit(settings.get(kind, limit.days), limit.working) for kind, limit in usual.items()}
