"""A course and two learners for tests in a browser. Run inside an installation; prints their sessions as JSON."""

import json
import uuid

SELF_CHECK = str(uuid.UUID(int=2))
BODY = [
    {
        "type": "section",
        "id": str(uuid.UUID(int=1)),
        "value": {"heading": "一、打给谁", "text": "<p>马上打 110。</p>" * 30},
    },
    {
        "type": "self_check",
        "id": SELF_CHECK,
        "value": {
            "question": "督导员让您再问问孩子，您怎么答？",
            "options": [
                {
                    "type": "item",
                    "id": str(uuid.UUID(int=3)),
                    "value": {"text": "赶快问", "verdict": "critical", "feedback": "多问一遍，多疼一遍。"},
                },
                {
                    "type": "item",
                    "id": str(uuid.UUID(int=4)),
                    "value": {"text": "不再追问", "verdict": "good", "feedback": "原话已经记下了。"},
                },
            ],
        },
    },
    {
        "type": "section",
        "id": str(uuid.UUID(int=5)),
        "value": {"heading": "二、留什么", "text": "<p>孩子的原话。</p>" * 30},
    },
]


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from courses.services import enrol_learner
    from tests.factories.content import course_with_lessons
    from tests.factories.people import MembershipFactory

    course = course_with_lessons(lessons=3, body=BODY)
    found = {}
    for name in ("tian", "yang"):
        user = MembershipFactory().user
        enrol_learner(learner=user, course=course, enrolled_at=timezone.now())
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found[name] = {"cookie": session.session_key, "name": user.name, "uuid": str(user.uuid), "id": user.pk}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
