"""Voiding a try at a course's test: not while a certificate stands on it."""

from datetime import datetime

from django.db import transaction

from assessments.models import Attempt
from assessments.services import void_attempt
from courses.models import CertificationPeriod, Enrolment
from courses.services.standing import refresh_standings_of
from people.models import User


class CertificateStands(Exception):
    """A certificate was issued on this try and has not been revoked: that comes first."""


class OwnTry(Exception):
    """Nobody voids her own try."""


def carries_certificate(attempt: Attempt) -> bool:
    """Does a certificate that is not revoked stand on this try?"""
    periods = CertificationPeriod.objects.filter(
        allocation__learner_id=attempt.learner_id, certificate__isnull=False, revoked_at__isnull=True
    )
    evidence = periods.values_list("evidence", flat=True)
    return any(one.get("attempt") == str(attempt.uuid) for row in evidence for one in row)


@transaction.atomic
def void_try(*, attempt: Attempt, actor: User, reason: str, now: datetime) -> Attempt:
    """This will void a try and give it back, logged with its reason; or raise CertificateStands."""
    if attempt.learner_id == actor.pk:
        raise OwnTry
    # the lock under which tests are handed in
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("learner", "course")
    enrolment = rows.filter(uuid=attempt.for_uuid).first()
    attempt = Attempt.objects.get(pk=attempt.pk)
    if carries_certificate(attempt):
        raise CertificateStands
    attempt = void_attempt(attempt=attempt, actor=actor, reason=reason, now=now)
    if enrolment:  # why she has no certificate is another reason now
        refresh_standings_of(learner=enrolment.learner, changed_at=now, course=enrolment.course)
    return attempt
