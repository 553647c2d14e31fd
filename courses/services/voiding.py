"""Voiding a try at a course's test: not one that was passed, for the course and the certificate stand on it."""

from datetime import datetime

from django.db import transaction

from assessments.models import Attempt
from assessments.services import void_attempt
from courses.models import Enrolment
from courses.services.standing import refresh_standings_of
from people.models import User


class PassStands(Exception):
    """The try was passed: the course counts as learnt by it, and a certificate may rest on it."""


class OwnTry(Exception):
    """Nobody voids her own try."""


@transaction.atomic
def void_try(*, attempt: Attempt, actor: User, reason: str, now: datetime) -> Attempt:
    """This will void a try and give it back, logged with its reason; or raise PassStands."""
    if attempt.learner_id == actor.pk:
        raise OwnTry
    # the lock under which tests are handed in
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("learner", "course")
    enrolment = rows.filter(uuid=attempt.for_uuid).first()
    attempt = Attempt.objects.get(pk=attempt.pk)
    if attempt.is_passed:
        raise PassStands
    attempt = void_attempt(attempt=attempt, actor=actor, reason=reason, now=now)
    if enrolment:  # why she has no certificate is another reason now
        refresh_standings_of(learner=enrolment.learner, changed_at=now, course=enrolment.course)
    return attempt
