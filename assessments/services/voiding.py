"""Taking a try out of the count."""

from datetime import datetime

from django.db import transaction

from assessments.models import Attempt
from people.models import User
from people.services import record_audit

from .attempts import locked


@transaction.atomic
def void_attempt(*, attempt: Attempt, actor: User, reason: str, now: datetime) -> Attempt:
    """This will take a try out of the count, with a reason that is kept: the learner may use that try again.

    Its steps and marks stay. What a passed try already earned is not withdrawn here.
    """
    attempt = locked(attempt)
    if attempt.state == Attempt.State.VOIDED:
        return attempt
    before = attempt.state
    attempt.state = Attempt.State.VOIDED
    attempt.save(update_fields=["state"])
    record_audit(
        actor=actor,
        verb="void",
        object_kind="attempt",
        object_id=str(attempt.uuid),
        recorded_at=now,
        reason=reason,
        details={"was": before, "number": attempt.number},
    )
    return attempt
