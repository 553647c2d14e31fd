"""学习情况: what learning and testing say about the words, for trainers and reviewers. Inside Wagtail's admin.

Counts are written as people/small_counts.py allows, and so are the shares made from them; no person is named.
"""

from dataclasses import dataclass
from math import ceil, floor

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from assessments.figures import QuestionFigures, figures_of, versions_of
from assessments.items import ENOUGH, FLAGS, NEGATIVE, TOO_EASY, TOO_HARD, WRONG_KEY, wilson
from assessments.models import Quiz, QuizVersion
from courses.figures import SILENT, course_figures
from courses.models import Course, LessonPage
from courses.selectors import said
from people.audience import Audience, audience
from people.scope import roles_of
from people.small_counts import FEW, rounded, share_percent


@dataclass(frozen=True)
class Advice:
    """A flag in words, and what to do about it."""

    name: str | Promise
    what_to_do: str | Promise


ADVICE = {
    WRONG_KEY: Advice(
        gettext_lazy("正确项可能标错"),
        gettext_lazy("选一个错误项的人比答对的人多。先核对哪一项对；没有标错的话，把题干或选项写得不会误解。"),
    ),
    NEGATIVE: Advice(
        gettext_lazy("区分度为负"),
        gettext_lazy("别的题答得好的人，这一题反而答错得多。看看题干有没有歧义、是不是两项都说得通。"),
    ),
    TOO_HARD: Advice(
        gettext_lazy("太难"),
        gettext_lazy("答对的不到四成。看看课文有没有讲到、讲清楚；没有就补课文，题干绕就改短。"),
    ),
    TOO_EASY: Advice(
        gettext_lazy("太容易"),
        gettext_lazy("几乎人人答对。考的是不能错的做法就留着；不是的话，把一眼看穿的错误项换成常见的误解。"),
    ),
}
# what the desk's home shows: an easy question hurts nobody
GRAVE = (WRONG_KEY, NEGATIVE, TOO_HARD)


@dataclass(frozen=True)
class People:
    """A count as it may be written: the rounded number, or None for fewer than five."""

    shown: int | None

    def __str__(self) -> str:
        return _("少于 %(few)d 人") % {"few": FEW} if self.shown is None else f"{self.shown}"


def people(count: int) -> People:
    return People(rounded(count))


def _title(quiz: Quiz) -> str:
    return said({"zh": quiz.title_zh, "en": quiz.title_en})


class FiguresView(WagtailAdminTemplateMixin, TemplateView):
    """The list: every course and every quiz with how many are behind its figures."""

    template_name = "courses/figures_index.html"
    header_icon = "table"
    page_title = gettext_lazy("学习情况")

    def get_breadcrumbs_items(self) -> list[dict]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": _("学习情况")}]

    def get_context_data(self, **kwargs) -> dict:
        courses = Course.objects.annotate(learners=Count("enrolments__learner", distinct=True)).order_by("code")
        newest = QuizVersion.objects.filter(quiz=OuterRef("pk")).order_by("-number").values("number")[:1]
        quizzes = Quiz.objects.annotate(
            learners=Count("attempts__learner", distinct=True),
            newest=Subquery(newest, output_field=IntegerField()),
        ).order_by("code")
        return super().get_context_data(
            courses=[(course, people(course.learners)) for course in courses],
            quizzes=[(quiz, _title(quiz), people(quiz.learners)) for quiz in quizzes],
            **kwargs,
        )


