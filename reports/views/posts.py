"""Posts and bodies: who holds which post with a certificate, which stations have somebody, how each body stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.audience import Audience, audience
from reports import selectors
from reports.posts import posts as posts_of
from reports.titles import below_names, figure_names
from reports.views.desk import desk_of, frame
from reports.views.overview import FIGURES


@audience(Audience.STAFF)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    context = {**frame(request, "overview"), "desk": desk, "now": timezone.now()}
    if desk.place is None or desk.programme is None:
        context["choices"] = [(place, desk.address("posts", place)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    shown = posts_of(scope=request.scope, place=desk.place, programme=desk.programme, on_date=request.scope.on_date)

    def cells(counts: selectors.Counts, **narrowed) -> list[tuple[int, str]]:
        return [(getattr(counts, name), desk.list_at(name, **narrowed)) for name in FIGURES]

    names = figure_names()
    context |= {
        "shown": shown,
        "figures": [names[name] for name in FIGURES],
        "crumbs": [(place, desk.address("posts", place)) for place in shown.crumbs[:-1]],
        "workers": [
            (label, counts, cells(counts, worker=value)) for value, label, counts in shown.workers if counts.learners
        ],
        "kinds": [(bodies, cells(bodies.counts, worker="", kind=bodies.kind)) for bodies in shown.kinds],
        "bodies": [(place, counts, cells(counts, worker="", place=place)) for place, counts in shown.bodies],
        "stations": [(one, desk.address("posts", one.place)) for one in shown.stations],
        "below": below_names(shown.stations[0].place.level, True) if shown.stations else "",
        "overview_address": desk.address("overview"),
    }
    return render(request, "reports/posts.html", context)
