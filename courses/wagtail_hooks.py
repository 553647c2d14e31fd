"""The trainer's desk for courses: where they are in the menu, what is due for review, and what publishing sets off."""

from datetime import timedelta

from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import ListingButton
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from courses import disputes_desk, figures_desk  # noqa: F401 - registers their hooks
from courses.models import CataloguePage, Course, LessonPage, Programme
from courses.services import settle_lesson
from courses.views.programme import rules
from people.models import RoleGrant
from people.scope import roles_of

REVIEW_AHEAD = timedelta(days=90)


class CourseViewSet(SnippetViewSet):
    """A course as a fact: code, hours, test."""

    model = Course
    icon = "clipboard-list"
    menu_label = _("课程的学时与测试")
    menu_order = 120
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["code", "title_zh", "hours", "quiz"]
    panels = [
        FieldPanel("code"),
        FieldPanel("title_zh"),
        FieldPanel("title_en"),
        FieldPanel("hours"),
        FieldPanel("quiz"),
        FieldPanel("competencies"),
        FieldPanel("guidance_tasks"),
    ]


class ProgrammeViewSet(SnippetViewSet):
    """证书项目: what a certificate is for and how long it holds. What it asks for has versions (views/programme.py)."""

    model = Programme
    icon = "list-ul"
    menu_label = _("证书项目")
    menu_order = 125
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["code", "title_zh", "issuer", "valid_months"]
    panels = [
        MultiFieldPanel(
            [FieldPanel("code"), FieldPanel("title_zh"), FieldPanel("title_en"), FieldPanel("issuer")],
            heading=_("哪张证书"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("days_to_complete"),
                FieldPanel("valid_months"),
                FieldPanel("window_days"),
                FieldPanel("expiry_basis"),
            ],
            heading=_("期限"),
            help_text=_("改这里只对以后发的证书有效，已经发的不变。"),
        ),
    ]

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("rules/<int:pk>/", rules, name="rules")]


register_snippet(CourseViewSet)
register_snippet(ProgrammeViewSet)


def _may_decide(user) -> bool:
    return RoleGrant.Role.ADMINISTRATOR.value in roles_of(user, timezone.localdate())


def _rules_address(programme: Programme) -> str:
    return reverse("wagtailsnippets_courses_programme:rules", args=[programme.pk])


@hooks.register("register_snippet_listing_buttons")
def rules_from_the_list(snippet, user, next_url=None):
    if isinstance(snippet, Programme) and _may_decide(user):
        yield ListingButton(_("要求"), _rules_address(snippet), icon_name="list-ul", priority=10)


class RulesItem(ActionMenuItem):
    """Beside 保存: what the certificate asks for is a step of its own."""

    label = _("定要求")
    name = "action-programme-rules"
    icon_name = "list-ul"

    def is_shown(self, context):
        return context.get("view") == "edit" and _may_decide(context["request"].user)

    def get_url(self, parent_context):
        return _rules_address(parent_context["instance"])


@hooks.register("register_snippet_action_menu_item")
def rules_beside_save(model):
    return RulesItem(order=90) if model is Programme else None


@hooks.register("after_create_snippet")
def decide_the_rules_next(request, instance):
    """A programme without a rule can be given to nobody: that is the next step."""
    if isinstance(instance, Programme) and _may_decide(request.user):
        return redirect(_rules_address(instance))
    return None


class CoursesMenuItem(MenuItem):
    """The Chinese catalogue in the page tree: one tap from the desk to the courses."""

    def is_shown(self, request):
        return request.user.has_perm("wagtailadmin.access_admin") and self.catalogue() is not None

    def catalogue(self):
        return CataloguePage.objects.filter(locale__language_code="zh-hans").only("pk").first()

    def render_component(self, request):
        self.url = reverse("wagtailadmin_explore", args=[self.catalogue().pk])
        return super().render_component(request)


@hooks.register("register_admin_menu_item")
def review_in_the_menu():
    """What waits for the one who looks; where there is nothing, Wagtail says so."""
    address = reverse_lazy("wagtailadmin_reports:workflow_tasks", query={"reviewable": "true"})
    return MenuItem(_("审核"), address, name="review", icon_name="tasks", order=160)


@hooks.register("register_admin_menu_item")
def courses_in_the_menu():
    return CoursesMenuItem(_("课程"), "", name="courses", icon_name="doc-full-inverse", order=100)


class ReviewPanel(Component):
    """Lessons whose review is due or never done, with what is still to be checked."""

    name = "lessons_to_review"
    template_name = "wagtailadmin/home/lessons_to_review.html"
    order = 100

    def get_context_data(self, parent_context):
        today = timezone.localdate()
        lessons = LessonPage.objects.live().filter(locale__language_code="zh-hans").exclude(review_notes="")
        lessons = lessons.filter(review_by_date__lte=today + REVIEW_AHEAD) | lessons.filter(review_legal="待审")
        return {
            "lessons": [
                {
                    "page": lesson,
                    "notes": lesson.review_notes.splitlines(),
                    "is_due": bool(lesson.review_by_date and lesson.review_by_date <= today + REVIEW_AHEAD),
                }
                for lesson in lessons.select_related("course").order_by("course__code", "number")
            ]
        }


@hooks.register("construct_homepage_panels")
def what_to_review_first(request, panels):
    panels.insert(0, ReviewPanel())


@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
def settle_what_was_published(request, page):
    """The editor's buttons act on the revision, past LessonPage.publish."""
    if isinstance(page.specific, LessonPage):
        settle_lesson(lesson=page.specific, settled_at=timezone.now())
