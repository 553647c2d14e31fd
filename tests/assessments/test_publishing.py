"""Publishing: what is frozen, when a new version is made, what is refused and in which words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.freezing import check, usable_questions
from assessments.models import Option, Question, QuizVersion
from assessments.services import QuizNotReady, publish_quiz
from tests.factories.assessments import MORNING, C, OptionFactory, QuestionFactory, QuizFactory, R, W, published_quiz

pytestmark = pytest.mark.django_db


def test_unchanged_content_publishes_as_the_same_version():
    version = published_quiz()

    again = publish_quiz(quiz=version.quiz, published_by=None, published_at=MORNING + timedelta(days=1))

    assert again == version
    assert QuizVersion.objects.count() == 1


def test_a_changed_word_makes_the_next_version_and_leaves_the_old_one_alone():
    version = published_quiz()
    before = version.paper
    question = Question.objects.first()
    question.stem_zh = "换一种问法。"
    question.save()

    after = publish_quiz(quiz=version.quiz, published_by=None, published_at=MORNING)

    assert (after.number, after.content_hash != version.content_hash) == (2, True)
    assert QuizVersion.objects.get(pk=version.pk).paper == before


def test_a_retired_question_is_not_published():
    version = published_quiz()
    question = Question.objects.first()
    question.is_retired = True
    question.save()

    after = publish_quiz(quiz=version.quiz, published_by=None, published_at=MORNING)

    assert {q["uuid"] for q in version.paper["questions"]} - {q["uuid"] for q in after.paper["questions"]} == {
        str(question.uuid)
    }


def test_the_paper_tells_nothing_that_only_the_key_may():
    version = published_quiz()

    words = str(version.paper)

    assert "CANARY" in str(version.key)
    assert "CANARY" not in words
    assert "correct" not in words
    assert "critical" not in words
    ordering = next(q for q in version.paper["questions"] if q["kind"] == "ordering")
    shown = [o["uuid"] for o in ordering["options"]]
    assert shown == sorted(shown)


def test_every_problem_is_named_with_its_place():
    quiz = QuizFactory(draw_count=9, title_en="")
    QuestionFactory(bank=quiz.bank, code="A1", options=[R, R, W])
    QuestionFactory(bank=quiz.bank, code="A2", kind=Question.Kind.TRUE_FALSE, options=[W, W])
    QuestionFactory(bank=quiz.bank, code="A3", kind=Question.Kind.ORDERING, options=[R, W, R])
    QuestionFactory(bank=quiz.bank, code="A4", kind=Question.Kind.MULTIPLE, stem_en="", options=[R, W, C])
    q5 = QuestionFactory(bank=quiz.bank, code="A5", explanation_en=" ", options=[R, W])
    OptionFactory(question=q5, text_zh="同一句", text_en="")
    OptionFactory(question=q5, text_zh="同一句", feedback_en="")

    with pytest.raises(QuizNotReady) as refused:
        publish_quiz(quiz=quiz, published_by=None, published_at=MORNING)

    assert refused.value.problems == [
        f"测试 {quiz.code}：缺英文名称。",
        f"测试 {quiz.code}：题库里能用的只有 5 题，不够抽 9 题。",
        "第 A1 题：单选题要有且只有一个对的选项，现在有 2 个。",
        "第 A2 题：判断题要有且只有一个对的选项，现在有 0 个。",
        "第 A3 题：排序题的每一步都要勾“对”。",
        "第 A4 题：多选题至少要有两个对的选项，现在有 1 个。",
        "第 A4 题：缺英文题干。",
        "第 A5 题：缺英文解析。",
        "第 A5 题：第 3 个选项缺英文。",
        "第 A5 题：第 4 个选项的反馈缺英文。",
        "第 A5 题：有两个选项一模一样：同一句",
    ]
    assert not QuizVersion.objects.exists()


def test_a_narrow_bank_is_a_warning_and_publishes():
    quiz = QuizFactory(draw_count=2)
    for _ in range(3):
        QuestionFactory(bank=quiz.bank, options=[R, W, C])

    readiness = check(quiz, usable_questions(quiz), timezone.localdate(MORNING))

    assert readiness.problems == []
    assert readiness.warnings == [
        f"测试 {quiz.code}：题库有 3 题，最好有 10 题（抽题数的五倍），不然再考容易遇到旧题。"
    ]
    assert publish_quiz(quiz=quiz, published_by=None, published_at=MORNING).number == 1


def test_publishing_reads_the_bank_in_two_queries(django_assert_num_queries):
    version = published_quiz()
    assert Option.objects.count() > 50

    with django_assert_num_queries(2):
        questions = usable_questions(version.quiz)
        check(version.quiz, questions, timezone.localdate(MORNING))
