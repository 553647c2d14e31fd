"""What learners' screens ask. Reads only; one number of queries a screen, whatever the tables hold."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import Attempt
from assessments.selectors import TryState, try_state
from courses.models import (
    Allocation,
    Course,
    CoursePage,
    CourseRelease,
    Enrolment,
    HourEntry,
    LessonPage,
    LessonProgress,
    Standing,
)
from courses.rules import Lesson, Lock, lesson_lock, lessons_left, next_lesson, test_lock
from people.models import User


def language_key() -> str:
    """The key of the active language in an outline: zh or en."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def said(words: dict[str, str]) -> str:
    """This will choose the active language of {zh, en}, or the other one where it is missing."""
    return words.get(language_key()) or words.get("zh") or words.get("en") or ""


# ---- one lesson


# The two questions of the most asked page. Written as SQL because building them costs the ORM more than the database
# needs to answer (bench/lesson.py); rows come back as models all the same.
LESSON = """
SELECT l.page_ptr_id, p.title, p.translation_key, p.live_revision_id, p.last_published_at, l.number, l.hours, l.note,
       l.laws_changed_at, l.course_id, c.code AS course_code
FROM courses_lessonpage l
JOIN wagtailcore_page p ON p.id = l.page_ptr_id
JOIN wagtailcore_locale o ON o.id = p.locale_id
JOIN courses_course c ON c.id = l.course_id
WHERE c.code = %s AND l.number = %s AND o.language_code = %s AND p.live
"""
HERE = """
SELECT e.id, e.uuid, e.learner_id, e.course_id, e.release_id, e.enrolled_at, e.closed_at, e.finished_keys,
       e.lessons_finished, e.last_lesson_key, e.last_activity_at, e.quiz_passed_at, e.completed_at,
       r.lessons AS outline, h.place AS place, h.self_checks AS self_checks, h.finished_at AS finished_here
FROM courses_enrolment e
JOIN courses_courserelease r ON r.id = e.release_id
LEFT JOIN courses_lessonprogress h ON h.enrolment_id = e.id AND h.lesson_key = %s
WHERE e.learner_id = %s AND e.course_id = %s AND e.closed_at IS NULL
"""


def find_lesson(code: str, number: int, language: str) -> LessonPage | None:
    """This will find a published lesson by its address, in one query and without its body."""
    return next(iter(LessonPage.objects.raw(LESSON, [code.upper(), number, language])), None)


@dataclass(frozen=True)
class Here:
    """Her open enrolment, and what its ledger says about one lesson."""

    enrolment: Enrolment
    lessons: list[Lesson]
    is_finished: bool
    place: str
    self_checks: dict


def enrolment_at(learner: User, course_id: int, lesson_key: UUID) -> Here | None:
    """This will give her open enrolment with its outline, and one lesson's row of it, in one query."""
    key = lesson_key if connection.features.has_native_uuid_field else lesson_key.hex
    row: Any = next(iter(Enrolment.objects.raw(HERE, [key, learner.pk, course_id])), None)
    if row is None:
        return None
    checks = json.loads(row.self_checks) if row.self_checks else {}
    return Here(row, json.loads(row.outline), row.finished_here is not None, row.place or "", checks)


@dataclass(frozen=True)
class LessonScreen:
    """One lesson for one learner: what she has done in it, what it is locked by, where to go from it."""

    lesson: Lesson | None  # None where her release has no such lesson: she may read it, it does not count
    lock: Lock | None
    total: int
    before: int | None
    after: int | None
    is_finished: bool
    is_latest: bool  # the lesson she was last in: opening it again is no news
    place: str
    self_checks: dict


def lesson_screen(page: LessonPage, here: Here) -> LessonScreen:
    """This will work out one lesson's screen from rows already read."""
    enrolment, lessons = here.enrolment, here.lessons
    at = _position(page, lessons)
    if at is None:
        return LessonScreen(None, None, len(lessons), None, None, False, False, "", {})
    return LessonScreen(
        lesson=lessons[at],
        lock=lesson_lock(lessons[at], lessons, enrolment.finished_keys),
        total=len(lessons),
        before=lessons[at - 1]["number"] if at else None,
        after=lessons[at + 1]["number"] if at + 1 < len(lessons) else None,
        is_finished=here.is_finished,
        is_latest=enrolment.last_lesson_key == page.translation_key,
        place=here.place,
        self_checks=here.self_checks,
    )


def copy_screen(page: LessonPage, here: Here) -> LessonScreen:
    """This will give the screen of a lesson as anybody of that release would see it: where it stands, nothing more."""
    screen = lesson_screen(page, here)
    return replace(screen, lock=None, is_finished=False, is_latest=False, place="", self_checks={})


