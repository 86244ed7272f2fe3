"""The standard wording of everything about substitutes."""

from app.core.text import Text
from app.notifications import calendar_part, kinds
from app.notifications.reasons import substitution as reason
from app.notifications.reasons.common import PERSONAL

_DEAR = Text("{leader}同志：\n\n", "Dear {leader},\n\n")
_END = Text("\n\n{office}　{office_phone}", "\n\n{office}, {office_phone}")
_ON_YOUR_PAGE = Text("\n\n您的全部安排：\n{link}", "\n\nAll your duties:\n{link}")


def register() -> None:
    """Make the kinds known."""
    for kind in (_asked(), _nudge(), _convener(), *_outcomes(), _staff()):
        kinds.register(kind)


def _letter(zh: str, en: str, *more: Text) -> Text:
    texts = (_DEAR, Text(zh, en), *more, _END)
    return Text("".join(text.zh for text in texts), "".join(text.en for text in texts))


def _asked() -> kinds.Kind:
    return kinds.Kind(
        name="substitution.asked",
        label=Text("请您代班或换班", "Asked to substitute or swap"),
        subject=Text("{other}同志不能到场，请您代为接访", "Could you take a reception duty for {other}?"),
        body=_letter(
            "{other}同志不能到场，请您看看能否接下以下接访：\n\n{duties}\n\n请点开答复，同意或不便都请告知：\n{link}",
            "{other} cannot come. Could you take these duties?\n\n{duties}\n\n"
            "Please answer here, yes or no:\n{link}",
        ),
        short=Text(
            "{leader}同志，{other}同志不能到场，请您代为接访：{when}。请答复：{link}",
            "Could you take a reception duty for {other}: {when}? Please answer: {link}",
        ),
        still_true=reason.still_asked,
        values=reason.ask_values,
        placeholders=reason.PLACEHOLDERS,
        personal=PERSONAL,
        digest=True,
        urgent=True,
    )


def _nudge() -> kinds.Kind:
    return kinds.Kind(
        name="substitution.nudge",
        label=Text("代班、换班尚待答复", "Substitution: no answer yet"),
        subject=Text("请答复：代{other}同志接访", "Your answer is needed: a duty for {other}"),
        body=_letter(
            "请您代{other}同志接访一事，尚未收到您的答复：\n\n{duties}\n\n不论能否接下，都请点开答复，以便另行安排：\n{link}",
            "You have not yet answered whether you can take these duties for {other}:\n\n{duties}\n\n"
            "Yes or no, please answer here, so that others can be asked:\n{link}",
        ),
        short=Text(
            "{leader}同志，请答复能否代{other}同志接访：{when}。{link}",
            "Please answer whether you can take a duty for {other}: {when}. {link}",
        ),
        still_true=reason.still_asked,
        values=reason.ask_values,
        placeholders=reason.PLACEHOLDERS,
        personal=PERSONAL,
        digest=True,
    )


def _convener() -> kinds.Kind:
    """For the information of the first convener: it asks for nothing."""
    return kinds.Kind(
        name="substitution.convener",
        label=Text("报告第一召集人", "First convener told"),
        subject=Text("报告：{other}同志不能到场接访", "For information: {other} cannot attend"),
        body=_letter(
            "现报告：{other}同志不能到场接访，单位正在安排代班。\n\n{duties}\n\n此为告知，无需答复。",
            "For your information: {other} cannot attend these receptions; a substitute is being arranged.\n\n"
            "{duties}\n\nNo answer is needed.",
        ),
        short=Text(
            "{leader}同志，报告：{other}同志不能到场接访（{when}），正在安排代班。",
            "For information: {other} cannot attend ({when}); a substitute is being arranged.",
        ),
        still_true=lambda notice: True,
        values=reason.convener_values,
        placeholders={name: text for name, text in reason.PLACEHOLDERS.items() if name != "link"},
        personal=PERSONAL,
    )


def _outcome(part: str, label: Text, subject: Text, body: Text, short: Text) -> kinds.Kind:
    handed = part in reason.HANDED
    return kinds.Kind(
        name=reason.OUTCOME + part,
        label=label,
        subject=subject,
        body=body,
        short=short,
        still_true=reason.still_handed if handed else reason.still_over,
        values=reason.outcome_values,
        placeholders=reason.PLACEHOLDERS,
        personal=PERSONAL,
        calendar=calendar_part.of("duty") if handed else None,
        urgent=handed,
    )


