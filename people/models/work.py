from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MembershipQuerySet(models.QuerySet):
    def on(self, day: date):
        """In post on that day."""
        return self.filter(started_date__lte=day).filter(Q(ended_date__isnull=True) | Q(ended_date__gt=day))

    def in_region(self, region):
        return self.filter(region__path__startswith=region.path)

    def in_organisation(self, organisation):
        return self.filter(organisation__path__startswith=organisation.path)


class Membership(models.Model):
    """One person in one post of one organisation in one region, from a day to a day.

    Closed with an end date, never deleted: reports are asked as at a day. Personal data: where she works.
    """

    class Worker(models.TextChoices):
        VILLAGE_DIRECTOR = "village_director", _("儿童主任")
        TOWNSHIP_SUPERVISOR = "township_supervisor", _("儿童督导员")
        SOCIAL_WORKER = "social_worker", _("社工")
        COMPANION_MOTHER = "companion_mother", _("童伴妈妈")
        LEAGUE_CADRE = "league_cadre", _("团干部")
        VOLUNTEER = "volunteer", _("志愿者")

    user = models.ForeignKey("people.User", models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="memberships")
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="memberships")
    worker = models.CharField(_("身份"), max_length=24, choices=Worker)
    village = models.CharField(_("村（居）"), max_length=60, blank=True)
    started_date = models.DateField(_("到岗日期"))
    ended_date = models.DateField(_("离岗日期"), null=True, blank=True)  # the first day she no longer held the post

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_date__isnull=True), name="one_open_membership_per_person"
            ),
            models.CheckConstraint(
                # equal: corrected on its first day, and so never in force
                condition=Q(ended_date__isnull=True) | Q(ended_date__gte=F("started_date")),
                name="membership_does_not_end_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.organisation_id}"
