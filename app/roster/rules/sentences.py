"""What a rule means, in one plain sentence, both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import singledispatch

from app.calendar.rules import EveryDay, EveryWorkingDay, HolidayPolicy, MakeUpPolicy, MovesOn, RuleDays
from app.core.text import Text
from app.roster.rules.exceptions import exception_words
from app.roster.rules.model import (
    AnyRule,
    CoverageRule,
    FairnessRule,
    LimitRule,
    OnCallRule,
    SeatNeed,
    SpacingRule,
)
from app.roster.rules.parse import weighed
from app.roster.rules.when_words import WEEKDAYS_EN, WEEKDAYS_ZH, english_list, when_text


@dataclass(frozen=True, slots=True)
class Names:
    """What leaders and rooms are called, by id; an unknown id shows as a number."""

    leaders: Mapping[int, str] = field(default_factory=dict)
    rooms: Mapping[int, str] = field(default_factory=dict)

    def of_leaders(self, ids: Sequence[int]) -> list[str]:
        """Leaders by name."""
        return [self.leaders.get(number, f"#{number}") for number in ids]

    def of_rooms(self, ids: Sequence[int]) -> list[str]:
        """Rooms by name."""
        return [self.rooms.get(number, f"#{number}") for number in ids]


ROLE_WORDS = {"lead": Text("主要领导", "principal leader"), "deputy": Text("副职领导", "deputy leader")}
SESSION_WORDS = {
    "day": Text("全天", "all day"),
    "am": Text("上午", "in the morning"),
    "pm": Text("下午", "in the afternoon"),
}
PERIOD_WORDS = {
    "week": Text("每周", "week"),
    "month": Text("每月", "month"),
    "quarter": Text("每季度", "quarter"),
    "year": Text("每年", "year"),
}
POLICY_WORDS = {
    HolidayPolicy.NEXT_WORKING_DAY: Text("顺延至下一个工作日", "it moves to the next working day"),
    HolidayPolicy.CANCEL: Text("取消", "it is cancelled"),
    HolidayPolicy.SAME_WEEKDAY_NEXT_WEEK: Text(
        "改至下周同一天", "it moves to the same weekday of the next week"
    ),
    HolidayPolicy.DAY_BEFORE: Text("提前至前一个工作日", "it moves to the working day before"),
}
MAKE_UP_WORDS = {
    MakeUpPolicy.OWN_WEEKDAY: Text(
        "调休上班日按当天星期安排", "make-up working days count as the weekday they are"
    ),
    MakeUpPolicy.REPLACED_WEEKDAY: Text(
        "调休上班日按被替换的星期安排", "make-up working days count as the weekday they replace"
    ),
    MakeUpPolicy.ASK: Text("调休上班日逐个询问", "for each make-up working day a person decides"),
}
LEVEL_WORDS = {
    "changes": Text("改动最少", "fewest changes"),
    "1a": Text("次数最大偏差", "largest difference in count"),
    "1b": Text("次数总偏差", "total difference in count"),
    "2a": Text("休息日最大偏差", "largest difference on rest days"),
    "2b": Text("休息日总偏差", "total difference on rest days"),
    "2c": Text("周一周五最大偏差", "largest difference on Mondays and Fridays"),
    "2d": Text("周一周五总偏差", "total difference on Mondays and Fridays"),
    "3a": Text("两次接访的最短间隔", "shortest gap between duties"),
    "3b": Text("短间隔最少", "fewest short gaps"),
    "4": Text("星期分布均匀", "even spread over weekdays"),
    "5": Text("满足意愿", "wishes met"),
}


@singledispatch
def sentence(rule: AnyRule, names: Names = Names()) -> Text:
    """The rule in one sentence."""
    raise TypeError(type(rule))


@sentence.register
def _coverage(rule: CoverageRule, names: Names = Names()) -> Text:
    days, seats, sessions = when_text(rule.when), _seats(rule.seats, names), _sessions(rule)
    zh = [f"{days.zh}{'可' if rule.optional else ''}安排{seats.zh}{sessions.zh}接访"]
    verb = "may receive" if rule.optional else ("receives" if len(rule.seats) == 1 else "receive")
    en = [f"{seats.en} {verb} {sessions.en} {days.en}"]
    exceptions = [exception_words(seat, kind) for seat, kind in sorted(rule.exceptions.items())]
    for part in (_by_weekday(rule, names), _rooms(rule, names), _special(rule), *_moves(rule), *exceptions):
        if part is not None:
            zh.append(part.zh)
            en.append(part.en)
    return _joined(zh, en)


@sentence.register
def _limit(rule: LimitRule, names: Names = Names()) -> Text:
    period, who = PERIOD_WORDS[rule.period], _who(rule, names)
    if rule.least and rule.most == rule.least:
        zh, en = f"接访 {rule.least} 次", f"serves exactly {_times(rule.least)}"
    elif rule.least and rule.most is not None:
        zh, en = f"接访 {rule.least} 至 {rule.most} 次", f"serves {rule.least} to {rule.most} times"
    elif rule.least:
        zh, en = f"至少接访 {rule.least} 次", f"serves at least {_times(rule.least)}"
    else:
        zh, en = f"最多接访 {rule.most} 次", f"serves at most {_times(rule.most or 0)}"
    zhs, ens = [f"{who.zh}{period.zh}{zh}"], [f"{who.en} {en} a {period.en}"]
    if rule.least and rule.needs > 1:
        zhs.append(f"可排席位不足 {rule.needs} 个时不要求")
        ens.append(f"not asked where fewer than {rule.needs} seats are open to the leader")
    return _joined(zhs, ens)


@sentence.register
def _spacing(rule: SpacingRule, names: Names = Names()) -> Text:
    del names
    zh, en = [], []
    if rule.min_gap > 1:
        zh.append(f"同一领导两次接访至少相隔 {rule.min_gap} 天")
        en.append(f"two duties of one leader are at least {rule.min_gap} days apart")
    if rule.window_days > 1:
        zh.append(f"同一领导任意连续 {rule.window_days} 天内最多接访 {rule.window_k} 次")
        en.append(
            f"one leader serves at most {_times(rule.window_k)} in any {rule.window_days} days in a row"
        )
    return _joined(zh, en)


@sentence.register
def _on_call(rule: OnCallRule, names: Names = Names()) -> Text:
    who = names.of_leaders(rule.leaders)
    zh = [f"不排日程，来访时按顺序联系{'、'.join(who)}"]
    en = [f"no sessions are planned; when somebody comes, {', '.join(who)} are called in this order"]
    return _joined(zh + [rule.note] * bool(rule.note), en + [rule.note] * bool(rule.note))


@sentence.register
def _fairness(rule: FairnessRule, names: Names = Names()) -> Text:
    del names
    words = [_goal(level) for level in rule.levels]
    carry = Text("结转上年差额", "last year's balance is carried over")
    if not rule.carry_over:
        carry = Text("不结转上年差额", "last year's balance is not carried over")
    elsewhere = Text("在其他单位的接访计入次数和间隔", "duties at other offices count, too")
    if not rule.elsewhere:
        elsewhere = Text("在其他单位的接访不计入", "duties at other offices do not count")
    return _joined(
        ["依次追求：" + "、".join(word.zh for word in words), carry.zh, elsewhere.zh]
        + ["因暂停接待未办的计入本人次数"] * rule.suspended,
        ["in this order: " + ", ".join(word.en for word in words), carry.en, elsewhere.en]
        + ["duties that fell to a suspension count"] * rule.suspended,
    )


def _goal(level: str) -> Text:
    """One goal, or several weighed against each other."""
    parts = weighed(level)
    if len(parts) == 1:
        return LEVEL_WORDS[parts[0][0]]
    zh = "＋".join(LEVEL_WORDS[name].zh + (f"×{weight}" if weight > 1 else "") for name, weight in parts)
    en = " + ".join((f"{weight} × " if weight > 1 else "") + LEVEL_WORDS[name].en for name, weight in parts)
    return Text(f"（{zh}）", f"({en})")


def _joined(zh: Sequence[str], en: Sequence[str]) -> Text:
    whole = "; ".join(en)
    return Text("；".join(zh) + "。", whole[:1].upper() + whole[1:] + ".")


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _seats(seats: Sequence[SeatNeed], names: Names) -> Text:
    counted = Counter(seats)
    parts = [_seat(need, count, names) for need, count in counted.items()]
    zh = "、".join(part.zh.strip() for part in parts)
    return Text(f" {zh}" if parts[0].zh.startswith(" ") else zh, english_list([part.en for part in parts]))


def _seat(need: SeatNeed, count: int, names: Names) -> Text:
    if need.leaders:
        who = names.of_leaders(need.leaders)
        if len(who) <= count:
            return Text("、".join(who), english_list(who))
        return Text(
            f" {count} 位领导（限{'、'.join(who)}）", f"{_number(count)} of {english_list(who, 'or')}"
        )
    role = ROLE_WORDS[need.role] if need.role else Text("领导", "leader")
    return Text(f" {count} 位{role.zh}", f"{_number(count)} {role.en}{'s' if count > 1 else ''}")


def _number(count: int) -> str:
    return ("no", "one", "two", "three", "four", "five", "six")[count]


def _sessions(rule: CoverageRule) -> Text:
    zh = "和".join(f"{SESSION_WORDS[s].zh}（{_span(rule, s)}）" for s in rule.sessions)
    en = english_list([f"{SESSION_WORDS[s].en} ({_span(rule, s)})" for s in rule.sessions])
    return Text(zh, en)


def _span(rule: CoverageRule, session: str) -> str:
    first, last = rule.times[session]
    return f"{first:%H:%M}–{last:%H:%M}"


def _by_weekday(rule: CoverageRule, names: Names) -> Text | None:
    if not rule.by_weekday:
        return None
    zh, en = [], []
    for day, need in sorted(rule.by_weekday.items()):
        who = _seat(need, 1, names)
        zh.append(f"{WEEKDAYS_ZH[day]}由{who.zh.strip()}接访")
        en.append(f"{who.en} on {WEEKDAYS_EN[day]}s")
    return Text("，".join(zh), english_list(en))


def _rooms(rule: CoverageRule, names: Names) -> Text | None:
    if rule.place:
        return Text(f"下访，地点：{rule.place}", f"off-site, at {rule.place}")
    if not rule.rooms:
        return None
    rooms = names.of_rooms(rule.rooms)
    if len(rooms) == 1:
        return Text(f"地点：{rooms[0]}", f"in {rooms[0]}")
    return Text(f"{'、'.join(rooms)}同时接访", f"in {english_list(rooms)} at once")


def _special(rule: CoverageRule) -> Text | None:
    if not rule.special_days or isinstance(rule.pattern, EveryDay):
        return None
    return Text("特别防护期内每天安排", "every day in special protection periods")


def _moves(rule: CoverageRule) -> list[Text]:
    pattern = rule.pattern
    if isinstance(pattern, EveryDay | EveryWorkingDay):
        return []
    moves_on = pattern.gives_way_on if isinstance(pattern, RuleDays) else pattern.moves_on
    policy = POLICY_WORDS[pattern.policy]
    zh, en = ("遇节假日", "a holiday") if moves_on is MovesOn.HOLIDAYS else ("遇休息日", "a rest day")
    found = [Text(zh + policy.zh, f"when it falls on {en}, {policy.en}")]
    if isinstance(pattern, RuleDays) and pattern.parsed.names_weekdays:
        found.append(MAKE_UP_WORDS[pattern.make_up])
    return found


def _who(rule: LimitRule, names: Names) -> Text:
    if rule.leaders:
        who = names.of_leaders(rule.leaders)
        each = f"each of {english_list(who)}" if len(who) > 1 else who[0]
        return Text("、".join(who) + ("各" if len(who) > 1 else ""), each)
    if rule.role:
        return Text(f"每位{ROLE_WORDS[rule.role].zh}", f"every {ROLE_WORDS[rule.role].en}")
    return Text("每位领导", "every leader")
