from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


def in_language(row: models.Model, name: str) -> str:
    """This will give a row's words in the language now active: name_en or name_zh."""
    return getattr(row, f"{name}_{'en' if (get_language() or '').startswith('en') else 'zh'}")


@register_setting(icon="help")
class SiteWords(ClusterableModel, BaseSiteSetting):
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

    help_title_zh = models.CharField(_("求助栏标题"), max_length=60, default="现在就需要帮忙")
    help_title_en = models.CharField(_("求助栏标题（英文）"), max_length=80, default="If help is needed now")
    help_intro_zh = models.CharField(_("求助栏开头"), max_length=200, blank=True)
    help_intro_en = models.CharField(_("求助栏开头（英文）"), max_length=300, blank=True)
    help_closing_zh = models.CharField(_("求助栏结尾"), max_length=200, blank=True)
    help_closing_en = models.CharField(_("求助栏结尾（英文）"), max_length=300, blank=True)
    help_privacy_zh = models.CharField(_("求助时怎样保护孩子"), max_length=200, blank=True)
    help_privacy_en = models.CharField(_("求助时怎样保护孩子（英文）"), max_length=300, blank=True)

    panels = [
        MultiFieldPanel(
            [FieldPanel("county_phone"), FieldPanel("county_phone_label_zh"), FieldPanel("county_phone_label_en")],
            heading=_("县值班电话"),
        ),
        FieldPanel("hotline"),
        MultiFieldPanel(
            [
                FieldPanel(f"help_{part}_{language}")
                for part in ("title", "intro", "closing", "privacy")
                for language in ("zh", "en")
            ],
            heading=_("求助栏"),
        ),
        InlinePanel("help_lines", heading=_("求助电话"), label=_("电话")),
        MultiFieldPanel([FieldPanel("icp_number"), FieldPanel("police_number")], heading=_("备案")),
        FieldPanel("review_note"),
    ]

    class Meta:
        verbose_name = _("电话与备案")

    @property
    def help_title(self) -> str:
        return in_language(self, "help_title")

    @property
    def help_intro(self) -> str:
        return in_language(self, "help_intro")

    @property
    def help_closing(self) -> str:
        return in_language(self, "help_closing")

    @property
    def help_privacy(self) -> str:
        return in_language(self, "help_privacy")


class HelpLine(models.Model):
    """One number to ring, and when. Without a number it says who still must fill it in. Checked per county."""

    words = ParentalKey(SiteWords, on_delete=models.CASCADE, related_name="help_lines")
    sort_order = models.PositiveSmallIntegerField(default=0)
    number = models.CharField(_("号码"), max_length=30, blank=True)
    name_zh = models.CharField(_("叫法"), max_length=60)
    name_en = models.CharField(_("叫法（英文）"), max_length=80)
    when_zh = models.CharField(_("什么时候打"), max_length=200)
    when_en = models.CharField(_("什么时候打（英文）"), max_length=300)
    placeholder_zh = models.CharField(_("没有号码时写什么"), max_length=80, blank=True)
    placeholder_en = models.CharField(_("没有号码时写什么（英文）"), max_length=120, blank=True)
    review_note = models.CharField(_("还要核对什么"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("求助电话")
        verbose_name_plural = _("求助电话")
        ordering = ["sort_order"]

    def __str__(self) -> str:
        return f"{self.name_zh} {self.number}".strip()

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def when(self) -> str:
        return in_language(self, "when")

    @property
    def placeholder(self) -> str:
        return in_language(self, "placeholder")
