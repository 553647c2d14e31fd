"""Ten sweeps at the same moment, on PostgreSQL: each window opens once, and she is told once.

On SQLite writers queue by themselves and one connection cannot be shared by threads: there this file is skipped.
    python -m tests.servers.postgres pytest tests/courses/test_renewal_parallel.py
"""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from courses.models import CertificationPeriod, Enrolment
from courses.services import allocate, enrol_learner, finish_lesson, open_renewals
from courses.services.renewal import renewals_due
from people.models import Message
from tests.factories.courses import CourseReleaseFactory, ProgrammeFactory
from tests.factories.people import MembershipFactory

pytestmark = [
    pytest.mark.servers,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: python -m tests.servers.postgres"),
    pytest.mark.filterwarnings("ignore:unclosed file .*sRGB2014:ResourceWarning"),
]
SWEEPS, LEARNERS = 10, 4


def test_ten_sweeps_open_each_window_once():
    course, long_ago, now = CourseReleaseFactory().course, timezone.now() - timedelta(days=300), timezone.now()
    programme = ProgrammeFactory(courses=[course])
    for _ in range(LEARNERS):
        learner = MembershipFactory().user
        allocate(learner=learner, programme=programme, allocated_at=long_ago)
        enrolment = enrol_learner(learner=learner, course=course, enrolled_at=long_ago)
        for lesson in enrolment.release.lessons:
            key = uuid.UUID(lesson["key"])
            finish_lesson(enrolment=enrolment, lesson_key=key, event_uuid=uuid.uuid4(), recorded_at=long_ago)
    gate = Barrier(SWEEPS)
    assert len(renewals_due(now)) == LEARNERS

    def sweep(_):
        try:
            gate.wait(30)
            return open_renewals(now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SWEEPS) as pool:
        opened = sum(pool.map(sweep, range(SWEEPS)))

    assert opened == LEARNERS
    assert CertificationPeriod.objects.filter(number=2).count() == LEARNERS
    assert Message.objects.filter(kind="renewal_open").count() == LEARNERS
    assert not Enrolment.objects.open().exists()
    assert renewals_due(now) == []
