"""The board of an office's screens: how each fares at this moment, in words and as a picture of its last day."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.calendar.queries import working_calendar
from app.core import clock
from app.directory.models import Office
from app.screens import queries, rules
from app.screens.models import Screen
from app.screens.player import player_version
from app.screens.state import Shown, shown_on

ORDER = ("dark", "lagging", "new", "off", "fresh")


@dataclass(frozen=True, slots=True)
class Line:
    """One screen. `state`: new, fresh, lagging, dark, or off (silent when nobody expects it to answer)."""

    screen: Screen
    office: Office
    shown: Shown
    state: str
    published: int  # revision of the own office
    picture: tuple[tuple[int, int], ...]  # runs of contact: first quarter (0..95) and length
    hours: float  # of contact in the last 24
    drift: int | None  # seconds, where it is worth telling
    old_player: bool

    @property
    def revision(self) -> int:
        """The revision of the own office it showed last."""
        return self.screen.shown.get(self.office.code, 0)


def board(offices: Sequence[Office]) -> list[Line]:
    """The live screens of these offices, those that need somebody first."""
    by_id = {office.id: office for office in offices}
    screens = queries.live_screens(by_id)
    shown = {screen.id: shown_on(screen) for screen in screens}
    everywhere = {office_id for look in shown.values() for office_id in look.office_ids} | set(by_id)
    published = queries.published(everywhere)
    codes = {office_id: office.code for office_id, office in queries.offices_by_id(everywhere).items()}
    watched = {office.id: watched_now(office) for office in {by_id[screen.office_id] for screen in screens}}
    lines = []
    for screen in screens:
        expected = {
            codes[i]: published[i] for i in shown[screen.id].office_ids if i in published and i in codes
        }
        is_watched = screen.always_on or watched[screen.office_id]
        number = published.get(screen.office_id, (0, None))[0]
        lines.append(_line(screen, by_id[screen.office_id], shown[screen.id], expected, is_watched, number))
    return sorted(lines, key=lambda line: (ORDER.index(line.state), line.office.code, line.screen.name))


def watched_now(office: Office) -> bool:
    """Whether the office's screens should answer now: a working day, in working hours."""
    local = clock.now().astimezone(ZoneInfo(office.timezone))
    return rules.is_watched(local, working_calendar(office).is_working(local.date()), False)


def _line(
    screen: Screen,
    office: Office,
    shown: Shown,
    published: dict[str, tuple[int, dt.datetime]],
    watched: bool,
    number: int,
) -> Line:
    now = clock.now()
    quarters = rules.presence_picture(
        int(screen.presence, 16), screen.presence_quarter, rules.quarter_of(now)
    )
    drift = screen.drift_seconds
    return Line(
        screen=screen,
        office=office,
        shown=shown,
        state=_state(screen, published, watched, now),
        published=number,
        picture=tuple(rules.runs(quarters)),
        hours=sum(quarters) / 4,
        drift=drift if drift is not None and abs(drift) > rules.DRIFT_WORTH_TELLING else None,
        old_player=bool(screen.player) and screen.player != player_version(),
    )


def _state(
    screen: Screen, published: dict[str, tuple[int, dt.datetime]], watched: bool, now: dt.datetime
) -> str:
    if screen.last_contact_at is None:
        return "new"
    if rules.is_dark(screen.last_contact_at, screen.approved_at, now):
        return "dark" if watched else "off"
    return "lagging" if rules.lags(screen.shown, published, now) else "fresh"
