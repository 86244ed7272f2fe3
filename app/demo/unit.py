"""What one department of the demo county has in hand: a matter in every state, for its contact who signs in."""

import datetime as dt

from app.demo.accounts import UNIT_CONTACT, unit_of
from app.demo.timetable import BY, Happening, Timetable
from app.followup.models import Matter
from app.followup.service import matters, units
from app.followup.service.matters import Opening

# days ago, what it is about, urgency, whether the leader wrote an instruction, the steps as (days later, step)
HANDED_OVER = (
    (1, "示例企业欠缴社会保险费", "urgent", True, ()),
    (9, "示例村医务室人员编制", "normal", False, ((2, "not_ours"),)),
    (16, "示例商场临时用工纠纷", "simple", False, ((1, "accept"), (6, "relieve"))),
    (24, "示例工程农民工工资保证金退还", "normal", True, ((1, "accept"), (12, "reply"))),
    (33, "示例公司工伤认定进度", "normal", True, ((1, "accept"), (14, "reply"), (17, "send_back"))),
    (57, "灵活就业人员社保补贴", "normal", False, ((1, "accept"), (20, "report"))),
    (68, "示例厂退休人员待遇核定", "normal", True, ((2, "accept"), (30, "report"))),
)
WORDS = {
    "not_ours": "人员编制由机构编制部门管理，不属于本单位职责。",
    "relieve": "来访人改为通过仲裁解决，本单位不再办理。",
    "reply": "经核查，材料已补齐，已按规定办理，并告知来访人。",
    "send_back": "请补充办理依据和告知来访人的日期。",
    "report": "已与来访人联系，正在核实材料。",
}


def plan_unit(timetable: Timetable) -> None:
    """Plan what was handed to the department in the last weeks."""
    for ago, subject, urgency, instructed, steps in HANDED_OVER:
        begun = timetable.now.date() - dt.timedelta(days=ago)
        opening = Opening(
            received_on=begun,
            subject=subject,
            disposition="taken_back",
            account=f"来访人反映：{subject}，希望尽快解决。",
            sector="人力资源社会保障",
            urgency=urgency,
            instruction="请核实情况，依法依规办理，按期书面答复。" if instructed else "",
            units=(unit_of(timetable.office).id,),
        )
        _plan(timetable, begun, opening, steps)


def _plan(timetable: Timetable, begun: dt.date, opening: Opening, steps: tuple[tuple[int, str], ...]) -> None:
    def begin() -> None:
        matter = matters.open_matter(timetable.office, opening, BY)
        for later, step in steps:
            timetable.plan(begun + dt.timedelta(days=later), "10:20", _step(timetable, matter, step))

    timetable.plan(begun, "09:20", begin)


def _step(timetable: Timetable, matter: Matter, step: str) -> Happening:
    office, part = timetable.office, matter.parts[0]

    def take() -> None:
        if step == "accept":
            units.accept_part(office, part, UNIT_CONTACT)
        elif step in ("relieve", "send_back"):
            (units.relieve if step == "relieve" else units.send_back)(office, part, WORDS[step], BY)
        else:
            by_unit = {"not_ours": units.refuse_part, "report": units.report, "reply": units.reply}
            by_unit[step](office, part, WORDS[step], UNIT_CONTACT)

    return take
