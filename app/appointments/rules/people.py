"""Names, documents and phones as residents type them: brought to one form, checked, and masked for pages."""

import re
import unicodedata

import phonenumbers
from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from app.core.text import Text

DOCUMENTS = ("id_card", "passport", "residence_permit", "hong_kong_macao", "taiwan", "other")
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .·’'\-])*")
_DOCUMENT = re.compile(r"[A-Z0-9][A-Z0-9()/\-]{3,28}[A-Z0-9)]")
LONGEST_NAME = 60


class Unreadable(ValueError):
    """What was typed cannot be meant; `text` says how to mend it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


def _visible(typed: str) -> str:
    """One width of letters and digits, without the marks that copying brings along and nobody sees."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def clean_name(typed: str) -> str:
    """A person's name with single blanks and one kind of dot. Raises Unreadable."""
    name = " ".join(_visible(typed).replace("•", "·").replace("・", "·").split())
    if not 2 <= len(name) <= LONGEST_NAME or not _NAME.fullmatch(name):
        raise Unreadable(
            "请填写身份证件上的真实姓名（2 个字以上，不含数字和符号）。",
            "Give the real name as on the document: two letters or more, no digits or signs.",
        )
    return name


def clean_document(kind: str, typed: str) -> str:
    """A document's number in one form; the check digit of an identity card is verified. Raises Unreadable."""
    number = re.sub(r"\s", "", _visible(typed)).upper()
    if kind == "id_card":
        return _identity_card(number)
    if not _DOCUMENT.fullmatch(number):
        raise Unreadable(
            "证件号码只含字母、数字和短横线，5 到 30 位，请对照证件重新填写。",
            "A document number has 5 to 30 letters, digits and hyphens: compare with the document.",
        )
    return number


def _identity_card(number: str) -> str:
    if len(number) != 18:
        raise Unreadable(
            f"身份证号码应为 18 位，现在是 {len(number)} 位，请对照证件重新填写。",
            f"An identity card number has 18 characters (17 digits, then a digit or X); this has {len(number)}.",
        )
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Unreadable(
            "身份证号码前 17 位是数字，最后一位是数字或 X，请对照证件重新填写。",
            "An identity card number is 17 digits, then a digit or X: compare it with the card.",
        )
    try:
        return str(ric.validate(number))
    except ValidationError as error:
        raise Unreadable(
            "身份证号码的校验位对不上，可能有一位填错了，请对照证件逐位核对。",
            "The check digit of the identity card number does not fit: one digit may be wrong. Compare each one.",
        ) from error


def clean_phone(typed: str) -> str:
    """A telephone number as +8613800138000 (E.164); numbers without a country are Chinese. Raises Unreadable."""
    text = _visible(typed).strip()
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException as error:
        raise _bad_phone() from error
    if not phonenumbers.is_possible_number(number) or not phonenumbers.is_valid_number(number):
        raise _bad_phone()
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _bad_phone() -> Unreadable:
    return Unreadable(
        "电话号码打不通：手机 11 位，座机写区号（如 0371-12345678），境外号码以 + 和国家代码开头。",
        "This number cannot be called: a mobile has 11 digits, a landline its area code, "
        "one from abroad begins with + and the country.",
    )


def same_name(name: str) -> str:
    """A name as it is compared: without blanks, dots and case."""
    return re.sub(r"[\s.·’'\-]", "", unicodedata.normalize("NFKC", name)).casefold()


def mask_name(name: str) -> str:
    """张*三 … : the first character, and the last of three and more; the rest hidden."""
    if not name:
        return ""
    if len(name) <= 2:
        return f"{name[:1]}*"
    return f"{name[0]}{'*' * min(len(name) - 2, 3)}{name[-1]}"


def mask_document(number: str) -> str:
    """The last two characters behind stars; "" when there is none."""
    return f"****{number[-2:]}" if number else ""


def mask_number(phone: str) -> str:
    """138****8000: enough to recognise, not to call; "" when there is none."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if len(local) >= 8 else ("****" if local else "")


def spoken_phone(phone: str) -> str:
    """A stored number as people here write it: 138 0013 8000, 0371 1234 5678, +852 2345 6789."""
    if not phone:
        return ""
    number = phonenumbers.parse(phone, "CN")
    home = number.country_code == 86
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, form))
