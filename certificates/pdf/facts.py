"""What a certificate says, frozen at issue, and the two reasons for which it cannot be printed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

# what a certificate says unless its design says it otherwise
TITLE, TITLE_EN = "培训合格证书", "Certificate of Training"
LEAD, LEAD_EN = "兹证明", "This is to certify that"
TEXT = "完成下列培训，修满学时，考核合格，特发此证。"
TEXT_EN = "has completed the training below, with its full hours, and passed its assessment."


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """Everything on the page and in the file; nothing is looked up while it is drawn.

    Texts are plain text in NFC. Personal data: the learner's name, which the page shows in full. A specimen is marked
    across the page and carries neither QR code nor address nor credential.
    """

    number: str
    name: str
    programme_title: str
    programme_title_en: str = ""
    hours: Decimal
    from_date: date
    to_date: date
    result: str = "合格"
    issuer_name: str
    signatory: str = ""
    issued_date: date
    valid_until_date: date | None = None
    verify_url: str
    region_name: str = ""
    seal_png: bytes | None = None
    credential_json: bytes
    title: str = TITLE
    title_en: str = TITLE_EN
    lead: str = LEAD
    lead_en: str = LEAD_EN
    text: str = TEXT
    text_en: str = TEXT_EN
    specimen: bool = False

    def __post_init__(self):
        # The address becomes a link in the file: a reader must not be led to javascript: or file:.
        address = urlsplit(self.verify_url)
        if address.scheme not in ("http", "https") or not address.netloc:
            raise ValueError(f"verify_url must be a full web address, not {self.verify_url!r}")

    @property
    def hours_shown(self) -> str:
        """48 and 4.5 rather than 48.0 and 4.50."""
        whole = self.hours == self.hours.to_integral_value()
        return str(int(self.hours)) if whole else f"{self.hours.normalize():f}"

    @property
    def address_shown(self) -> str:
        """The address as a person types it: browsers add the scheme themselves."""
        return self.verify_url.split("://", 1)[1]


class CannotPrint(ValueError):
    """The facts cannot be printed as they are. Nothing is shortened or replaced: a person decides."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field = field


class UnprintableText(CannotPrint):
    """A character that no installed font has; it would be printed as an empty box."""

    def __init__(self, field: str, char: str):
        self.char, self.codepoint = char, f"U+{ord(char):04X}"
        super().__init__(field, f"{field}: no font has {char} ({self.codepoint})")

    def __reduce__(self):  # so that a task's result can carry it from one process to another
        return type(self), (self.field, self.char)


class DoesNotFit(CannotPrint):
    """A text longer than its place on the page holds at the smallest size that still reads well."""

    def __init__(self, field: str):
        super().__init__(field, f"{field}: too long for its place on the certificate")

    def __reduce__(self):
        return type(self), (self.field,)
