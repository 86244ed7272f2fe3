"""What a notice says, as plain data under the names its template uses. Notices are Chinese, like the roster. Pure."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.core.text import Text
from app.feeds.atom import hours_of, where_of
from app.feeds.pages import Change, as_of, changes_of
from app.feeds.words import SESSIONS
from app.roster.published.sessions import Roll, Session

KINDS = {
    "announcement": Text("接访公告", "Announcement"),
    "correction": Text("更正公告", "Correction"),
    "suspension": Text("暂停接待公告", "Suspension"),
}
WEEKDAYS = "一二三四五六日"
ROW = {
    "日期": Text("日期", "date"),
    "星期": Text("星期", "weekday"),
    "领导": Text("接访领导", "leader"),
    "职务": Text("职务", "post"),
    "分管": Text("分管领域", "portfolio"),
    "乡镇": Text("联系乡镇", "linked townships"),
    "时间": Text("接访时间", "time"),
    "地点": Text("接访地点", "place"),
    "电话": Text("联系电话", "telephone"),
    "备注": Text("备注（暂停、取消）", "remarks (suspended, cancelled)"),
}
CHANGE = {
    "日期": Text("日期", "date"),
    "星期": Text("星期", "weekday"),
    "场次": Text("全天、上午或下午", "day, morning or afternoon"),
    "原": Text("原领导与时间", "leader and time before"),
    "现": Text("现领导与时间", "leader and time now"),
}
PLAIN = {
    "单位": Text("单位名称", "name of the office"),
    "版本": Text("版本号", "number of the revision"),
    "发布时间": Text("发布时间", "when it was published"),
    "发布日期": Text("落款日期，如2026年3月2日", "date of the signature"),
    "起": Text("起始日期", "first day"),
    "止": Text("结束日期", "last day"),
    "期间": Text("“起”至“止”，只有一天时写一天", "first to last day, a single day said once"),
    "原因": Text("原因", "reason"),
    "电话": Text("单位电话", "the office's telephone"),
    "地址": Text("单位地址", "the office's address"),
    "网址": Text("公众页面网址", "address of the public page"),
    "暂定": Text("暂定提示；没有时为空", "the provisional remark, or nothing"),
}
LISTS = {"场次": ROW, "变更": CHANGE}
PROVISIONAL = "本表含尚未公布放假安排的年度，相关日期暂定，以后续公告为准。"


def notice_values(office: Mapping[str, str], zone: str, roll: Roll, number: int) -> dict[str, Any]:
    """Everything a template may use. `office`: 单位, 电话, 地址, 网址. KeyError when there is no such edition."""
    edition, then = roll.edition(number), as_of(roll, number)
    at = edition.published_at.astimezone(ZoneInfo(zone))
    sessions = [s for s in then.between(edition.first_day, edition.last_day) if s.status != "cancelled"]
    provisional = any(then.provisional(session.on_date) for session in sessions)
    return {
        **office,
        "版本": str(number),
        "发布时间": f"{at:%Y-%m-%d %H:%M}",
        "发布日期": long_day(at.date()),
        "起": long_day(edition.first_day),
        "止": long_day(edition.last_day),
        "期间": _span(edition.first_day, edition.last_day),
        "原因": edition.reason,
        "暂定": PROVISIONAL if provisional else "",
        "场次": [row for session in sessions for row in _rows(session)],
        "变更": [_change(change) for change in changes_of(roll, number)] if number > 1 else [],
    }


def kinds_of(roll: Roll, number: int) -> tuple[str, ...]:
    """The notices that make sense for an edition, the usual one first."""
    kind = roll.edition(number).kind
    if kind == "publication":
        return ("announcement",)
    if kind == "suspension":
        return ("suspension", "correction")
    return ("correction", "announcement")


def long_day(day: dt.date) -> str:
    """2026年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _span(first: dt.date, last: dt.date) -> str:
    return long_day(first) if first == last else f"{long_day(first)}至{long_day(last)}"


def _rows(session: Session) -> Iterable[dict[str, str]]:
    remark = "暂停接待" if session.status == "suspended" else ""
    for seat in session.seats:
        yield {
            "日期": f"{session.on_date:%Y-%m-%d}",
            "星期": WEEKDAYS[session.on_date.weekday()],
            "领导": seat.name,
            "职务": seat.post,
            "分管": seat.sectors,
            "乡镇": seat.townships,
            "时间": hours_of(session),
            "地点": " ".join(filter(None, (seat.place, seat.room))),
            "电话": seat.phone,
            "备注": remark,
        }


def _change(change: Change) -> dict[str, str]:
    session = change.after or change.before
    day = change.day
    return {
        "日期": f"{day:%Y-%m-%d}",
        "星期": WEEKDAYS[day.weekday()],
        "场次": SESSIONS[session.session].zh if session else "",
        "原": _said(change.before),
        "现": _said(change.after),
    }


def _said(session: Session | None) -> str:
    if session is None or session.status == "cancelled":
        return "（无）"
    names = "、".join(session.names) or "待定"
    if session.status == "suspended":
        return f"暂停接待（{names}）"
    return f"{names} {hours_of(session)} {where_of(session)}".strip()