class CourseFiguresView(WagtailAdminTemplateMixin, TemplateView):
    """One course: its lessons in their order, how many opened, finished and stopped."""

    template_name = "courses/figures_course.html"
    header_icon = "table"
    page_title = gettext_lazy("学习情况")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.course = get_object_or_404(Course.objects.select_related("quiz"), code__iexact=kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return f"{self.course.code} {self.course.title}"

    def get_breadcrumbs_items(self) -> list[dict]:
        index = {"url": reverse("figures"), "label": _("学习情况")}
        return [
            *super().get_breadcrumbs_items(),
            index,
            {"url": "", "label": f"{self.course.code} {self.course.title}"},
        ]

    def get_context_data(self, **kwargs) -> dict:
        now = timezone.now()
        figures = course_figures(course=self.course, now=now)
        pages = {
            str(key): pk
            for key, pk in LessonPage.objects.filter(course=self.course, locale__language_code="zh-hans").values_list(
                "translation_key", "pk"
            )
        }
        return super().get_context_data(
            course=self.course,
            figures=figures,
            counted_at=now,
            silent_days=SILENT.days,
            enrolled=people(figures.enrolled),
            completed=people(figures.completed),
            rows=[
                {
                    "lesson": lesson,
                    "title": said(lesson.title),
                    "page": pages.get(lesson.key),
                    "opened": people(lesson.opened),
                    "finished": people(lesson.finished),
                    "share": share_percent(lesson.finished, lesson.opened),
                    "stopped": people(lesson.stopped),
                    # of four people's days the middle says too much about each
                    "days": None if rounded(lesson.finished) is None else round(lesson.median_days or 0),
                }
                for lesson in figures.lessons
            ],
            **kwargs,
        )


class QuizFiguresView(WagtailAdminTemplateMixin, TemplateView):
    """One quiz: a version's tries, and each of its questions judged where enough people have answered it."""

    template_name = "courses/figures_quiz.html"
    header_icon = "table"
    page_title = gettext_lazy("学习情况")

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.quiz = get_object_or_404(Quiz, code=kwargs["code"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return f"{self.quiz.code} {_title(self.quiz)}"

    def get_breadcrumbs_items(self) -> list[dict]:
        index = {"url": reverse("figures"), "label": _("学习情况")}
        return [*super().get_breadcrumbs_items(), index, {"url": "", "label": f"{self.quiz.code} {_title(self.quiz)}"}]

    def get_context_data(self, **kwargs) -> dict:
        versions = versions_of(self.quiz)
        return super().get_context_data(
            quiz=self.quiz,
            versions=versions,
            enough=ENOUGH,
            may_publish=Audience.TRAINER.value in roles_of(self.request.user, timezone.localdate()),
            **(self._of(self._chosen(versions)) if versions else {}),
            **kwargs,
        )

    def _chosen(self, versions: list[QuizVersion]) -> QuizVersion:
        """The version in the address, or the newest. One that is not there is no page."""
        asked = self.request.GET.get("version")
        if asked is None:
            return versions[0]
        found = next((version for version in versions if str(version.number) == asked), None)
        if found is None:
            raise Http404
        return found

    def _of(self, version: QuizVersion) -> dict:
        figures = figures_of([version])[version.pk]
        words = QuizVersion.objects.get(pk=version.pk)
        paper = {q["uuid"]: q for q in words.paper["questions"]}
        rows = [
            _question_row(question, paper[question.uuid], words.key[question.uuid]) for question in figures.questions
        ]
        rows.sort(key=lambda row: row["order"])
        return {
            "version": version,
            "attempts": people(figures.attempts),
            "first": people(figures.first),
            "first_passed": people(figures.first_passed),
            "first_passed_share": share_percent(figures.first_passed, figures.first),
            # of four people's scores the middle says too much about each
            "median_score": None if rounded(figures.first) is None else figures.median_score,
            "rows": rows,
            "flagged": sum(bool(row["flags"]) for row in rows),
            "judged": sum(row["is_enough"] for row in rows),
        }


def _question_row(figures: QuestionFigures, question: dict, key: dict) -> dict:
    """A question as the table shows it; those that deserve a look come first, the gravest flag on top."""
    judged = figures.judgement
    texts = {o["uuid"]: said(o["text"]) for o in question["options"]}
    flags = [ADVICE[flag] for flag in judged.flags]
    return {
        "code": question["code"],
        "stem": said(question["stem"]),
        "n": judged.n if judged.n >= FEW else people(judged.n),
        "is_enough": judged.is_enough,
        "facility": _share_of_answers(figures.right, judged.n) if judged.is_enough else None,
        "discrimination": judged.discrimination,
        "has_critical": bool(key["critical"]),
        "critical": people(figures.critical),
        "critical_share": share_percent(figures.critical, judged.n),
        "flags": flags,
        "rival": texts.get(judged.rival) if judged.rival else None,
        "options": _options(figures, question, key, texts) if judged.is_enough else [],
        "is_ordering": question["kind"] == "ordering",
        "order": (
            min((FLAGS.index(flag) for flag in judged.flags), default=len(FLAGS)),
            not judged.is_enough,
            question["code"],
        ),
    }


def _options(figures: QuestionFigures, question: dict, key: dict, texts: dict[str, str]) -> list[dict]:
    """How many chose each; of an ordering question, how many put each step where it belongs, in the right order."""
    if question["kind"] == "ordering":
        places = [(place, uuid) for place, uuid in enumerate(key["correct"])]
    else:
        places = [(0, option["uuid"]) for option in question["options"]]
    return [
        {
            "text": texts[uuid],
            "is_correct": uuid in key["correct"],
            "is_critical": uuid in key["critical"],
            "people": people(figures.chosen.get((place, uuid), 0)),
            "share": share_percent(figures.chosen.get((place, uuid), 0), figures.judgement.n),
        }
        for place, uuid in places
    ]


def _share_of_answers(right: int, n: int) -> dict:
    """Facility with its interval in whole percent. Where fewer than five were right or wrong, only the bound is told."""
    most, least = n - FEW + 1, FEW - 1  # the nearest that a share may be told to all and to nobody
    if right >= most:
        low = wilson(most, n)[0]
        return {"at_least": floor(100 * most / n), "value": floor(100 * most / n), "low": floor(100 * low), "high": 100}
    if right <= least:
        high = wilson(least, n)[1]
        return {"at_most": ceil(100 * least / n), "value": ceil(100 * least / n), "low": 0, "high": ceil(100 * high)}
    low, high = wilson(right, n)
    return {"value": round(100 * right / n), "low": floor(100 * low), "high": ceil(100 * high)}


figures = audience(Audience.AUTHOR)(FiguresView.as_view())
course = audience(Audience.AUTHOR)(CourseFiguresView.as_view())
quiz = audience(Audience.AUTHOR)(QuizFiguresView.as_view())
