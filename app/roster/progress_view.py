"""What the progress page shows of a build, from what the build has written down. Pure but for the compiled problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.text import Text
from app.roster.balance import Balance, find_balances
from app.roster.engine.score import LEVELS
from app.roster.explaining import LEVEL_NAMES, MILLI_LEVELS, level_amount
from app.roster.workspace import compiled

PHASES = {
    "start": Text("正在准备", "Getting ready"),
    "flow": Text("正在求精确的公平份额", "Finding the exact fair shares"),
    "fair shares": Text("正在求精确的公平份额", "Finding the exact fair shares"),
    "spacing": Text("正在拉开间隔", "Spreading the duties apart"),
    "bounds": Text("正在证明还能好到哪里", "Proving how good it can get"),
    "polish": Text("正在改进间隔和意愿", "Improving gaps and wishes"),
    "joint": Text("正在与其他单位一起安排共用的领导", "Planning shared leaders together with other offices"),
    "helper": Text("正在改进间隔和意愿", "Improving gaps and wishes"),
}
AT_WORK = Text("引擎正在排班", "The engine is at work")


def phase_text(phase: Any) -> Text:
    """What the engine is doing, in words; a phase may be the level it improves; an unknown one is said in general."""
    if phase in LEVEL_NAMES:
        level = LEVEL_NAMES[str(phase)]
        return Text(f"正在改进：{level.zh}", f"Improving: {level.en}")
    return PHASES.get(phase, AT_WORK) if isinstance(phase, str) else AT_WORK


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level in words; `bound` and `gap` are None without a bound."""

    name: Text
    value: Text
    bound: Text | None
    gap: Text | None
    proven: bool
    seconds: float


def level_lines(levels: Mapping[str, Any]) -> list[LevelLine]:
    """The levels in the order of the engine's report."""
    return [_line(level, row) for level, row in levels.items() if isinstance(row, dict)]


def _line(level: str, row: Mapping[str, Any]) -> LevelLine:
    value, bound = int(row["value"]), row.get("bound")
    gap = None if bound is None else value - int(bound)
    return LevelLine(
        name=LEVEL_NAMES.get(level, Text(level, level)),
        value=level_amount(level, value),
        bound=None if bound is None else level_amount(level, int(bound)),
        gap=None if gap is None else _gap(level, gap),
        proven=bool(row.get("proven")),
        seconds=float(row.get("seconds", 0.0)),
    )


def _gap(level: str, gap: int) -> Text:
    """How far value and bound are apart; a gap of the smallest distance counts days, too."""
    if level in MILLI_LEVELS or level not in LEVELS:
        return level_amount(level, gap)
    return level_amount(level, -gap) if level == "3a" else Text(str(gap), str(gap))


def texts(rows: Any) -> list[Text]:
    """Sentences in both languages, from lists of {"zh", "en"} or of things that carry such a "text"."""
    found = []
    for row in rows if isinstance(rows, list) else []:
        text = row.get("text", row) if isinstance(row, dict) else None
        if isinstance(text, dict) and "zh" in text:
            found.append(Text(str(text["zh"]), str(text["en"])))
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an impossible draft, and where it can be taken: the page of a leader, or (None) the rules."""

    text: Text
    leader: int | None
    number: int  # in the engine's report


def ways(conflict: Mapping[str, Any]) -> list[Way]:
    """The ways out of the report, each once, with the leader whose leave, weekdays or pins it would change."""
    found: dict[Text, Way] = {}
    for number, row in enumerate(conflict.get("ways_out") or []):
        for text in texts([row]):
            found.setdefault(text, Way(text, _leader_of(row), number))
    return list(found.values())


def _leader_of(way: Mapping[str, Any]) -> int | None:
    change = way.get("change") or {}
    for step in change.get("changes", [change]):
        leader = str(step.get("leader") or "")
        if leader.isdigit():
            return int(leader)
    return None


def picture(problem: Any, progress: Mapping[str, Any]) -> Balance | None:
    """The bars of the best roster so far, None before there is one."""
    roster, inst = progress.get("roster"), compiled(problem)
    if inst is None or not isinstance(roster, dict) or not roster:
        return None
    return find_balances(inst, inst.from_roster(roster))[0]


def share_done(seconds: float | None, limit: Any) -> int | None:
    """Percent of the time given that is spent; None when unknown."""
    if seconds is None or not isinstance(limit, int | float) or limit <= 0:
        return None
    return min(99, int(100 * seconds / limit))
