"""What the 2017 Guidance asks for, and who has been trained in it: by clause and course, by place, by name."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.models import GuidanceTask
from courses.models import Course
from people.audience import Audience, audience
from reports.coverage import PAGE_SIZE, coverage, coverage_below, trained
from reports.titles import below_names
from reports.views.desk import desk_of, frame


@audience(Audience.STAFF)
@require_safe
def clauses(request: HttpRequest) -> HttpResponse:
    """The whole table of a place; with ?task= one clause over the places below."""
    desk = desk_of(request)
    context = {**frame(request, "overview"), "desk": desk, "now": timezone.now()}
    if desk.place is None:
        context["choices"] = [(place, _here(place)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    shown = coverage(scope=request.scope, place=desk.place, on_date=request.scope.on_date)
    context |= {
        "shown": shown,
        "crumbs": [(place, _here(place)) for place in shown.crumbs[:-1]],
        "rows": [
            (
                task,
                f"{_here(desk.place)}&task={task.code}",
                [(n, _list(desk.place, c)) for n, c in zip(cells, shown.courses, strict=True)],
            )
            for task, cells in shown.rows
        ],
    }
    if code := request.GET.get("task", ""):
        task = next((task for task, _cells in shown.rows if task.code == code), None)
        if task is None:
            raise Http404
        context["below"] = _below(request, desk.place, task)
    return render(request, "reports/coverage.html", context)


@audience(Audience.STAFF)
@require_safe
def course_trained(request: HttpRequest, code: str) -> HttpResponse:
    """The people behind a number of the table."""
    desk = desk_of(request)
    course = get_object_or_404(Course, code=code.upper())
    context = {**frame(request, "overview"), "desk": desk, "now": timezone.now(), "course": course}
    if desk.place is None:
        context["choices"] = [(place, _list(place, course)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    rows = trained(scope=request.scope, place=desk.place, course=course, on_date=request.scope.on_date)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context |= {"page": page, "here": "overview", "back": _here(desk.place), "address": _list(desk.place, course)}
    return render(request, "reports/course_trained.html", context)


def _below(request: HttpRequest, place, task: GuidanceTask) -> dict:
    found = coverage_below(scope=request.scope, place=place, task=task, on_date=request.scope.on_date)
    return {
        "task": task,
        "courses": found.courses,
        "name": below_names(found.rows[0][0].level if found.rows else None, True),
        "rows": [
            (
                one,
                f"{_here(one)}&task={task.code}",
                people,
                [(n, _list(one, c)) for n, c in zip(cells, found.courses, strict=True)],
            )
            for one, people, cells in found.rows
        ],
    }


def _here(place) -> str:
    return f"{reverse('reports:clauses')}?{place.query}"


def _list(place, course: Course) -> str:
    return f"{reverse('reports:course_trained', args=[course.code.lower()])}?{place.query}"
