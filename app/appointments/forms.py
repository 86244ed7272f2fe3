"""The forms of residents and staff."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from app.appointments.form_fields import VisitForm, required
from app.appointments.rules.matching import Offer
from app.appointments.service.booking import NewVisit


class BookingForm(VisitForm):
    """A resident's request on the web."""

    consent = BooleanField(
        _l("I have read the notice about personal data and agree."),
        [
            required(
                _l(
                    "Without your agreement the office may not keep your request. You may still come to the desk."
                )
            )
        ],
    )
    question = HiddenField()
    answer = StringField(
        _l("Question"),
        [Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4},
    )

    def request(self, offer: Offer | None, locale: str) -> NewVisit:
        """The request for the chosen session, on its waiting list when it is full; without one: staff find a place."""
        return NewVisit(
            name=self.name.data,
            summary=self.summary.data.strip(),
            session_key=offer.session_key if offer else None,
            leader_id=offer.leader.leader_id if offer else None,
            matter=self.matter(),
            document_kind=self.document_kind.data,
            document_number=self.document_number.data,
            phone=self.phone.data,
            headcount=self.headcount.data or 1,
            people=self.persons(),
            mode=self.mode.data,
            locale=locale,
            waiting=self.waiting.data == "1",
        )

    waiting = HiddenField(default="")
