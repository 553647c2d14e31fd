"""The next link of the chain, when its window opens."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from courses.models import Allocation, CertificationPeriod, Enrolment

from .certification import open_period
from .enrolment import close_enrolment
from .standing import refresh_standing


def open_next_period(*, allocation: Allocation, opened_at: datetime) -> CertificationPeriod | None:
    """This will open the renewal of a certificate whose window has come, or give None where it has not.

    The old enrolments end: what is learnt anew is the evidence of the new period. The old certificate stays valid.
    """
    with transaction.atomic():
        Allocation.objects.select_for_update(no_key=True).get(pk=allocation.pk)
        last = allocation.periods.order_by("-number").first()
        if last is None or not last.met_at or last.revoked_at or not last.valid_until_date:
            return None
        opens = last.valid_until_date - timedelta(days=allocation.programme.window_days)
        if timezone.localdate(opened_at) < opens:
            return None
        period = open_period(
            allocation=allocation,
            number=last.number + 1,
            window_opens_date=opens,
            due_date=last.valid_until_date,
            opened_at=opened_at,
        )
        courses = allocation.requirement_set.requirements.values("course_id")
        for enrolment in Enrolment.objects.open().filter(learner_id=allocation.learner_id, course__in=courses):
            close_enrolment(enrolment=enrolment, closed_at=opened_at)
        refresh_standing(allocation=allocation, changed_at=opened_at)
        return period
