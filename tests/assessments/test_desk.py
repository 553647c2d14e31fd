"""The trainer's desk for tests: writing a question, what it says back, trying the draft, publishing it."""

import re

import pytest
from django.test import Client

from assessments.models import Attempt, AttemptStep, Mark, Question, QuestionBank, Quiz, QuizVersion
from config.roles import build_groups
from people.models import RoleGrant
from tests.factories.assessments import C, QuestionFactory, QuizFactory, R, W
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def trainer(client):
    build_groups()
    user = RoleGrantFactory(role=RoleGrant.Role.TRAINER).user
    client.force_login(user)
    return user


def quiz_with(count: int, **rules) -> Quiz:
    quiz = QuizFactory(**{"draw_count": 2, **rules})
    for _ in range(count):
        QuestionFactory(bank=quiz.bank, options=[R, W, C])
    return quiz


def question_form(bank, **changes) -> dict:
    options = [("甲", True, False), ("乙", False, False), ("丙", False, True)]
    data = {
        "bank": bank.pk,
        "code": "C04-01",
        "kind": "single",
        "thinking": "judgement",
        "lesson_number": 4,
        "stem_zh": "村干部说先调解。\n您怎么做？",
        "explanation_zh": "马上报告。",
        "laws": "未成年人保护法@2024-04-26:11.2\n反家庭暴力法@2016-03-01:14",
        "options-TOTAL_FORMS": len(options),
        "options-INITIAL_FORMS": 0,
        "options-MIN_NUM_FORMS": 2,
        "options-MAX_NUM_FORMS": 1000,
    }
    for n, (text, right, critical) in enumerate(options):
        data |= {f"options-{n}-text_zh": text, f"options-{n}-ORDER": n + 1}
        data |= {f"options-{n}-is_correct": "on"} if right else {}
        data |= {f"options-{n}-is_critical": "on"} if critical else {}
    return data | changes


ADD = "/admin/snippets/assessments/question/add/"


def test_a_question_is_written_and_what_is_missing_is_said(client, trainer):
    bank = QuestionBank.objects.create(code="C04", title_zh="看见、记录、报告")

    page = client.post(ADD, question_form(bank), follow=True)

    question = Question.objects.get()
    assert question.laws == ["未成年人保护法@2024-04-26:11.2", "反家庭暴力法@2016-03-01:14"]
    assert [(o.text_zh, o.is_correct, o.is_critical) for o in question.options.all()] == [
        ("甲", True, False),
        ("乙", False, False),
        ("丙", False, True),
    ]
    for missing in ("缺英文题干", "缺英文解析", "第 1 个选项缺英文"):
        assert f"第 C04-01 题：{missing}" in page.text


def test_an_option_both_right_and_critical_is_refused_in_words(client, trainer):
    bank = QuestionBank.objects.create(code="C04", title_zh="看见、记录、报告")

    page = client.post(ADD, question_form(bank, **{"options-0-is_critical": "on"}))

    assert "同一个选项不能又是对的又是关键错误" in page.text
    assert not Question.objects.exists()


def test_a_citation_that_cannot_be_read_is_named(client, trainer):
    bank = QuestionBank.objects.create(code="C04", title_zh="看见、记录、报告")

    page = client.post(ADD, question_form(bank, laws="未成年人保护法@2024-04-26:11\n未保法第十一条"))

    assert "第 2 行“未保法第十一条”看不懂" in page.text
    assert not Question.objects.exists()


def test_questions_are_listed_filtered_and_never_deleted(client, trainer):
    kept = QuestionFactory(lesson_number=4, is_retired=True)
    other = QuestionFactory(lesson_number=5)

    page = client.get("/admin/snippets/assessments/question/?lesson_number=4&is_retired=true")
    delete = client.post(f"/admin/snippets/assessments/question/delete/{kept.pk}/", follow=True)

    assert kept.code in page.text
    assert other.code not in page.text
    assert Question.objects.count() == 2
    assert delete.redirect_chain or delete.status_code == 403


def test_publishing_names_the_problems_then_publishes_once(client, trainer):
    quiz = quiz_with(10)
    bad = QuestionFactory(bank=quiz.bank, code="BAD", stem_en="")
    door = f"/admin/snippets/assessments/quiz/publish/{quiz.pk}/"

    refused = client.post(door, follow=True)
    bad.is_retired = True
    bad.save()
    ready = client.get(door)
    done = client.post(door, follow=True)
    again = client.post(door, follow=True)

    assert "第 BAD 题：缺英文题干。" in refused.text
    assert ">发布</button>" not in refused.text
    assert ">发布</button>" in ready.text
    assert "第 1 版已发布" in done.text
    assert trainer.name in done.text
    assert "没有新的一版" in again.text
    assert QuizVersion.objects.count() == 1


def test_the_draft_is_tried_as_a_learner_and_leaves_nothing(client, trainer):
    quiz = quiz_with(10, draw_count=4)
    QuestionFactory(bank=quiz.bank, options=[W, W])
    door = f"/admin/snippets/assessments/quiz/try/{quiz.pk}/"

    page = client.get(door)
    seed = re.search(r'name="seed" value="(\d+)"', page.text)[1]
    chosen = dict(re.findall(r'name="(q\d+)" value="([^"]+)"', page.text))
    marked = client.post(door, {"seed": seed, **chosen})

    assert len(chosen) == 4
    assert "CANARY" not in page.text
    assert "有 1 题还没写完" in page.text
    assert "CANARY解析" in marked.text
    assert marked.text.count("您选的") == 4
    assert not any(model.objects.exists() for model in (QuizVersion, Attempt, AttemptStep, Mark))


def test_the_list_and_the_form_of_a_quiz_lead_to_publishing(client, trainer):
    quiz = quiz_with(3)
    door = f"/admin/snippets/assessments/quiz/publish/{quiz.pk}/"

    assert door in client.get("/admin/snippets/assessments/quiz/").text
    assert door in client.get(f"/admin/snippets/assessments/quiz/edit/{quiz.pk}/").text


@pytest.mark.parametrize("door", ["publish", "try"])
def test_who_may_not_write_tests_may_not_publish_or_try_them(door):
    build_groups()
    quiz = quiz_with(3)
    path = f"/admin/snippets/assessments/quiz/{door}/{quiz.pk}/"
    for role in (None, RoleGrant.Role.STAFF, RoleGrant.Role.REGISTRAR):
        client = Client()
        client.force_login(RoleGrantFactory(role=role).user if role else UserFactory())

        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in (302, 403)
    assert Client().get(path).status_code == 302
    assert not QuizVersion.objects.exists()
