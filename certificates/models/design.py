"""What a certificate looks like and whose seal it bears, version by version. Nothing here ever changes."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from certificates.pdf import facts
from people.models import Ledger
from people.models.ledger import LedgerQuerySet

from .issuer import Issuer

WORDS = ("title_zh", "title_en", "lead_zh", "lead_en", "text_zh", "text_en")
FIRST_WORDS = dict(
    zip(WORDS, (facts.TITLE, facts.TITLE_EN, facts.LEAD, facts.LEAD_EN, facts.TEXT, facts.TEXT_EN), strict=True)
)


class Seal(Ledger):
    """A picture of a seal, drawn anew from what was uploaded. In the database, so that it is kept as long as whoever
    bears it, and on no address but the pages of those who may see it."""

    sha256 = models.CharField(max_length=64, unique=True)
    png = models.BinaryField()
    uploaded_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("印章")
        verbose_name_plural = _("印章")


class DesignQuerySet(LedgerQuerySet):
    def on(self, day: date):
        """This will put first the version in force on a day: of those begun, the one that began last."""
        return self.filter(Q(in_force_from=None) | Q(in_force_from__lte=day)).order_by(
            F("in_force_from").desc(nulls_last=True), "-number"
        )


class CertificateDesign(Ledger):
    """One version of an issuer's certificate: its words, who signs, its seal. A change is another version.

    A certificate names the version it was issued with (`basis["design"]`) and is printed with it for ever.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="designs")
    number = models.PositiveSmallIntegerField()
    title_zh = models.CharField(_("标题"), max_length=24)
    title_en = models.CharField(_("标题（英文）"), max_length=60)
    lead_zh = models.CharField(_("姓名上面的话"), max_length=30)
    lead_en = models.CharField(_("姓名上面的话（英文）"), max_length=60)
    text_zh = models.CharField(_("姓名下面的话"), max_length=80)
    text_en = models.CharField(_("姓名下面的话（英文）"), max_length=160)
    signatory = models.CharField(_("签发人"), max_length=60, blank=True)
    signatory_post = models.CharField(_("签发人职务"), max_length=30, blank=True)
    seal = models.ForeignKey(Seal, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("印章"))
    in_force_from = models.DateField(_("从哪天起用"), null=True, blank=True)  # none: from the beginning
    note = models.CharField(_("改了什么"), max_length=200, blank=True)
    made_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    objects = DesignQuerySet.as_manager()

    class Meta:
        verbose_name = _("证书样式")
        verbose_name_plural = _("证书样式")
        constraints = [models.UniqueConstraint(fields=["issuer", "number"], name="one_design_per_issuer_and_number")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.number}"

    @property
    def title(self) -> str:
        return self.title_en if (get_language() or "").startswith("en") else self.title_zh

    @property
    def signed(self) -> str:
        """Post and name as one line: 主任 周明远."""
        return f"{self.signatory_post} {self.signatory}".strip()

    @property
    def printed_words(self) -> dict[str, str]:
        """As certificates.pdf.CertificateFacts calls them."""
        return {name.removesuffix("_zh"): getattr(self, name) for name in WORDS}
