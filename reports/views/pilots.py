"""Pilots and demonstrations: what they come to beside the rest, and the administrator's list of them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from people.audience import Audience, audience
from people.models import RegionDesignation
from people.scope import Scope
from people.services import AlreadyDesignated, designate_region, end_designation
from reports import places
from reports.pilots import compare
from reports.roster_forms import DAY
from reports.titles import designation_names, figure_names
from reports.views.desk import desk_of, frame
from reports.where import RegionField

FIGURES = ("learners", "studying", "certified", "overdue")
ROWS_A_PAGE = 50

asks = require_http_methods(["GET", "HEAD", "POST"])


@audience(Audience.STAFF)
@require_safe
def pilots(request: HttpRequest) -> HttpResponse:
    """Her place's pilots and demonstrations beside its other places; each number opens its list."""
    desk = desk_of(request)
    context = {**frame(request, "overview"), "desk": desk, "now": timezone.now()}
    if desk.place is None or desk.programme is None:
        context["choices"] = [(place, desk.address("pilots", place)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    if not desk.place.is_region:  # a body has no places of its own
        return redirect(desk.address("overview"))
    shown = compare(place=desk.place, programme=desk.programme, on_date=request.scope.on_date)
    names, figures = designation_names(), figure_names()
    crumbs = places.way_up(scope=request.scope, place=desk.place)
    context |= {
        "shown": shown,
        "crumbs": [(place, desk.address("pilots", place)) for place in crumbs[:-1]],
        "figures": [figures[name] for name in FIGURES],
        "sides": [
            (
                names[side.kind],
                side,
                [
                    (figures[name], getattr(side.counts, name), desk.list_at(name, designation=side.kind))
                    for name in FIGURES
                ],
            )
            for side in shown.sides
        ],
        "total_cells": [(figures[name], getattr(shown.total, name), desk.list_at(name)) for name in FIGURES],
        "places": [(one, desk.address("overview", places.of_region(one.region))) for one in shown.designations],
        "overview_address": desk.address("overview"),
    }
    return render(request, "reports/pilots.html", context)


class DesignationForm(forms.Form):
    """What a paper says of a place inside the administrator's own scope."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=RegionDesignation.Kind.choices)
    where = RegionField(
        label=gettext_lazy("哪里：地区的全称，或者地区代码"),
        max_length=100,
        help_text=gettext_lazy("例如“松桃苗族自治县”，或者 520628。下面的乡镇都算在内。"),
        error_messages={"required": gettext_lazy("请写地区。")},
    )
    from_date = forms.DateField(
        label=gettext_lazy("从哪天起"),
        widget=DAY,
        error_messages={
            "invalid": gettext_lazy("请写成 2026-11-25 这样的日期。"),
            "required": gettext_lazy("请写日期。"),
        },
    )
    paper = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=200,
        help_text=gettext_lazy("文件的名称和文号。"),
        error_messages={"required": gettext_lazy("请写是哪份文件定的。")},
    )

    def __init__(self, *args, scope: Scope, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["where"].scope = scope

    def clean_from_date(self):
        day = self.cleaned_data["from_date"]
        if day.year < 2000:
            raise ValidationError(_("年份太早了，请再看看。"))
        return day


class EndForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写明理由，以后查得到。")},
    )


@audience(Audience.ADMINISTRATOR)
@require_safe
def designations(request: HttpRequest) -> HttpResponse:
    """Those of her places: in force, to come, and over."""
    rows = _hers(request.scope).select_related("region").order_by("to_date", "region__path", "kind")
    context = {"page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")), "today": request.scope.on_date}
    return render(request, "reports/designations.html", frame(request, "designations") | context)


@audience(Audience.ADMINISTRATOR)
@asks
def designate(request: HttpRequest) -> HttpResponse:
    """First the paper's words, then the same with the place read out, then the deed."""
    initial = {"from_date": request.scope.on_date}
    form = DesignationForm(request.POST or None, scope=request.scope, initial=initial)
    is_sound = form.is_bound and form.is_valid()
    if is_sound and request.POST.get("sure") == "yes":
        data = form.cleaned_data
        try:
            made = designate_region(
                region=data["where"],
                kind=data["kind"],
                from_date=data["from_date"],
                paper=data["paper"],
                designated_by=request.user,
                at=timezone.now(),
            )
        except AlreadyDesignated:
            form.add_error("where", _("这里从那天起已经是了，或者以后要是。先到列表里结束原来的。"))
        else:
            messages.success(request, _("%(place)s记下了。") % {"place": made.region.full_name})
            return redirect("reports:designations")
    asks_again = is_sound and not form.errors
    context = {"form": form, "asks": asks_again}
    if asks_again:
        context |= {
            "where": form.cleaned_data["where"],
            "kind": RegionDesignation.Kind(form.cleaned_data["kind"]).label,
        }
    status = 422 if form.errors else 200
    return render(request, "reports/designate.html", frame(request, "designations") | context, status=status)


@audience(Audience.ADMINISTRATOR)
@asks
def designation_end(request: HttpRequest, designation_pk: int) -> HttpResponse:
    """It ends today; what it was stays in the list and in the figures of past days."""
    rows = _hers(request.scope).filter(to_date=None).select_related("region")
    found = get_object_or_404(rows, pk=designation_pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        end_designation(
            designation=found,
            to_date=request.scope.on_date,
            ended_by=request.user,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
        )
        messages.success(request, _("%(place)s今天起不再是。") % {"place": found.region.full_name})
        return redirect("reports:designations")
    status = 422 if form.errors else 200
    context = frame(request, "designations") | {"designation": found, "form": form}
    return render(request, "reports/designation_end.html", context, status=status)


def _hers(scope: Scope):
    inside = Q(pk__in=[])
    for path in scope.region_paths:
        inside |= Q(region__path__startswith=path)
    return RegionDesignation.objects.filter(inside)
