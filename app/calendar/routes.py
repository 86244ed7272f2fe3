"""Pages of the calendar: the year, single days, periods, notices."""

import datetime as dt
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.calendar import queries, service
from app.calendar.errors import BadNotice, CalendarError
from app.calendar.forms import ConfirmNoticeForm, DayForm, EndPeriodForm, NoticeForm, PeriodForm
from app.calendar.importing import diff_notices, parse_notice
from app.calendar.notice import Notice, NoticeDay, NoticeDocument, holiday_name
from app.calendar.year_view import year_months
from app.core import clock
from app.core.database import transaction
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import office_path
from app.web.messages import tell

blueprint = Blueprint(
    "calendar",
    "app.calendar",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static/calendar",
)
YEARS = (2004, 2099)


@blueprint.get("/offices/<office_code>/calendar")
@requires("calendar.view")
def year(office: Office) -> str:
    """One year on one page, for screen and paper."""
    chosen = request.args.get("year", clock.today(office.timezone).year, type=int)
    if not YEARS[0] <= chosen <= YEARS[1]:
        abort(404)
    calendar = queries.working_calendar(office)
    path = office_path(office)
    in_year = [row for row in queries.list_overrides(path) if row.on_date.year == chosen]
    periods = [
        row
        for row in queries.list_periods(path)
        if row.first_day.year <= chosen and (row.last_day is None or row.last_day.year >= chosen)
    ]
    return render_template(
        "calendar/year.html",
        office=office,
        year=chosen,
        years=YEARS,
        months=year_months(calendar, chosen),
        notice=calendar.notices.get(chosen),
        overrides=in_year,
        periods=periods,
        today=clock.today(office.timezone),
    )


@blueprint.route("/offices/<office_code>/calendar/days/new", methods=["GET", "POST"])
@requires("calendar.edit")
def new_day(office: Office) -> str | Response:
    """Make a day a rest day or a working day."""
    form = DayForm(on_date=_date_argument("on"))
    valid = form.validate_on_submit()
    shown = valid and form.off.data == "off" and request.form.get("seen") != str(form.on_date.data)
    effects = service.effects_of_rest_day(office, form.on_date.data) if shown else []
    if valid and not effects:
        with transaction():
            service.set_day(
                office,
                form.on_date.data,
                off=form.off.data == "off",
                name=form.name.data,
                local_holiday=form.local_holiday.data,
                reason=form.reason.data,
                document_number=form.document_number.data or "",
            )
        tell(
            Text(
                "已保存。请检查需要更正的值班安排。", "Saved. Check which published duties need a correction."
            ),
            "success",
        )
        return redirect(url_for("calendar.year", office_code=office.code, year=form.on_date.data.year))
    return render_template("calendar/day_form.html", office=office, form=form, effects=effects)


@blueprint.post("/offices/<office_code>/calendar/days/<int:override_id>/withdraw")
@requires("calendar.edit")
def withdraw_day(office: Office, override_id: int) -> Response:
    """Take a day's setting back."""
    with transaction():
        row = service.withdraw_day(office, override_id)
        chosen = row.on_date.year
    tell(Text("已撤销。", "Taken back."), "success")
    return redirect(url_for("calendar.year", office_code=office.code, year=chosen))


@blueprint.route("/offices/<office_code>/calendar/periods/new", methods=["GET", "POST"])
@requires("calendar.edit")
def new_period(office: Office) -> str | Response:
    """A special protection period or a suspension."""
    form = PeriodForm(kind=request.args.get("kind", "special"))
    valid = form.validate_on_submit()
    days = f"{form.first_day.data}/{form.last_day.data}"  # other days than those seen are shown first, too
    effects = _touched(office, form) if valid and request.form.get("seen") != days else []
    if valid and not effects:
        try:
            with transaction():
                service.add_period(
                    office,
                    form.kind.data,
                    form.name.data,
                    form.first_day.data,
                    form.last_day.data,
                    reason=form.reason.data or "",
                    document_number=form.document_number.data or "",
                    by_appointment_only=form.by_appointment_only.data,
                )
        except CalendarError as error:
            form.last_day.errors = [error.text]
        else:
            tell(Text("已保存。", "Saved."), "success")
            return redirect(url_for("calendar.year", office_code=office.code, year=form.first_day.data.year))
    return render_template("calendar/period_form.html", office=office, form=form, effects=effects, days=days)


