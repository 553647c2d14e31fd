"""From the author's words to a frozen version."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assessments.freezing import check, content_hash, freeze, usable_questions
from assessments.models import Quiz, QuizVersion
from people.models import User

RULES = (
    "title_zh",
    "title_en",
    "draw_count",
    "pass_percent",
    "critical_errors_allowed",
    "tries",
    "hours_between_tries",
    "minutes",
)


class QuizNotReady(Exception):
    """The quiz cannot be published; `problems` says why, each sentence naming its place."""

    def __init__(self, problems: list[str]):
        super().__init__("\n".join(problems))
        self.problems = problems


@transaction.atomic
def publish_quiz(*, quiz: Quiz, published_by: User | None, published_at: datetime) -> QuizVersion:
    """This will freeze a quiz as the next version, or give the newest one back if nothing changed since.

    Learners inside a try keep the version they drew. Raises QuizNotReady.
    """
    quiz = Quiz.objects.select_for_update().get(pk=quiz.pk)
    questions = usable_questions(quiz)
    readiness = check(quiz, questions, timezone.localdate(published_at))
    if readiness.problems:
        raise QuizNotReady(readiness.problems)
    rules = {name: getattr(quiz, name) for name in RULES}
    paper, key = freeze(questions)
    digest = content_hash(rules, paper, key)
    newest = QuizVersion.objects.filter(quiz=quiz).order_by("-number").first()
    if newest and newest.content_hash == digest:
        return newest
    return QuizVersion.objects.create(
        quiz=quiz,
        number=newest.number + 1 if newest else 1,
        paper=paper,
        key=key,
        content_hash=digest,
        published_at=published_at,
        published_by=published_by,
        **rules,
    )
