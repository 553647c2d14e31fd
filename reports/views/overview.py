"""An officer's first screen: the figures of her place, and of each place under it from the lowest up."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from people.audience import Audience, audience
from people.models import Membership, Region
from reports import selectors
from reports.designations import about
from reports.places import Place
from reports.selectors import Counts
from reports.titles import below_names, figure_names
from reports.views.desk import Desk, desk_of, frame

FIGURES = ("learners", "studying", "certified", "expiring", "overdue")
REASONS = ("studying", "not_started", "expired", "revoked")


@audience(Audience.STAFF)
def overview(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    context = {**frame(request, "overview"), "desk": desk, "now": timezone.now()}
    if desk.place is None or desk.programme is None:
        context["choices"] = [(place, desk.address("overview", place)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    worker, day = desk.filters.worker, _day(request)
    shown = selectors.overview(
        scope=request.scope,
        region=desk.place,
        programme=desk.programme,
        on_date=request.scope.on_date,
        worker=worker,
        day=day,
    )
    names, marks = figure_names(), _marks(desk.place, request.scope.on_date)
    context |= {
        "overview": shown,
        "crumbs": [(place, desk.address("overview", place)) for place in shown.crumbs[:-1]],
        "figures": [
            (name, names[name], getattr(shown.counts, name), desk.list_at(name), _change(shown.change, name))
            for name in FIGURES
        ],
        "is_past": shown.is_past,
        "workers": Membership.Worker.choices,
        "worker": worker,
        "here_query": {"programme": desk.programme.code} if len(desk.programmes) > 1 else {},
        "past_query": f"&{urlencode({'on': day.isoformat()})}" if day and shown.is_past else "",
        "pilots_address": desk.address("pilots") if desk.place.is_region else "",
        "posts_address": desk.address("posts"),
        "reasons": [(names[name], getattr(shown.counts, name), desk.list_at(name)) for name in REASONS],
        "none_address": desk.list_at("none"),
        "rows": [
            (
                row.place,
                marks.get(row.place.path, ()),
                row.counts,
                desk.address("overview", row.place),
                _cells(desk, row.counts, row.place),
                _change(shown.changes.get(row.place.pk), "certified"),
            )
            for row in shown.rows
        ],
        "own_cells": _cells(desk, shown.own, shown.place, is_direct=True) if shown.own != Counts() else None,
        "total_cells": _cells(desk, shown.counts, shown.place),
        "below": below_names(shown.rows[0].place.level if shown.rows else None, _is_even(shown.rows)),
        "export_address": desk.address("export", which="learners", worker="", q="", is_direct=False, designation=""),
        "people_address": desk.list_at("learners"),
        "switch": [(p, f"{request.path}?{desk.place.query}&programme={p.code}") for p in desk.programmes],
        "is_township": desk.place.level == Region.Level.TOWNSHIP,
    }
    return render(request, "reports/overview.html", context)


def _marks(place: Place, on_date: date) -> dict[str, list[str]]:
    """Which of the places under this one are pilots or demonstrations today."""
    marks: dict[str, list[str]] = {}
    for one in about(place, on_date=on_date) if place.is_region else ():
        marks.setdefault(one.region.path, []).append(one.get_kind_display())
    return marks


def _cells(desk: Desk, counts: Counts, place: Place, is_direct: bool = False) -> list[tuple[int, str]]:
    return [(getattr(counts, name), desk.list_at(name, place, is_direct)) for name in FIGURES]


def _change(since: Counts | None, name: str) -> str:
    """A change as people write it: +3, -1, ±0; nothing where the month before is not known."""
    return "" if since is None else f"{getattr(since, name):+d}".replace("+0", "±0")


def _day(request: HttpRequest) -> date | None:
    """The past day she asks for; anything else in the address is the present."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


def _is_even(rows) -> bool:
    return len({row.place.level for row in rows}) == 1
