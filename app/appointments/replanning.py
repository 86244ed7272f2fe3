"""Answers the roster's question before a re-plan: which sessions have people invited already?"""

from sqlalchemy import func, select

from app.appointments.models import Visit
from app.appointments.rules.states import PLACED
from app.core.database import db
from app.roster.events import InvitedAsked


def tell_invited(question: InvitedAsked) -> None:
    """Add the visits that hold a seat on these days, counted by session."""
    rows = db.session.execute(
        select(Visit.session_key, func.count(Visit.id))
        .where(
            Visit.office_id == question.office_id,
            Visit.session_key.is_not(None),
            Visit.on_date.between(question.first_day, question.last_day),
            Visit.state.in_(PLACED),
        )
        .group_by(Visit.session_key)
    )
    question.invited.update({row[0]: row[1] for row in rows if row[0] is not None})
