"""The trainer's doors: what stands in the way of publishing, publishing, and the draft as a learner meets it."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from people.audience import Audience, audience

from .drawing import draw
from .forms import answer_from_form, whole_number
from .freezing import check, freeze, problems_of, usable_questions
from .grading import mark
from .models import Attempt, Mark, Quiz, QuizVersion
from .selectors import review_of, shown_questions
from .services import QuizNotReady, publish_quiz


class PublishQuizView(WagtailAdminTemplateMixin, TemplateView):
    """A quiz on its way out: problems, warnings, the versions so far, and the button."""

    template_name = "assessments/publish.html"
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.quiz = get_object_or_404(Quiz.objects.select_related("bank"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return _("发布测试")

    def get_page_subtitle(self) -> str:
        return str(self.quiz)

    def get_breadcrumbs_items(self) -> list[dict]:
        quizzes = {"url": reverse("wagtailsnippets_assessments_quiz:list"), "label": _("测试")}
        edit = {"url": reverse("wagtailsnippets_assessments_quiz:edit", args=[self.quiz.pk]), "label": str(self.quiz)}
        return [*super().get_breadcrumbs_items(), quizzes, edit, {"url": "", "label": _("发布")}]

    def get_context_data(self, **kwargs) -> dict:
        questions = usable_questions(self.quiz)
        return super().get_context_data(
            quiz=self.quiz,
            question_count=len(questions),
            readiness=check(self.quiz, questions, timezone.localdate()),
            versions=self.quiz.versions.select_related("published_by").defer("paper", "key"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        newest = self.quiz.versions.defer("paper", "key").order_by("-number").first()
        try:
            version = publish_quiz(quiz=self.quiz, published_by=request.user, published_at=timezone.now())
        except QuizNotReady as not_ready:
            messages.error(request, _("还不能发布，有 %(n)d 处要改。") % {"n": len(not_ready.problems)})
        else:
            if version == newest:
                messages.info(request, _("和第 %(n)d 版一模一样，没有新的一版。") % {"n": version.number})
            else:
                messages.success(
                    request, _("第 %(n)d 版已发布。正在答的人仍用旧版，新开始的用这一版。") % {"n": version.number}
                )
        return redirect(request.path)


publish = audience(Audience.TRAINER)(PublishQuizView.as_view())


@audience(Audience.TRAINER)
def try_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a learner meets it: drawn, answered, marked and reviewed, and nothing of it recorded.

    The draw is made again from the seed in the form, so the server need not remember it either.
    """
    quiz = get_object_or_404(Quiz.objects.select_related("bank"), pk=pk)
    questions = usable_questions(quiz)
    usable = [q for q in questions if not problems_of(q)]
    paper, key = freeze(usable)
    seed = whole_number(request.POST.get("seed"), 999, otherwise=0) or secrets.randbelow(999) + 1
    drawn = draw(questions=paper["questions"], key=key, count=quiz.draw_count, seed=seed)
    language = translation.get_language() or "zh-hans"
    shown = shown_questions(paper=paper, drawn=drawn, answers={}, flagged=set(), language=language)
    context = {"quiz": quiz, "seed": seed, "questions": shown, "left_out": len(questions) - len(usable)}
    if request.method == "POST" and drawn:
        answers = {q.uuid: answer_from_form(request.POST, q)[0] for q in shown}
        result = mark(
            questions={q["uuid"]: q for q in paper["questions"]},
            key=key,
            drawn=drawn,
            answers=answers,
            pass_percent=quiz.pass_percent,
            critical_errors_allowed=quiz.critical_errors_allowed,
        )
        context["review"] = review_of(
            attempt=Attempt(drawn=drawn),
            version=QuizVersion(
                paper=paper,
                key=key,
                pass_percent=quiz.pass_percent,
                critical_errors_allowed=quiz.critical_errors_allowed,
            ),
            mark=Mark(
                answers=answers,
                per_question={
                    q: {"points": m.points, "is_critical": m.is_critical} for q, m in result.per_question.items()
                },
                score_percent=result.score_percent,
                critical_errors=result.critical_errors,
                is_passed=result.is_passed,
            ),
            language=language,
        )
    return TemplateResponse(request, "assessments/preview.html", context)
