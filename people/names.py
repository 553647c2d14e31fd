"""A person's name as she writes it: one field, 2 to 50 characters, the middle dot kept (domain, section 5)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_DOTS = str.maketrans({"•": "·", "‧": "·", "・": "·", "･": "·", "∙": "·", "．": "·"})


def normalise_name(text: str) -> str:
    """This will give the name in NFC with one kind of middle dot and single inner spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text or "").translate(_DOTS)).strip()


def validate_name(text: str) -> None:
    """Raises ValidationError for anything but letters of any script, the middle dot, space, hyphen, apostrophe."""
    for char in normalise_name(text):
        if char in "·'’- ." or unicodedata.category(char)[0] in "LM" or "\U00020000" <= char <= "\U0003ffff":
            continue  # those two planes are Chinese characters, of which Python knows only those of its own year
        raise ValidationError(_("姓名里不能有“%(char)s”。请只写姓名。"), params={"char": char}, code="name_character")


def mask_name(name: str) -> str:
    """This will show the first character and hide the rest, one star a character: 王*, 阿**·***."""
    return "".join(c if i == 0 or c in "·  " else "*" for i, c in enumerate(name))
