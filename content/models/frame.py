from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_language(zh: str, en: str) -> str:
    """This will give the words of the page's language, the other's where they are missing."""
    return (en or zh) if (get_language() or "").startswith("en") else (zh or en)


class BilingualTitle(models.Model):
    """Base of short facts with a name in both languages."""

    title_zh = models.CharField(_("中文名称"), max_length=200)
    title_en = models.CharField(_("英文名称"), max_length=300)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{getattr(self, 'code', '')} {self.title}".strip()

    @property
    def title(self) -> str:
        return in_language(self.title_zh, self.title_en)


class Competency(BilingualTitle):
    """One of the nine domains K1 to K9 of the curriculum. A lesson or question names it with a level, as K4-L2."""

    code = models.CharField(_("代码"), max_length=4, unique=True)

    class Meta:
        verbose_name = _("能力")
        verbose_name_plural = _("能力")
        ordering = ["code"]


class GuidanceTask(BilingualTitle):
    """One task of the 2017 Guidance (民发〔2017〕126号), T1.1 to G3; what the coverage report counts by."""

    code = models.CharField(_("代码"), max_length=6, unique=True)

    class Meta:
        verbose_name = _("指导意见任务")
        verbose_name_plural = _("指导意见任务")
        ordering = ["code"]
