"""Mainland mobile numbers: eleven digits, the first a 1, the second 3 to 9."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def normalise_phone(text: str | None) -> str:
    """This will keep the digits: full-width, spaces, hyphens and a leading +86 are forgiven."""
    digits = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text or ""))
    return re.sub(r"^(\+?86)(?=1\d{10}$)", "", digits)


def validate_phone(text: str) -> None:
    """Raises ValidationError that says what is wrong and how to mend it."""
    number = normalise_phone(text)
    if not number.isdigit():
        raise ValidationError(_("手机号只能是数字，请再看看。"), code="phone_digits")
    if len(number) < 11:
        raise ValidationError(
            _("少了 %(n)d 位。手机号是 11 位，请再看看。"), params={"n": 11 - len(number)}, code="phone_short"
        )
    if len(number) > 11:
        raise ValidationError(
            _("多了 %(n)d 位。手机号是 11 位，请再看看。"), params={"n": len(number) - 11}, code="phone_long"
        )
    if not re.fullmatch(r"1[3-9]\d{9}", number):
        raise ValidationError(_("手机号是 1 开头的 11 位数，请再看看。"), code="phone_form")


def mask_phone(number: str | None) -> str:
    """This will show 138****5678, or nothing where there is no number."""
    return f"{number[:3]}****{number[-4:]}" if number else ""
