"""Beginning and ending a course."""

from datetime import datetime
from uuid import uuid5

from django.db import transaction

from courses.models import Course, Enrolment, LearningEvent
from people.models import User

from .learning import record_event
from .standing import refresh_standings_of


class CourseNotOpen(Exception):
    """The course has no published outline yet: there is nothing to enrol in."""


def enrol_learner(*, learner: User, course: Course, enrolled_at: datetime) -> Enrolment:
    """This will enrol a learner in a course's newest release, or give the enrolment she already has."""
    with transaction.atomic():
        # one learner's verbs about herself queue up here; a second tap finds the first one's row
        User.objects.select_for_update(no_key=True).get(pk=learner.pk)
        enrolment = Enrolment.objects.open().of(learner).filter(course=course).first()
        if enrolment:
            return enrolment
        release = course.releases.order_by("-number").first()
        if release is None or not release.lessons:
            raise CourseNotOpen(course.code)
        enrolment = Enrolment.objects.create(learner=learner, course=course, release=release, enrolled_at=enrolled_at)
        record_event(
            enrolment=enrolment,
            kind=LearningEvent.Kind.ENROLLED,
            event_uuid=uuid5(enrolment.uuid, LearningEvent.Kind.ENROLLED),
            recorded_at=enrolled_at,
        )
        refresh_standings_of(learner=learner, changed_at=enrolled_at)
        enrolment.refresh_from_db()
        return enrolment


def close_enrolment(*, enrolment: Enrolment, closed_at: datetime) -> None:
    """This will end an enrolment: a new period begins, or she withdrew. What was learnt stays in the ledger."""
    with transaction.atomic():
        record_event(
            enrolment=enrolment,
            kind=LearningEvent.Kind.CLOSED,
            event_uuid=uuid5(enrolment.uuid, LearningEvent.Kind.CLOSED),
            recorded_at=closed_at,
        )
        refresh_standings_of(learner=enrolment.learner, changed_at=closed_at)
        enrolment.refresh_from_db()
