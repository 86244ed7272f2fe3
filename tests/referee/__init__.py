"""An outside checker of published rosters: it shares no code with the program it checks.

What it reads: the public `schedule.json` of an office, and plain facts (terms, leave, shares, rules) as JSON.
What it knows by itself: the working days of China, and what an even roster is.

    python -m tests.referee.facts > facts.json         the facts, straight from the tables
    python -m tests.referee --base-url http://127.0.0.1:8000 --office county --year 2026 --facts facts.json
"""

from tests.referee.judge import clashes_between, judge
from tests.referee.office import CannotJudge, OfficeFacts, read_facts
from tests.referee.schedule import Violation

__all__ = ["CannotJudge", "OfficeFacts", "Violation", "clashes_between", "judge", "read_facts"]