def _touched(office: Office, form: PeriodForm) -> list[Text]:
    """What a suspension would do to visits; shown once before it is saved."""
    last_day = form.last_day.data
    if form.kind.data != "suspension" or form.by_appointment_only.data:
        return []
    if last_day is not None and last_day < form.first_day.data:
        return []
    return service.effects_of_suspension(office, form.first_day.data, last_day)


@blueprint.route("/offices/<office_code>/calendar/periods/<int:period_id>/end", methods=["GET", "POST"])
@requires("calendar.edit")
def end_period(office: Office, period_id: int) -> str | Response:
    """Give a period its last day."""
    period = service.get_period(office, period_id)
    form = EndPeriodForm(last_day=period.last_day)
    if form.validate_on_submit():
        try:
            with transaction():
                service.end_period(office, period_id, form.last_day.data)
        except CalendarError as error:
            form.last_day.errors = [error.text]
        else:
            tell(Text("已保存。", "Saved."), "success")
            return redirect(url_for("calendar.year", office_code=office.code, year=form.last_day.data.year))
    return render_template("calendar/end_period.html", office=office, form=form, period=period)


@blueprint.post("/offices/<office_code>/calendar/periods/<int:period_id>/withdraw")
@requires("calendar.edit")
def withdraw_period(office: Office, period_id: int) -> Response:
    """Take a period back."""
    with transaction():
        row = service.withdraw_period(office, period_id)
        chosen = row.first_day.year
    tell(Text("已撤销。", "Taken back."), "success")
    return redirect(url_for("calendar.year", office_code=office.code, year=chosen))


@blueprint.route("/offices/<office_code>/calendar/notices", methods=["GET", "POST"])
@requires("calendar.edit")
def notices(office: Office) -> str | tuple[str, int]:
    """Which notices hold, and the upload of another: what it changes is shown before anything is written."""
    form = NoticeForm()
    held = queries.announced(office_path(office))
    if form.validate_on_submit():
        try:
            parsed = parse_notice(form.file.data.read(), form.file.data.filename or "")
        except BadNotice as error:
            form.file.errors = [error.text]
        else:
            document = NoticeDocument(form.title.data or "", number=form.document_number.data or None)
            return _preview(office, parsed.as_notice((document,)), parsed.problems)
    imported = queries.list_notices(office_path(office))
    return render_template("calendar/notices.html", office=office, form=form, held=held, imported=imported)


def _preview(office: Office, notice: Notice, problems: tuple[Text, ...]) -> str:
    held = queries.announced(office_path(office)).get(notice.year)
    signed = _signer().dumps(_as_json(office, notice))
    return render_template(
        "calendar/notice_preview.html",
        office=office,
        notice=notice,
        held=held,
        problems=problems,
        changes=diff_notices(held, notice),
        effects=service.effects_of_notice(office, notice),
        form=ConfirmNoticeForm(notice=signed, formdata=None),
    )


@blueprint.post("/offices/<office_code>/calendar/notices/confirm")
@requires("calendar.edit")
def confirm_notice(office: Office) -> Response:
    """Write the notice that was previewed."""
    try:
        data = _signer().loads(request.form.get("notice", ""))
    except BadSignature:
        abort(400)
    if data["office"] != office.id:
        abort(400)
    try:
        with transaction():
            row = service.import_notice(office, _from_json(data), data["source"])
            chosen = row.year
    except CalendarError as error:
        tell(error.text, "warning")
        chosen = data["year"]
    else:
        tell(Text(f"{chosen}年放假安排已导入。", f"The notice for {chosen} is in."), "success")
    return redirect(url_for("calendar.year", office_code=office.code, year=chosen))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="calendar.notice")


def _as_json(office: Office, notice: Notice) -> dict[str, Any]:
    document = notice.documents[-1]
    return {
        "office": office.id,
        "year": notice.year,
        "source": notice.source,
        "title": document.title,
        "number": document.number,
        "days": service.notice_rows(notice),
    }


def _from_json(data: dict[str, Any]) -> Notice:
    days = tuple(
        NoticeDay(
            dt.date.fromisoformat(entry["date"]),
            holiday_name(entry["name"]),
            entry["off"],
            dt.date.fromisoformat(entry["replaces"]) if entry.get("replaces") else None,
        )
        for entry in data["days"]
    )
    return Notice(data["year"], days, (NoticeDocument(data["title"], number=data["number"]),), data["source"])


def _date_argument(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
