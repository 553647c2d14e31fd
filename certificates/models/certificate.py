import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Ledger

from .issuer import Issuer


class NumberCounter(models.Model):
    """The last serial given in one issuer, region and year. Locked in the issuing transaction: no gap, no reuse."""

    issuer = models.ForeignKey(Issuer, models.PROTECT)
    region_code = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "region_code", "year"], name="one_counter_per_issuer_region_year")
        ]


class Certificate(Ledger):
    """A training certificate (培训合格证书) with its facts frozen as on the day of issue. Never changes.

    Status is the fold of its CertificateEvents and of valid_until_date, asked with `status_on`. `period_uuid` names
    the certification period it proves; certificates does not know what that is. Personal data: the name.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("证书编号"), max_length=40, unique=True)  # QM-2026-520624-000123-7
    verify_code = models.CharField(max_length=24, unique=True)  # 80 random bits and a check character, in the QR
    learner = models.ForeignKey("people.User", models.PROTECT, related_name="certificates")
    programme_code = models.CharField(max_length=20)
    period_uuid = models.UUIDField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="certificates")
    # frozen facts, printed
    name = models.CharField(_("姓名"), max_length=50)
    programme_title_zh = models.CharField(max_length=200)
    programme_title_en = models.CharField(max_length=300, blank=True)
    hours = models.DecimalField(_("学时"), max_digits=6, decimal_places=1)
    trained_from_date = models.DateField()
    trained_to_date = models.DateField()
    result = models.CharField(max_length=60)
    issuer_name_zh = models.CharField(max_length=100)
    issuer_name_en = models.CharField(max_length=200, blank=True)
    signatory = models.CharField(max_length=60, blank=True)
    region_code = models.CharField(max_length=12)
    region_name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=100, blank=True)
    issued_date = models.DateField(_("发证日期"))
    valid_until_date = models.DateField(_("有效期至"), null=True, blank=True)
    issued_at = models.DateTimeField()
    basis = models.JSONField(default=dict)  # rule version, releases and attempts it stands on

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "programme_code", "period_uuid"],
                condition=models.Q(replaces__isnull=True),
                name="one_certificate_per_learner_programme_and_period",
            )
        ]

    def __str__(self) -> str:
        return self.number


class CertificateEvent(Ledger):
    """Something that happened to a certificate: who did it, when and why. Status is the newest that counts."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("发出")
        REVOKED = "revoked", _("撤销")
        REINSTATED = "reinstated", _("恢复")
        SUPERSEDED = "superseded", _("由新证代替")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    actor = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
