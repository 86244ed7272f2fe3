"""Lobby screens in the demo: a group of two in the county's hall, one in a township, as if boxes stood there.

No box answers in a demo: they are heard of until the moment of loading, and one not since the afternoon before.
"""

import datetime as dt

from app.core import clock
from app.core.clock import FixedClock
from app.directory.models import Office
from app.directory.queries import find_office
from app.screens import queries, rules
from app.screens.models import Screen
from app.screens.player import player_version
from app.screens.service import contact, enrolment, notices, setting_up
from app.screens.service.contact import Contact

ENROLLED_BEFORE = dt.timedelta(days=40)
HEARD = dt.timedelta(hours=26)
BY_ADDRESS = "127.0.0.1"


def write_screens(county: Office, now: dt.datetime) -> None:
    """Enrol them, put them into groups, let them be heard of. The caller holds the transaction."""
    clock.install(FixedClock(now - ENROLLED_BEFORE))
    hall = setting_up.save_group(county, None, {"name": "一楼大厅", "same_for_all": False})
    entrance = _enrol(county, "大厅入口（横屏）", "full")
    waiting = _enrol(county, "候访区叫号屏", "calls")
    for screen, layout in ((entrance, "full"), (waiting, "calls")):
        setting_up.change_screen(county, screen, {"group_id": hall.id, "layout": layout})
    _hear(entrance, county, now, drift=1)
    _hear(waiting, county, now, drift=-190)
    notices.write_notice(
        county,
        {
            "text_zh": "本周起从东门进入大厅，西门施工。",
            "text_en": "From this week enter by the east door; the west door is under repair.",
            "first_day": now.date() - dt.timedelta(days=1),
            "last_day": now.date() + dt.timedelta(days=20),
            "group_id": None,
        },
    )
    town = find_office("town-01")
    if town is not None:
        clock.install(FixedClock(now - ENROLLED_BEFORE))
        _hear(_enrol(town, "便民大厅竖屏", "today"), town, now - dt.timedelta(hours=17), drift=4)


def _enrol(office: Office, name: str, layout: str) -> Screen:
    code, _token, _until = enrolment.ask_for_code(BY_ADDRESS)
    found = queries.find_code(rules.normal_code(code))
    if found is None:
        raise LookupError(code)
    return enrolment.approve(office, found, name, layout)


def _hear(screen: Screen, office: Office, last: dt.datetime, drift: int) -> None:
    """Heard of every quarter of an hour in the day before `last`, showing the newest revision."""
    number, _at = queries.published([office.id]).get(office.id, (0, last))
    told = Contact({office.code: number}, player_version(), drift, 48_000, False)
    at = last - HEARD
    while at <= last:
        clock.install(FixedClock(at))
        contact.note_contact(screen.id, told)
        at += rules.QUARTER
    clock.install(FixedClock(last))
    contact.note_contact(screen.id, told)
