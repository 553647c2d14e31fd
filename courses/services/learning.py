"""What a learner did: into the ledger and, in the same transaction, into what screens show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.folding import ENROLMENT_FIELDS, PROGRESS_FIELDS, Progress, fold
from courses.models import Enrolment, HourEntry, LearningEvent, LessonProgress, QuarantinedEvent, Requirement
from courses.requirements import answers
from courses.rules import is_course_met, lesson_lock, lessons_of
from people.models import User

from .certification import meet_period
from .standing import note_activity, refresh_standings_of

Kind = LearningEvent.Kind
LESSON_KINDS = (Kind.OPENED, Kind.PLACE, Kind.SELF_CHECK, Kind.FINISHED)
# what changes where a learner stands; the others only say that she was here
MILESTONES = (Kind.FINISHED, Kind.QUIZ_PASSED, Kind.COMPLETED)


class EventRefused(Exception):
    """An event that cannot be true of this enrolment. Its text is the reason, for the learner."""


class LessonLocked(EventRefused):
    """The lesson is not open to her yet; the text says what comes first."""


@dataclass(frozen=True)
class Fact:
    """One event as its sender claims it, before it is believed."""

    uuid: UUID
    kind: str
    lesson_key: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    sequence: int | None = None
    client_at: datetime | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of one event: stored, duplicate, or rejected with a reason."""

    uuid: UUID
    status: str
    reason: str = ""
    event: LearningEvent | None = None


def record_event(
    *,
    enrolment: Enrolment,
    kind: str,
    event_uuid: UUID,
    lesson_key: UUID | None = None,
    data: dict[str, Any] | None = None,
    device: str = "",
    sequence: int | None = None,
    client_at: datetime | None = None,
    recorded_at: datetime,
) -> LearningEvent:
    """This will store one event and what follows from it, once: the same uuid again gives the stored event.

    Raises EventRefused (LessonLocked where another lesson comes first).
    """
    fact = Fact(event_uuid, kind, lesson_key, data or {}, device, sequence, client_at)
    with transaction.atomic():
        (outcome,) = _take(enrolment, [fact], recorded_at)
    enrolment.refresh_from_db()
    if isinstance(outcome, EventRefused):
        raise outcome
    return outcome[0]


def finish_lesson(*, enrolment: Enrolment, lesson_key: UUID, event_uuid: UUID, recorded_at: datetime) -> LearningEvent:
    """This will record that she finished a lesson, and complete the course if that was the last thing missing."""
    return record_event(
        enrolment=enrolment,
        kind=Kind.FINISHED,
        event_uuid=event_uuid,
        lesson_key=lesson_key,
        recorded_at=recorded_at,
    )


def record_quiz_passed(*, enrolment: Enrolment, attempt_uuid: UUID, passed_at: datetime) -> LearningEvent:
    """This will record a passed test; then the course, the period and the certificate follow where they are met."""
    return record_event(
        enrolment=enrolment,
        kind=Kind.QUIZ_PASSED,
        event_uuid=uuid5(enrolment.uuid, f"{Kind.QUIZ_PASSED} {attempt_uuid}"),
        data={"attempt": str(attempt_uuid)},
        recorded_at=passed_at,
    )


def take_batch(
    *, learner: User, facts: Sequence[tuple[str, Fact]], payloads: dict[UUID, dict], received_at: datetime
) -> list[Receipt]:
    """This will take what a phone kept, as (course code, fact) in its order, and answer for each one.

    One bad event never costs another: it is quarantined whole, with the reason, for an administrator to replay.
    """
    codes = {code for code, _fact in facts}
    receipts: dict[UUID, Receipt] = {}
    with transaction.atomic():
        enrolments = {
            e.course.code: e
            for e in Enrolment.objects.open().of(learner).filter(course__code__in=codes).select_related("course")
        }
        for code in sorted(codes):
            batch = [fact for c, fact in facts if c == code]
            if code not in enrolments:
                refused = EventRefused(_("您还没有报名这门课"))
                outcomes: list = [refused] * len(batch)
            else:
                outcomes = _take(enrolments[code], batch, received_at)
            for fact, outcome in zip(batch, outcomes, strict=True):
                receipts[fact.uuid] = _receipt(fact, outcome)
        for receipt in receipts.values():
            if receipt.status == "rejected":
                quarantine(
                    learner=learner,
                    event_uuid=receipt.uuid,
                    payload=payloads[receipt.uuid],
                    reason=receipt.reason,
                    received_at=received_at,
                )
    return [receipts[fact.uuid] for _code, fact in facts]


def quarantine(*, learner: User, event_uuid: UUID, payload: dict, reason: str, received_at: datetime) -> None:
    """This will keep an event that could not be taken, once."""
    QuarantinedEvent.objects.get_or_create(
        uuid=event_uuid,
        defaults={"learner": learner, "payload": payload, "reason": reason[:300], "received_at": received_at},
    )


def _receipt(fact: Fact, outcome: EventRefused | tuple[LearningEvent, bool]) -> Receipt:
    if isinstance(outcome, EventRefused):
        return Receipt(fact.uuid, "rejected", str(outcome))
    event, is_new = outcome
    return Receipt(fact.uuid, "stored" if is_new else "duplicate", event=event)