def _position(page: LessonPage, lessons: list[Lesson]) -> int | None:
    key = str(page.translation_key)
    return next((i for i, lesson in enumerate(lessons) if lesson["key"] == key), None)


# ---- the catalogue


@dataclass(frozen=True)
class CourseLine:
    """One course in a list, and how far she is in it."""

    page: CoursePage
    course: Course
    enrolment: Enrolment | None
    total: int


def catalogue(language: str, learner: User | None) -> list[CourseLine]:
    """This will list the published courses of a language; two queries."""
    pages = list(
        CoursePage.objects.live()
        .filter(locale__language_code=language)
        .select_related("course")
        .order_by("course__code")
    )
    enrolments = {}
    if learner:
        mine = Enrolment.objects.open().of(learner).select_related("release")
        enrolments = {e.course_id: e for e in mine}
    return [
        CourseLine(
            page=page,
            course=page.course,
            enrolment=enrolments.get(page.course_id),
            total=len(enrolments[page.course_id].release.lessons) if page.course_id in enrolments else 0,
        )
        for page in pages
    ]


# ---- one course


@dataclass(frozen=True)
class OutlineLine:
    """One lesson in a course's outline."""

    number: int
    title: str
    module: int
    module_title: str
    hours: str
    finished_at: datetime | None
    is_here: bool
    is_begun: bool
    lock: Lock | None


@dataclass(frozen=True)
class CourseScreen:
    """One course for one person: its outline with reasons, its test, who answers for it."""

    page: CoursePage
    course: Course
    enrolment: Enrolment | None
    outline: list[OutlineLine]
    finished: int
    onward: Lesson | None
    test: TryState | None
    test_lock: Lock | None
    responsible: LessonPage | None
    programmes: list[Allocation]  # of hers that ask for this course

    @property
    def total(self) -> int:
        return len(self.outline)

    @property
    def seeds(self) -> list[str]:
        return ["done" if line.finished_at else "here" if line.is_here else "" for line in self.outline]


def find_course(code: str, language: str) -> CoursePage | None:
    """This will find a published course page by its code, with what it maps to."""
    return (
        CoursePage.objects.live()
        .filter(course__code=code.upper(), locale__language_code=language)
        .select_related("course__quiz")
        .prefetch_related("course__competencies", "course__guidance_tasks")
        .first()
    )


def course_screen(page: CoursePage, learner: User | None, now: datetime) -> CourseScreen:
    """This will gather a course page. A stranger sees the newest outline, a learner the one she is bound to."""
    course = page.course
    enrolment, progress = None, {}
    if learner:
        rows = Prefetch("progress", LessonProgress.objects.defer("self_checks", "sequences"))
        enrolment = (
            Enrolment.objects.open()
            .of(learner)
            .filter(course=course)
            .select_related("release")
            .prefetch_related(rows)
            .first()
        )
    if enrolment:
        lessons, finished = enrolment.release.lessons, enrolment.finished_keys
        progress = {str(row.lesson_key): row for row in enrolment.progress.all()}
        last = str(enrolment.last_lesson_key)
    else:
        release = course.releases.order_by("-number").first()
        lessons, finished, last = release.lessons if release else [], [], ""
    live = {
        str(p.translation_key): p
        for p in LessonPage.objects.live()
        .filter(course=course, locale=page.locale_id)
        .defer("body", "review_notes", "outcomes")
        .order_by("number")
    }
    onward = next_lesson(lessons, finished, last)
    outline = []
    for lesson in lessons:
        row, words = progress.get(lesson["key"]), live.get(lesson["key"])
        outline.append(
            OutlineLine(
                number=lesson["number"],
                title=words.title if words else said(lesson["title"]),
                module=lesson["module"],
                module_title=words.module_title if words else said(lesson["module_title"]),
                hours=lesson["hours"],
                finished_at=row.finished_at if row else None,
                is_here=bool(enrolment and onward and onward["key"] == lesson["key"]),
                is_begun=row is not None,
                lock=lesson_lock(lesson, lessons, finished) if enrolment else Lock("not_enrolled"),
            )
        )
    test = None
    if learner and enrolment and course.quiz:
        test = try_state(learner=learner, quiz=course.quiz, for_uuid=enrolment.uuid, now=now)
    return CourseScreen(
        page=page,
        course=course,
        enrolment=enrolment,
        outline=outline,
        finished=sum(1 for line in outline if line.finished_at),
        onward=onward,
        test=test,
        test_lock=test_lock(lessons, finished, course.quiz_id is not None),
        responsible=next(iter(live.values()), None),
        programmes=_programmes_asking(course, learner) if learner else [],
    )


