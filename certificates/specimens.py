"""A design shown on the names that try it most. Nothing that a specimen says is anybody's, and nothing of it is valid."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from certificates import pdf
from certificates.models import CertificateDesign

# of these, the first four that the prepared fonts have: Extensions A and B, and letters outside the common tables
RARE = "㛃𠮷𡈽𣲗䶮㐂𤩽𬭎"
RARE_SHOWN = 4
NO_NUMBER = "样张 SPECIMEN"  # read_number refuses it: it has no digits
DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Try:
    """A name, with how long the other words on the page then are."""

    label: str | Promise
    name: str
    is_long: bool = False


LONG = {
    "programme_title": "农村留守儿童关爱保护与家庭教育指导骨干培训"
    "（乡镇儿童督导员、村居儿童主任和童伴妈妈上岗与年度轮训合班）",
    "programme_title_en": "Protecting Rural Left-behind Children and Guiding Family Education: Joint Induction Course",
    "region_name": "甘肃省·临夏回族自治州·积石山保安族东乡族撒拉族自治县",
}
SHORT = {
    "programme_title": "儿童主任上岗必修",
    "programme_title_en": "Induction for village child-welfare directors",
}
TRIES = {
    "short": Try(_("两个字的名字"), "王芳"),
    "long": Try(_("最长的中文名（50 个字）"), ("阿卜杜热西提·阿卜杜克热木·买买提依明·" * 3)[:50], is_long=True),
    "dotted": Try(_("带间隔号的少数民族名字"), "阿卜杜热西提·买买提依明"),
    "rare": Try(_("生僻字的名字"), RARE),
    "latin": Try(_("最长的外文名（50 个字母）"), "Maximiliana-Alexandra Konstantinopoulou-Montgomery", is_long=True),
}


def rare_name() -> str:
    """This will make a name of the rarest characters that this machine can print."""
    return "".join([char for char in RARE if pdf.has_glyph(char)][:RARE_SHOWN])


def has_extension_b() -> bool:
    """Whether names with characters of Extension B can be printed here (pdf/README.md says how)."""
    return any(ord(char) > 0xFFFF for char in rare_name())


def specimen(design: CertificateDesign, key: str = "short", *, seal_png: bytes | None = None) -> pdf.CertificateFacts:
    """This will give a specimen of a design, saved or not. `seal_png`: one that is not saved yet."""
    tried = TRIES[key]
    if seal_png is None and design.seal:
        seal_png = bytes(design.seal.png)
    return pdf.CertificateFacts(
        number=NO_NUMBER,
        name=rare_name() if tried.name == RARE else tried.name,
        hours=Decimal(25),
        from_date=DAY,
        to_date=DAY,
        issuer_name=design.issuer.name_zh,
        signatory=design.signed,
        issued_date=DAY,
        valid_until_date=DAY,
        verify_url=settings.SITE_URL + "/",
        seal_png=seal_png,
        credential_json=b"",
        specimen=True,
        **design.printed_words,
        **(LONG if tried.is_long else SHORT | {"region_name": design.issuer.region.name}),
    )
