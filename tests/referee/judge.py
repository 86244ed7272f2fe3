"""The judgement of one office's year, and of several offices together."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping

from tests.referee.days import family_test, is_announced
from tests.referee.evenness import MONFRI, PLAIN, REST, Evening
from tests.referee.office import OfficeFacts
from tests.referee.promises import hard_violations, months_needed
from tests.referee.schedule import Schedule, Session, Violation, form_violations, read_schedule
from tests.referee.shares import FAMILIES, given_in, shares_of

MEASURES = (
    *("largest distance of all duties", "total distance of all duties"),
    *("largest distance of rest-day duties", "total distance of rest-day duties"),
    *("largest distance of Mondays and Fridays", "total distance of Mondays and Fridays"),
)


def judge(facts: OfficeFacts, text: str, year: int) -> list[Violation]:
    """Everything wrong with what an office has published for a year; `text` is its whole public schedule.json.

    Evenness is judged only when every hard promise is kept. Raises CannotJudge for a year without a calendar.
    """
    is_announced(year)
    form = list(form_violations(facts.code, text))
    if form:
        return form
    schedule = read_schedule(text)
    return list(hard_violations(facts, schedule, year)) or list(_uneven(facts, schedule, year))


def clashes_between(texts: Mapping[str, str]) -> list[Violation]:
    """Leaders who are in two places on one day; `texts`: schedule.json by office code."""
    seen: dict[tuple[object, str], list[str]] = defaultdict(list)
    for code, text in texts.items():
        for entry in read_schedule(text).sessions:
            for receiver in entry.leaders if entry.status == "held" else ():
                seen[entry.day, receiver.name].append(code)
    return [
        Violation("two places", codes[0], f"{day}: {name} is on duty at {' and '.join(codes)}")
        for (day, name), codes in seen.items()
        if len(codes) > 1
    ]


def evening_of(facts: OfficeFacts, schedule: Schedule, year: int) -> Evening:
    """A year's roster as duties to be evened out: `measure()` gives its six distances (`MEASURES`)."""
    held = schedule.held(year)
    return Evening(
        classes=[class_of(facts, entry.day) for entry in held],
        allowed=[who_may(facts, entry.day) for entry in held],
        holder=[_holder(facts, entry) for entry in held],
        shares=[shares_of(facts, schedule, year, family) for family in FAMILIES],
    )


def _uneven(facts: OfficeFacts, schedule: Schedule, year: int) -> Iterator[Violation]:
    if facts.coverage.optional:
        yield from _beside_the_minimum(facts, schedule, year)
        return
    evening = evening_of(facts, schedule, year)
    given, best = evening.measure(), evening.improve()
    for name, value, bound in zip(MEASURES, given, best, strict=True):
        if value != bound:
            text = f"{year}: the {name} is {value}, {bound} is possible (thousandths of a duty)"
            yield Violation("uneven", facts.code, text)
            return


def _beside_the_minimum(facts: OfficeFacts, schedule: Schedule, year: int) -> Iterator[Violation]:
    """Where slots are offers, each leader's share is the minimum of the months he or she is there."""
    given = given_in(facts, schedule, year, "all")
    for leader in facts.leaders:
        share = max(facts.least, leader.month_min) * len(months_needed(facts, leader, year))
        if given[leader.name] != share:
            text = f"{leader.name} receives {given[leader.name]} times in {year}; the share is {share}"
            yield Violation("uneven", facts.code, text)


def class_of(facts: OfficeFacts, day: dt.date) -> int:
    """The class of a day that is evened out on its own."""
    if family_test("rest", facts)(day):
        return REST
    return MONFRI if family_test("monfri", facts)(day) else PLAIN


def who_may(facts: OfficeFacts, day: dt.date) -> frozenset[int]:
    """The leaders who may serve on a day, by their place in the facts."""
    return frozenset(i for i, leader in enumerate(facts.leaders) if leader.may_serve(day))


def _holder(facts: OfficeFacts, entry: Session) -> int:
    names = [leader.name for leader in facts.leaders]
    return names.index(entry.leaders[0].name)
