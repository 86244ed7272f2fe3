"""The bulletin page, the rows behind a number, and its files."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import abort, jsonify, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts.access import requires
from app.core import clock
from app.core.dates import ONE_DAY, DateRange
from app.directory.models import Office
from app.followup.blueprint import DOCX, XLSX, attachment, blueprint, page
from app.followup.bulletin import exports, queries
from app.followup.bulletin.compose import RATE_PARTS
from app.followup.bulletin.making import make_bulletin
from app.followup.errors import DaysTooFar, MonthUnreadable, PeriodWrong
from app.followup.words import FIGURES

_ASKED = ("figure", "from", "to", "month", "below", "unit", "leader")  # what the address of rows may say
_YEARS = (2000, 2100)


def _period(office: Office) -> tuple[DateRange, bool]:
    """`from` and `to`, or a `month`, else last month when the month has just begun. PeriodWrong."""
    today = clock.today(office.timezone)
    below = request.args.get("below") == "1"
    first, last = _day("from"), _day("to")
    if first and last:
        if last < first:
            raise PeriodWrong
        if not (_YEARS[0] <= first.year and last.year <= _YEARS[1]):
            raise DaysTooFar
        return DateRange.from_days(first, last), below
    named = _day("month", "%Y-%m")
    if request.args.get("month") and named is None:
        raise MonthUnreadable(request.args["month"])
    if named is None or not _YEARS[0] <= named.year <= _YEARS[1]:
        named = today - dt.timedelta(days=today.day) if today.day <= 10 else today
    return DateRange.of_month(named.year, named.month), below


def _day(name: str, form: str = "%Y-%m-%d") -> dt.date | None:
    try:
        return dt.datetime.strptime(request.args.get(name, ""), form).replace(tzinfo=dt.UTC).date()
    except ValueError:
        return None


@blueprint.get("/offices/<office_code>/bulletin")
@requires("followup.view")
def bulletin(office: Office) -> str:
    """A month or any range."""
    days, below = _period(office)
    query = {"from": days.first_day.isoformat(), "to": days.last_day.isoformat()}
    kept = {"below": "1"} if below else {}
    return page(
        "bulletin.html",
        office,
        bulletin=make_bulletin(office, days, below),
        query=query | kept,
        kept=kept,
        months=_months(days, clock.today(office.timezone)),
        below=below,
        percent=exports.percent,
        unit_tables=exports.UNIT_TABLES,
        rate_parts=RATE_PARTS,
        earlier=_earlier,
        leader_figures=exports.LEADER_FIGURES,
    )


def _months(days: DateRange, today: dt.date) -> dict[str, dt.date | None]:
    """First days of the month shown (None for other days), of those beside it, and of the month that runs."""
    first = days.first_day.replace(day=1)
    whole = days == DateRange.of_month(first.year, first.month)
    before, after = first - ONE_DAY, DateRange.of_month(days.last_day.year, days.last_day.month).stop
    return {
        "shown": first if whole else None,
        "before": before.replace(day=1) if before.year >= _YEARS[0] else None,
        "now": today.replace(day=1),
        "after": after if after.year <= _YEARS[1] else None,
    }


def _earlier(days: DateRange, query: dict[str, str]) -> dict[str, str]:
    """The same question about other days."""
    return query | {"from": days.first_day.isoformat(), "to": days.last_day.isoformat()}


@blueprint.get("/offices/<office_code>/bulletin/rows")
@requires("followup.view")
def bulletin_rows(office: Office) -> str:
    """The rows behind one number."""
    days, below = _period(office)
    figure = request.args.get("figure", "")
    if figure not in FIGURES:
        abort(404)
    ids = queries.office_ids_below(office) if below else [office.id]
    unit, leader = request.args.get("unit", type=int), request.args.get("leader", type=int)
    number = max(1, request.args.get("page", 1, type=int))
    behind = queries.rows_behind(figure, ids, days, unit, leader, min(number, 10_000))
    units, leaders = queries.names([unit] if unit else [], [leader] if leader else [])
    return page(
        "rows.html",
        office,
        figure=figure,
        behind=behind,
        number=number,
        url=_page_url(office),
        codes=queries.office_codes(ids),
        days=days,
        whose=units.get(unit or 0)
        or leaders.get(leader or 0)
        or (_("The office itself") if unit == 0 else ""),
    )


def _page_url(office: Office) -> Callable[[int], str]:
    asked: dict[str, Any] = {name: value for name, value in request.args.items() if name in _ASKED}
    return lambda number: url_for("followup.bulletin_rows", office_code=office.code, page=number, **asked)


@blueprint.get("/offices/<office_code>/bulletin.xlsx")
@requires("followup.view")
def bulletin_excel(office: Office) -> Response:
    """As Excel."""
    return attachment(
        exports.excel(make_bulletin(office, *_period(office))), XLSX, f"bulletin-{office.code}.xlsx"
    )


@blueprint.get("/offices/<office_code>/bulletin.docx")
@requires("followup.view")
def bulletin_word(office: Office) -> Response:
    """As Word."""
    return attachment(
        exports.word(make_bulletin(office, *_period(office))), DOCX, f"bulletin-{office.code}.docx"
    )


@blueprint.get("/offices/<office_code>/bulletin.json")
@requires("followup.view")
def bulletin_json(office: Office) -> Response:
    """As JSON."""
    return jsonify(exports.plain(make_bulletin(office, *_period(office))))
