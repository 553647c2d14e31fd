from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.utils.translation import gettext_lazy as _


def private_files() -> FileSystemStorage:
    """Where seals lay before certificates had designs; the first migration still names it."""
    return FileSystemStorage(location=settings.DATA_DIR / "private")


class Issuer(models.Model):
    """The body that issues certificates. Authority is data, never a constant (domain: the 2023 reform).

    Who signs and what seal it bears stand in its designs.
    """

    code = models.CharField(_("代码"), max_length=4, unique=True)  # the number's first letters
    name_zh = models.CharField(_("名称"), max_length=100)
    name_en = models.CharField(_("英文名称"), max_length=200, blank=True)
    phone = models.CharField(_("查证电话"), max_length=30, blank=True)  # shown to whoever checks a certificate
    region = models.ForeignKey("people.Region", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("发证单位")
        verbose_name_plural = _("发证单位")

    def __str__(self) -> str:
        return self.name_zh
