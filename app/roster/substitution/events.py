"""What happened to requests for substitutes; emitted in the transaction that made it happen.

Who hears what (everybody affected once, nobody else):

- `SubstituteAsked`: the one leader who is asked. Unanswered at the deadline: `SubstituteNudged`, once.
- `ConvenerTold`: the first convener, where the office's policy says "by a notice".
- `SubstitutionChanged`: `queries.affected_by(event)` lists the leaders who are to hear of it, each with the reason
  (`part`) and the duties; for steps that concern nobody yet it is empty. `before` is None for a new request. With
  `revision_id` duties were handed over (or back: "undone") by that revision of kind "substitution"; a request for
  several duties may do so in several steps while it stays "asked". The revision's `RosterPublished` comes first, is
  for feeds, screens and visits, and tells no leader anything.
- `SubstitutionEscalated`: the staff who arrange substitutes: nobody has agreed by the deadline.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubstitutionChanged:
    """A request went from one state to another. States: see `models.STATES`.

    `left`: leaders who had agreed and cannot come any more; the request goes on (`after` may be the same as `before`).
    """

    request_id: int
    office_id: int
    before: str | None
    after: str
    revision_id: int | None = None
    left: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SubstituteAsked:
    """A leader is asked to take duties over, or to exchange; the link's subject is `ask:<ask_id>`, purpose "ask"."""

    request_id: int
    ask_id: int
    office_id: int
    leader_id: int


@dataclass(frozen=True, slots=True)
class SubstituteNudged:
    """The deadline is past and this leader has not answered: remind, once."""

    request_id: int
    ask_id: int
    office_id: int
    leader_id: int


@dataclass(frozen=True, slots=True)
class SubstitutionEscalated:
    """The deadline is past and staff must decide."""

    request_id: int
    office_id: int


@dataclass(frozen=True, slots=True)
class ConvenerTold:
    """The first convener (`leader_id`) is to be told by a notice that somebody cannot attend; it is recorded as told."""

    request_id: int
    office_id: int
    leader_id: int


@dataclass(frozen=True, slots=True)
class DutyAcknowledged:
    """A leader has acknowledged a duty as it stands."""

    office_id: int
    seat_key: str
    leader_id: int
