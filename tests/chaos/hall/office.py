"""The office behind the screen: its roster at every revision, the screen's token, and the server it talks to."""

from __future__ import annotations

import datetime as dt
import random
import secrets
import signal
import subprocess
import sys
from contextlib import suppress

from sqlalchemy import select, update

from app.core.database import db, transaction
from app.core.ids import hash_token
from app.directory.models import Leader, Office
from app.directory.queries import get_office
from app.factory import create_app
from app.roster.models import Duty
from app.screens import queries
from app.screens.errors import CodesLocked, CodeUsed
from app.screens.models import Screen
from app.screens.service import enrolment, setting_up
from benchmarks._workspace import ROOT, Workspace, wait_until_healthy
from tests.chaos.hall.clock import SimulatedClock, clock_file
from tests.chaos.hall.judge import HOURS, Plan, upcoming
from tests.published import add_duty, make_revision, workdays

DAYS = 400


class HallOffice:
    """A published county; every change is one more revision, and `plans` knows what each of them says."""

    def __init__(self, today: dt.date) -> None:
        self.app = create_app(clock_to_use=SimulatedClock(clock_file()))
        self.plans: dict[int, Plan] = {}
        with self.app.app_context(), transaction():
            office = get_office("county")
            self.leaders = [leader.id for leader in self._leaders(office)]
            revision = make_revision(office, today, today + dt.timedelta(days=DAYS))
            plan: Plan = {}
            leaders = self._leaders(office)
            for number, day in enumerate(workdays(today, today + dt.timedelta(days=DAYS))):
                for half, session in enumerate(HOURS):
                    leader = leaders[(2 * number + half) % len(leaders)]
                    add_duty(revision, leader, day, session)
                    plan[day, session] = leader.name
            self.plans[revision.number] = plan

    @property
    def newest(self) -> int:
        """The number of the newest revision."""
        return max(self.plans)

    def enrol(self) -> str:
        """A screen; its token."""
        token = secrets.token_urlsafe(32)
        with self.app.app_context(), transaction():
            approved_at = SimulatedClock(clock_file()).now()
            db.session.add(
                Screen(
                    office_id=get_office("county").id,
                    name="大厅",
                    token_hash=hash_token(token),
                    approved_at=approved_at,
                    approved_by="simulation",
                )
            )
        return token

    def change(self, now: dt.datetime) -> None:
        """One of the next sessions goes to another leader, or is suspended."""
        plan = dict(self.plans[self.newest])
        day, session = random.choice(upcoming(plan, now)[:4])
        with self.app.app_context(), transaction():
            office = get_office("county")
            leader = random.choice([one for one in self._leaders(office) if one.name != plan[day, session]])
            suspended = random.random() < 0.15
            revision = make_revision(office, day, day, reason="原领导外出开会")
            db.session.execute(
                update(Duty)
                .where(Duty.office_id == office.id, Duty.on_date == day, Duty.session == session)
                .where(Duty.until_revision.is_(None))
                .values(until_revision=revision.number)
            )
            add_duty(revision, leader, day, session, status="suspended" if suspended else "held")
            plan[day, session] = None if suspended else leader.name
            number = revision.number
        self.plans[number] = plan

    def revoke(self) -> None:
        """The screen's token is good for nothing from now on."""
        with self.app.app_context(), transaction():
            office = get_office("county")
            for screen in queries.live_screens([office.id]):
                setting_up.revoke_screen(office, screen)

    def approve(self, code: str) -> bool:
        """Enrol the screen that shows this code; False when the code is none (any more)."""
        with suppress(CodeUsed, CodesLocked), self.app.app_context(), transaction():
            office = get_office("county")
            if found := enrolment.check_code(office, 1, code):
                enrolment.approve(office, found, "大厅", "full")
                return True
        return False

    def drift(self) -> int | None:
        """The clock error the screen reported last, in seconds."""
        with self.app.app_context():
            screens = queries.live_screens()
            return screens[0].drift_seconds if screens else None

    def _leaders(self, office: Office) -> list[Leader]:
        query = select(Leader).where(Leader.office_id == office.id).order_by(Leader.position)
        return list(db.session.scalars(query.limit(20)))


def serve(place: Workspace, port: int) -> subprocess.Popen[bytes]:
    """The server as `make run` starts it, but for its clock; it answers when this returns."""
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "tests.chaos.hall.server:app"]
    environment = place.environment | {"PORT": str(port), "HOST": "127.0.0.1"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    wait_until_healthy(port)
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """End it as an operator does."""
    server.send_signal(signal.SIGTERM)
    server.wait()
