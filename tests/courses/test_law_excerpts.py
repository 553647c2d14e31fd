"""A lesson's words are kept drawn; what they say of a law is true all the same as soon as the law is published."""

import uuid

import pytest
from django.utils import timezone

from content.models import Law
from courses import reading
from courses.models import LessonPage
from courses.services import enrol_learner
from tests.factories.content import LawClauseFactory, course_with_lessons
from tests.factories.people import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(client):
    reading.forget()
    clause = LawClauseFactory(law__title_zh="未成年人保护法")
    body = [
        {
            "type": "law",
            "id": str(uuid.UUID(int=1)),
            "value": {"clause": clause.pk, "paraphrase": "<p>要报告。</p>", "reading": ""},
        }
    ]
    course = course_with_lessons(lessons=1, body=body)
    learner = MembershipFactory().user
    enrol_learner(learner=learner, course=course, enrolled_at=timezone.now())
    client.force_login(learner)
    return LessonPage.objects.get()


@pytest.mark.parametrize("forgets", [False, True], ids=["this process", "another process"])
def test_an_amended_law_is_said_to_be_amended_at_once(client, lesson, forgets):
    assert "现行有效" in client.get("/courses/c04/1/").content.decode()
    law = Law.objects.get()
    law.is_current = False
    draft = law.save_revision()
    assert "现行有效" in client.get("/courses/c04/1/").content.decode()

    draft.publish()
    if forgets:
        reading.forget()

    assert "已有新版，正在核对" in client.get("/courses/c04/1/").content.decode()


def test_another_laws_change_draws_nothing_anew(client, lesson):
    LawClauseFactory(law__key="别的法").law.save_revision().publish()

    lesson.refresh_from_db()
    assert lesson.laws_changed_at is None
