"""The wording of notices: an office's own where it (or the office above) has one, else the standard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts import audit
from app.core import clock
from app.core.database import db, remembered
from app.core.errors import Conflict, RotaError
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import office_path
from app.notifications import wording
from app.notifications.kinds import Kind
from app.notifications.policy_models import NoticeText

PARTS = ("subject", "body", "short")
LANGUAGES = ("zh_CN", "en")
MOST = {"subject": 200, "body": 4000, "short": 1000}


@dataclass(frozen=True, slots=True)
class Wording:
    """The three texts of a kind in one language, and the office that wrote them (None: the standard)."""

    subject: str
    body: str
    short: str
    set_by: int | None = None


class UnusableText(RotaError):
    """Placeholders are wrong; the sentence says where."""


class NothingToUndo(Conflict):
    """There is no earlier wording to go back to."""

    def __init__(self) -> None:
        super().__init__("没有可以撤销的文字修改。", "There is no earlier wording to go back to.")


def standard(kind: Kind, language: str) -> Wording:
    """The wording that comes with the program."""
    return Wording(*(getattr(kind, part).in_locale(language) for part in PARTS))


def wording_of(kind: Kind, language: str, office: Office) -> Wording:
    """The wording that holds at an office."""
    return wordings_of(office).get((kind.name, language)) or standard(kind, language)


def wordings_of(office: Office) -> dict[tuple[str, str], Wording]:
    """All own wordings that hold at an office, by kind and language: its own before those of the office above."""
    found: dict[tuple[str, str], Wording] = {}
    path = office_path(office)
    for row in sorted(_newest(path), key=lambda row: -path.index(row.office_id)):
        if row.subject is not None and row.body is not None and row.short is not None:
            found[row.kind, row.language] = Wording(row.subject, row.body, row.short, row.office_id)
    return found


def find_own(office_id: int, kind: str, part: str, language: str) -> str | None:
    """One text as an office edited it, for the sender; None for the standard. Asked for every part of every notice."""
    if not _anybody_wrote():
        return None
    own = wordings_of(db.session.get_one(Office, office_id)).get((kind, language))
    return getattr(own, part) if own else None


def _anybody_wrote() -> bool:
    """Whether any office has a wording of its own: looked up once in a transaction."""
    known = remembered()
    if known is not None and "notices.wording" in known:
        return bool(known["notices.wording"])
    found = db.session.scalar(select(NoticeText.id).limit(1)) is not None
    if known is not None:
        known["notices.wording"] = "yes" if found else ""
    return found


def problems_of(kind: Kind, texts: Mapping[str, str]) -> dict[str, list[Text]]:
    """What is wrong with each part. The link must not be missing where the standard wording has one."""
    found: dict[str, list[Text]] = {}
    for part, text in texts.items():
        required = required_in(kind, part)
        listed = [problem.text for problem in wording.problems(text, kind.placeholders, required)]
        if not text.strip():
            listed.append(Text("这里不能为空。", "This cannot be empty."))
        if len(text) > MOST[part]:
            listed.append(Text(f"最多 {MOST[part]} 个字。", f"At most {MOST[part]} characters."))
        if listed:
            found[part] = listed
    return found


def required_in(kind: Kind, part: str) -> list[str]:
    """The placeholders a part cannot do without: what tells people what it is about, and where to act."""
    needed = ("link", "changes", "duties", "when", "list")
    text: Text = getattr(kind, part)
    return [name for name in needed if f"{{{name}}}" in text.zh] if part != "subject" else []


def set_wording(office: Office, kind: Kind, language: str, texts: Mapping[str, str]) -> None:
    """The office writes it like this from now on. Raises UnusableText."""
    problems = problems_of(kind, texts)
    if problems:
        first = next(iter(problems.values()))[0]
        raise UnusableText(first.zh, first.en)
    plain = {part: wording.to_names(texts[part].strip(), kind.placeholders, str) for part in PARTS}
    if Wording(**plain, set_by=office.id) == wording_of(kind, language, office):
        return
    _add(office, kind, language, plain)
    audit.record("wording.edit", f"{kind.name}:{language}", office.id, after=plain)


def reset(office: Office, kind: Kind, language: str) -> None:
    """Back to the wording of the office above, or the standard one."""
    before = wording_of(kind, language, office)
    if before.set_by != office.id:
        return
    _add(office, kind, language, dict.fromkeys(PARTS))
    texts = {part: getattr(before, part) for part in PARTS}
    audit.record("wording.reset", f"{kind.name}:{language}", office.id, before=texts)


def undo(office: Office, kind: Kind, language: str) -> None:
    """Take the last change back. Raises NothingToUndo."""
    rows = db.session.scalars(
        select(NoticeText)
        .where(
            NoticeText.office_id == office.id, NoticeText.kind == kind.name, NoticeText.language == language
        )
        .order_by(NoticeText.id.desc())
        .limit(2)
    ).all()
    if not rows:
        raise NothingToUndo
    earlier = rows[1] if len(rows) > 1 else None
    if earlier is None or earlier.subject is None:
        reset(office, kind, language)
        return
    set_wording(office, kind, language, {part: getattr(earlier, part) or "" for part in PARTS})


def _add(office: Office, kind: Kind, language: str, texts: Mapping[str, str | None]) -> None:
    row = NoticeText(
        office_id=office.id,
        kind=kind.name,
        language=language,
        made_at=clock.now(),
        made_by=audit.actor_name(),
        **texts,
    )
    db.session.add(row)
    db.session.flush()


def _newest(office_ids: Sequence[int]) -> Sequence[NoticeText]:
    last = (
        select(func.max(NoticeText.id))
        .where(NoticeText.office_id.in_(office_ids))
        .group_by(NoticeText.office_id, NoticeText.kind, NoticeText.language)
    )
    return db.session.scalars(select(NoticeText).where(NoticeText.id.in_(last))).all()
