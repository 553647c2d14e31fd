"""What messages about learning lead to, and whether one for a later hour is still worth saying."""

from datetime import datetime

from django.urls import reverse

from assessments.models import Attempt
from courses.models import Enrolment
from courses.quiz_selectors import RETRY_OPEN
from courses.services.retrying import is_retry_open
from people import about
from people.models import Message, User


@about.leads(RETRY_OPEN)
def _tests(user: User, keys: set[str]) -> dict[str, str]:
    hers = Enrolment.objects.open().of(user).filter(uuid__in=keys).select_related("course")
    return {str(enrolment.uuid): reverse("quiz", args=[enrolment.course.slug]) for enrolment in hers}


@about.leads("dispute_decided")
def _tries(user: User, keys: set[str]) -> dict[str, str]:
    hers = Attempt.objects.filter(learner=user, uuid__in=keys).values_list("uuid", flat=True)
    return {str(key): reverse("attempt_result", args=[key]) + "#disputed" for key in hers}


@about.still_wanted(RETRY_OPEN)
def _can_retry(message: Message, now: datetime) -> bool:
    rows = Enrolment.objects.select_related("course__quiz", "learner")
    enrolment = rows.filter(uuid=message.about, learner=message.user_id).first()
    return enrolment is not None and is_retry_open(enrolment=enrolment, now=now)
