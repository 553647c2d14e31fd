import secrets
import uuid
from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Ledger
from people.models.ledger import LedgerQuerySet

from .issuer import Issuer


class Status(models.TextChoices):
    """What a certificate is worth on a day. Never stored: folded from its events and its last day."""

    VALID = "valid", _("有效")
    EXPIRED = "expired", _("已过期")
    REVOKED = "revoked", _("已撤销")
    SUPERSEDED = "superseded", _("已由新证书接替")


class NumberCounter(models.Model):
    """The last serial given in one issuer, region and year. Locked in the issuing transaction: no gap, no reuse."""

    issuer = models.ForeignKey(Issuer, models.PROTECT)
    region_code = models.CharField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last_serial = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "region_code", "year"], name="one_counter_per_issuer_region_year"
            ),
            models.CheckConstraint(condition=Q(last_serial__lte=999_999), name="a_serial_has_six_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.year}: {self.last_serial}"


def new_salt() -> str:
    """This will make 128 random bits."""
    return secrets.token_hex(16)


class CertificateQuerySet(LedgerQuerySet):
    def with_status(self, day: date):
        """This will add `status` as on that day, `revoked_at` and the successor's `successor_code`, in the same query.

        A revocation outweighs everything: whoever corrects a revoked certificate still finds it revoked.
        """
        until = timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
        turns = (
            CertificateEvent.objects.filter(certificate=OuterRef("pk"), happened_at__lt=until)
            .filter(kind__in=[CertificateEvent.Kind.REVOKED, CertificateEvent.Kind.REINSTATED])
            .order_by("-id")
        )
        successors = Certificate.objects.filter(replaces=OuterRef("pk"), issued_date__lte=day)
        return self.annotate(
            last_turn=Subquery(turns.values("kind")[:1]),
            revoked_at=Subquery(turns.values("happened_at")[:1]),
            successor_code=Subquery(successors.values("verify_code")[:1]),
            status=Case(
                When(last_turn=CertificateEvent.Kind.REVOKED, then=Value(Status.REVOKED.value)),
                When(Exists(successors), then=Value(Status.SUPERSEDED.value)),
                When(valid_until_date__lt=day, then=Value(Status.EXPIRED.value)),
                default=Value(Status.VALID.value),
                output_field=models.CharField(),
            ),
        )


class Certificate(Ledger):
    """A training certificate (培训合格证书) with its facts frozen as on the day of issue. Never changes.

    Status is the fold of its CertificateEvents and of valid_until_date, asked with `status_on`. `period_uuid` names
    the certification period it proves; certificates does not know what that is. Personal data: the name.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("证书编号"), max_length=40, unique=True)  # QM-2026-520624-000123-8
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
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="+")  # whose register it stands in
    region_code = models.CharField(max_length=12)
    region_name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=100, blank=True)
    issued_date = models.DateField(_("发证日期"))
    valid_until_date = models.DateField(_("有效期至"), null=True, blank=True)
    issued_at = models.DateTimeField()
    basis = models.JSONField(default=dict)  # rule version, releases and attempts it stands on
    salt = models.CharField(
        max_length=32, default=new_salt, editable=False
    )  # makes the signed hash of her name say nothing
    credential = models.TextField()  # the signed Open Badges 3.0 credential, byte for byte as in the PDF

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "programme_code", "period_uuid"],
                condition=Q(replaces__isnull=True),
                name="one_certificate_per_learner_programme_and_period",
            )
        ]

        indexes = [models.Index(fields=["region", "-issued_date"])]

    def __str__(self) -> str:
        return self.number

    @property
    def programme_title(self) -> str:
        return _in_language(self.programme_title_zh, self.programme_title_en)

    @property
    def hours_shown(self) -> str:
        """25 and 4.5 rather than 25.0."""
        return f"{self.hours:f}".removesuffix(".0")

    @property
    def issuer_name(self) -> str:
        return _in_language(self.issuer_name_zh, self.issuer_name_en)


def _in_language(zh: str, en: str) -> str:
    return en if en and (get_language() or "").startswith("en") else zh


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
