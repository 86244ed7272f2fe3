"""One bulletin: counted now, for an office (and those below it) and some days, beside the days before and a year before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.dates import DateRange
from app.directory.models import Office
from app.followup import queries as followup_queries
from app.followup.bulletin import queries
from app.followup.bulletin.compose import (
    Line,
    leader_lines,
    period_before,
    rates_of,
    unit_lines,
    year_before,
)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Figures and rates of the days, of the days before and of a year before; lines by unit and by leader."""

    office: Office
    office_ids: Sequence[int]
    days: DateRange
    before: DateRange
    last_year: DateRange
    counts: Mapping[str, int]
    counts_before: Mapping[str, int]
    counts_last_year: Mapping[str, int]
    units: Sequence[Line]
    leaders: Sequence[Line]
    few: int

    @property
    def rates(self) -> Mapping[str, float | None]:
        """The four rates of the days."""
        return rates_of(self.counts)

    @property
    def rates_before(self) -> Mapping[str, float | None]:
        """The four rates of the days before."""
        return rates_of(self.counts_before)

    @property
    def rates_last_year(self) -> Mapping[str, float | None]:
        """The four rates a year before."""
        return rates_of(self.counts_last_year)


def make_bulletin(office: Office, days: DateRange, below: bool = False) -> Bulletin:
    """Count everything for the days; `below`: the offices under this one too."""
    ids = queries.office_ids_below(office) if below else [office.id]
    units, leaders = queries.by_unit(ids, days), queries.by_leader(ids, days)
    unit_names, leader_names = queries.names([key for key in units if key], [key for key in leaders if key])
    few = followup_queries.settings_of(office.id).few_items
    return Bulletin(
        office=office,
        office_ids=ids,
        days=days,
        before=period_before(days),
        last_year=year_before(days),
        counts=queries.totals(ids, days),
        counts_before=queries.totals(ids, period_before(days)),
        counts_last_year=queries.totals(ids, year_before(days)),
        units=unit_lines(units, unit_names, few),
        leaders=leader_lines(leaders, leader_names),
        few=few,
    )
