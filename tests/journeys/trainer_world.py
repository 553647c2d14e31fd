"""C04 and a signed-in trainer, made inside an installation; prints JSON. `check` prints what the journey left."""

# ruff: noqa: E402 - models are imported once Django is set up
import json
import sys
from uuid import UUID, uuid4

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string
from django.utils import timezone

from assessments.models import Attempt
from config.roles import build_groups
from content.models import RoleReview
from courses.demo.content import load_content
from courses.models import CourseRelease, LearningEvent, LessonPage
from courses.services import enrol_learner, finish_lesson
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory, UserFactory


def lesson(language: str) -> LessonPage:
    return LessonPage.objects.get(number=4, course__code="C04", locale__language_code=language)


def prepare() -> dict:
    load_content(now=timezone.now())
    build_groups()
    trainer = RoleGrantFactory(role=RoleGrant.Role.TRAINER).user
    page = lesson("zh-hans")
    return {
        "cookie": signed_in(trainer),
        "learner": signed_in(a_learner_at(page)),
        "reviewers": [signed_in(RoleGrantFactory(role=role).user) for role in RoleReview.STEPS],
        "lesson": page.pk,
        "course_page": page.get_parent().pk,
    } | check()


def a_learner_at(page: LessonPage):
    """Somebody who has finished the lessons before this one and may read it."""
    learner = UserFactory(name="田春梅")
    enrolment = enrol_learner(learner=learner, course=page.course, enrolled_at=timezone.now())
    for one in enrolment.release.lessons[: page.number - 1]:
        finish_lesson(enrolment=enrolment, lesson_key=UUID(one["key"]), event_uuid=uuid4(), recorded_at=timezone.now())
    return learner


def signed_in(user) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def check() -> dict:
    return {
        "words": render_to_string("content/_body.html", {"body": lesson("zh-hans").body}),
        "revision": lesson("zh-hans").live_revision_id,
        "english_revision": lesson("en").live_revision_id,
        "releases": CourseRelease.objects.count(),
        "recorded": LearningEvent.objects.count() + Attempt.objects.count(),
    }


if __name__ == "__main__":
    print(json.dumps({"prepare": prepare, "check": check}[sys.argv[1]]()))
