"""Reading the form of an office's reminder policy: every mistake with a sentence, what was typed is kept."""

import datetime as dt
from collections.abc import Mapping

from app.core.text import Text
from app.notifications.policy import (
    ALWAYS_WORKING,
    DEFAULT_LEADS,
    LEAD_NAMES,
    MOST_DAYS,
    STAFF_ROLES,
    Lead,
    Policy,
)

MOST_HOURS = 168


def read_policy(form: Mapping[str, str], roles: list[str]) -> tuple[Policy, dict[str, Text]]:
    """The policy that was typed, and a sentence for each field (by name) that cannot be used.

    A field that cannot be used keeps its default in the policy, so a preview of the rest is possible.
    """
    errors: dict[str, Text] = {}
    leads = {name: _lead(name, form, errors) for name in DEFAULT_LEADS}
    hours = _number(
        "catch_up_hours", form, 48, (1, MOST_HOURS), errors, Text("补发时限", "The time to catch up")
    )
    chosen = tuple(role for role in STAFF_ROLES if role in roles)
    if not chosen:
        errors["staff_roles"] = Text(
            "请至少选一类工作人员，否则没有人知道要处理什么。",
            "Choose at least one group of staff, or nobody hears what needs a decision.",
        )
    return Policy(leads, hours, chosen or ("scheduler",)), errors


def _lead(name: str, form: Mapping[str, str], errors: dict[str, Text]) -> Lead:
    usual, label = DEFAULT_LEADS[name], LEAD_NAMES[name]
    days = _number(f"{name}-days", form, usual.days, (0, MOST_DAYS), errors, label)
    working = name in ALWAYS_WORKING or form.get(f"{name}-count", "") == "working"
    return Lead(f"{name}-on" in form, days, working, _time(f"{name}-at", form, usual.at, errors, label))


def _number(
    name: str,
    form: Mapping[str, str],
    usual: int,
    limits: tuple[int, int],
    errors: dict[str, Text],
    label: Text,
) -> int:
    typed = form.get(name, str(usual)).strip()
    least, most = limits
    if not (typed.isascii() and typed.isdigit() and least <= int(typed) <= most):
        errors[name] = Text(
            f"“{label.zh}”：请填 {least} 到 {most} 的整数，现在是“{typed}”。",
            f'"{label.en}": type a whole number from {least} to {most}; this is "{typed}".',
        )
        return usual
    return int(typed)


def _time(
    name: str, form: Mapping[str, str], usual: dt.time, errors: dict[str, Text], label: Text
) -> dt.time:
    typed = form.get(name, f"{usual:%H:%M}").strip().replace("：", ":")
    try:
        found = dt.time.fromisoformat(typed)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        errors[name] = Text(
            f"“{label.zh}”：请把时间写成 16:00 的样子，现在是“{typed}”。",
            f'"{label.en}": write the time like 16:00; this is "{typed}".',
        )
        return usual
    return found.replace(second=0, microsecond=0)
