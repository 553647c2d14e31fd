"""An event that could not be taken, looked at by an administrator: taken after all, or set aside with a reason."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.models import QuarantinedEvent
from courses.phone_events import UNREADABLE, read_event
from courses.services import EventRefused, take_batch
from people.models import User
from people.services import record_audit


class AlreadySettled(Exception):
    """Somebody has taken it or set it aside already."""


@transaction.atomic
def replay(*, kept: QuarantinedEvent, actor: User, at: datetime) -> None:
    """This will take the stored payload as if it came now, under its own uuid, so that nothing is counted twice.

    Raises EventRefused with the reason of today, and then the row stays as it is; AlreadySettled.
    """
    row = _locked(kept)
    try:
        code, fact = read_event(row.payload)
    except UNREADABLE as problem:
        raise EventRefused(_("这条记录读不懂（%(part)s）") % {"part": str(problem)[:60]}) from problem
    (receipt,) = take_batch(
        learner=row.learner, facts=[(code, fact)], payloads={fact.uuid: row.payload}, received_at=at
    )
    if receipt.status == "rejected":
        raise EventRefused(receipt.reason)
    row.replayed_at, row.settled_by = at, actor
    row.save(update_fields=["replayed_at", "settled_by"])
    _note(row, actor, "quarantine_replayed", at, details={"status": receipt.status})


@transaction.atomic
def set_aside(*, kept: QuarantinedEvent, actor: User, reason: str, at: datetime) -> None:
    """This will close the row without taking the event. The payload stays. Raises AlreadySettled."""
    row = _locked(kept)
    row.set_aside_at, row.settled_by, row.settled_reason = at, actor, reason
    row.save(update_fields=["set_aside_at", "settled_by", "settled_reason"])
    _note(row, actor, "quarantine_set_aside", at, reason=reason)


def _locked(kept: QuarantinedEvent) -> QuarantinedEvent:
    row = QuarantinedEvent.objects.select_for_update(of=("self",)).select_related("learner").get(pk=kept.pk)
    if not row.is_open:
        raise AlreadySettled
    return row


def _note(row: QuarantinedEvent, actor: User, verb: str, at: datetime, **words: Any) -> None:
    record_audit(
        actor=actor, verb=verb, object_kind="quarantined_event", object_id=str(row.uuid), recorded_at=at, **words
    )
