"""Named failures of the calendar."""

from app.core.errors import RotaError


class CalendarError(RotaError):
    """A date, rule or notice the calendar cannot work with."""


class DateOutOfRange(CalendarError):
    """A date for which there is no lunar table (before February 1901 or after January 2100)."""


class BadRecurrence(CalendarError):
    """A recurrence that cannot be understood or would never or too often happen."""


class NoWorkingDay(CalendarError):
    """No working day within reach: too many days were made rest days."""


class BadNotice(CalendarError):
    """A file that is not a usable holiday notice."""


class SameNotice(CalendarError):
    """The notice is already in, with the same days."""
