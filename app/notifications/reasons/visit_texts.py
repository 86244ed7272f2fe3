"""The standard wording of everything about visits. Text messages to residents are short and name no matter."""

from collections.abc import Callable

from app.core.text import Text
from app.notifications import calendar_part, kinds
from app.notifications.models import Notice
from app.notifications.reasons import visits as reason
from app.notifications.reasons.common import PERSONAL

_END = Text("\n\n{office}　{office_phone}", "\n\n{office}, {office_phone}")

# (step, label, text) to the resident. Each ends with whom to call.
_VISITOR = (
    (
        "received",
        Text("预约已收到", "Request received"),
        Text(
            "您的来访预约（编号{reference}）已收到，正在审核，确定时间后另行通知。",
            "Your request {reference} has arrived. It is not a confirmation yet: we will tell you the day.",
        ),
    ),
    (
        "confirmed",
        Text("预约已确认", "Visit confirmed"),
        Text(
            "您的来访（编号{reference}）已确认：{when}，{place}，由{leader}接待。请带身份证件。",
            "Your visit {reference} is confirmed: {when}, {place}. {leader} will receive you. Please bring your ID.",
        ),
    ),
    (
        "waiting",
        Text("已列入候补", "On the waiting list"),
        Text(
            "您的来访预约（编号{reference}）已列入候补，有空位即通知您。",
            "Your request {reference} is on the waiting list. We will tell you when there is a place.",
        ),
    ),
    (
        "seat_offered",
        Text("有空位，请答复", "A place is offered"),
        Text(
            "您的来访预约（编号{reference}）现有空位：{when}。请尽快凭编号和查询码答复是否前来：{link}",
            "There is a place for your visit {reference}: {when}. Please answer with your code: {link}",
        ),
    ),
    (
        "moved",
        Text("来访改期", "Visit moved"),
        Text(
            "您的来访（编号{reference}）改为：{when}，{place}，由{leader}接待。如不方便请来电。",
            "Your visit {reference} is moved to {when}, {place}. {leader} will receive you. Call us if it does not suit.",
        ),
    ),
    (
        "moved_asked",
        Text("来访改期，请答复", "Visit moved: please answer"),
        Text(
            "您的来访（编号{reference}）拟改为：{when}，{place}，由{leader}接待，名额已为您保留。请尽快凭编号和查询码答复是否前来：{link}",
            "Your visit {reference} is to be moved to {when}, {place}, with {leader}; a place is held for you. "
            "Please answer with your code: {link}",
        ),
    ),
    (
        "leader_asked",
        Text("接待领导变更，请答复", "Another leader receives: please answer"),
        Text(
            "您的来访（编号{reference}）时间不变：{when}，改由{leader}接待，名额已为您保留。请尽快凭编号和查询码答复是否前来：{link}",
            "Your visit {reference} stays at {when}, but {leader} receives; your place is held. "
            "Please answer with your code: {link}",
        ),
    ),
    (
        "moved_unconfirmed",
        Text("申请的场次有变", "The session you asked for moved"),
        Text(
            "您预约（编号{reference}）的场次改为：{when}，由{leader}接待。目前尚未确认，请等候通知。",
            "The session you asked for ({reference}) is now {when}, with {leader}. It is not confirmed yet: we will write.",
        ),
    ),
    (
        "leader_unconfirmed",
        Text("申请的场次换了领导", "Another leader in the session you asked for"),
        Text(
            "您预约（编号{reference}）的场次时间不变：{when}，改由{leader}接待。目前尚未确认，请等候通知。",
            "The session you asked for ({reference}) stays at {when}, with {leader}. It is not confirmed yet: we will write.",
        ),
    ),
    (
        "leader_changed",
        Text("接待领导变更", "Another leader receives"),
        Text(
            "您的来访（编号{reference}）时间不变：{when}，改由{leader}接待。",
            "Your visit {reference} stays at {when}; {leader} will receive you.",
        ),
    ),
    (
        "session_cancelled",
        Text("接访场次取消", "The session is called off"),
        Text(
            "很抱歉，您预约的接访（编号{reference}）因故取消，我们将为您另行安排并通知您。",
            "We are sorry: the session of your visit {reference} is called off. We will offer you another day.",
        ),
    ),
    (
        "refused",
        Text("预约未能安排", "Request not placed"),
        Text(
            "您的来访预约（编号{reference}）未能安排，原因和办理途径请凭编号和查询码查看：{link}",
            "Your request {reference} cannot be placed. See the reason and where to turn with your code: {link}",
        ),
    ),
    (
        "solved",
        Text("事项已先行解决", "Solved before the day"),
        Text(
            "您反映的事项（编号{reference}）已先行办理，详情请凭编号和查询码查看：{link}",
            "Your matter {reference} was dealt with before the visit. See how with your code: {link}",
        ),
    ),
    (
        "offered_elsewhere",
        Text("请到其他单位", "Another office is right for it"),
        Text(
            "您的来访预约（编号{reference}）应由其他单位受理，详情请凭编号和查询码查看：{link}",
            "Another office is right for your request {reference}. See which with your code: {link}",
        ),
    ),
    (
        "cancelled",
        Text("来访已取消", "Visit cancelled"),
        Text("您的来访（编号{reference}）已取消。需要时欢迎再次预约。", "Your visit {reference} is cancelled. You may book again."),
    ),
    (
        "expired",
        Text("未及时答复，席位已释放", "No answer: the place is free again"),
        Text(
            "您的来访预约（编号{reference}）未在期限内答复，席位已释放。需要时欢迎再次预约。",
            "There was no answer about your visit {reference} in time, so the place was given up. You may book again.",
        ),
    ),
    (
        "waiting_ended",
        Text("候补结束", "The waiting list has ended"),
        Text(
            "您候补的接访（编号{reference}，{when}）预约已截止，没有空出名额。可另选场次，或当天到窗口登记随访。",
            "Booking for {when} has closed and no place became free (request {reference}). "
            "Choose another session, or come to the desk on the day.",
        ),
    ),
    (
        "not_decided",
        Text("预约未能安排，已结束", "Request ended without a day"),
        Text(
            "很抱歉，您的来访预约（编号{reference}）一直未能安排到场次，现已结束。请另选场次或来电，我们会帮您安排。",
            "We are sorry: no day was found for your request {reference} and it has ended. "
            "Choose a session, or call us and we will help.",
        ),
    ),
    (
        "invited",
        Text("约请来访", "Invitation"),
        Text(
            "现约请您来访（编号{reference}）：{when}，{place}，由{leader}接待。请凭编号和查询码答复：{link}",
            "You are invited ({reference}): {when}, {place}. {leader} will receive you. Please answer: {link}",
        ),
    ),
    (
        "running_late",
        Text("已记下会晚到", "Coming later is noted"),
        Text(
            "已记下您会晚到（编号{reference}），名额为您保留；到达后请到窗口报到。",
            "We have noted that you will be late for your visit {reference}. Your place is kept: come to the desk when you are here.",
        ),
    ),
    (
        "reopened",
        Text("预约重新审核", "Request looked at again"),
        Text(
            "您的来访预约（编号{reference}）正在重新审核，此前的处理结果不再有效，结果另行通知。",
            "Your request {reference} is being looked at again; what we told you before no longer holds. We will write again.",
        ),
    ),
    (
        "no_show",
        Text("未能见到您", "We missed you"),
        Text(
            "您预约的来访（编号{reference}）未能见到您。需要时欢迎再次预约。",
            "We did not see you for your visit {reference}. You may book again.",
        ),
    ),
)  # fmt: skip
_UNIT = (
    (
        "moved",
        Text("约访改期，告知到场单位", "Unit: the visit is moved"),
        Text("请贵单位到场的约访（编号{reference}）改为{when}，{place}。", "The visit {reference} you attend is moved to {when}, {place}."),
    ),
    (
        "leader_changed",
        Text("接待领导变更，告知到场单位", "Unit: another leader receives"),
        Text("请贵单位到场的约访（编号{reference}，{when}）改由{leader}接待。", "{leader} now receives the visit {reference} you attend, {when}."),
    ),
    (
        "session_cancelled",
        Text("场次取消，告知到场单位", "Unit: the session is called off"),
        Text("请贵单位到场的约访（编号{reference}）因故取消，无需到场。", "The visit {reference} is called off; you need not come."),
    ),
    (
        "cancelled",
        Text("约访取消，告知到场单位", "Unit: the visit is cancelled"),
        Text("请贵单位到场的约访（编号{reference}）已取消，无需到场。", "The visit {reference} is cancelled; you need not come."),
    ),
)  # fmt: skip
_OFF = Text("来访人不能前来，约访（编号{reference}）取消，无需到场。", "The resident cannot come; the visit {reference} is off and you need not come.")  # fmt: skip
_INVITED_AGAIN = Text(
    "约请您来访（编号{reference}）还没有收到答复：{when}，{place}。请凭编号和查询码答复：{link}",
    "We have no answer yet to your invitation {reference}: {when}, {place}. Please answer: {link}",
)
_CONSENT_AGAIN = Text(
    "约访（编号{reference}）还没有收到您的答复：{when}，{place}。请点开看看是否同意：{link}",
    "There is no answer from you yet about the invited visit {reference}: {when}, {place}. Please say yes or no: {link}",
)
_UNREADY = Text(
    "约访（编号{reference}，{when}）尚未就绪：{unit}没有答复、没有报名单或不能到场。请处理：{link}",
    "The invited visit {reference}, {when}, is not ready: {unit} has not answered, named nobody or cannot come. {link}",
)
_DECLINED = Text(
    "来访人谢绝了约访（编号{reference}），名额已释放，请另行约请：{link}",
    "The resident declined the invited visit {reference}; the place is free. Invite somebody else: {link}",
)
_TOLD = Text(
    "请{unit}派员到场参加约访（编号{reference}）：{when}，{place}，由{leader}接待。请确认并填写到场人员：{link}",
    "{unit} is asked to attend the visit {reference}: {when}, {place}, received by {leader}. "
    "Please confirm and say who comes: {link}",
)
_ASKED_AGAIN = Text(
    "请{unit}尽快确认参加约访（编号{reference}）：{when}，{place}。{link}",
    "Please confirm that {unit} attends the visit {reference}: {when}, {place}. {link}",
)
_ON_THE_DAY = Text(
    "提醒：请{unit}派员到场参加约访（编号{reference}）：{when}，{place}。",
    "Reminder: {unit} attends the visit {reference}: {when}, {place}.",
)
_WITH_UNIT = {**reason.PLACEHOLDERS, "unit": Text("责任单位", "Unit")}


