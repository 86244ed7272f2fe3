"""Numbered letters to units: 督办函 and 提醒函."""

from app.accounts import audit
from app.core import clock
from app.core.database import db, lock
from app.core.events import emit
from app.directory.models import Office
from app.followup import queries
from app.followup.events import MatterChanged
from app.followup.models import Letter, UnitPart
from app.followup.service.history import note

USUAL = {
    "supervise": "{unit}：\n\n{leader}接访的{reference}号事项“{subject}”于{told_on}交你单位办理，应于{due_on}前书面答复，"
    "至今未办结。请抓紧办理，并于收到本函之日起5个工作日内报告办理情况。\n\n{office}\n{today}",
    "remind": "{unit}：\n\n{reference}号事项“{subject}”的书面答复应于{due_on}前作出，请按期办结。\n\n{office}\n{today}",
}
PLACEHOLDERS = frozenset(
    {"unit", "leader", "reference", "subject", "told_on", "due_on", "due_by", "office", "today"}
)


def template_of(office: Office, kind: str) -> str:
    """The office's wording of a kind of letter, or the usual one."""
    return str(queries.settings_of(office.id).letter_text.get(kind) or USUAL[kind])


def draft_text(office: Office, part: UnitPart, kind: str) -> str:
    """The letter as the template gives it."""
    leader = part.matter.duty_leader or part.matter.case_leader  # "接访": who received, not who keeps it
    values = {
        "unit": part.department.name,
        "leader": leader.name if leader else office.name,
        "reference": part.matter.reference,
        "subject": part.matter.subject,
        "told_on": _day(part.told_on),
        "due_on": _day(part.due_on),
        "due_by": "领导要求" if part.matter.leader_due_on == part.due_on else "按《信访工作条例》",
        "office": office.name,
        "today": _day(clock.today(office.timezone)),
    }
    return template_of(office, kind).format_map(values)


def issue(office: Office, part: UnitPart, kind: str, text: str, by: str) -> Letter:
    """Give the letter its number and put it on the record."""
    today = clock.today(office.timezone)
    lock(f"letters of office {office.id}")
    letter = Letter(
        office_id=office.id,
        kind=kind,
        year=today.year,
        number=queries.highest_letter(office.id, kind, today.year) + 1,
        matter_id=part.matter_id,
        department_id=part.department_id,
        issued_on=today,
        issued_by=by,
        text=text,
    )
    db.session.add(letter)
    db.session.flush()
    note(part.matter, "letter", by, letter_number(letter), part.department_id)
    audit.record("letter.issue", f"letter:{letter.id}", office.id, after={"number": letter_number(letter)})
    emit(MatterChanged(part.matter_id, office.id, "letter", part.department_id))
    return letter


def letter_number(letter: Letter) -> str:
    """督办〔2026〕3号."""
    return f"{'督办' if letter.kind == 'supervise' else '提醒'}〔{letter.year}〕{letter.number}号"


def _day(day: object) -> str:
    return f"{day:%Y年%-m月%-d日}"
