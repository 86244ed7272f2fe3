"""Re-plans that leave the next days, or sessions with people invited, as they are: who keeps which seat. Pure."""

import datetime as dt
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from app.core.text import Text
from app.roster.engine.instance import find_bar
from app.roster.engine.problem import Leader, Slot
from app.roster.models import Duty

LONGEST = 366


@dataclass(frozen=True, slots=True)
class Frozen:
    """`pins`: leaders (as the engine names them) by seat. `warnings`: seats that cannot stay as they are."""

    pins: Mapping[str, str]
    warnings: tuple[Text, ...]


def freeze(
    slots: Sequence[Slot],
    leaders: Sequence[Leader],
    published: Sequence[Duty],
    pinned: Container[str],
    today: dt.date,
    days: int,
    invited: Container[str] = frozenset(),
) -> Frozen:
    """Published seats from `today` on keep their leader for `days` days, and in every session of `invited`.

    Seats pinned already are left alone. A leader who has gone on leave since cannot be kept: such a seat is given to
    somebody else, and a warning says so.
    """
    until = today + dt.timedelta(days=days)
    open_slots = {slot.id: slot for slot in slots if today <= slot.date and slot.id not in pinned}
    known = {leader.id: leader for leader in leaders}
    pins: dict[str, str] = {}
    warnings: list[Text] = []
    for duty in published:
        slot, leader = open_slots.get(duty.seat_key), known.get(str(duty.leader_id))
        soon = duty.on_date < until
        if slot is None or duty.leader_id is None or not (soon or duty.session_key in invited):
            continue
        if leader is not None and find_bar(leader, slot) is None:
            pins[slot.id] = leader.id
        else:
            warnings.append(_cannot_stay(duty) if soon else _people_must_hear(duty))
    return Frozen(pins, tuple(warnings))


def _cannot_stay(duty: Duty) -> Text:
    day = duty.on_date
    return Text(
        f"{day.month}月{day.day}日在不调整的期限内，但 {duty.leader_name} 已不能接访，这一场改由他人接访。",
        f"{day.day}/{day.month} is within the days that stay, but {duty.leader_name} cannot serve any more: "
        "somebody else takes that session.",
    )


def _people_must_hear(duty: Duty) -> Text:
    day = duty.on_date
    return Text(
        f"{day.month}月{day.day}日已约了群众，但 {duty.leader_name} 已不能接访，这一场改由他人接访，请告知来访人。",
        f"People are invited for {day.day}/{day.month}, but {duty.leader_name} cannot serve any more: "
        "somebody else takes that session, and they must hear of it.",
    )
