"""The smallest bank, quiz and version that a test can be taken on."""

import uuid
from datetime import UTC, datetime, timedelta

import factory

from assessments.drawing import draw
from assessments.grading import mark
from assessments.models import Attempt, Mark, Option, Question, QuestionBank, Quiz
from assessments.services import publish_quiz

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai


class QuestionBankFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QuestionBank

    code = factory.Sequence(lambda n: f"BANK{n}")
    title_zh = factory.Sequence(lambda n: f"题库{n}")


class OptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Option

    sort_order = factory.Sequence(lambda n: n)
    text_zh = factory.Sequence(lambda n: f"选项{n}")
    text_en = factory.Sequence(lambda n: f"Option {n}")
    feedback_zh = factory.Sequence(lambda n: f"CANARY反馈{n}")
    feedback_en = factory.Sequence(lambda n: f"CANARY-feedback-{n}")


class QuestionFactory(factory.django.DjangoModelFactory):
    """A single choice with one right option, two wrong ones and none critical."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    bank = factory.SubFactory(QuestionBankFactory)
    code = factory.Sequence(lambda n: f"Q{n:04d}")
    lesson_number = 1
    stem_zh = factory.Sequence(lambda n: f"村民告诉您一件事（{n}）。\n您下一步怎么做？")
    stem_en = factory.Sequence(lambda n: f"A villager tells you something ({n}).\nWhat do you do next?")
    explanation_zh = factory.Sequence(lambda n: f"CANARY解析{n}")
    explanation_en = factory.Sequence(lambda n: f"CANARY-explanation-{n}")
    laws = ["未成年人保护法@2024-04-26:11"]

    @factory.post_generation
    def options(self, create, extracted, **kwargs):
        for right, critical in extracted or [(True, False), (False, False), (False, False)]:
            OptionFactory(question=self, is_correct=right, is_critical=critical)


R, W, C = (True, False), (False, False), (False, True)  # right, wrong, critical


class QuizFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Quiz

    code = factory.Sequence(lambda n: f"T{n}")
    bank = factory.SubFactory(QuestionBankFactory)
    title_zh = "结业测试"
    title_en = "Final test"
    draw_count = 4


def published_quiz(*, lessons: int = 2, each: int = 10, kinds: bool = True, **rules):
    """This will publish a quiz over a bank of every kind of question; each lesson has one with a critical option."""
    quiz = QuizFactory(**rules)
    for lesson in range(1, lessons + 1):
        for n in range(each):
            kind, options = Question.Kind.SINGLE, [R, W, W]
            if n == 0:
                options = [R, C, W]
            elif kinds and n == 1:
                kind, options = Question.Kind.MULTIPLE, [R, R, W]
            elif kinds and n == 2:
                kind, options = Question.Kind.TRUE_FALSE, [R, W]
            elif kinds and n == 3:
                kind, options = Question.Kind.ORDERING, [R, R, R]
            QuestionFactory(bank=quiz.bank, lesson_number=lesson, kind=kind, options=options)
    return publish_quiz(quiz=quiz, published_by=None, published_at=MORNING)


def right_answers(attempt) -> dict[str, list]:
    return {d["question"]: list(attempt.version.key[d["question"]]["correct"]) for d in attempt.drawn}


def wrong_answers(attempt) -> dict[str, list]:
    """Wrong everywhere, critical nowhere."""
    answers = {}
    for d in attempt.drawn:
        key = attempt.version.key[d["question"]]
        kind = next(q["kind"] for q in attempt.version.paper["questions"] if q["uuid"] == d["question"])
        if kind == "ordering":
            answers[d["question"]] = key["correct"][::-1]
        else:
            answers[d["question"]] = [
                next(o for o in d["options"] if o not in key["correct"] and o not in key["critical"])
            ]
    return answers


def with_critical_error(attempt) -> dict[str, list]:
    """Right everywhere but for one critical option."""
    answers = right_answers(attempt)
    question = next(d["question"] for d in attempt.drawn if attempt.version.key[d["question"]]["critical"])
    return {**answers, question: [attempt.version.key[question]["critical"][0]]}


def sit(version, people, *, answer, number: int = 1) -> list[Attempt]:
    """Each of them hands in one try at the version. answer(question, key, n) → option uuids; question["index"] its place."""
    paper = {q["uuid"]: q | {"index": index} for index, q in enumerate(version.paper["questions"])}
    attempts, marks = [], []
    for n, person in enumerate(people):
        drawn = draw(questions=version.paper["questions"], key=version.key, count=version.draw_count, seed=n)
        answers = {d["question"]: answer(paper[d["question"]], version.key[d["question"]], n) for d in drawn}
        worth = mark(
            questions=paper,
            key=version.key,
            drawn=drawn,
            answers=answers,
            pass_percent=version.pass_percent,
            critical_errors_allowed=version.critical_errors_allowed,
        )
        attempts.append(
            Attempt(
                learner=person,
                quiz_id=version.quiz_id,
                version=version,
                for_uuid=uuid.uuid4(),
                number=number,
                drawn=drawn,
                seed=n,
                started_at=MORNING,
                deadline_at=MORNING + timedelta(minutes=30),
                submitted_at=MORNING,
                state=Attempt.State.SUBMITTED,
                score_percent=worth.score_percent,
                critical_errors=worth.critical_errors,
                is_passed=worth.is_passed,
            )
        )
        marks.append((answers, worth))
    Attempt.objects.bulk_create(attempts)
    Mark.objects.bulk_create(
        Mark(
            attempt=attempt,
            marked_at=MORNING,
            answers=answers,
            per_question={q: {"points": m.points, "is_critical": m.is_critical} for q, m in worth.per_question.items()},
            score_percent=worth.score_percent,
            critical_errors=worth.critical_errors,
            is_passed=worth.is_passed,
        )
        for attempt, (answers, worth) in zip(attempts, marks, strict=True)
    )
    return attempts


def right(question, key, n):
    return list(key["correct"])


def wrong(question, key, n):
    return [o["uuid"] for o in question["options"] if o["uuid"] not in key["correct"]][:1]


def small_quiz(**rules):
    return published_quiz(lessons=1, each=4, kinds=False, **({"draw_count": 4, "code": "T-88"} | rules))
