"""Forms of calendar links."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length


class LinkForm(FlaskForm):  # type: ignore[misc]
    """A new link: for whom, and where it is used."""

    leader_id = SelectField(_l("Leader"), coerce=int, validators=[InputRequired(_l("Choose a leader."))])
    name = StringField(
        _l("Name of the link"),
        validators=[
            DataRequired(_l("Name the link, for example “my phone”.")),
            Length(max=64, message=_l("At most 64 characters.")),
        ],
        filters=[lambda text: (text or "").strip()],
    )
