"""The outbox page: every notice, its state, when, to whom, why; and what staff can do about it."""

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from app.accounts.access import allowed, requires
from app.core import clock
from app.directory.models import Office
from app.directory.rules import mask_email, mask_phone
from app.notifications import delivery_export, delivery_queries, delivery_service, words
from app.notifications.delivery import Delivery
from app.notifications.delivery_queries import Filters
from app.notifications.kept import find_kept
from app.notifications.models import Notice
from app.notifications.notice_blueprint import PAGES, attempt, blueprint, sections
from app.notifications.notice_forms import FilterForm
from app.web.addresses import asked_page
from app.web.preferences import page_address

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOGETHER = 200  # so many at once are sent again


@blueprint.get(PAGES)
@requires("notices.view")
def index(office: Office) -> str:
    """The newest first, filtered, with counts by state."""
    form, wanted = _filter(office)
    page = asked_page()
    notices, more = delivery_queries.list_notices(office, wanted, page)
    return render_template(
        "notifications/outbox.html",
        office=office,
        tabs=sections(office, "notices.index"),
        form=form,
        notices=notices,
        names=delivery_queries.recipient_names(notices),
        causes={notice.id: words.cause_of(notice, office) for notice in notices},
        counts=delivery_queries.count_states(office, wanted),
        filtered=any(
            request.args.get(name) for name in ("state", "kind", "channel", "who", "first", "last", "q")
        ),
        more=more,
        page=page,
        page_link=lambda number: page_address(page=number),
        words=words,
        trial=_is_trial(notices),
        standstill=delivery_queries.standstill(clock.now()),
    )


@blueprint.get(PAGES + "/<int:notice_id>")
@requires("notices.view")
def show(office: Office, notice_id: int) -> str:
    """One notice: what is known of it, what was tried, and the message as it was sent."""
    notice = delivery_queries.get_notice(office.id, notice_id)
    carrier = delivery_queries.get_notice(office.id, notice.folded_into) if notice.folded_into else notice
    return render_template(
        "notifications/notice.html",
        office=office,
        notice=notice,
        carrier=carrier,
        name=delivery_queries.recipient_names([notice]).get(
            (notice.recipient_kind, notice.recipient_id), "—"
        ),
        ways=_masked_ways(notice),
        cause=words.cause_of(notice, office),
        attempts=delivery_queries.attempts_of(notice.id),
        message=find_kept(carrier),
        may_read=notice.recipient_kind != "visit" or allowed("visits.reveal", office),
        words=words,
    )


@blueprint.post(PAGES + "/<int:notice_id>/again")
@requires("notices.edit")
def send_again(office: Office, notice_id: int) -> AnyResponse:
    """Queue it again."""
    notice = delivery_queries.get_notice(office.id, notice_id)
    if attempt(lambda: delivery_service.send_again(notice)):
        flash(_("It is sent again in a moment, if it is still true then."), "success")
    return redirect(_address(office, notice_id))


@blueprint.post(PAGES + "/<int:notice_id>/settle")
@requires("notices.edit")
def settle(office: Office, notice_id: int) -> AnyResponse:
    """Somebody found out what became of it."""
    notice = delivery_queries.get_notice(office.id, notice_id)
    arrived = request.form.get("arrived") == "yes"
    if attempt(lambda: delivery_service.settle(notice, arrived)):
        flash(_("Noted: it arrived.") if arrived else _("It is sent again in a moment."), "success")
    return redirect(_address(office, notice_id))


@blueprint.post(PAGES + "/<int:notice_id>/withdraw")
@requires("notices.edit")
def take_back(office: Office, notice_id: int) -> AnyResponse:
    """Do not send it."""
    notice = delivery_queries.get_notice(office.id, notice_id)
    if attempt(lambda: delivery_service.take_back(notice)):
        flash(_("It is not sent."), "success")
    return redirect(_address(office, notice_id))


