"""The county's last weeks in the demo: visitors received, matters in hand with their clocks, replies, ratings, a letter.

Obviously invented, and made by the same services the office uses, so that every page and the bulletin have something true
to show.
"""

import datetime as dt
from dataclasses import replace

from app.appointments.bookable import matter_options
from app.appointments.models import Visit
from app.appointments.rules.matching import Matter as About
from app.appointments.service import booking, day, records, screening
from app.appointments.service.booking import NewVisit
from app.demo.timetable import BY, Happening, Timetable
from app.directory.models import Department
from app.directory.queries import list_departments
from app.followup.models import Matter
from app.followup.service import letters, limits, matters, results, units
from app.followup.service.matters import Opening
from app.roster.published.loading import find_roll
from app.roster.published.sessions import Session

DAYS = 75
# What somebody comes about (as the office writes it down), and the sector it belongs to.
SUBJECTS = (
    ("示例小区下水管道堵塞，多次报修未修", "住房城乡建设"),
    ("示例村宅基地边界有争议", "自然资源"),
    ("示例工地拖欠工资", "人力资源社会保障"),
    ("示例路段没有路灯", "交通运输"),
    ("示例村饮水管网冬季结冰", "水利"),
    ("示例学校门口上下学拥堵", "教育"),
    ("医疗费异地报销手续", "医疗保障"),
    ("示例小区夜间烧烤油烟扰民", "生态环境"),
    ("低保复核等待时间较长", "民政"),
    ("示例市场占道经营", "城市管理"),
)
ANSWER = "已当面解释政策依据和办理程序，来访人表示理解。"
REPLY = "经实地核查，问题属实，已安排整改，并向来访人说明了结果。"
DONE = "问题已解决，已当面答复来访人。"
RATINGS = ("satisfied", "satisfied", "mostly", "satisfied", "dissatisfied")


