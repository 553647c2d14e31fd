from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RoleGrantQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(from_date__lte=day).filter(Q(to_date__isnull=True) | Q(to_date__gt=day))


class RoleGrant(models.Model):
    """A person may do something over a region subtree or an organisation subtree, from a day to a day.

    Ended with a date, never deleted. Every person is a learner without a grant; a learner grant is what a roster gives
    to somebody who must learn.
    """

    class Role(models.TextChoices):
        LEARNER = "learner", _("学员")
        TRAINER = "trainer", _("培训师")
        REVIEWER = "reviewer", _("审核人")
        LEGAL = "legal", _("法律审核人")
        SAFEGUARDING = "safeguarding", _("儿童安全审核人")
        STAFF = "staff", _("团委工作人员")
        REGISTRAR = "registrar", _("发证人")
        SEAL_KEEPER = "seal_keeper", _("掌印人")
        ADMINISTRATOR = "administrator", _("系统管理员")

    # ASVS 6.3.3: a second factor for everybody who can touch other people's records
    STAFF_ROLES = (
        Role.TRAINER,
        Role.REVIEWER,
        Role.LEGAL,
        Role.SAFEGUARDING,
        Role.STAFF,
        Role.REGISTRAR,
        Role.SEAL_KEEPER,
        Role.ADMINISTRATOR,
    )

    user = models.ForeignKey("people.User", models.PROTECT, related_name="role_grants")
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    region = models.ForeignKey("people.Region", models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    from_date = models.DateField(_("起"))
    to_date = models.DateField(_("止"), null=True, blank=True)
    granted_by = models.ForeignKey("people.User", models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("授权")
        verbose_name_plural = _("授权")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True) ^ Q(organisation__isnull=True),
                name="role_is_over_a_region_or_an_organisation",
            ),
            models.CheckConstraint(
                # equal: ended on its first day, and so never in force
                condition=Q(to_date__isnull=True) | Q(to_date__gte=F("from_date")),
                name="role_does_not_end_before_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.region or self.organisation}"
