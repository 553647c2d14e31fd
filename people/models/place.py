from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RegionQuerySet(models.QuerySet):
    def on(self, day: date):
        """The tree as it stood that day."""
        return self.filter(valid_from_date__lte=day).filter(Q(valid_to_date__isnull=True) | Q(valid_to_date__gt=day))

    def below(self, region: "Region"):
        """The region and everything under it."""
        return self.filter(path__startswith=region.path)

    def at(self, level: int):
        return self.filter(level=level)


class Region(models.Model):
    """One administrative division as it stood from a day to a day. A fact of the state, not of the League.

    Loaded from the Ministry of Civil Affairs' data (data/regions, CC BY 4.0). A renamed, merged or moved division is a
    new row; the old one ends and names its successor. The parent is never derived from the code: the tree is ragged.
    `path` is made of the codes from the nation down, each closed by a slash: a subtree is a prefix.
    """

    class Level(models.IntegerChoices):
        NATION = 0, _("全国")
        PROVINCE = 1, _("省级")
        PREFECTURE = 2, _("市级")
        COUNTY = 3, _("县级")
        TOWNSHIP = 4, _("乡级")

    code = models.CharField(_("代码"), max_length=12)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("级别"), choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=60, db_index=True)
    full_name = models.CharField(_("全称"), max_length=200)  # 省·市·县: 28 county names repeat
    valid_from_date = models.DateField(_("起"))
    valid_to_date = models.DateField(_("止"), null=True, blank=True)  # the first day it no longer stood
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("地区")
        verbose_name_plural = _("地区")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from_date"], name="one_region_per_code_and_day"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to_date__isnull=True), name="one_standing_region_per_code"
            ),
            models.CheckConstraint(
                condition=Q(valid_to_date__isnull=True) | Q(valid_to_date__gt=F("valid_from_date")),
                name="region_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["level", "path"])]

    def __str__(self) -> str:
        return self.full_name

    def ancestor_codes(self) -> list[str]:
        """This will give the codes from the nation down to the region itself."""
        return self.path.strip("/").split("/")
