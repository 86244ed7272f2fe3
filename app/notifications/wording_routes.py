"""The wording of notices: read, edit with a preview on real data, back to the standard, undo."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.notifications import kinds, texts, wording
from app.notifications.kinds import Kind
from app.notifications.notice_blueprint import PAGES, attempt, blueprint, sections
from app.notifications.sampling import sample_of
from app.notifications.sms import length
from app.notifications.texts import LANGUAGES, PARTS, Wording
from app.web.flashes import flash_with_undo
from app.web.language import LOCALES, current_locale

GROUPS = {
    "duty": Text("领导的接访", "Duties of leaders"),
    "substitution": Text("代班与换班", "Substitutes and swaps"),
    "visit": Text("来访", "Visits"),
    "matter": Text("办理与答复", "Follow-through"),
    "staff": Text("告知工作人员", "To staff"),
}


@blueprint.get(PAGES + "/wording")
@requires("notices.view")
def wordings(office: Office) -> str:
    """Every kind, by what it is about; what the office wrote itself is marked."""
    own = texts.wordings_of(office)
    groups: dict[str, list[Kind]] = {name: [] for name in GROUPS}
    for kind in kinds.all_kinds():
        groups.setdefault(kind.name.partition(".")[0], []).append(kind)
    return render_template(
        "notifications/wordings.html",
        office=office,
        tabs=sections(office, "notices.wordings"),
        groups=[(GROUPS[name], found) for name, found in groups.items() if name in GROUPS and found],
        own=own,
        languages=[(name, LOCALES[name]) for name in LANGUAGES],
        subject_of=lambda kind: _subject(kind, own),
    )


@blueprint.get(PAGES + "/wording/<notice_kind>/<language>")
@requires("notices.view")
def edit_wording(office: Office, notice_kind: str, language: str) -> str:
    """The texts as they are, with a preview."""
    kind = _kind(notice_kind, language)
    found = texts.wording_of(kind, language, office)
    return _page(office, kind, language, {part: getattr(found, part) for part in PARTS}, {})


@blueprint.post(PAGES + "/wording/<notice_kind>/<language>")
@requires("notices.edit")
def set_wording(office: Office, notice_kind: str, language: str) -> Any:
    """Save, or only show it filled in. What was typed stays."""
    kind = _kind(notice_kind, language)
    typed = {part: request.form.get(part, "").replace("\r\n", "\n") for part in PARTS}
    typed["subject"] = " ".join(typed["subject"].split())
    problems = texts.problems_of(kind, typed)
    if problems or "preview" in request.form:
        page = _page(office, kind, language, typed, problems, unsaved=not problems)
        return (page, 422) if problems else page
    if attempt(lambda: texts.set_wording(office, kind, language, typed)):
        flash_with_undo(_("Saved."), _address(office, kind, language, "notices.undo_wording"))
    return redirect(_address(office, kind, language))


@blueprint.post(PAGES + "/wording/<notice_kind>/<language>/reset")
@requires("notices.edit")
def reset_wording(office: Office, notice_kind: str, language: str) -> Response:
    """Back to the standard text, or to that of the office above."""
    kind = _kind(notice_kind, language)
    if attempt(lambda: texts.reset(office, kind, language)):
        flash_with_undo(
            _("The standard text holds."), _address(office, kind, language, "notices.undo_wording")
        )
    return redirect(_address(office, kind, language))


@blueprint.post(PAGES + "/wording/<notice_kind>/<language>/undo")
@requires("notices.edit")
def undo_wording(office: Office, notice_kind: str, language: str) -> Response:
    """Back to what held before."""
    kind = _kind(notice_kind, language)
    if attempt(lambda: texts.undo(office, kind, language)):
        flash(_("The last change was taken back."), "success")
    return redirect(_address(office, kind, language))


def _subject(kind: Kind, own: dict[tuple[str, str], Wording]) -> str:
    """The subject line that holds, in the language of the reader."""
    language = current_locale()
    found = own.get((kind.name, language)) or texts.standard(kind, language)
    return _shown(kind, {"subject": found.subject})["subject"]


def _page(
    office: Office,
    kind: Kind,
    language: str,
    typed: dict[str, str],
    problems: dict[str, list[Text]],
    unsaved: bool = False,
) -> str:
    holding = texts.wording_of(kind, language, office)
    sample = sample_of(kind, office, language)
    filled = {part: wording.fill(text, sample.values, kind.placeholders) for part, text in typed.items()}
    return render_template(
        "notifications/wording.html",
        office=office,
        kind=kind,
        language=language,
        languages=[(name, LOCALES[name], _address(office, kind, name)) for name in LANGUAGES],
        typed=_shown(kind, typed),
        problems=problems,
        filled=filled,
        real=sample.real,
        sms=length(filled["short"]),
        unsaved=unsaved,
        own=holding.set_by == office.id,
        above=_above(office, holding),
        placeholders=[(_name(kind, name), label) for name, label in kind.placeholders.items()],
        required={part: [_name(kind, name) for name in texts.required_in(kind, part)] for part in PARTS},
        personal={_name(kind, name) for name in kind.personal & kind.placeholders.keys()},
        sample_values={_name(kind, name): value for name, value in sample.values.items()},
        most=texts.MOST,
    )


def _shown(kind: Kind, typed: dict[str, str]) -> dict[str, str]:
    """Placeholders by the names the reader knows."""
    return {
        part: wording.to_names(text, kind.placeholders, lambda name: _name(kind, name))
        for part, text in typed.items()
    }


def _name(kind: Kind, name: str) -> str:
    return name if current_locale() == "en" else kind.placeholders[name].zh


def _above(office: Office, holding: Wording) -> Office | None:
    if holding.set_by in (None, office.id):
        return None
    return db.session.get(Office, holding.set_by)


def _kind(name: str, language: str) -> Kind:
    kind = kinds.find_kind(name)
    if kind is None or language not in LANGUAGES:
        abort(404)
    return kind


def _address(office: Office, kind: Kind, language: str, endpoint: str = "notices.edit_wording") -> str:
    return url_for(endpoint, office_code=office.code, notice_kind=kind.name, language=language)
