"""Reasons, states and sentences of substitution in both languages. Pure."""

import datetime as dt
from collections.abc import Iterable

from app.core.text import Text

# What may be published: an illness or a family matter is nobody's business.
REASON_WORDS = {
    "business": Text("公务安排", "official business"),
    "leave": Text("休假", "leave"),
    "health": Text("因故", "for a reason of the leader"),
    "emergency": Text("临时情况", "on short notice"),
    "swap": Text("换班", "exchange"),
    "other": Text("因故", "for a reason of the leader"),
}
# What staff and the leader choose from.
REASON_CHOICES = {
    "business": Text("公务安排（开会、出差）", "Official business (meeting, journey)"),
    "leave": Text("休假", "Leave"),
    "health": Text("身体原因（公布时只写“因故”）", "Health (published as “for a reason”)"),
    "emergency": Text("临时情况", "On short notice"),
    "other": Text("其他", "Other"),
}
STATE_WORDS = {
    "requested": Text("待安排", "to be arranged"),
    "asked": Text("征求意见中", "asked"),
    "agreed": Text("已同意，待批准", "agreed, waiting for the office"),
    "approved": Text("已批准", "approved"),
    "done": Text("已完成", "done"),
    "declined": Text("未同意", "declined"),
    "withdrawn": Text("已撤回", "withdrawn"),
    "expired": Text("已失效", "expired"),
    "undone": Text("已撤销", "undone"),
}
ASK_WORDS = {
    "queued": Text("待征求", "next"),
    "waiting": Text("等待答复", "asked, no answer yet"),
    "accepted": Text("同意", "agreed"),
    "declined": Text("不能接", "cannot"),
    "closed": Text("不再需要", "not needed any more"),
}
STEP_WORDS = {
    "requested": Text("提出申请", "requested"),
    "told": Text("已告知第一召集人", "first convener told"),
    "asked": Text("征求意见", "asked"),
    "accepted": Text("同意", "accepted"),
    "declined": Text("婉拒", "declined"),
    "left": Text("届时不能到场", "cannot be there any more"),
    "silent": Text("逾期未答复", "did not answer in time"),
    "nudged": Text("已提醒", "reminded"),
    "escalated": Text("转工作人员决定", "left to staff to decide"),
    "approved": Text("单位批准", "approved by the office"),
    "refused": Text("单位未批准", "not approved by the office"),
    "assigned": Text("工作人员指定", "named by staff"),
    "handed_over": Text("日程已更新", "roster changed"),
    "dropped": Text("这一场有变动，不再办理", "duty changed, no longer needed"),
    "withdrawn": Text("撤回申请", "withdrawn"),
    "expired": Text("失效", "expired"),
    "undone": Text("撤销，恢复原安排", "undone"),
    "waived": Text("免除还班", "return duty waived"),
}
HOW_WORDS = {
    "notice": Text("系统通知", "notice"),
    "phone": Text("电话", "telephone"),
    "in_person": Text("当面", "in person"),
    "paper": Text("书面", "in writing"),
    "link": Text("手机链接", "one-tap link"),
    "page": Text("本人页面", "own page"),
    "staff": Text("工作人员代办", "by staff"),
    "leave": Text("请假", "on leave"),
    "term": Text("不在任", "not in office"),
    "busy": Text("同一时段另有接访", "another duty at that time"),
    "recused": Text("应当回避", "an interest in a visit"),
}
SESSION_WORDS = {"day": Text("", ""), "am": Text("上午", " (morning)"), "pm": Text("下午", " (afternoon)")}


def day_words(day: dt.date, session: str = "day") -> Text:
    """A day with its session: "3月5日上午" / "5 March (morning)"."""
    months = [
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
    part = SESSION_WORDS[session]
    return Text(f"{day.month}月{day.day}日{part.zh}", f"{day.day} {months[day.month - 1]}{part.en}")


def published_reason(changes: Iterable[tuple[dt.date, str, str, str]], reason: str) -> str:
    """The reason of the revision, as residents read it: who stands in for whom, and the public word for why.

    `changes`: day, session, who comes, who was to come. In Chinese, as everything on the roster.
    """
    parts = [
        f"{day_words(day, session).zh}由{comes}代{instead}接访" for day, session, comes, instead in changes
    ]
    return f"{'；'.join(parts)}（{REASON_WORDS[reason].zh}）"
