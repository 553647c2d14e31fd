"""A course of three lessons and as many learners as asked for. Run inside an installation; prints their sessions."""

import json
import sys


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from courses.services import enrol_learner
    from tests.courses.phone_world import BODY
    from tests.factories.content import course_with_lessons
    from tests.factories.people import MembershipFactory, OrganisationFactory
    from tests.pages.world import _session

    course, where = course_with_lessons(lessons=3, body=BODY), OrganisationFactory()
    found = []
    for _number in range(int(sys.argv[1])):
        user = MembershipFactory(organisation=where).user
        enrol_learner(learner=user, course=course, enrolled_at=timezone.now())
        found.append({"cookie": _session(user), "uuid": str(user.uuid), "id": user.pk})
    print(json.dumps(found))


if __name__ == "__main__":
    main()