def _take(enrolment: Enrolment, facts: Sequence[Fact], recorded_at: datetime) -> list:
    """Lock, fold, store: for each fact its (event, is new) or the EventRefused. Inside the caller's transaction."""
    locked = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("release", "course", "learner")
        .get(pk=enrolment.pk)
    )
    known = {e.uuid: e for e in LearningEvent.objects.filter(uuid__in=[f.uuid for f in facts])}
    progress: Progress = {p.lesson_key: p for p in LessonProgress.objects.filter(enrolment=locked)}
    had_begun = locked.last_lesson_key is not None
    new: list[LearningEvent] = []
    touched: set[UUID] = set()
    outcomes: list = []
    for fact in facts:
        if fact.uuid in known:
            event = known[fact.uuid]
            mine = event.enrolment_id == locked.pk
            outcomes.append((event, False) if mine else EventRefused(_("这条记录的编号已经用过了")))
            continue
        refused = _why_not(locked, fact)
        if refused:
            outcomes.append(refused)
            continue
        event = LearningEvent(
            uuid=fact.uuid,
            enrolment=locked,
            kind=fact.kind,
            lesson_key=fact.lesson_key,
            data=fact.data,
            device=fact.device,
            sequence=fact.sequence,
            client_at=fact.client_at,
            recorded_at=recorded_at,
        )
        fold(locked, progress, event)
        known[fact.uuid] = event
        new.append(event)
        outcomes.append((event, True))
        if fact.lesson_key:
            touched.add(fact.lesson_key)
    if not new:
        return outcomes

    is_met = locked.completed_at is None and _is_met(locked)
    if is_met:
        completed = LearningEvent(
            uuid=uuid5(locked.uuid, Kind.COMPLETED), enrolment=locked, kind=Kind.COMPLETED, recorded_at=recorded_at
        )
        fold(locked, progress, completed)
        new.append(completed)
    LearningEvent.objects.bulk_create(new)
    _save(locked, [progress[key] for key in touched])
    has_milestone = any(event.kind in MILESTONES for event in new)
    if locked.completed_at and has_milestone:
        _credit_hours(locked, recorded_at, set(locked.finished_keys))
    met_parts = _lessons_of_met_parts(locked) if has_milestone and not locked.completed_at else set()
    if met_parts:
        _credit_hours(locked, recorded_at, met_parts)
    if is_met or met_parts:
        meet_period(enrolment=locked, completed_at=recorded_at)
    if is_met or not had_begun or has_milestone:
        refresh_standings_of(learner=locked.learner, course=locked.course, changed_at=recorded_at)
    else:
        note_activity(enrolment=locked, at=recorded_at)
    return outcomes


def _why_not(enrolment: Enrolment, fact: Fact) -> EventRefused | None:
    """What of this fact cannot be true of the enrolment as it stands now, in words."""
    if enrolment.closed_at:
        return EventRefused(_("这次报名已经结束了"))
    if fact.kind not in LESSON_KINDS:
        return None
    key = str(fact.lesson_key)
    lesson = next((x for x in enrolment.release.lessons if x["key"] == key), None)
    if lesson is None:
        return EventRefused(_("您报名的这一版里没有这一课"))
    if fact.kind == Kind.PLACE and not _is_short(fact.data.get("block")):
        return EventRefused(_("没有写明读到哪里"))
    if fact.kind == Kind.SELF_CHECK:
        chosen = fact.data.get("chosen")
        is_list = isinstance(chosen, list) and len(chosen) <= 20 and all(type(n) is int and 0 <= n < 20 for n in chosen)
        if not _is_short(fact.data.get("block")) or not is_list:
            return EventRefused(_("没有写明答了哪一题、选了什么"))
    lock = lesson_lock(lesson, enrolment.release.lessons, enrolment.finished_keys)
    return LessonLocked(lock.sentence) if lock else None


def _is_short(block: Any) -> bool:
    return isinstance(block, str) and 0 < len(block) <= 60


def _is_met(enrolment: Enrolment) -> bool:
    return is_course_met(
        enrolment.release.lessons,
        enrolment.finished_keys,
        has_test=enrolment.course.quiz_id is not None,
        has_passed=enrolment.quiz_passed_at is not None,
    )


def _save(enrolment: Enrolment, rows: list[LessonProgress]) -> None:
    enrolment.save(update_fields=ENROLMENT_FIELDS)
    LessonProgress.objects.bulk_create([row for row in rows if row.pk is None])
    changed = [row for row in rows if row.pk is not None]
    if len(changed) == 1:
        changed[0].save(update_fields=PROGRESS_FIELDS)
    elif changed:
        LessonProgress.objects.bulk_update(changed, PROGRESS_FIELDS)


def _lessons_of_met_parts(enrolment: Enrolment) -> set[str]:
    """The finished lessons of those parts of the course that a programme of hers asks for, where a part is met."""
    asked = Requirement.objects.filter(
        course_id=enrolment.course_id,
        modules__isnull=False,
        requirement_set__allocations__learner_id=enrolment.learner_id,
        requirement_set__allocations__ended_at__isnull=True,
    )
    return {
        lesson["key"]
        for requirement in asked
        if answers(requirement, enrolment)
        for lesson in lessons_of(enrolment.release.lessons, requirement.modules or ())
    }


def _credit_hours(enrolment: Enrolment, at: datetime, keys: set[str]) -> None:
    """Hours come with the completed course or part, one entry a finished lesson; the database refuses a second one."""
    credited = HourEntry.objects.filter(enrolment=enrolment, reverses__isnull=True).values_list("lesson_key", flat=True)
    finished = keys & set(enrolment.finished_keys) - {str(key) for key in credited}
    HourEntry.objects.bulk_create(
        HourEntry(
            learner=enrolment.learner,
            enrolment=enrolment,
            lesson_key=UUID(lesson["key"]),
            hours=Decimal(lesson["hours"]),
            earned_date=timezone.localdate(at),
            recorded_at=at,
        )
        for lesson in enrolment.release.lessons
        if lesson["key"] in finished
    )
