"""A course with its test and one learner who may take it. Run inside an installation; prints her session as JSON."""

import json


def main() -> None:
    import django

    django.setup()
    from uuid import UUID, uuid4

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from courses.services import enrol_learner, finish_lesson
    from tests.factories.assessments import published_quiz
    from tests.factories.content import course_with_lessons
    from tests.factories.people import MembershipFactory

    version = published_quiz(draw_count=6)
    course = course_with_lessons(lessons=2, quiz=version.quiz)
    user = MembershipFactory().user
    enrolment = enrol_learner(learner=user, course=course, enrolled_at=timezone.now())
    for lesson in enrolment.release.lessons:
        finish_lesson(
            enrolment=enrolment,
            lesson_key=UUID(lesson["key"]),
            event_uuid=uuid4(),
            recorded_at=timezone.now(),
        )
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(json.dumps({"cookie": session.session_key, "name": user.name}))


if __name__ == "__main__":
    main()
