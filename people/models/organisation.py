from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrganisationQuerySet(models.QuerySet):
    def on(self, day: date):
        return self.filter(valid_from_date__lte=day).filter(Q(valid_to_date__isnull=True) | Q(valid_to_date__gt=day))

    def below(self, organisation: "Organisation"):
        return self.filter(path__startswith=organisation.path)


class Organisation(models.Model):
    """A body that supervises people: League committee, civil-affairs bureau, station, school, agency.

    Its tree is who answers to whom and is not the region tree (domain, section 3: 兵团, railways, schools).
    `path` is made of ids, each padded to eight digits and closed by a slash. Holds no personal data.
    """

    class Kind(models.TextChoices):
        LEAGUE = "league", _("团委")
        CIVIL_AFFAIRS = "civil_affairs", _("民政部门")
        EDUCATION = "education", _("教育部门")
        WOMEN = "women", _("妇联")
        AGENCY = "agency", _("社工机构")
        STATION = "station", _("乡镇社工站")
        VILLAGE = "village", _("村（居）委会")
        SCHOOL = "school", _("学校")
        OTHER = "other", _("其他单位")

    kind = models.CharField(_("类别"), max_length=16, choices=Kind)
    name = models.CharField(_("名称"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=120, db_index=True, blank=True)
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="organisations")
    valid_from_date = models.DateField(_("起"))
    valid_to_date = models.DateField(_("止"), null=True, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        """The path needs the row's own id, so a new row is written twice, once."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else ''}{self.pk:08d}/"
        if path != self.path:
            self.path = path
            super().save(update_fields=["path"])
