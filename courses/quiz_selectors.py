"""What a test means for the learner's course: is it open to her, and what follows from how she did."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from assessments.models import Attempt
from assessments.selectors import Review, TryState, say
from certificates.models import Certificate
from courses.models import CertificationPeriod, Course, Enrolment, Requirement
from courses.rules import Lock, test_lock
from people.models import Message


@dataclass(frozen=True)
class LessonAgain:
    """A lesson worth another look, with the questions that say so."""

    number: int
    title: str
    questions: list[int]
    has_critical: bool


@dataclass(frozen=True)
class Part:
    """One module of the course: how many of its questions she got right, and which lessons to look at again."""

    title: str
    right: int
    total: int
    lessons: list[int]


@dataclass(frozen=True)
class AfterTest:
    """Everything a result page says beyond the marks."""

    course: Course
    enrolment: Enrolment
    lesson_titles: dict[int, str]
    again: list[LessonAgain]
    parts: list[Part]
    seeds: list[str]
    lessons_left: int
    certificate: Certificate | None
    valid_until: date | None
    courses_left: list[Course]
    courses_total: int

    @property
    def first_again(self) -> LessonAgain | None:
        return self.again[0] if self.again else None


def test_lock_of(enrolment: Enrolment) -> Lock | None:
    """This will say why the course's test is not open to her yet, or None. Reads nothing beside the enrolment."""
    return test_lock(enrolment.release.lessons, enrolment.finished_keys, has_test=enrolment.course.quiz_id is not None)


RETRY_OPEN = "retry_open"  # the kind of the message that says so
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class RetryReminder:
    """When she would hear, or will hear, that the test is open again."""

    at: datetime
    is_owed: bool  # she has asked for it
    is_tomorrow: bool


def has_try_ahead(enrolment: Enrolment, state: TryState) -> bool:
    """This will say whether another try is still before her, now or in some hours."""
    may_begin = bool(state.tries_left) and state.open_attempt is None
    return may_begin and not state.is_passed and enrolment.closed_at is None


def owed_reminder(enrolment: Enrolment, state: TryState) -> Message | None:
    """This will find the reminder she has asked for; one from before a newer try, too early by now, is none."""
    owed = Message.objects.filter(
        user_id=enrolment.learner_id,
        channel=Message.Channel.APP,
        state=Message.State.OWED,
        kind=RETRY_OPEN,
        about=str(enrolment.uuid),
    ).first()
    return owed if owed and not (state.next_at and owed.due_at < state.next_at) else None


def retry_reminder(*, enrolment: Enrolment, state: TryState, now: datetime) -> RetryReminder | None:
    """This will say when she hears of her next try: when it opens, tomorrow at this hour at the soonest.

    None where no try is before her.
    """
    if not has_try_ahead(enrolment, state):
        return None
    owed = owed_reminder(enrolment, state)
    at = owed.due_at if owed else max(state.next_at or now, now + A_DAY)
    tomorrow = timezone.localdate(now) + A_DAY
    return RetryReminder(at=at, is_owed=owed is not None, is_tomorrow=timezone.localdate(at) == tomorrow)


def after_test(*, attempt: Attempt, review: Review, language: str) -> AfterTest:
    """This will read what follows from a marked try: lessons to look at again, the certificate or what is missing."""
    enrolment = Enrolment.objects.select_related("course", "release").get(uuid=attempt.for_uuid)
    lessons = enrolment.release.lessons
    titles = {x["number"]: say(x["title"], language) for x in lessons}
    again = [
        LessonAgain(x.number, titles[x.number], x.questions, x.has_critical)
        for x in review.lessons
        if x.number in titles
    ]
    period = (
        CertificationPeriod.objects.filter(
            allocation__learner_id=attempt.learner_id,
            allocation__requirement_set__requirements__course=enrolment.course_id,
            certificate__isnull=False,
        )
        .select_related("certificate")
        .order_by("-met_at")
        .first()
    )
    required = (
        Requirement.objects.filter(
            requirement_set__allocations__learner_id=attempt.learner_id,
            requirement_set__allocations__ended_at__isnull=True,
            requirement_set__requirements__course=enrolment.course_id,
        )
        .select_related("course")
        .order_by("course__code")
    )
    courses = {r.course_id: r.course for r in required}
    done = set(
        Enrolment.objects.open().completed().filter(learner_id=attempt.learner_id).values_list("course_id", flat=True)
    )
    finished = set(enrolment.finished_keys)
    return AfterTest(
        course=enrolment.course,
        enrolment=enrolment,
        lesson_titles=titles,
        again=again,
        parts=_parts(lessons, review, language),
        seeds=["done" if x["key"] in finished else "" for x in lessons],
        lessons_left=sum(1 for x in lessons if x["is_required"] and x["key"] not in finished),
        certificate=period.certificate if period else None,
        valid_until=period.valid_until_date if period else None,
        courses_left=[c for pk, c in courses.items() if pk not in done],
        courses_total=len(courses),
    )


def _parts(lessons: list[dict], review: Review, language: str) -> list[Part]:
    modules: dict[int, Part] = {}
    scores = {x.number: x for x in review.per_lesson}
    wrong = {x.number for x in review.lessons}
    for lesson in lessons:
        score = scores.get(lesson["number"])
        if score is None:
            continue
        before = modules.get(lesson["module"], Part(say(lesson["module_title"], language), 0, 0, []))
        modules[lesson["module"]] = Part(
            title=before.title,
            right=before.right + score.right,
            total=before.total + score.total,
            lessons=[*before.lessons, lesson["number"]] if lesson["number"] in wrong else before.lessons,
        )
    return list(modules.values())
