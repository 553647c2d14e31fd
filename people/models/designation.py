from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RegionDesignationQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(from_date__lte=day).filter(Q(to_date__isnull=True) | Q(to_date__gt=day))


class RegionDesignation(models.Model):
    """A region tries something out, or shows others how, from a day to a day, because a paper says so.

    Counts for the region and everything below it. Ended with a date, never deleted. A renamed region is a new row with
    the same path, so who asks what is designated compares paths.
    """

    class Kind(models.TextChoices):
        PILOT = "pilot", _("试点")
        DEMONSTRATION = "demonstration", _("示范")

    kind = models.CharField(_("种类"), max_length=16, choices=Kind)
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="designations")
    from_date = models.DateField(_("起"))
    to_date = models.DateField(_("止"), null=True, blank=True)  # the first day without it
    paper = models.CharField(_("依据"), max_length=200)
    designated_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    objects = RegionDesignationQuerySet.as_manager()

    class Meta:
        verbose_name = _("试点和示范")
        verbose_name_plural = _("试点和示范")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kind"], condition=Q(to_date__isnull=True), name="one_open_designation_of_a_kind"
            ),
            models.CheckConstraint(
                # equal: ended on its first day, and so never in force
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="designation_does_not_end_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.region}"
