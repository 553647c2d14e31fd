from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .frame import BilingualTitle


class Law(BilingualTitle, ClusterableModel):
    """One version of one law or rule: an amendment is a new row, so lessons that cite the old one can be listed.

    `key` is the Chinese short name that citations use: 未成年人保护法@2024-04-26:11.
    """

    key = models.CharField(_("简称"), max_length=60)
    version_date = models.DateField(_("版本日期"))
    is_current = models.BooleanField(_("现行有效"), default=True)
    source_url = models.URLField(_("官方文本"), blank=True)
    review_note = models.TextField(_("还要核对什么"), blank=True)

    class Meta:
        verbose_name = _("法律法规")
        verbose_name_plural = _("法律法规")
        ordering = ["key", "-version_date"]
        constraints = [models.UniqueConstraint(fields=["key", "version_date"], name="one_row_per_version_of_a_law")]


class LawClause(models.Model):
    """One article of one version of a law, in our own words in both languages. What a lesson's citation resolves to."""

    law = ParentalKey(Law, on_delete=models.CASCADE, related_name="clauses", verbose_name=_("法律"))
    article = models.CharField(_("条"), max_length=12)  # 11, or 11.2 for a paragraph; p4.1 in a policy paper
    gist_zh = models.TextField(_("大意"), blank=True)
    gist_en = models.TextField(_("大意（英文）"), blank=True)

    class Meta:
        verbose_name = _("条文")
        verbose_name_plural = _("条文")
        ordering = ["law", "article"]
        constraints = [models.UniqueConstraint(fields=["law", "article"], name="one_row_per_article_of_a_law")]

    def __str__(self) -> str:
        return self.citation

    @classmethod
    def get_by_citation(cls, citation: str) -> "LawClause":
        """This will find the clause that 未成年人保护法@2024-04-26:11 names; DoesNotExist when the register lacks it."""
        law, _colon, article = citation.rpartition(":")
        key, _at, version = law.partition("@")
        return cls.objects.select_related("law").get(law__key=key, law__version_date=version, article=article)

    @property
    def citation(self) -> str:
        return f"{self.law.key}@{self.law.version_date:%Y-%m-%d}:{self.article}"
