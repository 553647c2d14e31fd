import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Cohort(models.Model):
    """A class: people who learn one course together, led by somebody, in one region. Closed with a date, not deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("班名"), max_length=80)
    course = models.ForeignKey("courses.Course", models.PROTECT, related_name="cohorts")
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="+")  # who may see it: its officers
    led_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    opened_date = models.DateField(_("开班"))
    closed_date = models.DateField(_("结班"), null=True, blank=True)  # the first day without it

    class Meta:
        verbose_name = _("班级")
        verbose_name_plural = _("班级")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_date__isnull=True) | Q(closed_date__gte=F("opened_date")),
                name="cohort_does_not_close_before_it_opens",
            )
        ]

    def __str__(self) -> str:
        return self.title


class CohortMember(models.Model):
    """Somebody is in a class from a day to a day. What she learns is hers, in the class or out of it."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="members")
    learner = models.ForeignKey("people.User", models.PROTECT, related_name="cohort_memberships")
    joined_date = models.DateField()
    left_date = models.DateField(null=True, blank=True)  # the first day without her

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "learner"], condition=Q(left_date__isnull=True), name="once_in_a_cohort"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cohort_id} {self.learner_id}"
