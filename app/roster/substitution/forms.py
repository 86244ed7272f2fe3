"""Forms of substitution. Choices are in the person's language, so they are set for each request."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.directory.models import Leader
from app.roster.substitution.words import REASON_CHOICES
from app.web.choices import offered
from app.web.language import in_language

Choices = list[tuple[str, str]]


class PeriodForm(FlaskForm):  # type: ignore[misc]
    """Whose duties, in which days: sent by GET, so the address can be kept."""

    class Meta:
        """A search changes nothing: no token."""

        csrf = False

    leader = SelectField(_l("Leader who cannot come"), validate_choice=False)
    first = DateField(_l("First day"), validators=[Optional()])
    last = DateField(_l("Last day"), validators=[Optional()])


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why; the note stays inside the office."""

    reason = SelectField(_l("Reason"), validate_choice=False)
    note = StringField(_l("Note for the office"), validators=[Length(max=200)])

    def set_choices(self) -> None:
        """The reasons in the person's language."""
        self.reason.choices = [(key, in_language(text)) for key, text in REASON_CHOICES.items()]

    @property
    def reason_key(self) -> str:
        """One of the reasons; anything else is "other"."""
        return str(self.reason.data) if self.reason.data in REASON_CHOICES else "other"


class PolicyForm(FlaskForm):  # type: ignore[misc]
    """How the office arranges substitutes."""

    convener = SelectField(_l("First convener"), validate_choice=False)
    tell = SelectField(_l("Tell the first convener"))
    whom = SelectField(_l("Who is asked when nobody is named"))
    ask = SelectField(_l("Candidates are asked"))
    approval = BooleanField(_l("The office approves before the roster changes"))
    deadline_days = IntegerField(
        _l("Working days to answer"), validators=[InputRequired(), NumberRange(min=0, max=30)]
    )
    at_deadline = SelectField(_l("When nobody has answered"))
    ahead_days = IntegerField(
        _l("Leaders ask this many working days ahead"), validators=[Optional(), NumberRange(min=0, max=60)]
    )
    return_duty = SelectField(_l("Return duty"))
    refuse_together = BooleanField(_l("Refuse a leave that takes both backups away; otherwise only warn"))

    def set_choices(self, leaders: Iterable[Leader]) -> None:
        """Everything that can be chosen, in the person's language."""
        self.convener.choices = [("", "—"), *((str(leader.id), leader.name) for leader in leaders)]
        self.tell.choices = [
            ("no", _l("not needed")),
            ("notice", _l("by a notice, recorded as told")),
            ("by_hand", _l("by staff, recorded by hand before the roster changes")),
        ]
        self.whom.choices = [
            ("ranked", _l("whoever fits best (load, gaps, visits)")),
            ("backups", _l("the backups A, B, C")),
            ("next", _l("the next in roster order")),
            ("staff", _l("nobody: staff decide")),
        ]
        self.ask.choices = [
            ("one", _l("one after another")),
            ("all", _l("all at once: the first to accept takes it")),
        ]
        self.at_deadline.choices = [
            ("nudge", _l("remind once, then tell staff")),
            ("next", _l("ask the next candidate")),
            ("escalate", _l("tell staff, and go on waiting")),
            ("staff", _l("stop waiting: staff decide")),
        ]
        self.return_duty.choices = [
            ("no", _l("none: the ledger evens it out")),
            ("always", _l("owed for every cover")),
            ("if_visited", _l("owed only where visits were booked")),
        ]


class BackupForm(FlaskForm):  # type: ignore[misc]
    """One backup of a leader or a post."""

    leader = SelectField(_l("Leader"), validate_choice=False)
    post = StringField(_l("or whoever holds the post"), validators=[Length(max=120)])
    rank = SelectField(_l("A, B or C"), choices=offered([("A", "A"), ("B", "B"), ("C", "C")]))
    backup = SelectField(_l("Backup"), validate_choice=False)

    def set_choices(self, leaders: Iterable[Leader]) -> None:
        """The leaders in office."""
        people: Choices = [(str(leader.id), leader.name) for leader in leaders]
        self.leader.choices = [("", "—"), *people]
        self.backup.choices = people
