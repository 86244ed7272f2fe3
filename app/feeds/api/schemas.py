"""What the API takes and gives. Every field is named here; nothing else leaves."""

import datetime as dt

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

MODES = ("held", "suspended", "cancelled")


class DaysQuery(Schema):
    """A range of days, both inclusive; from today on when `from` is not given, 62 days when `to` is not."""

    class Meta:
        unknown = RAISE

    first = fields.Date(data_key="from", metadata={"description": "First day, 2026-03-02. Default: today."})
    last = fields.Date(data_key="to", metadata={"description": "Last day, not before `from`."})

    @validates_schema
    def in_order(self, data: dict[str, dt.date], **_more: object) -> None:
        """Both given: in order."""
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            raise ValidationError("must not be before `from`", "to")


class NoQuery(Schema):
    """Nothing may be asked for in the address."""

    class Meta:
        unknown = RAISE


class OfficeOut(Schema):
    """An office."""

    code = fields.String(required=True, metadata={"example": "county"})
    name = fields.String(required=True)
    name_en = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(("city", "county", "township")))
    parent = fields.String(
        required=True, allow_none=True, metadata={"description": "Code of the office above."}
    )
    timezone = fields.String(required=True)
    phone = fields.String(required=True)
    address = fields.String(required=True)


class LeaderOut(Schema):
    """A leader as he or she is published in a session."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    post = fields.String(required=True)
    role = fields.String(required=True)
    sectors = fields.String(required=True)
    townships = fields.String(required=True)


class SessionOut(Schema):
    """One session of one day. Times are in the office's zone."""

    key = fields.String(required=True, metadata={"description": "Stays the same through every correction."})
    date = fields.Date(required=True)
    session = fields.String(required=True, validate=validate.OneOf(("day", "am", "pm")))
    start = fields.String(required=True, metadata={"example": "08:30"})
    end = fields.String(required=True, metadata={"example": "17:30"})
    status = fields.String(required=True, validate=validate.OneOf(MODES))
    room = fields.String(required=True)
    place = fields.String(required=True)
    phone = fields.String(required=True)
    provisional = fields.Boolean(required=True)
    leaders = fields.List(fields.Nested(LeaderOut), required=True)


class SessionsOut(Schema):
    """Sessions of an office, as of a revision (0: nothing is published)."""

    office = fields.String(required=True)
    revision = fields.Integer(required=True)
    timezone = fields.String(required=True)
    sessions = fields.List(fields.Nested(SessionOut), required=True)


class RevisionOut(Schema):
    """A publication or correction."""

    number = fields.Integer(required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(("publication", "correction", "substitution", "suspension"))
    )
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    published_at = fields.DateTime(required=True)
    reason = fields.String(required=True)
    provisional = fields.Boolean(required=True)
    superseded_by = fields.Integer(required=True, allow_none=True)


class ChangeOut(Schema):
    """What a revision changed about one session; null is "not on the roster"."""

    before = fields.Nested(SessionOut, required=True, allow_none=True)
    after = fields.Nested(SessionOut, required=True, allow_none=True)


class RevisionDetailOut(RevisionOut):
    """A revision with its changes."""

    changes = fields.List(fields.Nested(ChangeOut), required=True)


class VisitsOut(Schema):
    """How many visits a session has: groups, and people for the confirmed ones. Never who."""

    key = fields.String(required=True)
    date = fields.Date(required=True)
    pending = fields.Integer(required=True)
    confirmed = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    people = fields.Integer(required=True)


class MemberOut(LeaderOut):
    """A leader in office today."""

    projects = fields.String(required=True)
    office = fields.String(required=True)


class ErrorOut(Schema):
    """What was wrong and how to mend it, in one sentence."""

    error = fields.String(required=True)
    request_id = fields.String(required=True)
