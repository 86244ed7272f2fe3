"""The judge of a simulated year: reads the journal and the tables by plain SQL, and imports nothing of the program."""

import json
from typing import Any

from sqlalchemy import Connection, text

from tests.simulated_year.judge.bulletin import judge_bulletins
from tests.simulated_year.judge.deadlines import Deadlines
from tests.simulated_year.judge.facts import read_facts
from tests.simulated_year.judge.seats import Seats
from tests.simulated_year.judge.verdict import Verdict

__all__ = ["Verdict", "judge"]


def judge(connection: Connection, bulletins: list[dict[str, Any]]) -> Verdict:
    """Go through the journal once, then compare with the tables and with what the bulletins said."""
    verdict = Verdict()
    facts = read_facts(connection)
    seats, deadlines = Seats(facts, verdict), Deadlines(facts, verdict)
    for n, kind, data in connection.execute(text("SELECT n, kind, data FROM journal ORDER BY n")):
        said = json.loads(data)
        if kind != "op":
            seats.changed(kind, said)
            continue
        verdict.counts[said["op"] if "failed" not in said else f"{said['op']} refused"] += 1
        if said["op"] == "office":
            facts.add_office(said)
        seats.asked(n, said)
        deadlines.asked(n, said)
    seats.finish(connection)
    deadlines.finish(connection)
    judge_bulletins(connection, facts, seats, deadlines, bulletins, verdict)
    return verdict
