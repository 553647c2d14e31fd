"""How a phone writes down one event: read the same when it arrives and when it is taken again from the quarantine."""

import json
import uuid
from datetime import UTC

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from courses.models import LearningEvent
from courses.services.learning import Fact
from people.bodies import is_storable

KINDS = {kind.value for kind in (LearningEvent.Kind.OPENED, LearningEvent.Kind.PLACE)} | {
    LearningEvent.Kind.SELF_CHECK.value,
    LearningEvent.Kind.FINISHED.value,
}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)


def read_event(payload: dict) -> tuple[str, Fact]:
    """This will read one event, or raise for anything it cannot be."""
    if payload["kind"] not in KINDS:
        raise ValueError("kind")
    if len(json.dumps(payload)) > 4000:
        raise ValueError("size")
    if not is_storable(payload):
        raise ValueError("text")
    sequence, client_at, device = payload.get("sequence"), payload.get("client_at"), payload.get("device", "")
    if sequence is not None and not (type(sequence) is int and 0 <= sequence < 2**31):
        raise ValueError("sequence")
    if not isinstance(device, str) or len(device) > 36:
        raise ValueError("device")
    at = parse_datetime(client_at) if client_at else None
    if client_at and (at is None or timezone.is_naive(at)):
        raise ValueError("client_at")
    if at is not None:
        at = at.astimezone(UTC)  # raises beyond the calendar's ends
    data = payload.get("data") or {}
    if not isinstance(data, dict):
        raise ValueError("data")
    code = payload["course"]
    if not isinstance(code, str) or len(code) > 10:
        raise ValueError("course")
    fact = Fact(
        uuid=uuid.UUID(payload["uuid"]),
        kind=payload["kind"],
        lesson_key=uuid.UUID(payload["lesson"]),
        data=data,
        device=device,
        sequence=sequence,
        client_at=at,
    )
    return code.upper(), fact