class Past:
    """Plans the last weeks of one office into a timetable."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable, self.office = timetable, timetable.office
        self.departments: list[Department] = list(list_departments(self.office.id))
        self.sectors = matter_options(self.office).sectors
        self.visitors = 0
        self.matters = 0

    def plan(self) -> None:
        """Every session of the last weeks, each in one of six ways."""
        roll = find_roll(self.office.id)
        today = self.timetable.now.date()
        held = [
            session
            for on in sorted(roll.by_day if roll else ())
            if today - dt.timedelta(days=DAYS) <= on < today
            for session in roll.on(on)  # type: ignore[union-attr]
            if session.held
        ]
        for number, session in enumerate(held):
            self._session(session, number % 6)

    def _session(self, session: Session, way: int) -> None:
        if way == 2:
            self._at(session, "17:40", lambda: day.close_empty(self.office, session.key, BY))
            return
        for number in range(2 if way in (1, 3) else 1):
            self.visitors += 1
            visitor = self.visitors
            if way in (1, 4):
                self._walk_in(session, visitor, f"{9 + number}")
            elif way == 5 and visitor % 2:
                self._refused(session, visitor)
            else:
                self._booked(session, visitor, f"{9 + number}", comes=not (way == 3 and number))

    def _walk_in(self, session: Session, visitor: int, hour: str) -> None:
        def register() -> None:
            visit, _code = day.register_walk_in(self.office, self._request(session, visitor), BY)
            self._received(visit, session, visitor, hour)

        self._at(session, f"{hour:0>2}:05", register)

    def _booked(self, session: Session, visitor: int, hour: str, comes: bool) -> None:
        def book() -> None:
            visit, _code = booking.book(self.office, self._request(session, visitor), BY)
            screening.place(visit, session.key, visit.leader_id, BY)
            if not comes:
                self._at(session, "17:30", lambda: day.no_show(visit, BY))
                return
            self._at(session, f"{int(hour) - 1:02}:50", lambda: day.check_in(visit, BY))
            self._received(visit, session, visitor, hour)

        self.timetable.plan(session.on_date - dt.timedelta(days=4), "10:30", book)

    def _refused(self, session: Session, visitor: int) -> None:
        def ask_and_refuse() -> None:
            request = replace(self._request(session, visitor), session_key=None, leader_id=None)
            visit, _code = booking.book(self.office, request, BY)
            screening.refuse(visit, "in_process", "此事项正在办理，请向承办单位了解进展。", BY)

        self.timetable.plan(session.on_date - dt.timedelta(days=2), "15:10", ask_and_refuse)

    def _received(self, visit: Visit, session: Session, visitor: int, hour: str) -> None:
        self._at(session, f"{hour:0>2}:10", lambda: day.call(visit, BY))
        self._at(session, f"{hour:0>2}:12", lambda: day.begin(visit, BY))
        self._at(session, f"{hour:0>2}:40", lambda: self._end(visit, session, visitor))

    def _end(self, visit: Visit, session: Session, visitor: int) -> None:
        day.end(visit, BY)
        answered = visitor % 3 == 0
        records.finish(
            visit, ANSWER if answered else "来访人反映的情况已记录，领导要求有关单位限期办理。", 0, BY
        )
        subject, sector = SUBJECTS[visitor % len(SUBJECTS)]
        raised = not answered and visitor % 11 == 0
        opening = Opening(
            received_on=session.on_date,
            subject=subject,
            disposition="answered" if answered else "raised" if raised else "taken_back",
            leader_due_on=session.on_date + dt.timedelta(days=30) if raised else None,
            account=visit.summary,
            sector=sector,
            visit_id=visit.id,
            duty_leader_id=visit.leader_id,
            instruction="" if answered else "请有关单位核实，依法依规办理，按期答复。",
            result=ANSWER if answered else "",
            units=() if answered else (self._unit(sector).id,),
        )
        matter = matters.open_matter(self.office, opening, BY)
        if not answered:
            self.matters += 1
            self._go_on(matter, session.on_date, self.matters)

    def _go_on(self, matter: Matter, begun: dt.date, number: int) -> None:
        """Most are done in a month; of seven one waits for its unit, one has no written acceptance, one a reply to check."""
        way = number % 7
        part = matter.parts[0]
        if way != 5:
            self._later(begun, 4, lambda: limits.accept(self.office, matter, self._today(begun, 4), BY))
        self._later(begun, 2, lambda: units.accept_part(self.office, part, part.department.name))
        if way == 4:
            self._later(begun, 50, lambda: self._remind(matter))
        if way in (4, 5):
            return
        self._later(
            begun, 18 + number % 9, lambda: units.reply(self.office, part, REPLY, part.department.name)
        )
        if way == 6:
            return
        done = 22 + number % 9
        self._later(begun, done, lambda: self._close(matter, number))
        self._later(
            begun, done + 3, lambda: matters.rate(self.office, matter, RATINGS[number % 5], "code", "")
        )

    def _close(self, matter: Matter, number: int) -> None:
        matters.close(self.office, matter, DONE, BY)
        if number % 4 == 1:
            results.publish(self.office, matter, f"{matter.subject}：{REPLY}", (), True, BY)

    def _remind(self, matter: Matter) -> None:
        part = matter.parts[0]
        letters.issue(self.office, part, "remind", letters.draft_text(self.office, part, "remind"), BY)

    def _unit(self, sector: str) -> Department:
        return next((unit for unit in self.departments if sector in unit.sectors), self.departments[0])

    def _request(self, session: Session, visitor: int) -> NewVisit:
        subject, sector = SUBJECTS[visitor % len(SUBJECTS)]
        return NewVisit(
            name=f"示例来访人{visitor}",
            summary=f"{subject}，希望协调解决。",
            session_key=session.key,
            leader_id=session.seats[0].leader_id,
            matter=About(sector=sector if sector in self.sectors else ""),
            document_kind="passport",
            document_number=f"PAST{visitor:05}",
            phone=f"+861380014{visitor:04}",
            headcount=1 + (visitor % 9 == 4) * 3,
            channel=("window", "web", "phone")[visitor % 3],
        )

    def _at(self, session: Session, time: str, happening: Happening) -> None:
        self.timetable.plan(session.on_date, time, happening)

    def _later(self, begun: dt.date, days: int, happening: Happening) -> None:
        self.timetable.plan(self._today(begun, days), "11:00", happening)

    @staticmethod
    def _today(begun: dt.date, days: int) -> dt.date:
        return begun + dt.timedelta(days=days)


def plan_past(timetable: Timetable) -> None:
    """Plan the last weeks of the office."""
    Past(timetable).plan()
