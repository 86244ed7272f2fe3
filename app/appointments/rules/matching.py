"""Which leader is right for a matter, and why. Leaders and sessions are matched; residents are never scored."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from app.core.text import Text

PROJECT, TOWNSHIP, SECTOR, NOTHING = 3, 2, 1, 0  # strongest first


@dataclass(frozen=True, slots=True)
class Matter:
    """What a request is about; "" where it was not said."""

    township: str = ""
    sector: str = ""
    project: str = ""

    @property
    def said(self) -> bool:
        """Anything to match by."""
        return bool(self.township or self.sector or self.project)


NOTHING_SAID = Matter()


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a leader answers for on a day."""

    leader_id: int
    name: str
    post: str = ""
    sectors: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """How a leader fits a matter: `strength` PROJECT, TOWNSHIP, SECTOR or NOTHING, and why, in one line."""

    strength: int
    why: Text


@dataclass(frozen=True, slots=True)
class Offer:
    """A leader in a session that can be booked. `cut_off` and `starts_at` are aware instants."""

    session_key: str
    on_date: dt.date
    session: str
    starts: dt.time
    ends: dt.time
    place: str
    leader: Portfolio
    cut_off: dt.datetime
    starts_at: dt.datetime
    left: int
    waiting: int
    match: Match


def match(matter: Matter, leader: Portfolio) -> Match:
    """Project commanded before linked township before sector; all that fit are named in the line."""
    fits = [
        (strength, why)
        for strength, said, held, why in (
            (PROJECT, matter.project, leader.projects, _project_line(matter.project)),
            (TOWNSHIP, matter.township, leader.townships, _township_line(matter.township)),
            (SECTOR, matter.sector, leader.sectors, _sector_line(matter.sector)),
        )
        if said and holds(held, said)
    ]
    if not fits:
        return Match(NOTHING, Text("", ""))
    return Match(fits[0][0], Text("；".join(w.zh for _, w in fits), "; ".join(w.en for _, w in fits)))


def holds(held: Iterable[str], said: str) -> bool:
    """Whether one of the leader's entries is what was said; blanks and case do not matter."""
    return _plain(said) in {_plain(entry) for entry in held}


def best_first(offers: Sequence[Offer], matter: Matter) -> list[Offer]:
    """The offers of fitting leaders, strongest match first and earliest within it; all, by day, without a matter."""
    fitting = [offer for offer in offers if offer.match.strength > NOTHING] if matter.said else list(offers)
    return sorted(fitting, key=lambda o: (-o.match.strength, o.on_date, o.starts, o.leader.leader_id))


def without(offers: Iterable[Offer], recused: Collection[int]) -> list[Offer]:
    """The offers of leaders without a direct interest in the matter: recusal is a hard exclusion."""
    return [offer for offer in offers if offer.leader.leader_id not in recused]


def _project_line(project: str) -> Text:
    return Text(f"担任“{project}”项目指挥长", f"commands the project {project}")


def _township_line(township: str) -> Text:
    return Text(f"联系{township}", f"is the leader linked to {township}")


def _sector_line(sector: str) -> Text:
    return Text(f"分管{sector}", f"is in charge of {sector}")


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
