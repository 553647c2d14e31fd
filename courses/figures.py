"""A course in figures, for its author: who opened, who finished, where people stop. Counted in SQL, nobody is named."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import TruncDate

from assessments.items import median

from .models import Course, CourseRelease, Enrolment, LessonProgress

SILENT = timedelta(days=14)  # who has done nothing in the course for so long has stopped, for now


@dataclass(frozen=True)
class LessonFigures:
    """People, not enrolments: who takes a course again is one person. The counts are exact; screens round them."""

    key: str
    number: int
    title: dict
    opened: int
    finished: int
    stopped: int
    median_days: float | None


@dataclass(frozen=True)
class CourseFigures:
    """The lessons of the newest outline in their order; release is None before the first is published."""

    release: CourseRelease | None
    enrolled: int
    completed: int
    lessons: tuple[LessonFigures, ...]


def course_figures(*, course: Course, now: datetime) -> CourseFigures:
    """This will count a course in four queries, however many learn."""
    release = CourseRelease.objects.filter(course=course).order_by("-number").first()
    people = Enrolment.objects.filter(course=course).aggregate(
        enrolled=Count("learner", distinct=True),
        completed=Count("learner", distinct=True, filter=Q(completed_at__isnull=False)),
    )
    progress = LessonProgress.objects.filter(enrolment__course=course).order_by()
    stopped = Q(
        finished_at__isnull=True, enrolment__closed_at__isnull=True, enrolment__last_activity_at__lte=now - SILENT
    )
    counts = {
        str(row["lesson_key"]): row
        for row in progress.values("lesson_key").annotate(
            opened=Count("enrolment__learner", distinct=True),
            finished=Count("enrolment__learner", distinct=True, filter=Q(finished_at__isnull=False)),
            stopped=Count("enrolment__learner", distinct=True, filter=stopped),
        )
    }
    days = _days_to_finish(progress)
    return CourseFigures(
        release=release,
        enrolled=people["enrolled"],
        completed=people["completed"],
        lessons=tuple(
            LessonFigures(
                key=lesson["key"],
                number=lesson["number"],
                title=lesson["title"],
                opened=counts.get(lesson["key"], {}).get("opened", 0),
                finished=counts.get(lesson["key"], {}).get("finished", 0),
                stopped=counts.get(lesson["key"], {}).get("stopped", 0),
                median_days=median(days.get(lesson["key"], {})),
            )
            for lesson in (release.lessons if release else ())
        ),
    )


def _days_to_finish(progress) -> dict[str, dict[float, int]]:
    """{lesson: {days from opening to finishing, by the calendar: how often}}: a row a lesson and number of days."""
    lasted = ExpressionWrapper(TruncDate(F("finished_at")) - TruncDate(F("opened_at")), output_field=DurationField())
    found: dict[str, dict[float, int]] = defaultdict(dict)
    rows = progress.filter(finished_at__isnull=False).annotate(lasted=lasted).values("lesson_key", "lasted")
    for row in rows.annotate(times=Count("pk")):
        found[str(row["lesson_key"])][row["lasted"].days] = row["times"]
    return found
