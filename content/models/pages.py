from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from content.blocks import reading_blocks
from content.blocks.line import OneLine
from content.checks_form import CheckedPageForm
from content.checks_panel import ChecksPanel, ReturnedPanel
from content.fields import StreamField
from content.words import ChineseAutocompleteField, ChineseSearchField


class BasePage(Page):
    """What every page of ours has. Wagtail's own words (title, slug, search description) and nothing about people."""

    base_form_class = CheckedPageForm
    is_for_everybody = True  # once public; a lesson is for who is enrolled

    summary = models.CharField(_("一句话"), max_length=200, blank=True)

    # Wagtail's own title panel keeps a slug field in step that our editors do not show
    title_panels = [ReturnedPanel(), ChecksPanel(), FieldPanel("title", classname="title", widget=OneLine)]
    promote_panels = []
    settings_panels = Page.settings_panels

    search_fields = [
        *Page.search_fields,
        ChineseSearchField("title", boost=2),
        ChineseAutocompleteField("title"),
        ChineseSearchField("summary"),
    ]

    class Meta:
        abstract = True


class HomePage(BasePage):
    """The root of one language's tree. What it shows depends on who looks; the words here greet a stranger."""

    max_count_per_parent = None
    parent_page_types = ["wagtailcore.Page"]
    content_panels = [*BasePage.title_panels, FieldPanel("summary", widget=OneLine)]

    class Meta:
        verbose_name = _("首页")


class InfoPage(BasePage):
    """A page of words: About, privacy notice, help."""

    body = StreamField(reading_blocks, blank=True, verbose_name=_("正文"))
    review_notes = models.TextField(_("还要核对什么"), blank=True, help_text=_("只有编辑的人看得到，一行一条。"))
    template = "content/info_page.html"
    parent_page_types = ["content.HomePage", "content.InfoPage"]
    content_panels = [
        *BasePage.title_panels,
        FieldPanel("summary", widget=OneLine),
        FieldPanel("body"),
        FieldPanel("review_notes"),
    ]
    search_fields = [*BasePage.search_fields, ChineseSearchField("body")]

    class Meta:
        verbose_name = _("说明页")