@blueprint.post(PAGES + "/again")
@requires("notices.edit")
def send_failed_again(office: Office) -> AnyResponse:
    """All that were ticked and not delivered, together."""
    ids = request.form.getlist("notice", type=int)[:TOGETHER]
    chosen = [
        n for n in delivery_queries.notices_in(office.id, ids) if n.state in delivery_service.AGAIN_FROM
    ]
    if not chosen:
        flash(_("Tick the notices that are to be sent again."), "error")
    elif attempt(lambda: delivery_service.send_all_again(chosen)):
        count = len(chosen)
        flash(ngettext("One notice is sent again.", "%(num)s notices are sent again.", count), "success")
    values: dict[str, Any] = request.args.to_dict()
    return redirect(url_for("notices.index", office_code=office.code, **values))


@blueprint.get(PAGES + "/export.xlsx")
@requires("notices.view")
def spreadsheet(office: Office) -> Response:
    """What the list shows, as an Excel file."""
    _form, wanted = _filter(office)
    rows = _rows(office, wanted)
    answer = Response(delivery_export.workbook(_("Outbox"), _headings(), rows), mimetype=XLSX)
    return _as_file(answer, office, "xlsx")


@blueprint.get(PAGES + "/export.csv")
@requires("notices.view")
def table(office: Office) -> Response:
    """The same as CSV."""
    _form, wanted = _filter(office)
    rows = _rows(office, wanted)
    lines = stream_with_context(delivery_export.csv_lines(_headings(), rows))
    return _as_file(Response(lines, mimetype="text/csv"), office, "csv")


def _as_file(answer: Response, office: Office, ending: str) -> Response:
    name = f"notices-{office.code}-{clock.today(office.timezone)}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _headings() -> list[str]:
    return [
        _("Number"), _("Due"), _("Kind of notice"), _("To whom"), _("Name of the recipient"), _("Channel"),
        _("State"), _("Sent at"), _("Cause"), _("Tries"), _("Last error"),
    ]  # fmt: skip


def _rows(office: Office, wanted: Filters) -> Iterator[delivery_export.Row]:
    """Read when the first row is asked for: a streamed answer outlives the session of its request."""
    zone = ZoneInfo(office.timezone)
    found = list(delivery_queries.every_notice(office, wanted))
    names = delivery_queries.recipient_names(found)
    for notice in found:
        yield (
            notice.id,
            notice.due_at.astimezone(zone),
            words.kind_label(notice.kind),
            str(words.RECIPIENTS.get(notice.recipient_kind, notice.recipient_kind)),
            names.get((notice.recipient_kind, notice.recipient_id), "—"),
            str(words.CHANNELS.get(notice.channel, notice.channel)),
            str(words.STATES[notice.state]),
            notice.sent_at.astimezone(zone) if notice.sent_at else "",
            words.cause_of(notice, office).words,
            notice.tries,
            notice.last_error or words.reason_words(notice),
        )


def _filter(office: Office) -> tuple[FilterForm, Filters]:
    form = FilterForm(request.args)
    form.offer(list(delivery_queries.used_kinds(office.id)))
    return form, form.wanted()


def _masked_ways(notice: Notice) -> list[tuple[str, str]]:
    """How the recipient can be reached now: channel and masked address, preferred first."""
    reach = Delivery().find_reach(notice)
    if reach is None:
        return []
    mask = {"mail": mask_email}
    return [
        (str(words.CHANNELS.get(way.channel, way.channel)), mask.get(way.channel, mask_phone)(way.to))
        for way in reach.ways
        if way.channel != "file"
    ]


def _is_trial(notices: Iterable[Notice]) -> bool:
    """Whether what is shown went to files only, as on a trial."""
    channels = {notice.channel for notice in notices if notice.channel}
    return channels == {"file"}


def _address(office: Office, notice_id: int) -> str:
    return url_for("notices.show", office_code=office.code, notice_id=notice_id)
