"""Words for people: dates, slots, leaders and rules in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.roster.engine.instance import Instance

WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
SHORT_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = [
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
]
SESSIONS_ZH = {"day": "", "am": "上午", "pm": "下午"}
SESSIONS_EN = {"day": "", "am": " morning", "pm": " afternoon"}
ROLES_ZH = {"lead": "主要领导", "deputy": "副职领导"}


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages."""

    zh: str
    en: str

    def to_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def day_text(day: date) -> Text:
    """A date a clerk reads at once: 2026年3月2日（周一） / Mon 2 March 2026."""
    weekday = day.weekday()
    return Text(
        f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS_ZH[weekday]}）",
        f"{SHORT_EN[weekday]} {day.day} {MONTHS_EN[day.month - 1]} {day.year}",
    )


def slot_name(inst: Instance, s: int) -> Text:
    """A slot by date, session, and its label when it has one."""
    slot = inst.slots[s]
    day = day_text(slot.date)
    label = f" {slot.label}" if slot.label else ""
    return Text(f"{day.zh}{SESSIONS_ZH[slot.session]}{label}", f"{day.en}{SESSIONS_EN[slot.session]}{label}")


def leader_name(inst: Instance, p: int) -> str:
    """A leader's name, else the id."""
    return inst.leaders[p].label


def names_text(names: Sequence[str], most: int = 8) -> Text:
    """A list of names, shortened when it is long."""
    shown = list(names[:most])
    rest = len(names) - len(shown)
    zh, en = "、".join(shown), ", ".join(shown)
    if rest:
        return Text(f"{zh} 等 {len(names)} 人", f"{en} and {rest} more")
    return Text(zh, en)


def period_text(period: str) -> Text:
    """A week, month, quarter, year or the whole plan, as made by `period_key`."""
    year, _, part = period.partition("-")
    if not period:
        return Text("整个排班期内", "the whole plan")
    if not part:
        return Text(f"{year}年", year)
    if part.startswith("W"):
        return Text(f"{year}年第{int(part[1:])}周", f"week {int(part[1:])} of {year}")
    if part.startswith("Q"):
        return Text(f"{year}年第{part[1:]}季度", f"quarter {part[1:]} of {year}")
    return Text(f"{year}年{int(part)}月", f"{MONTHS_EN[int(part) - 1]} {year}")


def role_text(role: str) -> Text:
    return Text(ROLES_ZH.get(role, role), role)


def bar_text(inst: Instance, bar: str, s: int, p: int) -> Text:
    """Why a leader cannot take a slot, for each kind of bar."""
    name, slot, leader = leader_name(inst, p), slot_name(inst, s), inst.leaders[p]
    weekday = inst.weekday[s]
    if bar == "term":
        return Text(f"{name} 在 {slot.zh} 不在任", f"{name} is not in office on {slot.en}")
    if bar == "leave":
        return Text(f"{name} 在 {slot.zh} 请假", f"{name} is on leave on {slot.en}")
    if bar == "weekday":
        return Text(
            f"{name} {WEEKDAYS_ZH[weekday]}不接访", f"{name} does not serve on {WEEKDAYS_EN[weekday]}"
        )
    if bar == "role":
        need = role_text(inst.slots[s].need or "")
        own = role_text(leader.role)
        return Text(
            f"{slot.zh} 须由{need.zh}接访，{name} 是{own.zh}",
            f"{slot.en} needs a {need.en}; {name} is a {own.en}",
        )
    if bar == "allowed":
        return Text(
            f"{slot.zh} 只限指定的领导，{name} 不在其中", f"{slot.en} is for named leaders only, not {name}"
        )
    if bar == "busy":
        return Text(f"{name} 在 {slot.zh} 另有接访任务", f"{name} is on duty elsewhere on {slot.en}")
    return Text(
        f"{name} 在 {slot.zh} 前后 {inst.gap} 天内已有一次接访",
        f"{name} already serves within {inst.gap} days of {slot.en}",
    )
