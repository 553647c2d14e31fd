"""What a pinned requirement set asks of one learner in one period, and what of her learning answers to it. Reads only."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from courses.models import (
    Allocation,
    CertificationPeriod,
    Course,
    CourseRelease,
    Enrolment,
    LessonProgress,
    Requirement,
)
from courses.rules import Lesson, due_date, lessons_left, lessons_of


@dataclass(frozen=True)
class Part:
    """One requirement for one learner: the lessons it asks for, and the enrolment that answers, if any does.

    No lessons: the course is still being written.
    """

    requirement: Requirement
    enrolment: Enrolment | None
    lessons: list[Lesson]
    last_activity_at: datetime | None = None  # hers in this course, in whichever enrolment is open
    opened_date: date | None = None  # since when there is something to learn; none: still being written

    @property
    def course(self) -> Course:
        return self.requirement.course

    @property
    def modules(self) -> tuple[int, ...]:
        return tuple(self.requirement.modules or ())

    @property
    def done(self) -> Collection[str]:
        return self.enrolment.finished_keys if self.enrolment else ()

    @property
    def finished(self) -> int:
        return sum(1 for lesson in self.lessons if lesson["key"] in self.done)

    @property
    def left(self) -> int:
        return lessons_left(self.lessons, self.done)

    @property
    def has_test(self) -> bool:
        return not self.modules and self.course.quiz_id is not None

    @property
    def is_met(self) -> bool:
        return self.enrolment is not None and answers(self.requirement, self.enrolment)


def answers(requirement: Requirement, enrolment: Enrolment) -> bool:
    """Does this enrolment meet the requirement: the completed course, or every required lesson of its modules?"""
    if not requirement.modules:
        return enrolment.completed_at is not None
    asked = lessons_of(enrolment.release.lessons, requirement.modules)
    return bool(asked) and not lessons_left(asked, enrolment.finished_keys)


def counts_for(enrolment: Enrolment, period: CertificationPeriod, earlier: Collection[str]) -> bool:
    """Does what was learnt in this enrolment count for this period?

    It does if it was open in it: closing takes nothing away. A renewal asks for learning of its own: what an earlier
    period of the same chain stands on, or was completed before the window opened, is not learnt anew.
    """
    opens = period.window_opens_date
    if enrolment.closed_at and timezone.localdate(enrolment.closed_at) < opens:
        return False
    if period.number == 1:
        return True
    is_old = enrolment.completed_at is not None and timezone.localdate(enrolment.completed_at) < opens
    return not is_old and str(enrolment.uuid) not in earlier


def evidence_before(periods: Sequence[CertificationPeriod], period: CertificationPeriod) -> set[str]:
    """This will name the enrolments that the periods before this one stand on."""
    return {one["enrolment"] for p in periods if p.number < period.number for one in p.evidence}


def earlier_evidence(allocation: Allocation, period: CertificationPeriod) -> set[str]:
    if period.number == 1:
        return set()
    return evidence_before(list(CertificationPeriod.objects.filter(allocation=allocation)), period)


def parts_of(allocation: Allocation, *, period: CertificationPeriod, earlier: Collection[str]) -> list[Part]:
    """This will lay each requirement of the pinned set beside the enrolment that answers to it; three queries."""
    requirements = list(
        Requirement.objects.filter(requirement_set_id=allocation.requirement_set_id)
        .select_related("course")
        .order_by("course__code")
    )
    enrolments = list(
        Enrolment.objects.filter(learner_id=allocation.learner_id, course__in=[r.course_id for r in requirements])
        .select_related("release")
        .order_by("-pk")
    )
    taken = {e.course_id for e in enrolments if counts_for(e, period, earlier) and tells_enough(e, period)}
    releases = releases_of([r.course_id for r in requirements if r.course_id not in taken])
    return [lay(r, enrolments, releases, period=period, earlier=earlier) for r in requirements]


def tells_enough(enrolment: Enrolment, period: CertificationPeriod) -> bool:
    """Does her own release say all about the course: what she learns, and that it was open when the period began?"""
    if enrolment.closed_at is not None:
        return False
    return period.number > 1 or timezone.localdate(enrolment.release.released_at) <= period.window_opens_date


def due_date_of(period: CertificationPeriod, parts: Sequence[Part]) -> date | None:
    """This will say until when an open period is due, by what its courses have to teach; a met one keeps its day."""
    if period.met_at:
        return period.due_date
    opened = [part.opened_date for part in parts]
    return due_date(period.window_opens_date, period.due_date, period.number, opened)


def lay(
    requirement: Requirement,
    enrolments: Sequence[Enrolment],
    releases: dict[int, list[CourseRelease]],
    *,
    period: CertificationPeriod,
    earlier: Collection[str],
) -> Part:
    """This will choose the enrolment that answers to a requirement: one that meets it, else the one she is in."""
    mine = [e for e in enrolments if e.course_id == requirement.course_id and counts_for(e, period, earlier)]
    chosen = next((e for e in mine if answers(requirement, e)), None) or next(
        (e for e in mine if e.closed_at is None), None
    )
    known = releases.get(requirement.course_id, [])
    hers = chosen.release if chosen else (known[-1] if known else None)
    lessons = lessons_of(hers.lessons, requirement.modules or ()) if hers else []
    active = [e.last_activity_at for e in mine if e.last_activity_at and (e is chosen or e.closed_at is None)]
    opened = opened_date(requirement.modules or (), known or ([hers] if hers else [])) if lessons else None
    return Part(requirement, chosen, lessons, max(active, default=None), opened)


def opened_date(modules: Collection[int], releases: Sequence[CourseRelease]) -> date | None:
    """This will give the day of the first outline that had anything of these modules in it."""
    first = next((r for r in releases if lessons_of(r.lessons, modules)), None)
    return timezone.localdate(first.released_at) if first else None


def releases_of(course_ids: Sequence[int], *, before: datetime | None = None) -> dict[int, list[CourseRelease]]:
    """This will give every outline of each course, the newest last; a course without any is being written."""
    found: dict[int, list[CourseRelease]] = {}
    if course_ids:
        rows = CourseRelease.objects.filter(course__in=course_ids).order_by("number")
        for release in rows.filter(released_at__lt=before) if before else rows:
            found.setdefault(release.course_id, []).append(release)
    return found


def newest_outlines(course_ids: Sequence[int]) -> dict[int, list[Lesson]]:
    """This will give the newest outline of each course; one without any is being written."""
    return {course: releases[-1].lessons for course, releases in releases_of(course_ids).items()}


def met_at(part: Part) -> datetime:
    """This will say when a met part was met: the course's completion, or the last of its lessons."""
    enrolment = part.enrolment
    if enrolment is None or not part.is_met:
        raise ValueError(f"not met: {part.requirement.pk}")
    if not part.modules and enrolment.completed_at:
        return enrolment.completed_at
    keys = [UUID(lesson["key"]) for lesson in part.lessons if lesson["key"] in enrolment.finished_keys]
    rows = LessonProgress.objects.filter(enrolment=enrolment, lesson_key__in=keys)
    return rows.aggregate(last=Max("finished_at"))["last"]