def _programmes_asking(course: Course, learner: User) -> list[Allocation]:
    hers = Allocation.objects.filter(
        learner=learner, ended_at__isnull=True, requirement_set__requirements__course=course
    )
    return list(hers.select_related("programme").order_by("programme__code"))


# ---- home


def greeting(hour: int) -> str:
    """This will greet by the hour in China."""
    if 5 <= hour < 12:
        return _("上午好")
    return _("下午好") if 12 <= hour < 18 else _("晚上好")


@dataclass(frozen=True)
class MyCourse:
    """One of her courses on the home screen."""

    enrolment: Enrolment
    course: Course
    total: int
    onward: Lesson | None
    onward_title: str
    is_test_open: bool
    passed: Attempt | None
    place: str  # the block she last had on screen in the lesson to go on with

    @property
    def finished(self) -> int:
        return self.enrolment.lessons_finished

    @property
    def seeds(self) -> list[str]:
        onward = self.onward["key"] if self.onward else None
        done = set(self.enrolment.finished_keys)
        return [
            "done" if lesson["key"] in done else "here" if lesson["key"] == onward else ""
            for lesson in self.enrolment.release.lessons
        ]


@dataclass(frozen=True)
class Home:
    """Her first screen: what to go on with, what is due, how far she is, what she holds."""

    courses: list[MyCourse]
    onward: MyCourse | None  # the one to continue
    due: Standing | None  # the nearest date without a certificate
    held: list[Standing]
    ahead: list[
        Standing
    ]  # programmes that still ask something of her, a renewal too; `.preparing` courses are unwritten
    hours: Decimal
    hours_needed: Decimal
    days_left: int

    @property
    def hours_missing(self) -> Decimal:
        return max(Decimal(0), self.hours_needed - self.hours)


def home(learner: User, today: date) -> Home:
    """This will gather a learner's home screen; three queries at any size."""
    credited = (
        HourEntry.objects.filter(enrolment=OuterRef("pk")).values("enrolment").annotate(all=Sum("hours")).values("all")
    )
    enrolments = list(
        Enrolment.objects.open()
        .of(learner)
        .select_related("course", "release")
        .annotate(last=FilteredRelation("progress", condition=Q(progress__lesson_key=F("last_lesson_key"))))
        .annotate(last_place=F("last__place"), credited=Subquery(credited))
        .order_by(F("last_activity_at").desc(nulls_last=True), "course__code")
    )
    passed = {
        a.for_uuid: a
        for a in Attempt.objects.finished().filter(
            learner=learner, is_passed=True, for_uuid__in=[e.uuid for e in enrolments]
        )
    }
    courses = [_my_course(e, passed.get(e.uuid), e.last_place or "") for e in enrolments]
    asked = "allocation__requirement_set__requirements"
    standings = list(
        Standing.objects.filter(user=learner)
        .select_related("programme", "certificate", "allocation")
        .annotate(
            needed=Sum(Coalesce(f"{asked}__hours", f"{asked}__course__hours")),
            preparing=Count(asked, filter=~Exists(CourseRelease.objects.filter(course=OuterRef(f"{asked}__course")))),
        )
        .order_by(F("due_date").asc(nulls_last=True), "pk")
    )
    State = Standing.State
    due = next((s for s in standings if s.due_date and s.state in (State.NOT_STARTED, State.STUDYING)), None)
    hours = sum((e.credited or Decimal(0) for e in enrolments), Decimal(0))
    return Home(
        courses=courses,
        onward=next((c for c in courses if c.onward or (c.is_test_open and not c.enrolment.completed_at)), None),
        due=due,
        held=[s for s in standings if s.certificate],
        ahead=[s for s in standings if _asks_something(s, today)],
        hours=hours,
        hours_needed=max((s.needed or Decimal(0) for s in standings), default=Decimal(0)),
        days_left=(due.due_date - today).days if due and due.due_date else 0,
    )


def _asks_something(standing: Standing, today: date) -> bool:
    if standing.state != Standing.State.CERTIFIED or not standing.valid_until_date:
        return standing.state in (Standing.State.NOT_STARTED, Standing.State.STUDYING)
    return standing.valid_until_date - timedelta(days=standing.programme.window_days) <= today


def _my_course(enrolment: Enrolment, passed: Attempt | None, place: str) -> MyCourse:
    lessons = enrolment.release.lessons
    onward = next_lesson(lessons, enrolment.finished_keys, str(enrolment.last_lesson_key))
    return MyCourse(
        enrolment=enrolment,
        course=enrolment.course,
        total=len(lessons),
        onward=onward,
        onward_title=said(onward["title"]) if onward else "",
        is_test_open=enrolment.course.quiz_id is not None and not lessons_left(lessons, enrolment.finished_keys),
        passed=passed,
        place=place if onward and onward["key"] == str(enrolment.last_lesson_key) else "",
    )