def register() -> None:
    """Make the kinds known."""
    for step, label, text in _VISITOR:
        kinds.register(_kind(f"visit.{step}", label, text, reason.still_so, reason.visitor_values))
    kinds.register(_reminder())
    for step, label, text in _UNIT:
        kinds.register(_kind(f"visit.unit_{step}", label, text, reason.still_so, reason.unit_values, True))
    for name, label, text, check in (
        ("visit.unit_told", Text("请责任单位到场", "Unit: asked to attend"), _TOLD, reason.still_wanted),
        ("visit.unit_nudge", Text("请责任单位确认到场", "Unit: please confirm"), _ASKED_AGAIN, reason.still_wanted),
        ("visit.unit_reminder", Text("到场提醒", "Unit: reminder"), _ON_THE_DAY, reason.still_expected),
    ):  # fmt: skip
        kinds.register(_kind(name, label, text, check, reason.unit_values, True))
    kinds.register(
        _kind("visit.unit_declined", Text("来访人谢绝，告知到场单位", "Unit: the resident declined"), _OFF,
              reason.still_so, reason.unit_values, True)
    )  # fmt: skip
    kinds.register(
        _kind("visit.invited_nudge", Text("请答复约请", "Invitation: please answer"), _INVITED_AGAIN,
              reason.still_so, reason.visitor_values)
    )  # fmt: skip
    kinds.register(_consent())
    kinds.register(
        _to_leader("visit.consent_nudge", Text("再请领导答复约访", "Leader: please answer"), _CONSENT_AGAIN)
    )
    kinds.register(_consent_refused())
    kinds.register(
        _to_staff("staff.visit_declined", Text("来访人谢绝约访", "Staff: the resident declined"), _DECLINED)
    )
    kinds.register(
        _to_staff("staff.visit_unready", Text("约访尚未就绪", "Staff: an invited visit is not ready"), _UNREADY,
                  reason.still_so, reason.board_values)
    )  # fmt: skip