def _outcomes() -> list[kinds.Kind]:
    return [
        _outcome(
            "replaced",
            Text("已有人代班", "Somebody takes your duty"),
            Text("{other}同志已接下您的接访", "{other} takes your reception duty"),
            _letter(
                "以下接访已改由{other}同志承担，您无需到场：\n\n{duties}",
                "{other} has taken over these duties; you need not attend:\n\n{duties}",
                _ON_YOUR_PAGE,
            ),
            Text("{leader}同志，{when}的接访已改由{other}同志承担。", "{other} takes your duty: {when}."),
        ),
        _outcome(
            "substitute",
            Text("由您代班", "You take a duty"),
            Text("由您代{other}同志接访", "You take a reception duty for {other}"),
            _letter(
                "以下接访由您代{other}同志承担，请届时到场：\n\n{duties}",
                "You take these duties for {other}:\n\n{duties}",
                _ON_YOUR_PAGE,
            ),
            Text("{leader}同志，{when}由您代{other}同志接访。", "You take a duty for {other}: {when}."),
        ),
        _outcome(
            "kept",
            Text("代班未成，仍由您接访", "No substitute: the duty stays yours"),
            Text("代班未能安排，仍请您接访", "No substitute was found: the duty stays yours"),
            _letter(
                "您的代班请求已结束，以下接访仍由您承担：\n\n{duties}\n\n需要再请人代班，或确有困难，请看这里：\n{link}",
                "Your request has ended; these duties stay yours:\n\n{duties}\n\n"
                "To ask again, or if you really cannot come:\n{link}",
            ),
            Text(
                "{leader}同志，代班未成，{when}仍请您接访。{link}",
                "No substitute was found: {when} stays yours. {link}",
            ),
        ),
        _outcome(
            "not_needed",
            Text("不再需要您代班", "Your help is no longer needed"),
            Text("代班已另有安排，谢谢", "No longer needed, thank you"),
            _letter(
                "此前请您代为接访一事已另有安排，您无需再做什么，谢谢。\n\n{duties}",
                "You were asked to take these duties; this is settled now and you need do nothing. Thank you.\n\n"
                "{duties}",
            ),
            Text("{leader}同志，此前请您代班一事（{when}）已另有安排，谢谢。", "Settled without you, thank you: {when}."),
        ),
        _outcome(
            "given_back",
            Text("代班撤销，接访回到您", "Substitution undone: the duty is yours again"),
            Text("代班已撤销，请您按原安排接访", "The substitution was undone: the duty is yours again"),
            _letter(
                "代班已撤销，以下接访仍由您承担，请届时到场：\n\n{duties}",
                "The substitution was undone. These duties are yours again:\n\n{duties}",
                _ON_YOUR_PAGE,
            ),
            Text("{leader}同志，代班已撤销，{when}仍由您接访。", "Substitution undone: {when} is yours again."),
        ),
        _outcome(
            "taken_back",
            Text("代班撤销，您无需到场", "Substitution undone: you need not come"),
            Text("代班已撤销，您无需到场", "The substitution was undone: you need not come"),
            _letter(
                "代班已撤销，以下接访由{other}同志自行承担，您无需到场，谢谢：\n\n{duties}",
                "The substitution was undone. {other} takes these duties; you need not come. Thank you:\n\n{duties}",
                _ON_YOUR_PAGE,
            ),
            Text("{leader}同志，代班已撤销，{when}您无需到场，谢谢。", "Substitution undone: no need to come, {when}."),
        ),
    ]  # fmt: skip


def _staff() -> kinds.Kind:
    return kinds.Kind(
        name="staff.substitution",
        label=Text("代班到期无人答应", "Nobody has agreed to substitute"),
        subject=Text(
            "需要处理：{leader}同志的代班尚无人答应", "Please decide: nobody has agreed to replace {leader}"
        ),
        body=Text(
            "{leader}同志不能到场，到期仍无人答应代班：\n\n{duties}\n\n请在这里决定怎么办：\n{link}\n\n{office}",
            "{leader} cannot come, and nobody has agreed in time:\n\n{duties}\n\nPlease decide here:\n{link}\n\n{office}",
        ),
        short=Text(
            "{office}：{leader}同志{when}的代班到期无人答应，请处理。{link}",
            "{office}: nobody agreed to replace {leader}, {when}. Please decide: {link}",
        ),
        still_true=reason.still_open,
        values=reason.request_values,
        placeholders={name: text for name, text in reason.PLACEHOLDERS.items() if name != "other"},
        personal=PERSONAL,
        urgent=True,
    )
