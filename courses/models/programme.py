import uuid
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.models.frame import BilingualTitle
from people.models import Ledger

from .course import Course


class Programme(BilingualTitle):
    """What a certificate is for: one course or several, for how long, and how a renewal is dated."""

    class ExpiryBasis(models.TextChoices):
        COMPLETION = "completion", _("从完成那天算")
        OLD_EXPIRY = "old_expiry", _("从旧证到期那天算")
        LATER = "later", _("两者取后")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(_("代码"), max_length=20, unique=True)
    issuer = models.ForeignKey("certificates.Issuer", models.PROTECT, related_name="+", verbose_name=_("发证单位"))
    valid_months = models.PositiveSmallIntegerField(_("有效几个月，0 为长期"), default=12)
    window_days = models.PositiveSmallIntegerField(_("到期前几天可以续学"), default=90)
    days_to_complete = models.PositiveSmallIntegerField(_("安排后几天内完成"), default=90)
    expiry_basis = models.CharField(_("有效期怎么算"), max_length=12, choices=ExpiryBasis, default=ExpiryBasis.LATER)

    class Meta:
        verbose_name = _("证书项目")
        verbose_name_plural = _("证书项目")
        ordering = ["code"]


class RequirementSet(Ledger):
    """One version of what a programme requires. Never changes; an allocation pins one."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="requirement_sets")
    number = models.PositiveIntegerField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="one_row_per_version_of_a_rule")]


class Requirement(Ledger):
    """One course, or some modules of it, that a requirement set demands. Every one must be met: averages are not
    enough for children. A part is met by its lessons; the course's test stands for the whole course (decision 0005).
    """

    requirement_set = models.ForeignKey(RequirementSet, models.PROTECT, related_name="requirements")
    course = models.ForeignKey(Course, models.PROTECT, related_name="+")
    modules = models.JSONField(null=True)  # [1, 2], or none for the whole course
    hours = models.DecimalField(max_digits=5, decimal_places=1, null=True)  # what a part counts; none: the course's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["requirement_set", "course"], name="a_rule_names_a_course_once")]

    @property
    def counted_hours(self) -> Decimal:
        return self.course.hours if self.hours is None else self.hours


class Allocation(models.Model):
    """One learner is to hold one programme's certificate, under the rule version of that day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey("people.User", models.PROTECT, related_name="allocations")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="allocations")
    requirement_set = models.ForeignKey(RequirementSet, models.PROTECT, related_name="allocations")
    allocated_at = models.DateTimeField()
    allocated_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "programme"],
                condition=Q(ended_at__isnull=True),
                name="one_open_allocation_per_programme",
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} {self.programme_id}"


class CertificationPeriod(models.Model):
    """One link of a chain: from when she may renew to when it runs out. In local dates.

    Opened when allocated and again when a window opens; met once, by evidence. Projection of CertificationEvents.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="periods")
    number = models.PositiveSmallIntegerField()
    window_opens_date = models.DateField()
    due_date = models.DateField()
    met_at = models.DateTimeField(null=True, blank=True)
    valid_from_date = models.DateField(null=True, blank=True)
    valid_until_date = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    certificate = models.ForeignKey("certificates.Certificate", models.PROTECT, null=True, blank=True, related_name="+")
    evidence = models.JSONField(default=list)  # [{course, enrolment, completed_at, attempt, release}]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["allocation", "number"], name="periods_are_numbered_once"),
            models.CheckConstraint(condition=Q(due_date__gte=F("window_opens_date")), name="due_after_window_opens"),
        ]
        indexes = [models.Index(fields=["valid_until_date"], name="period_by_last_day")]  # the sweep asks each minute

    def __str__(self) -> str:
        return f"{self.allocation_id} #{self.number}"


class CertificationEvent(Ledger):
    """What happened in a certification period: opened, met, revoked, reinstated, corrected. Append-only."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("开始")
        MET = "met", _("达到要求")
        REVOKED = "revoked", _("撤销")
        REINSTATED = "reinstated", _("恢复")
        CORRECTED = "corrected", _("更正")

    period = models.ForeignKey(CertificationPeriod, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    actor = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
