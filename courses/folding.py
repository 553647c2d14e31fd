"""How progress follows from the ledger: one event at a time, in memory. Live writing and replay both call this.

That they share it is why replay equals live, to the row (design, section 3.6).
"""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from courses.models import Enrolment, LearningEvent, LessonProgress

LONGEST_SILENCE = timedelta(minutes=3)  # a tab left open for an hour earns at most this

ENROLMENT_FIELDS = (
    "closed_at",
    "finished_keys",
    "lessons_finished",
    "last_lesson_key",
    "last_activity_at",
    "quiz_passed_at",
    "completed_at",
)
PROGRESS_FIELDS = ("opened_at", "finished_at", "place", "self_checks", "sequences", "seconds")

Progress = dict[UUID, LessonProgress]


def fold(enrolment: Enrolment, progress: Progress, event: LearningEvent) -> None:
    """This will apply one event to the enrolment and to its lessons' rows (made where missing). Saves nothing."""
    Kind = LearningEvent.Kind
    if event.lesson_key:
        _fold_lesson(enrolment, progress, event)
    elif event.kind == Kind.QUIZ_PASSED:
        enrolment.quiz_passed_at = enrolment.quiz_passed_at or event.recorded_at
    elif event.kind == Kind.COMPLETED:
        enrolment.completed_at = enrolment.completed_at or event.recorded_at
    elif event.kind == Kind.CLOSED:
        enrolment.closed_at = enrolment.closed_at or event.recorded_at
    enrolment.last_activity_at = event.recorded_at


def _fold_lesson(enrolment: Enrolment, progress: Progress, event: LearningEvent) -> None:
    Kind = LearningEvent.Kind
    row = progress.get(event.lesson_key)
    if row is None:
        row = LessonProgress(enrolment=enrolment, lesson_key=event.lesson_key, opened_at=event.recorded_at)
        progress[event.lesson_key] = row
    elif enrolment.last_lesson_key == event.lesson_key and enrolment.last_activity_at:
        silence = event.recorded_at - enrolment.last_activity_at
        row.seconds += int(max(timedelta(0), min(silence, LONGEST_SILENCE)).total_seconds())
    enrolment.last_lesson_key = event.lesson_key

    if event.kind == Kind.PLACE and _is_newest(row, event, "place"):
        row.place = event.data["block"]
    elif event.kind == Kind.SELF_CHECK and _is_newest(row, event, event.data["block"]):
        row.self_checks = {**row.self_checks, event.data["block"]: event.data["chosen"]}
    elif event.kind == Kind.FINISHED:
        row.finished_at = row.finished_at or event.recorded_at
        key = str(event.lesson_key)
        if key not in enrolment.finished_keys:
            enrolment.finished_keys = [*enrolment.finished_keys, key]
            enrolment.lessons_finished = len(enrolment.finished_keys)


def _is_newest(row: LessonProgress, event: LearningEvent, about: str) -> bool:
    """Events are absolute, so one that arrives after a newer one of the same phone changes nothing."""
    if not event.device or event.sequence is None:
        return True
    seen = row.sequences.get(event.device, {})
    if event.sequence <= seen.get(about, -1):
        return False
    row.sequences = {**row.sequences, event.device: {**seen, about: event.sequence}}
    return True


def replay(enrolment: Enrolment, events: Iterable[LearningEvent]) -> tuple[Enrolment, Progress]:
    """This will rebuild an enrolment and its lessons' rows from its events alone, unsaved."""
    fresh = Enrolment(
        pk=enrolment.pk,
        uuid=enrolment.uuid,
        learner_id=enrolment.learner_id,
        course_id=enrolment.course_id,
        release_id=enrolment.release_id,
        enrolled_at=enrolment.enrolled_at,
    )
    progress: Progress = {}
    for event in events:
        fold(fresh, progress, event)
    return fresh, progress
