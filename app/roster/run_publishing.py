"""Publishing the ready drafts of a run together: what each would change, what stands against it, and doing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import select

from app.core.database import db
from app.core.text import Text
from app.directory.models import Office
from app.roster import publishing
from app.roster.errors import Obstacle
from app.roster.models import Draft, DraftDuty
from app.roster.publishing import Review


@dataclass(frozen=True, slots=True)
class OfficeReview:
    """One office's draft before it is published. `clashes`: leaders whom another draft of the run has at the same time."""

    office: Office
    draft: Draft
    review: Review
    clashes: tuple[Text, ...]

    @property
    def hard(self) -> tuple[Text, ...]:
        """What nobody may accept."""
        return (*self.clashes, *(found.text for found in self.review.obstacles if found.hard))

    @property
    def soft(self) -> tuple[Obstacle, ...]:
        """Broken rules that may be accepted."""
        return tuple(found for found in self.review.obstacles if not found.hard)

    @property
    def publishable(self) -> bool:
        """Whether it may be published, soft obstacles accepted."""
        return not self.hard and not self.review.differences.empty


def review_run(drafts: Sequence[Draft], offices: dict[int, Office]) -> list[OfficeReview]:
    """The ready drafts, each with its differences and obstacles, in the order given."""
    ready = [draft for draft in drafts if draft.state == "ready"]
    clashes = _clashes(ready, offices)
    return [
        OfficeReview(
            offices[draft.office_id], draft, publishing.review(draft), tuple(clashes.get(draft.id, ()))
        )
        for draft in ready
    ]


def note_refusal(draft: Draft, why: Text) -> None:
    """Remember why a ready draft was not published; shown until it is published or built again."""
    draft.progress = {**(draft.progress or {}), "refused": {"zh": why.zh, "en": why.en}}
    db.session.flush()


def _clashes(drafts: Sequence[Draft], offices: dict[int, Office]) -> dict[int, list[Text]]:
    """A leader in two drafts at once, told at both."""
    rows = db.session.execute(
        select(DraftDuty.leader_id, DraftDuty.on_date, DraftDuty.session, DraftDuty.draft_id)
        .where(
            DraftDuty.draft_id.in_([draft.id for draft in drafts]),
            DraftDuty.leader_id.is_not(None),
            DraftDuty.status == "held",
        )
        .order_by(DraftDuty.on_date, DraftDuty.leader_id)
    )
    spots: dict[tuple[int | None, dt.date], list[tuple[str, int]]] = {}
    for leader, day, session, draft_id in rows:
        spots.setdefault((leader, day), []).append((session, draft_id))
    places = {draft.id: offices[draft.office_id] for draft in drafts}
    found: dict[int, list[Text]] = {}
    for (_leader, day), spot in spots.items():
        for (session, one), (other_session, other) in combinations(spot, 2):
            if one != other and {session, other_session} != {"am", "pm"}:
                for here, there in ((one, other), (other, one)):
                    found.setdefault(here, []).append(_clash(day, places[there]))
    return found


def _clash(day: dt.date, there: Office) -> Text:
    return Text(
        f"{day} 有领导同时排在{there.name}的草稿中",
        f"on {day} a leader is also in the draft of {there.name_en or there.name}",
    )
