"""The story on one screen: answers come in, a try is marked, and what it earns follows in the same transaction."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from assessments.models import Attempt
from assessments.selectors import is_overdue, overdue
from assessments.services import AttemptOfAnother, close_overdue_attempt, grade_attempt
from courses.models import Enrolment
from people.models import User

from .learning import record_quiz_passed
from .standing import refresh_standings_of


def submit_quiz(
    *, learner: User, attempt_uuid: UUID, answers: Mapping[str, list], submitted_at: datetime, device: str
) -> Attempt:
    """This will hand in a try with all its answers, and give it back as it then stands.

    Sent again, the stored result comes back and nothing doubles. After the deadline it is closed with what came in
    time; from a phone that no longer holds the try it stays OPEN. Raises AttemptOfAnother, AnswerRefused.
    """
    attempt = Attempt.objects.get(uuid=attempt_uuid)
    if attempt.learner_id != learner.pk:
        raise AttemptOfAnother
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("learner", "course")
            .get(uuid=attempt.for_uuid)
        )
        attempt = grade_attempt(attempt=attempt, answers=answers, submitted_at=submitted_at, device=device)
        _credit(enrolment, attempt)
    return attempt


def close_overdue(*, attempt: Attempt, now: datetime) -> Attempt:
    """This will close a try whose time ran out, if it did; what came in time may well have passed."""
    if not is_overdue(attempt, now):
        return attempt
    with transaction.atomic():
        enrolment = (
            Enrolment.objects.select_for_update(of=("self",))
            .select_related("learner", "course")
            .get(uuid=attempt.for_uuid)
        )
        attempt = close_overdue_attempt(attempt=attempt, now=now)
        _credit(enrolment, attempt)
    return attempt


def close_all_overdue(*, now: datetime, at_most: int = 500) -> int:
    """This will close every try that nobody handed in and nobody looked at since, each in its own transaction."""
    attempts = list(overdue(now)[:at_most])
    for attempt in attempts:
        close_overdue(attempt=attempt, now=now)
    return len(attempts)


def _credit(enrolment: Enrolment, attempt: Attempt) -> None:
    """A pass is recorded once: lesson → course → period → certificate follow from it (services/learning.py).

    A failure changes why she has no certificate, which her officer reads.
    """
    at = attempt.submitted_at
    if at is None or attempt.state == Attempt.State.VOIDED or enrolment.closed_at or enrolment.quiz_passed_at:
        return
    if attempt.is_passed:
        record_quiz_passed(enrolment=enrolment, attempt_uuid=attempt.uuid, passed_at=at)
    else:
        refresh_standings_of(learner=enrolment.learner, changed_at=at, course=enrolment.course)
