"""Clause of the Guidance × course × place: who of those in post today has been trained in what.

Trained in a clause by a course: she has completed a course that carries the clause's code. A course that was completed
once counts for good, also where its enrolment was closed by a renewal.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, QuerySet

from content.models import GuidanceTask
from courses.models import Course
from people.models import Membership
from people.scope import Scope
from reports import places
from reports.places import Place

PAGE_SIZE = 50


@dataclass(frozen=True)
class Coverage:
    """Rows are clauses, columns the courses that carry any; a cell is None where the course does not carry the clause."""

    place: Place
    crumbs: tuple[Place, ...]
    in_post: int
    courses: tuple[Course, ...]
    rows: tuple[tuple[GuidanceTask, tuple[int | None, ...]], ...]


@dataclass(frozen=True)
class ByPlace:
    """One clause over the places below: people in post, and how many completed each course that carries it."""

    task: GuidanceTask
    courses: tuple[Course, ...]
    rows: tuple[tuple[Place, int, tuple[int, ...]], ...]


def coverage(*, scope: Scope, place: Place, on_date: date) -> Coverage:
    """This will count a place's people by clause and course. At most 6 queries at any size."""
    held = members(scope=scope, place=place, on_date=on_date)
    trained = dict(
        held.filter(user__enrolments__completed_at__isnull=False)
        .values_list("user__enrolments__course_id")
        .annotate(n=Count("user", distinct=True))
        .order_by()
    )
    courses = tuple(c for c in Course.objects.prefetch_related("guidance_tasks").order_by("code") if _codes(c))
    rows = tuple(
        (task, tuple(trained.get(c.pk, 0) if task.code in _codes(c) else None for c in courses))
        for task in GuidanceTask.objects.all()
    )
    return Coverage(place, places.way_up(scope=scope, place=place), held.count(), courses, rows)


def coverage_below(*, scope: Scope, place: Place, task: GuidanceTask, on_date: date) -> ByPlace:
    """This will count one clause over the places straight under this one. At most 5 queries at any size."""
    courses = tuple(Course.objects.filter(guidance_tasks=task).order_by("code"))
    below = places.children(place=place, on_date=on_date)
    by_path = {one.path: one for one in below}
    path = f"{place.kind}__path"
    held = members(scope=scope, place=place, on_date=on_date)
    people: dict[str, int] = {}
    done: dict[tuple[str, int], int] = {}

    for where, number in held.values_list(path).annotate(n=Count("user", distinct=True)).order_by():
        step = place.step_towards(where)
        people[step] = people.get(step, 0) + number
    completed = held.filter(user__enrolments__completed_at__isnull=False, user__enrolments__course__in=courses)
    rows = completed.values_list(path, "user__enrolments__course_id").annotate(n=Count("user", distinct=True))
    for where, course, number in rows.order_by():
        key = (place.step_towards(where), course)
        done[key] = done.get(key, 0) + number
    found = tuple(
        (by_path[at], people.get(at, 0), tuple(done.get((at, c.pk), 0) for c in courses)) for at in sorted(by_path)
    )
    return ByPlace(task, courses, found)


def members(*, scope: Scope, place: Place, on_date: date) -> QuerySet[Membership]:
    """This will give who is in post at a place on a day, inside the scope."""
    held = Membership.objects.filter(scope.as_q()).on(on_date)
    return held.filter(**{f"{place.kind}__path__startswith": place.path}, user__is_active=True)


def trained(*, scope: Scope, place: Place, course: Course, on_date: date) -> QuerySet[Membership]:
    """This will give those of a place who completed a course, with the day, in the order of their places."""
    held = members(scope=scope, place=place, on_date=on_date)
    rows = held.filter(user__enrolments__course=course, user__enrolments__completed_at__isnull=False)
    return (
        rows.annotate(completed_at=Max("user__enrolments__completed_at"))
        .select_related("user", "organisation", "region")
        .order_by("region__path", "pk")
    )


def _codes(course: Course) -> set[str]:
    return {task.code for task in course.guidance_tasks.all()}
