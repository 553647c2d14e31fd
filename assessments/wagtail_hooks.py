"""The trainer's desk for tests: banks, questions, quizzes. Nobody's answers are here."""

from django.contrib import messages
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import ListingButton
from wagtail.snippets.action_menu import ActionMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from assessments.forms import QuestionForm
from assessments.freezing import problems_of
from assessments.models import Question, QuestionBank, Quiz
from assessments.views import publish, try_draft
from people.models import RoleGrant
from people.scope import roles_of


class QuestionBankViewSet(SnippetViewSet):
    model = QuestionBank
    icon = "folder-open-inverse"
    menu_label = _("题库")
    list_display = ["code", "title_zh"]
    copy_view_enabled = False
    panels = [FieldPanel("code"), FieldPanel("title_zh"), FieldPanel("title_en")]


class QuestionFilter(WagtailFilterSet):
    class Meta:
        model = Question
        fields = ["bank", "lesson_number", "kind", "thinking", "competency", "guidance", "is_retired"]


def _retired(question: Question) -> str:
    return _now("停用") if question.is_retired else ""


class QuestionViewSet(SnippetViewSet):
    """A question with its options in both languages. What learners meet changes only with the next publishing."""

    model = Question
    icon = "help"
    menu_label = _("题目")
    list_display = [
        "code",
        "stem_zh",
        "kind",
        "lesson_number",
        "competency",
        "review_by_date",
        Column("is_retired", label=_("停用"), accessor=_retired),
    ]
    list_per_page = 50
    filterset_class = QuestionFilter
    search_fields = ["code", "stem_zh", "stem_en"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("bank"), FieldPanel("code"), FieldPanel("lesson_number")]),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("thinking")]),
                    FieldPanel("is_retired", help_text=_("停用的题下次发布就不再抽到。答过它的人的记录不变。")),
                ],
                heading=_("位置"),
            ),
            MultiFieldPanel(
                [FieldPanel("stem_zh", help_text=_("最后一段是问句。")), FieldPanel("stem_en")], heading=_("题干")
            ),
            InlinePanel(
                "options",
                [
                    FieldPanel("text_zh"),
                    FieldPanel("text_en"),
                    FieldRowPanel([FieldPanel("is_correct"), FieldPanel("is_critical")]),
                    FieldPanel("feedback_zh"),
                    FieldPanel("feedback_en"),
                ],
                heading=_("选项"),
                label=_("选项"),
                help_text=_("排序题：按对的顺序写，每一步都勾“对”。顺序在考的时候会打乱。"),
                min_num=2,
            ),
            MultiFieldPanel(
                [FieldPanel("explanation_zh"), FieldPanel("explanation_en"), FieldPanel("laws")], heading=_("解析")
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("competency"), FieldPanel("guidance")]),
                    FieldRowPanel([FieldPanel("author"), FieldPanel("review_by_date")]),
                    FieldPanel("review_note"),
                ],
                heading=_("对应与审核"),
            ),
        ],
        base_form_class=QuestionForm,
    )


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "tasks"
    menu_label = _("测试")
    list_display = ["code", "title_zh", "bank", "draw_count", "pass_percent"]
    copy_view_enabled = False
    panels = [
        MultiFieldPanel(
            [FieldPanel("code"), FieldPanel("title_zh"), FieldPanel("title_en"), FieldPanel("bank")],
            heading=_("哪份测试"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("draw_count"), FieldPanel("minutes")]),
                FieldRowPanel([FieldPanel("pass_percent"), FieldPanel("critical_errors_allowed")]),
                FieldRowPanel([FieldPanel("tries"), FieldPanel("hours_between_tries")]),
            ],
            heading=_("规则"),
        ),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("publish/<int:pk>/", publish, name="publish"),
            path("try/<int:pk>/", try_draft, name="try"),
        ]


class TestsGroup(SnippetViewSetGroup):
    items = (QuestionViewSet, QuizViewSet, QuestionBankViewSet)
    menu_label = _("题库与测试")
    menu_icon = "tasks"
    menu_order = 110


register_snippet(TestsGroup)


def _may_publish(user) -> bool:
    return RoleGrant.Role.TRAINER.value in roles_of(user, timezone.localdate())


def _door(name: str, quiz: Quiz) -> str:
    return reverse(f"wagtailsnippets_assessments_quiz:{name}", args=[quiz.pk])


@hooks.register("register_snippet_listing_buttons")
def publish_from_the_list(snippet, user, next_url=None):
    if isinstance(snippet, Quiz) and _may_publish(user):
        yield ListingButton(_("试考"), _door("try", snippet), icon_name="view", priority=10)
        yield ListingButton(_("发布"), _door("publish", snippet), icon_name="upload", priority=20)


class PublishItem(ActionMenuItem):
    """Beside 保存: publishing is a step of its own, with what stands in its way."""

    label = _("去发布")
    name = "action-publish-quiz"
    icon_name = "upload"

    def is_shown(self, context):
        return context.get("view") == "edit" and _may_publish(context["request"].user)

    def get_url(self, parent_context):
        return _door("publish", parent_context["instance"])


@hooks.register("register_snippet_action_menu_item")
def publish_beside_save(model):
    return PublishItem(order=90) if model is Quiz else None


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def say_what_is_still_missing(request, instance):
    """A draft may be unfinished; its author is told what publishing will ask for."""
    if isinstance(instance, Question):
        for problem in problems_of(Question.objects.get(pk=instance.pk)):
            messages.warning(request, _now("第 %(code)s 题：") % {"code": instance.code} + problem)
