"""A leader says: seen. Another day, time or leader makes a duty one that must be acknowledged anew."""

from collections.abc import Collection

from sqlalchemy import select

from app.accounts import audit
from app.core import clock
from app.core.database import db
from app.core.events import emit
from app.roster import queries as roster_queries
from app.roster.substitution import queries
from app.roster.substitution.events import DutyAcknowledged
from app.roster.substitution.models import Acknowledgement


def acknowledge(leader_id: int, how: str, seat_keys: Collection[str] = ()) -> int:
    """Acknowledge the leader's published duties from today on (or only those of `seat_keys`); how many were new.

    `how`: page, link, or staff (told by telephone). Twice changes nothing.
    """
    duties = roster_queries.duties_of_leader(leader_id, clock.today())
    seen = queries.acknowledged_seats(leader_id, duties)
    new = [d for d in duties if d.id not in seen and (not seat_keys or d.seat_key in seat_keys)]
    for duty in new:
        key = {
            "office_id": duty.office_id,
            "seat_key": duty.seat_key,
            "leader_id": leader_id,
            "on_date": duty.on_date,
            "starts": duty.starts,
        }
        if db.session.scalar(select(Acknowledgement.id).filter_by(**key)) is None:
            db.session.add(Acknowledgement(**key, at=clock.now(), how=how))
            db.session.flush()
            audit.record(
                "duty.acknowledge",
                f"leader {leader_id}",
                duty.office_id,
                after={"seat": duty.seat_key, "how": how},
            )
            emit(DutyAcknowledged(duty.office_id, duty.seat_key, leader_id))
    return len(new)
