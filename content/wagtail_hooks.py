"""The trainer's desk: words, laws and media, in her menu's words. People's data is nowhere in it."""

from django.templatetags.static import static
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, LiveStatusTagColumn
from wagtail.admin.views.account import AvatarSettingsPanel, NameEmailSettingsPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from content.checks import findings_of
from content.checks_form import handed_in
from content.law_form import LawChecksPanel, LawForm
from content.models import Competency, GuidanceTask, Law, LawClause

# What a trainer finds by our own menu instead, or has no use for.
MOVED = ("images", "documents", "media")
HIDDEN = ("snippets", "help", "reports")

# A name is a person's record and is changed where people are; a face is nowhere. Wagtail asks for both, and keeps neither
# its language nor its look of the desk from her until she has typed a name that it then throws away.
for panel in (NameEmailSettingsPanel, AvatarSettingsPanel):
    panel.is_active = lambda self: False


class LawViewSet(SnippetViewSet):
    """A law's versions; an amendment is added beside the old version, whose lessons can then be listed.

    What is written is a draft; it becomes public by the review (docs/decisions/0006).
    """

    model = Law
    icon = "clipboard-list"
    search_fields = ["key", "title_zh", "title_en", "document_number", "clauses__heading_zh", "clauses__gist_zh"]
    menu_label = _("法律法规")
    list_display = [
        "key",
        "version_date",
        BooleanColumn("is_current", label=_("现行有效"), sort_key="is_current"),
        "legal_review_date",
        LiveStatusTagColumn(),
    ]
    list_filter = ["is_current"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            LawChecksPanel(),
            MultiFieldPanel(
                [
                    FieldPanel("key"),
                    FieldPanel("version_date"),
                    FieldPanel("is_current"),
                    FieldPanel("title_zh"),
                    FieldPanel("title_en"),
                    FieldPanel("issuers_zh"),
                    FieldPanel("issuers_en"),
                    FieldPanel("document_number"),
                    FieldPanel("issued_date"),
                    FieldPanel("in_force_date"),
                    FieldPanel("source_url"),
                ],
                heading=_("哪部法律、哪个版本"),
            ),
            FieldPanel("review_note"),
            InlinePanel("clauses", heading=_("条文"), label=_("条文")),
        ],
        base_form_class=LawForm,
    )

    def get_queryset(self, request):
        """Searched by their clauses' words as well; each law once, however many of its clauses hold them."""
        return Law.objects.distinct()


class PublicClauses(SnippetChooserViewSet):
    """A lesson cites what is public: a law that waits for its review is not among them."""

    def get_object_list(self):
        return LawClause.objects.filter(law__live=True)


class LawClauseViewSet(SnippetViewSet):
    """The articles by themselves: what a law excerpt chooses from. They are written inside their law, by its review."""

    model = LawClause
    icon = "doc-full"
    search_fields = ["law__key", "heading_zh", "heading_en", "gist_zh", "gist_en"]
    menu_label = _("条文")
    list_display = ["__str__", "gist_zh"]
    list_filter = ["law"]
    copy_view_enabled = False
    chooser_viewset_class = PublicClauses
    panels = [
        FieldPanel("law"),
        FieldPanel("article"),
        FieldPanel("heading_zh"),
        FieldPanel("heading_en"),
        FieldPanel("gist_zh"),
        FieldPanel("gist_en"),
    ]


class LawGroup(SnippetViewSetGroup):
    items = (LawViewSet, LawClauseViewSet)
    menu_label = _("法条")
    menu_icon = "clipboard-list"
    menu_order = 130


class CompetencyViewSet(SnippetViewSet):
    model = Competency
    icon = "tick"
    menu_label = _("能力")
    list_display = ["code", "title_zh", "title_en"]
    copy_view_enabled = False
    panels = [FieldPanel("code"), FieldPanel("title_zh"), FieldPanel("title_en")]


class GuidanceTaskViewSet(SnippetViewSet):
    model = GuidanceTask
    icon = "tasks"
    menu_label = _("指导意见任务")
    list_display = ["code", "title_zh", "title_en"]
    copy_view_enabled = False
    panels = [FieldPanel("code"), FieldPanel("title_zh"), FieldPanel("title_en")]


class FrameGroup(SnippetViewSetGroup):
    items = (CompetencyViewSet, GuidanceTaskViewSet)
    menu_label = _("能力与任务")
    menu_icon = "tasks"
    menu_order = 150


register_snippet(LawGroup)
register_snippet(FrameGroup)


@hooks.register("construct_main_menu")
def our_own_menu(request, items):
    """Pictures, recordings and papers are one thing to a trainer: 媒体."""
    media = [item for item in items if item.name in MOVED]
    items[:] = [item for item in items if item.name not in (*MOVED, *HIDDEN)]
    if media:
        items.append(SubmenuMenuItem(_("媒体"), Menu(items=media), name="media-of-ours", icon_name="image", order=140))


@hooks.register("construct_homepage_summary_items", order=100)
def no_counts_of_pages(request, items):
    """After Wagtail's own: how many pages there are helps nobody."""
    items.clear()


@hooks.register("register_admin_menu_item")
def help_in_the_menu():
    """How a trainer works here, in the language she works in."""
    return MenuItem(_("帮助"), reverse_lazy("help_page", args=["trainer"]), name="how-to", icon_name="help", order=9000)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def what_to_mind(request, page):
    """Who hands a page in while something is left to mind reads where and how, with the way there."""
    left = [one for one in findings_of(page) if not one.is_blocking] if handed_in(request.POST) else []
    if left:
        editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
        rows = ((editor, one.anchor, one.place, one.words, one.mending) for one in left)
        listed = format_html_join("", '<li><a href="{}#{}" style="color:inherit">{}</a> · {}<br>{}</li>', rows)
        messages.warning(request, format_html("{}<ul>{}</ul>", _("请留意"), listed))


@hooks.register("insert_global_admin_css")
def editor_on_a_phone():
    return format_html('<link rel="stylesheet" href="{}">', static("css/editor.css"))
