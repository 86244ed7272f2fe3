"""What `flask roster build` does: drafts, builds, publications, and lines that tell how far it is."""

from __future__ import annotations

import datetime as dt
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import click

from app.core.database import db, transaction
from app.core.errors import RotaError
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import get_office, list_offices, office_path
from app.roster import building, publishing, queries
from app.roster.engine.solution import LevelResult, Progress
from app.roster.errors import NothingToPublish
from app.roster.joint import build_order, ready_together
from app.roster.models import Draft
from app.roster.run_publishing import note_refusal
from app.roster.runs import new_key
from app.roster.solving import Outcome, build_drafts

BUILT, REFUSED, IMPOSSIBLE, STOPPED = 0, 2, 3, 4
ONE_OFFICE, MANY_OFFICES, SECOND_TRY = 20.0, 1.5, 8.0  # seconds of solving for each
_SHOWN_LEVELS = ("changes", "1a", "1b", "2a", "3a")
_BY = "command line"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; see the options of the command."""

    codes: tuple[str, ...] = ()
    everywhere: bool = False
    under: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    publish: bool = False
    reason: str = ""
    accept_conflicts: bool = False
    time_limit: float | None = None
    processes: int = 2
    draft_id: int | None = None
    freeze_days: int = 0
    run_key: str | None = None


def run(request: Request) -> int:
    """Build, and publish if asked; the exit code."""
    began = time.monotonic()
    try:
        names = _drafts(request)
    except RotaError as error:
        click.echo(_said(error.text), err=True)
        return REFUSED
    teller = _Teller(request, names)
    stop = threading.Event()
    with _stopping(stop):
        build_drafts(list(names), request.processes, teller.progress, teller.done, stop)
        late = _with_more_time(teller.out_of_time, stop)
        build_drafts(late, request.processes, teller.progress, teller.done, stop)
    if len(names) > 1:
        click.echo(
            f"{teller.built} of {len(names)} built, {teller.published} published, {time.monotonic() - began:.1f} s"
        )
    return teller.exit_code


def _drafts(request: Request) -> dict[int, str]:
    """The drafts to build, by id, each with its office's code."""
    if request.draft_id is not None:
        draft = db.session.get(Draft, request.draft_id)
        if draft is None:
            raise RotaError(
                f"没有编号为 {request.draft_id} 的草稿。", f"There is no draft {request.draft_id}."
            )
        return {draft.id: db.session.get_one(Office, draft.office_id).code}
    if request.run_key is not None:
        found = {draft.id: office.code for draft, office in queries.waiting_drafts(request.run_key)}
        if not found:
            raise RotaError(
                f"整体排班 {request.run_key} 没有待排的草稿。",
                f"No draft of run {request.run_key} is waiting.",
            )
        return found
    offices = _offices(request)
    run_key = new_key() if len(offices) > 1 else None
    limit = request.time_limit or (ONE_OFFICE if len(offices) == 1 else MANY_OFFICES)
    first, last = request.first or dt.date.min, request.last or dt.date.min
    with transaction():
        by_id = {office.id: office for office in offices}
        order = [by_id[office_id] for office_id in build_order(list(by_id))]
        drafts = {
            office.code: building.create(office, first, last, _BY, limit, request.freeze_days, run_key)
            for office in order
        }
    return {draft.id: code for code, draft in drafts.items()}


def _with_more_time(draft_ids: Sequence[int], stop: threading.Event) -> list[int]:
    """Drafts for which the short time for one of many was not enough wait again, with more of it."""
    if stop.is_set():
        return []
    with transaction():
        for draft_id in draft_ids:
            building.queue_again(db.session.get_one(Draft, draft_id), _BY, SECOND_TRY)
    return list(draft_ids)


def _offices(request: Request) -> Sequence[Office]:
    if request.codes:
        return [get_office(code) for code in dict.fromkeys(request.codes)]
    found = [office for office in list_offices() if office.closed_on is None]
    if request.under:
        top = get_office(request.under).id
        found = [office for office in found if top in office_path(office)]
    return found


