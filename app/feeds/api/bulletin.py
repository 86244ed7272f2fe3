"""The monthly bulletin (每月通报) as other systems read it: figures, units and leaders; nobody who visited."""

import datetime as dt
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from app.core import clock
from app.core.dates import DateRange
from app.directory.models import Office
from app.feeds.api.routes import KEY, documented, resources
from app.feeds.api.tokens import token_required
from app.followup.bulletin.exports import plain
from app.followup.bulletin.making import make_bulletin

__all__ = ["resources"]  # with this one among them
_DAY = validate.Range(dt.date(2000, 1, 1), dt.date(2100, 12, 31))
SCOPE = "bulletin.read"


class BulletinQuery(Schema):
    """The days of a bulletin, both inclusive; this month when neither is given, else both."""

    class Meta:
        unknown = RAISE

    first = fields.Date(data_key="from", validate=_DAY, metadata={"description": "First day, 2026-03-01."})
    last = fields.Date(data_key="to", validate=_DAY, metadata={"description": "Last day, with `from`."})
    below = fields.Boolean(metadata={"description": "The offices below this one too."})

    @validates_schema
    def in_order(self, data: dict[str, dt.date], **_more: object) -> None:
        """Both or none, in order."""
        first, last = data.get("first"), data.get("last")
        if (first is None) != (last is None):
            raise ValidationError("give `from` and `to` together", "to" if first else "from")
        if first and last and last < first:
            raise ValidationError("must not be before `from`", "to")


class FiguresOut(Schema):
    """Counts by name, and rates from 0 to 1 (null when nothing was due)."""

    figures = fields.Dict(
        keys=fields.String(), values=fields.Integer(), required=True, metadata={"example": {"groups": 12}}
    )
    rates = fields.Dict(
        keys=fields.String(),
        values=fields.Float(allow_none=True),
        required=True,
        metadata={"description": "accepted, in_time, rating, satisfaction"},
    )


class LineOut(FiguresOut):
    """One unit (`id` null: matters the office keeps itself) or leader; only units have a rank."""

    id = fields.Integer(required=True, allow_none=True)
    name = fields.String(required=True)
    rank = fields.Integer(required=True, allow_none=True)


class BulletinOut(FiguresOut):
    """The figures of the days, of the days before and of a year before, by unit and by leader."""

    office = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    before = fields.Nested(FiguresOut, required=True)
    year_before = fields.Nested(FiguresOut, required=True)
    units = fields.List(fields.Nested(LineOut), required=True)
    leaders = fields.List(fields.Nested(LineOut), required=True)


@resources.route("/offices/<string:office_code>/bulletin")
@token_required(SCOPE)
@resources.doc(security=KEY)
@resources.arguments(BulletinQuery, location="query")
@resources.response(200, BulletinOut)
@documented(401, 403, 404, 422)
def bulletin(query: dict[str, Any], office: Office) -> dict[str, Any]:
    """The figures of the bulletin"""
    today = clock.today(office.timezone)
    days = DateRange.of_month(today.year, today.month)
    if "first" in query:
        days = DateRange.from_days(query["first"], query["last"])
    found = plain(make_bulletin(office, days, query.get("below", False)))
    return found | {name: dt.date.fromisoformat(found[name]) for name in ("first_day", "last_day")}
