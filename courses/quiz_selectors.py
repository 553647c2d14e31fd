"""What a test means for the learner's course: is it open to her, and what follows from how she did."""

from dataclasses import dataclass
from datetime import date

from assessments.models import Attempt
from assessments.selectors import Review, say
from certificates.models import Certificate
from courses.models import CertificationPeriod, Course, Enrolment, Requirement
from courses.rules import Lock, test_lock


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
