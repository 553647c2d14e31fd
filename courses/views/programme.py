"""An administrator decides what a certificate asks for: a new version of the rule, inside Wagtail's admin."""

import re
from decimal import Decimal

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from courses.models import Course, Programme, Requirement, RequirementSet
from courses.requirements import newest_outlines
from courses.services import Demand, DemandsUnclear, publish_requirements
from people.audience import Audience, audience


class RulesView(WagtailAdminTemplateMixin, TemplateView):
    """The courses to choose from, what the newest version asks for, the versions so far, and the button."""

    template_name = "courses/programme_rules.html"
    header_icon = "list-ul"
    problems: list[str] = []

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.programme = get_object_or_404(Programme, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return _("证书的要求")

    def get_page_subtitle(self) -> str:
        return str(self.programme)

    def get_breadcrumbs_items(self) -> list[dict]:
        programmes = {"url": reverse("wagtailsnippets_courses_programme:list"), "label": _("证书项目")}
        edit = {
            "url": reverse("wagtailsnippets_courses_programme:edit", args=[self.programme.pk]),
            "label": str(self.programme),
        }
        return [*super().get_breadcrumbs_items(), programmes, edit, {"url": "", "label": _("要求")}]

    def get_context_data(self, **kwargs) -> dict:
        courses = list(Course.objects.order_by("code"))
        outlines = newest_outlines([c.pk for c in courses])
        versions = list(
            self.programme.requirement_sets.select_related("decided_by")
            .annotate(people=Count("allocations", filter=Q(allocations__ended_at__isnull=True)))
            .prefetch_related(
                Prefetch("requirements", Requirement.objects.select_related("course").order_by("course__code"))
            )
            .order_by("-number")
        )
        asked = {r.course_id: r for r in versions[0].requirements.all()} if versions else {}
        return super().get_context_data(
            programme=self.programme,
            problems=self.problems,
            versions=[(version, _total(version)) for version in versions],
            rows=[self._row(course, asked.get(course.pk), outlines.get(course.pk)) for course in courses],
            **kwargs,
        )

    def _row(self, course: Course, asked: Requirement | None, outline: list[dict] | None) -> dict:
        """A course in the form: as she sent it, or as the newest version has it."""
        data = self.request.POST
        sent = bool(data)
        modules = ", ".join(str(n) for n in (asked.modules or ())) if asked else ""
        hours = f"{asked.hours.normalize():f}" if asked and asked.hours is not None else ""
        return {
            "course": course,
            "is_open": outline is not None,
            "modules_there": sorted({lesson["module"] for lesson in outline or []}),
            "is_asked": f"course-{course.pk}" in data if sent else asked is not None,
            "modules": data.get(f"modules-{course.pk}", "") if sent else modules,
            "hours": data.get(f"hours-{course.pk}", "") if sent else hours,
        }

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        newest = self.programme.requirement_sets.order_by("-number").first()
        try:
            rules = publish_requirements(
                programme=self.programme,
                demands=_demands(request),
                decided_by=request.user,
                decided_at=timezone.now(),
            )
        except DemandsUnclear as unclear:
            self.problems = unclear.problems
            return self.render_to_response(self.get_context_data(), status=422)
        if newest and rules.pk == newest.pk:
            messages.warning(request, _("和第 %(number)d 版一样，没有发布新的一版。") % {"number": rules.number})
        else:
            messages.success(request, _("第 %(number)d 版发布了。以后安排的人按这一版。") % {"number": rules.number})
        return redirect("wagtailsnippets_courses_programme:rules", pk=self.programme.pk)


def _demands(request: HttpRequest) -> list[Demand]:
    """What she ticked. Raises DemandsUnclear for modules or hours that are no numbers."""
    demands, problems = [], []
    for course in Course.objects.order_by("code"):
        if f"course-{course.pk}" not in request.POST:
            continue
        text = request.POST.get(f"modules-{course.pk}", "").strip()
        numbers = re.split(r"[\s,，、]+", text) if text else []
        hours_text = request.POST.get(f"hours-{course.pk}", "").strip()
        if not all(re.fullmatch(r"[1-9]\d?", number) for number in numbers):
            problems.append(_("%(code)s 的单元请写成 1, 2 这样。") % {"code": course.code})
            continue
        if hours_text and not re.fullmatch(r"(?=.*[1-9])[0-9]{1,3}(\.[0-9])?", hours_text):
            problems.append(_("%(code)s 的学时请写一个数，比如 6 或 4.5。") % {"code": course.code})
            continue
        hours = Decimal(hours_text) if hours_text and numbers else None
        demands.append(Demand(course, tuple(int(number) for number in numbers), hours))
    if problems:
        raise DemandsUnclear(problems)
    return demands


def _total(version: RequirementSet) -> Decimal:
    return sum((r.counted_hours for r in version.requirements.all()), Decimal(0)).normalize()


rules = audience(Audience.ADMINISTRATOR)(RulesView.as_view())
