import json
import uuid

from django.http import JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.phone_events import UNREADABLE, read_event
from courses.services import quarantine, take_batch
from people.audience import Audience, audience
from people.bodies import read_json, storable

MOST = 50


@audience(Audience.PUBLIC)
@require_POST
def sync(request):
    """Take what a phone kept: up to 50 events, one answer each. Signed out is 401, not a page: the phone keeps all.

    The queue belongs to a person; on a shared phone another person's queue is refused whole (409) and stays there.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"error": "sign_in"}, status=401)
    try:
        body = read_json(request)
        owner, sent = body["owner"], body["events"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not_understood"}, status=400)
    if owner != str(request.user.uuid):
        return JsonResponse({"error": "another_person"}, status=409)
    if not isinstance(sent, list) or len(sent) > MOST:
        return JsonResponse({"error": "too_many", "most": MOST}, status=413)

    now = timezone.now()
    facts, payloads, refused = [], {}, {}
    for index, payload in enumerate(sent):
        try:
            code, fact = read_event(payload)
        except UNREADABLE as problem:
            refused[index] = _refuse(request.user, payload, problem, now)
            continue
        facts.append((index, code, fact))
        payloads[fact.uuid] = payload
    receipts = take_batch(
        learner=request.user, facts=[(code, fact) for _i, code, fact in facts], payloads=payloads, received_at=now
    )
    answers = dict(refused)
    for (index, _code, fact), receipt in zip(facts, receipts, strict=True):
        answers[index] = {"uuid": str(fact.uuid), "status": receipt.status, "reason": receipt.reason}
    return JsonResponse({"results": [answers[i] for i in range(len(sent))], "at": now.isoformat()})


def _refuse(learner, payload, problem: Exception, now) -> dict:
    """An event that cannot be read is kept whole as well, under its own uuid or one made from its words."""
    words = json.dumps(payload, sort_keys=True)[:4000]
    payload = storable(payload)
    claimed = payload.get("uuid") if isinstance(payload, dict) else None
    try:
        kept_under = uuid.UUID(claimed)
    except (ValueError, TypeError, AttributeError):
        kept_under = uuid.uuid5(learner.uuid, words)
    reason = _("这条记录读不懂（%(part)s）") % {"part": storable(str(problem))[:60]}
    kept = payload if isinstance(payload, dict) and len(words) < 4000 else {"cut": words}
    quarantine(learner=learner, event_uuid=kept_under, payload=kept, reason=reason, received_at=now)
    return {"uuid": claimed if isinstance(claimed, str) else str(kept_under), "status": "rejected", "reason": reason}
