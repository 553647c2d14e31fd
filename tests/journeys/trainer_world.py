"""C04 and a signed-in trainer, made inside an installation; prints JSON. `check` prints what the journey left."""

# ruff: noqa: E402 - models are imported once Django is set up
import json
import sys

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string
from django.utils import timezone

from assessments.models import Attempt
from config.roles import build_groups
from courses.demo.content import load_content
from courses.models import CourseRelease, LearningEvent, LessonPage
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory


def lesson(language: str) -> LessonPage:
    return LessonPage.objects.get(number=4, course__code="C04", locale__language_code=language)


def prepare() -> dict:
    load_content(now=timezone.now())
    build_groups()
    trainer = RoleGrantFactory(role=RoleGrant.Role.TRAINER).user
    session = SessionStore()
    session[SESSION_KEY] = str(trainer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = trainer.get_session_auth_hash()
    session.save()
    page = lesson("zh-hans")
    return {"cookie": session.session_key, "lesson": page.pk, "course_page": page.get_parent().pk} | check()


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
