from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


@register_setting(icon="help")
class SiteWords(BaseSiteSetting):
    """Numbers to ring and names to print, which differ by county: never in a template (look, principle 7)."""

    county_phone = models.CharField(_("县值班电话"), max_length=30, blank=True)
    county_phone_label_zh = models.CharField(_("值班电话的叫法"), max_length=60, default="县未成年人保护值班室")
    county_phone_label_en = models.CharField(
        _("值班电话的叫法（英文）"), max_length=80, default="County child-protection desk"
    )
    hotline = models.CharField(_("青少年服务热线"), max_length=30, blank=True, default="12355")
    icp_number = models.CharField(_("ICP 备案号"), max_length=40, blank=True)
    police_number = models.CharField(_("公安备案号"), max_length=40, blank=True)
    review_note = models.TextField(_("还要核对什么"), blank=True)

    class Meta:
        verbose_name = _("电话与备案")
