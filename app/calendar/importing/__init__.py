"""Reading a holiday notice from a file: holiday-cn JSON, iCalendar or CSV. Pure: bytes in, a notice or one sentence out.

parsed = parse_notice(content, "2027.json")     # or BadNotice, whose .text says what to do
changes = diff_notices(official.get(parsed.year), parsed.as_notice())
"""

from app.calendar.importing.changes import DayChange, WorkingChange, diff_notices, working_changes
from app.calendar.importing.parse import LARGEST_FILE, ParsedNotice, parse_notice

__all__ = [
    "LARGEST_FILE",
    "DayChange",
    "ParsedNotice",
    "WorkingChange",
    "diff_notices",
    "parse_notice",
    "working_changes",
]
