"""Where an author meets the figures: in the menu, beside the course, the lesson and the quiz, and on her home."""

from django.urls import path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.widgets.button import Button, ListingButton
from wagtail.snippets.action_menu import ActionMenuItem

from assessments.figures import questions_to_mend
from assessments.items import ENOUGH
from assessments.models import Quiz
from courses.models import Course, CoursePage, LessonPage
from courses.selectors import said
from courses.views.figures import ADVICE, GRAVE, course, figures, quiz
from people.audience import Audience
from people.role_menu import RoleMenuItem
from people.scope import roles_of

ON_THE_HOME = 3


def _may_see(user) -> bool:
    return bool(Audience.AUTHOR.roles & roles_of(user, timezone.localdate()))


def _address(thing) -> str | None:
    """Where the figures of a course, a quiz, a course page or a lesson stand."""
    if isinstance(thing, Quiz):
        return reverse("figures_quiz", args=[thing.code])
    if isinstance(thing, LessonPage) and thing.course:
        return f"{reverse('figures_course', args=[thing.course.slug])}#lesson-{thing.number}"
    if isinstance(thing, CoursePage):
        return reverse("figures_course", args=[thing.course.slug])
    return reverse("figures_course", args=[thing.slug]) if isinstance(thing, Course) else None


@hooks.register("register_admin_urls")
def addresses():
    return [
        path("figures/", figures, name="figures"),
        path("figures/courses/<slug:code>/", course, name="figures_course"),
        path("figures/tests/<slug:code>/", quiz, name="figures_quiz"),
    ]


@hooks.register("register_admin_menu_item")
def figures_in_the_menu():
    address = reverse_lazy("figures")
    return RoleMenuItem(_("学习情况"), address, audience=Audience.AUTHOR, name="figures", icon_name="table", order=165)


@hooks.register("register_snippet_listing_buttons")
def figures_from_the_list(snippet, user, next_url=None):
    if isinstance(snippet, Course | Quiz) and _may_see(user):
        yield ListingButton(_("学习情况"), _address(snippet), icon_name="table", priority=30)


class FiguresItem(ActionMenuItem):
    """Beside 保存."""

    label = _("学习情况")
    name = "action-figures"
    icon_name = "table"

    def is_shown(self, context):
        return context.get("view") == "edit" and _may_see(context["request"].user)

    def get_url(self, parent_context):
        return _address(parent_context["instance"])


@hooks.register("register_snippet_action_menu_item")
def figures_beside_save(model):
    return FiguresItem(order=95) if model in (Course, Quiz) else None


@hooks.register("register_page_listing_more_buttons")
def figures_from_the_tree(page, user, next_url=None):
    yield from _button_of(page, user)


@hooks.register("register_page_header_buttons")
def figures_from_the_page(page, user, view_name, next_url=None):
    yield from _button_of(page, user)


def _button_of(page, user):
    page = page.specific
    if isinstance(page, CoursePage | LessonPage) and (address := _address(page)) and _may_see(user):
        yield Button(_("学习情况"), address, icon_name="table", priority=70)


class ToMendPanel(Component):
    """At most three questions whose answers say that something is wrong with them."""

    name = "questions_to_mend"
    template_name = "wagtailadmin/home/questions_to_mend.html"
    order = 110

    def get_context_data(self, parent_context):
        worst = questions_to_mend(at_most=ON_THE_HOME, flags=GRAVE)
        return {
            "questions": [(question, said(question.stem), ADVICE[question.flag]) for question in worst],
            "enough": ENOUGH,
        }


@hooks.register("construct_homepage_panels")
def what_to_mend(request, panels):
    if _may_see(request.user):
        panels.append(ToMendPanel())
