"""The office's policy and backups."""

from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core import clock
from app.core.database import transaction
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import leaders_of
from app.roster.substitution import queries, service
from app.roster.substitution.blueprint import attempt, blueprint
from app.roster.substitution.board import leader_names
from app.roster.substitution.errors import BadPolicy
from app.roster.substitution.forms import BackupForm, PolicyForm
from app.roster.substitution.models import SubstitutionPolicy
from app.roster.substitution.service.policies import PolicyInput
from app.web.messages import tell

FIELDS = {"convener_id": "convener", "leader_id": "leader", "backup_id": "backup"}


@blueprint.route("/settings", methods=["GET", "POST"])
@requires("rules.edit")
def settings(office: Office) -> Any:
    """How the office arranges substitutes."""
    policy = queries.policy_of(office.id)
    form = PolicyForm(data=_values(policy))
    form.set_choices(leaders_of(office.id, clock.today(office.timezone)))
    if form.validate_on_submit() and _save(lambda: service.set_policy(office, _input(form)), form):
        tell(_("Saved. Requests under way follow it from their next step on."), "success")
        return redirect(url_for("substitution.settings", office_code=office.code))
    return _page(office, form, BackupForm(formdata=None))


@blueprint.post("/settings/backups")
@requires("rules.edit")
def add_backup(office: Office) -> Any:
    """One more backup."""
    form = BackupForm()
    form.set_choices(leaders_of(office.id, clock.today(office.timezone)))

    def save() -> None:
        service.add_backup(
            office,
            _number(form.backup.data) or 0,
            form.rank.data or "",
            _number(form.leader.data),
            form.post.data or "",
        )

    if form.validate() and _save(save, form):
        tell(_("The backup is saved."), "success")
        return redirect(url_for("substitution.settings", office_code=office.code) + "#backups")
    policy = PolicyForm(formdata=None, data=_values(queries.policy_of(office.id)))
    return _page(office, policy, form)


@blueprint.post("/settings/backups/<int:backup_id>/remove")
@requires("rules.edit")
def remove_backup(office: Office, backup_id: int) -> Response:
    """One backup less."""
    attempt(lambda: service.remove_backup(office, backup_id), _("The backup is removed."))
    return redirect(url_for("substitution.settings", office_code=office.code) + "#backups")


def _page(office: Office, form: PolicyForm, backup: BackupForm) -> Any:
    leaders = leaders_of(office.id, clock.today(office.timezone))
    form.set_choices(leaders)
    backup.set_choices(leaders)
    page = render_template(
        "roster/substitution/settings.html",
        office=office,
        form=form,
        backup_form=backup,
        backups=queries.list_backups(office.id),
        names=leader_names(),
    )
    return (page, 422) if form.errors or backup.errors else page


def _save(change: Any, form: Any) -> bool:
    try:
        with transaction():
            change()
    except BadPolicy as error:
        field = FIELDS.get(error.field, error.field)
        form[field].errors = [*form[field].errors, error.text]
        return False
    except RotaError as error:
        form.form_errors.append(error.text)
        return False
    return True


def _values(policy: SubstitutionPolicy) -> dict[str, Any]:
    values = {name: getattr(policy, name) for name in PolicyInput.__dataclass_fields__}
    return values | {"convener": str(policy.convener_id or "")}


def _input(form: PolicyForm) -> PolicyInput:
    return PolicyInput(
        convener_id=_number(form.convener.data),
        tell=form.tell.data,
        whom=form.whom.data,
        ask=form.ask.data,
        approval=form.approval.data,
        deadline_days=form.deadline_days.data or 0,
        at_deadline=form.at_deadline.data,
        ahead_days=form.ahead_days.data or 0,
        return_duty=form.return_duty.data,
        refuse_together=form.refuse_together.data,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None
