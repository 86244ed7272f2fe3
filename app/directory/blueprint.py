"""The blueprint of the directory, and what its views share."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, render_template
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.web.language import current_locale, in_language

Page = str | Response | tuple[str, int]

blueprint = Blueprint(
    "directory",
    "app.directory",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/directory",
)


def office_name(office: Office) -> str:
    """The office's name in the language of this request."""
    return office.name if current_locale() != "en" or not office.name_en else office.name_en


def attempt(change: Callable[[], object]) -> bool:
    """Make the change in a transaction. A named failure is told to the person, and the answer is False."""
    try:
        with transaction():
            change()
    except RotaError as error:
        flash(in_language(error.text), "error")
        return False
    return True


def done(sentence: str) -> None:
    """Tell the person that it worked."""
    flash(sentence, "success")


def form_page(
    form: FlaskForm,
    title: str,
    cancel: str,
    *,
    lead: str = "",
    submit: str = "",
    hints: dict[str, str] | None = None,
    danger: bool = False,
    first: Sequence[str] = (),
) -> Page:
    """A page that is one form, the fields named `first` on top; status 422 when what was sent cannot be used."""
    names: list[Any] = [field for field in form if field.type not in {"HiddenField", "CSRFTokenField"}]
    names.sort(key=lambda field: first.index(field.short_name) if field.short_name in first else len(first))
    page = render_template(
        "directory/form.html",
        form=form,
        fields=names,
        title=title,
        lead=lead,
        cancel=cancel,
        submit=submit or _("Save"),
        hints=hints or {},
        danger=danger,
    )
    return (page, 422) if form.errors else page
