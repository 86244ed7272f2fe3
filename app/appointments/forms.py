"""The forms of residents and staff."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from app.appointments.bookable import MatterOptions, Planned
from app.appointments.form_fields import VisitForm, cleaned, required
from app.appointments.rules import people
from app.appointments.rules.matching import Matter, Offer
from app.appointments.service.booking import NewVisit
from app.web.choices import offered
from app.web.filters import short_day, weekday
from app.web.language import in_language


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


class EntryForm(VisitForm):
    """The same at the desk or on the telephone: what somebody has not with them may stay empty."""

    channel = SelectField(
        _l("How it came in"), choices=offered([("window", _l("Desk")), ("phone", _l("Telephone"))])
    )
    session = SelectField(_l("Session"), choices=[], default="")
    consent = BooleanField(
        _l("The notice about personal data was read out or handed over, and agreed to."),
        [required(_l("Read the notice out or hand it over first."))],
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.name.label.text = _l("Name, as on the document")
        for field in (self.document_number, self.phone):
            field.validators = [Optional(), *list(field.validators)[1:]]
            field.flags.required = False

    def offer_sessions(self, offers: Sequence[Offer]) -> None:
        """Fill the list of sessions: those with places."""
        self.session.choices = [
            ("", _("— staff find one later —")),
            *((f"{o.session_key}|{o.leader.leader_id}", offer_words(o)) for o in offers if o.left),
        ]

    def request(self, locale: str) -> NewVisit:
        """The request as it was written down."""
        key, _mark, leader = (self.session.data or "").rpartition("|")
        return NewVisit(
            name=self.name.data,
            summary=self.summary.data.strip(),
            session_key=key or None,
            leader_id=int(leader) if leader else None,
            matter=self.matter(),
            document_kind=self.document_kind.data,
            document_number=self.document_number.data or "",
            phone=self.phone.data or "",
            headcount=self.headcount.data or 1,
            people=self.persons(),
            channel=self.channel.data,
            mode=self.mode.data,
            locale=locale,
        )


class WalkInForm(FlaskForm):  # type: ignore[misc]
    """The least that is needed at the desk: a session, a name, the matter. The rest may follow later."""

    session = SelectField(_l("Session"), choices=[])
    name = StringField(
        _l("Name, as on the document"),
        [required(_l("Please give the name.")), cleaned(people.clean_name)],
        render_kw={"autocomplete": "off"},
    )
    document_number = StringField(
        _l("Identity card (may follow)"),
        [Optional(), cleaned(lambda typed: people.clean_document("id_card", typed))],
        render_kw={"autocomplete": "off"},
    )
    phone = StringField(
        _l("Telephone (may follow)"),
        [Optional(), cleaned(people.clean_phone)],
        render_kw={"autocomplete": "off", "inputmode": "tel"},
    )
    summary = StringField(_l("What is it about?"), [Length(max=200)], render_kw={"autocomplete": "off"})
    township = SelectField(_l("Township"), choices=[], default="")
    sector = SelectField(_l("Sector"), choices=[], default="")
    headcount = IntegerField(_l("Number of people"), [Optional(), NumberRange(1, 9999)], default=1)

    def offer_matters(self, options: MatterOptions) -> None:
        """Fill the lists of townships and sectors."""
        for field, values in ((self.township, options.townships), (self.sector, options.sectors)):
            field.choices = [("", _("— not said —")), *((value, value) for value in values)]

    def offer_sessions(self, planned: Sequence[Planned]) -> None:
        """Fill the list of today's sessions, each leader once."""
        self.session.choices = [
            (
                f"{plan.session.key}|{seat.leader_id}",
                f"{plan.session.starts:%H:%M}–{plan.session.ends:%H:%M} {seat.name}",
            )
            for plan in planned
            for seat in plan.session.seats
        ]

    def request(self) -> NewVisit:
        """The walk-in as it was typed; the notice was handed over at the desk."""
        key, _mark, leader = self.session.data.rpartition("|")
        return NewVisit(
            name=self.name.data,
            summary=(self.summary.data or "").strip(),
            session_key=key,
            leader_id=int(leader),
            matter=Matter(self.township.data or "", self.sector.data or ""),
            document_kind="id_card",
            document_number=self.document_number.data or "",
            phone=self.phone.data or "",
            headcount=self.headcount.data or 1,
            channel="window",
        )


class IdentityForm(FlaskForm):  # type: ignore[misc]
    """Who somebody is, put right on request."""

    name = StringField(
        _l("Name, as on the document"),
        [required(_l("Please give the name.")), cleaned(people.clean_name)],
        render_kw={"autocomplete": "off"},
    )
    document_number = StringField(
        _l("Number of the document"), [Optional()], render_kw={"autocomplete": "off"}
    )
    document_kind = HiddenField()
    phone = StringField(
        _l("Telephone"), [Optional(), cleaned(people.clean_phone)], render_kw={"autocomplete": "off"}
    )

    def validate_document_number(self, field: Field) -> None:
        """By the rule of the kind of document."""
        kind = self.document_kind.data or "other"
        cleaned(lambda typed: people.clean_document(kind, typed))(self, field)


class RecordForm(FlaskForm):  # type: ignore[misc]
    """What was said at a reception."""

    said = TextAreaField(
        _l("What was said"),
        [Length(max=20000, message=_l("At most 20000 characters."))],
        render_kw={"rows": 14, "maxlength": 20000},
    )
    version = HiddenField()

    def seen(self) -> int:
        """The version of the draft the person saw."""
        return int(self.version.data) if str(self.version.data).isdigit() else -1


class CorrectionForm(RecordForm):
    """A final reception record, put right with a reason."""

    said = TextAreaField(
        _l("What was said"),
        [
            required(_l("A record cannot be empty: write what was said.")),
            Length(max=20000, message=_l("At most 20000 characters.")),
        ],
        render_kw={"rows": 14, "maxlength": 20000},
    )
    reason = StringField(
        _l("Why it is corrected"),
        [
            required(_l("Say why the record is corrected.")),
            Length(max=200, message=_l("At most 200 characters.")),
        ],
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )


def offer_words(offer: Offer) -> str:
    """A session in one line of a list: day, time, leader, places, and why."""
    parts = [
        f"{short_day(offer.on_date)} {weekday(offer.on_date)} {offer.starts:%H:%M}",
        f"{offer.leader.name} {offer.leader.post}",
        _("%(number)s left", number=offer.left),
    ]
    if offer.match.strength:
        parts.append(in_language(offer.match.why))
    return " · ".join(parts)
