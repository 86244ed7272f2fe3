"""What the page of a run shows: each office's draft in one line, and all of them in a few numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.core.text import Text
from app.directory.models import Office
from app.roster import claims
from app.roster.engine.score import NO_GAP
from app.roster.models import Draft
from app.roster.progress_view import share_done, texts
from app.roster.runs import can_continue

_DUTY = 1000
WITH_ROSTER = ("ready", "published")


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """One office of a run. `share`: percent done; `largest`: distance from the exact share, in duties; `gap`: days.

    `proven` of `levels` levels are proven best. `reason`: why there is no roster.
    """

    office: Office
    draft: Draft
    stopped: bool
    share: int
    largest: float | None
    gap: int | None
    proven: int
    levels: int
    reason: Text | None

    @property
    def running(self) -> bool:
        """Whether a process is at work on it, or will be."""
        return self.draft.state in claims.RUNNING and not self.stopped

    @property
    def early(self) -> bool:
        """Whether it has a roster, but was stopped before its time was over."""
        return self.draft.state == "ready" and can_continue(self.draft)

    @property
    def done(self) -> bool:
        """Whether it has a roster."""
        return self.draft.state in WITH_ROSTER


@dataclass(frozen=True, slots=True)
class RunView:
    """A whole run."""

    lines: tuple[OfficeLine, ...]

    @property
    def running(self) -> bool:
        """Whether anything is still being built."""
        return any(line.running for line in self.lines)

    @property
    def share(self) -> int:
        """Percent done of all offices together."""
        return sum(line.share for line in self.lines) // len(self.lines)

    @property
    def done(self) -> int:
        """Offices with a roster."""
        return sum(line.done for line in self.lines)

    @property
    def published(self) -> int:
        """Offices whose roster is published."""
        return sum(line.draft.state == "published" for line in self.lines)

    @property
    def ready(self) -> int:
        """Offices whose roster waits to be published."""
        return sum(line.draft.state == "ready" for line in self.lines)

    @property
    def unfinished(self) -> int:
        """Offices that can be continued."""
        return sum(can_continue(line.draft) for line in self.lines)

    @property
    def worst(self) -> OfficeLine | None:
        """The office with the largest distance from the exact share."""
        found = [line for line in self.lines if line.done and line.largest is not None]
        return max(found, key=lambda line: line.largest or 0.0, default=None)

    @property
    def closest(self) -> OfficeLine | None:
        """The office with the smallest gap between two duties."""
        found = [line for line in self.lines if line.done and line.gap is not None]
        return min(found, key=lambda line: line.gap or 0, default=None)

    @property
    def scale(self) -> float:
        """The longest bar, in duties; at least one."""
        return max([1.0, *(line.largest for line in self.lines if line.largest is not None)])


def view_run(drafts: Sequence[Draft], offices: dict[int, Office]) -> RunView:
    """The lines in the order of the drafts, each with its office."""
    return RunView(tuple(_line(offices[draft.office_id], draft) for draft in drafts))


def _line(office: Office, draft: Draft) -> OfficeLine:
    progress: dict[str, Any] = draft.progress if isinstance(draft.progress, dict) else {}
    report: dict[str, Any] = draft.report if isinstance(draft.report, dict) else {}
    levels: dict[str, Any] = progress.get("levels") or report.get("levels") or {}
    stopped = claims.is_stopped(draft)
    largest, gap = levels.get("1a"), levels.get("3a")
    return OfficeLine(
        office=office,
        draft=draft,
        stopped=stopped,
        share=_share(draft, progress),
        largest=largest["value"] / _DUTY if largest else None,
        gap=-gap["value"] if gap and gap["value"] != NO_GAP else None,
        proven=sum(bool(level.get("proven")) for level in levels.values()),
        levels=len(levels),
        reason=_reason(draft, progress, report),
    )


def _share(draft: Draft, progress: dict[str, Any]) -> int:
    if draft.state not in claims.RUNNING:
        return 100
    return share_done(progress.get("seconds"), progress.get("time_limit")) or 0


def _reason(draft: Draft, progress: dict[str, Any], report: dict[str, Any]) -> Text | None:
    """The first reason of an impossible draft, why one failed, or why a ready one was not published."""
    if draft.state == "impossible":
        found = texts((report.get("conflict") or {}).get("reasons"))
    else:
        said = {"failed": "error", "ready": "refused"}.get(draft.state)
        found = texts([progress.get(said)]) if said else []
    return found[0] if found else None
