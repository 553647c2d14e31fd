"""A learner who may take her test: enrolled, lessons finished, signed in."""

import pytest
from django.utils import timezone

from courses.models import Enrolment
from courses.services import enrol_learner
from tests.factories.assessments import published_quiz
from tests.factories.courses import CourseFactory, CourseReleaseFactory
from tests.factories.people import UserFactory


def ready_learner(client, version=None, **rules) -> Enrolment:
    """This will enrol a learner in a course whose test is open to her, and sign her in."""
    version = version or published_quiz(**rules)
    course = CourseFactory(quiz=version.quiz)
    CourseReleaseFactory(course=course)
    learner = UserFactory()
    enrolment = enrol_learner(learner=learner, course=course, enrolled_at=timezone.now())
    for lesson in enrolment.release.lessons:
        finish(enrolment, lesson["key"])
    client.force_login(learner)
    return enrolment


def finish(enrolment, key):
    from uuid import UUID, uuid4

    from courses.services import finish_lesson

    finish_lesson(enrolment=enrolment, lesson_key=UUID(key), event_uuid=uuid4(), recorded_at=timezone.now())


@pytest.fixture
def enrolment(client, db):
    return ready_learner(client)