def _kind(
    name: str,
    label: Text,
    text: Text,
    still_true: Callable[[Notice], bool],
    values: Callable[[Notice], dict[str, str]],
    unit: bool = False,
) -> kinds.Kind:
    # Telephones take what follows at once for a part of the address.
    apart = " " if text.zh.endswith("{link}") else ""
    call = Text(f"{apart}咨询电话{{office_phone}}。", " Questions: {office_phone}.")
    return kinds.Kind(
        name=name,
        label=label,
        subject=Text("{office}：" + label.zh, "{office}: " + label.en[0].lower() + label.en[1:]),
        body=Text(text.zh + _END.zh, text.en + _END.en),
        short=Text("{office}：" + text.zh + call.zh, "{office}: " + text.en + call.en),
        still_true=still_true,
        values=values,
        placeholders=_WITH_UNIT if unit else reason.PLACEHOLDERS,
        calendar=calendar_part.of("visit") if unit else None,
    )


def _reminder() -> kinds.Kind:
    text = Text(
        "提醒：您的来访（编号{reference}）在{when}，{place}，由{leader}接待。请带身份证件；不能前来请告知。",
        "Reminder: your visit {reference} is on {when}, {place}, with {leader}. Bring your ID; call if you cannot come.",
    )
    return _kind(
        "visit.reminder",
        Text("来访提醒", "Visit reminder"),
        text,
        reason.still_expected,
        reason.visitor_values,
    )