class _Teller:
    """Writes the lines, publishes, and remembers the worst that happened."""

    def __init__(self, request: Request, names: dict[int, str]) -> None:
        self.request = request
        self.names = names
        self.built = 0
        self.published = 0
        self.exit_code = BUILT
        self.out_of_time: list[int] = []
        self._last_line = 0.0

    def progress(self, draft_id: int, progress: Progress) -> None:
        """A line a second while a single roster is being built."""
        now = time.monotonic()
        if len(self.names) == 1 and now - self._last_line >= 1.0:
            self._last_line = now
            click.echo(
                f"{self.names[draft_id]}  {progress.seconds:5.1f} s  {progress.phase}  {_levels(progress.levels)}"
            )

    def done(self, outcome: Outcome) -> None:
        """The last line of one roster."""
        name = self.names[outcome.draft_id]
        if outcome.state == "ready" and outcome.planned and outcome.solution:
            self.built += 1
            seats, leaders = len(outcome.solution.roster), len(outcome.planned.problem.leaders)
            click.echo(
                f"{name}  {leaders} leaders, {seats} seats, {outcome.solution.seconds:.1f} s  "
                f"{_levels(outcome.solution.levels)}"
            )
            for warning in outcome.planned.warnings:
                click.echo(f"  ! {_said(warning)}")
        elif outcome.state == "impossible":
            self._worst(IMPOSSIBLE)
            click.echo(f"{name}  impossible:")
            for text in _reasons(outcome):
                click.echo(f"  - {_said(text)}")
        elif outcome.state == "taken":
            click.echo(f"{name}  was built by another process")
        elif self._may_try_longer(outcome):
            self.out_of_time.append(outcome.draft_id)
            click.echo(f"{name}  no roster yet; it gets more time at the end")
        else:
            self._worst(STOPPED)
            draft = db.session.get_one(Draft, outcome.draft_id)
            error = (draft.progress or {}).get("error", {})
            click.echo(f"{name}  {outcome.state}: {error.get('zh', '')} {error.get('en', '')}".rstrip())
        if self.request.publish:
            for draft_id in ready_together(outcome.draft_id):
                self._publish(draft_id, self.names.get(draft_id, name))

    def _may_try_longer(self, outcome: Outcome) -> bool:
        """Stopped by the short limit of one of many, for the first time."""
        solution = outcome.solution
        again = outcome.draft_id in self.out_of_time
        return (
            solution is not None
            and not solution.roster
            and not again
            and self.request.time_limit is None
            and len(self.names) > 1
        )

    def _publish(self, draft_id: int, name: str) -> None:
        try:
            with transaction():
                draft = db.session.get_one(Draft, draft_id)
                by = draft.created_by
                revision = publishing.publish(draft, self.request.reason, by, self.request.accept_conflicts)
            self.published += 1
            click.echo(f"{name}  revision {revision.number} published")
        except NothingToPublish as same:
            click.echo(f"{name}  {_said(same.text)}")
        except RotaError as error:
            self._worst(REFUSED)
            with transaction():
                note_refusal(db.session.get_one(Draft, draft_id), error.text)
            click.echo(f"{name}  {_said(error.text)}", err=True)

    def _worst(self, code: int) -> None:
        self.exit_code = max(self.exit_code, code)


class _stopping:  # noqa: N801 -- reads as a verb: with stopping(...)
    """Ctrl-C and SIGTERM end the builds, keeping the best rosters so far."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def __enter__(self) -> None:
        self.before = {
            number: signal.signal(number, lambda *_: self.stop.set())
            for number in (signal.SIGINT, signal.SIGTERM)
            if threading.current_thread() is threading.main_thread()
        }

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


def _reasons(outcome: Outcome) -> list[Text]:
    conflict = outcome.solution.conflict if outcome.solution else None
    if conflict is None:
        return []
    return [Text(reason.text.zh, reason.text.en) for reason in conflict.reasons] + [
        Text(f"可以：{way.text.zh}", f"A way out: {way.text.en}") for way in conflict.ways_out
    ]


def _levels(levels: Sequence[LevelResult]) -> str:
    return "  ".join(
        f"{level.level} {level.value}{' proven' if level.proven else f' (≥ {level.bound})'}"
        for level in levels
        if level.level in _SHOWN_LEVELS
    )


def _said(text: Text) -> str:
    return f"{text.zh} / {text.en}"
