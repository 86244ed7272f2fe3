"""The words of calendars, in both languages. Feeds know no request, so they carry their own."""

from app.core.text import Text

CATEGORY = Text("领导接访", "Leader reception")
SESSIONS = {
    "day": Text("全天", "All day"),
    "am": Text("上午", "Morning"),
    "pm": Text("下午", "Afternoon"),
}
NOBODY = Text("待定", "to be announced")
OFFICE_SUMMARY = Text("领导接访：{who}", "Reception: {who}")
LEADER_SUMMARY = Text("接访：{office}", "Reception duty: {office}")
CANCELLED_SUMMARY = Text("【已取消】{text}", "[Cancelled 已取消] {text}")
SUSPENDED_SUMMARY = Text("【已取消·暂停接待】{text}", "[Cancelled 已取消, reception suspended] {text}")
OFFICE_LINE = Text("接待单位：{office}", "Office: {office}")
LEADER_LINE = Text("接访领导：{who}", "Leader: {who}")
SECTORS_LINE = Text("分管领域：{sectors}", "Portfolio: {sectors}")
TOWNSHIPS_LINE = Text("联系乡镇：{townships}", "Linked townships: {townships}")
PHONE_LINE = Text("联系电话：{phone}", "Telephone: {phone}")
CANCELLED_LINE = Text(
    "本场接待已取消或已改由他人接待。", "This session is cancelled or taken by somebody else."
)
SUSPENDED_LINE = Text("本场暂停接待。", "Reception is suspended for this session.")
PROVISIONAL_LINE = Text(
    "暂定：当年放假安排通知尚未发布，日期可能调整。",
    "Provisional: the official holiday notice for this year is not announced yet, the date may move.",
)
OFFICE_CALENDAR = Text("{office}领导接访日程", "Leaders receiving the public: {office}")
LEADER_CALENDAR = Text("{leader}接访日程", "Reception duties of {leader}")
PROVISIONAL_MARK = Text("（{years}年暂定）", " ({years} provisional)")
CALENDAR_DESCRIPTION = Text(
    "由接访日程系统发布，自动更新。各日历软件更新时间不同（数小时至一天），急需时请看网页。",
    "Published by Reception Rota and updated by itself. Calendar programs refresh when they please "
    "(some hours to a day): look at the web page when it is urgent.",
)
ALARM = Text("即将接访：{text}", "Soon: {text}")
STAFF_CALENDAR = Text("{office}接访工作日程", "Reception, for staff: {office}")
DEPARTMENT_CALENDAR = Text("{unit}参加接访安排", "Visits to attend: {unit}")
STAFF_COUNTS = Text(
    "来访：已确认 {accepted} 批（{people} 人次），待答复 {pending} 批，候补 {waiting} 批",
    "Visits: {accepted} confirmed ({people} people), {pending} without an answer yet, {waiting} waiting",
)
STAFF_MARK = Text("（{visits}批）", " ({visits} visits)")
READY_LINE = Text(
    "约访{number}：各方均已确认（{asked}项）", "Invited visit {number}: everybody is ready ({asked})"
)
NOT_READY_LINE = Text(
    "约访{number}：已确认 {ready}/{asked} 项", "Invited visit {number}: {ready} of {asked} ready"
)
LEADER_COUNTS = Text("已确认来访：{visits} 批，{people} 人次", "Confirmed visits: {visits}, {people} people")
ABOUT_LINE = Text("涉及：{about}", "About: {about}")
DEPARTMENT_SUMMARY = Text("参加接访：{office}", "Attend a visit: {office}")
ATTEND_LINE = Text(
    "请派员参加领导接访，具体事项见书面通知；人员与材料请在通知中回复。",
    "Please send somebody to this reception. What it is about is in the written notice; answer there whom you send.",
)
ATOM_TITLE = Text("{office}领导接访日程：发布与更正", "{office}: publications and corrections")
EDITION_TITLES = {
    "publication": Text("第{number}版：发布 {days} 接访日程", "Revision {number}: {days} published"),
    "correction": Text("第{number}版：更正 {days} 接访日程", "Revision {number}: {days} corrected"),
    "substitution": Text("第{number}版：代班（{days}）", "Revision {number}: substitution ({days})"),
    "suspension": Text(
        "第{number}版：暂停或恢复接待（{days}）",
        "Revision {number}: suspension or resumption ({days})",
    ),
}
REASON_LINE = Text("原因：{reason}", "Reason: {reason}")
CHANGE_REMOVED = Text("{day}：取消，原为{before}", "{day}: cancelled, was {before}")
CHANGE_SUSPENDED = Text("{day}：暂停接待（{after}）", "{day}: suspended ({after})")
CHANGE_ADDED = Text("{day}：新增，{after}", "{day}: added, {after}")
CHANGE_LEADER = Text("{day}：由{before}改为{after}", "{day}: {after} instead of {before}")
CHANGE_OTHER = Text("{day}：{after}，时间地点为 {hours} {where}", "{day}: {after}, now {hours} {where}")