def _consent() -> kinds.Kind:
    text = Text(
        "现拟约请一位来访人与您面谈：{when}，{place}（编号{reference}）。请点开看看是否同意：{link}",
        "Somebody is to be invited to see you: {when}, {place} ({reference}). Please say whether you agree: {link}",
    )
    return _to_leader(
        "visit.consent_asked", Text("约访征求领导同意", "Leader: consent to an invited visit"), text
    )


def _to_leader(name: str, label: Text, text: Text) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        label=label,
        subject=Text("请确认约访：{when}", "An invited visit on {when}: do you agree?"),
        body=Text("{leader}同志：\n\n" + text.zh + _END.zh, "Dear {leader},\n\n" + text.en + _END.en),
        short=Text("{leader}同志，" + text.zh, text.en),
        still_true=reason.still_so,
        values=reason.leader_values,
        placeholders=reason.PLACEHOLDERS,
        personal=PERSONAL,
    )


def _consent_refused() -> kinds.Kind:
    text = Text(
        "{leader}同志未同意约访（编号{reference}，{when}），请另行安排。",
        "{leader} did not agree to the visit {reference}, {when}. Please arrange it otherwise.",
    )
    return _to_staff(
        "staff.visit_consent_refused", Text("领导未同意约访", "Staff: the leader did not consent"), text
    )


def _to_staff(
    name: str,
    label: Text,
    text: Text,
    still_true: Callable[[Notice], bool] = lambda notice: True,
    values: Callable[[Notice], dict[str, str]] = reason.staff_values,
) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        label=label,
        subject=Text("{office}：" + label.zh, "{office}: " + label.en.removeprefix("Staff: ")),
        body=Text(text.zh + "\n\n{office}", text.en + "\n\n{office}"),
        short=Text("{office}：" + text.zh, "{office}: " + text.en),
        still_true=still_true,
        values=values,
        placeholders=_WITH_UNIT if values is reason.board_values else reason.PLACEHOLDERS,
        personal=PERSONAL,
    )
