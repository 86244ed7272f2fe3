"""The wording that comes with the program: every kind, both languages."""

import pytest

from app.notifications import kinds
from app.notifications.kinds import Kind
from app.notifications.reasons import duty, matters, staff, substitution_texts, visit_texts
from app.notifications.sms import length
from app.notifications.texts import problems_of

for _module in (duty, substitution_texts, staff, visit_texts, matters):
    _module.register()
OURS = [kind for kind in kinds.all_kinds() if not kind.name.startswith("test.")]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_placeholders_of_the_standard_wording_are_right(kind: Kind, language: str) -> None:
    """It would pass the check an office's own wording has to pass."""
    texts = {part: getattr(kind, part).in_locale(language) for part in ("subject", "body", "short")}
    assert problems_of(kind, texts) == {}


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.name)
def test_short_texts_are_short(kind: Kind) -> None:
    """Without its values none needs more than two parts of a Chinese text message."""
    assert length(kind.short.zh).parts <= 2


def test_every_kind_of_reminder_is_known() -> None:
    """What the rules queue, the outbox can say."""
    reminders = {
        "duty.reminder", "duty.nudge", "substitution.nudge", "visit.reminder", "visit.unit_reminder",
        "matter.reminder", "staff.unacknowledged", "staff.empty_session", "staff.roster_ending",
        "staff.year_announced", "staff.overdue_matters",
    }  # fmt: skip
    assert reminders <= {kind.name for kind in OURS}
