"""The people behind a figure, as a list that says why each has no certificate and what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.audience import Audience, audience
from people.models import Membership, Organisation
from reports import selectors
from reports.selectors import WHICH
from reports.titles import designation_names, figure_names, list_title
from reports.views.desk import Desk, desk_of, frame


@audience(Audience.STAFF)
def people(request: HttpRequest) -> HttpResponse:
    desk = desk_of(request)
    context = {**frame(request, "people"), "desk": desk, "now": timezone.now()}
    if desk.place is None or desk.programme is None:
        context["choices"] = [(place, desk.address("people", place)) for place in desk.roots]
        return render(request, "reports/choose.html", context)
    shown = selectors.people(
        scope=request.scope,
        region=desk.place,
        programme=desk.programme,
        filters=desk.filters,
        page=_page(request),
        on_date=request.scope.on_date,
    )
    names, filters = figure_names(), desk.filters
    context |= {
        "shown": shown,
        "title": list_title(filters, shown.total),
        "crumbs": [(place, desk.address("people", place)) for place in shown.crumbs[:-1]],
        "kinds": [
            (name, names[name], getattr(shown.counts, name), desk.address("people", which=name)) for name in WHICH
        ],
        "chips": _chips(desk, shown),
        "workers": Membership.Worker.choices,
        "places": [shown.place, *shown.below],
        "export_address": desk.address("export"),
        "remind_address": desk.address("remind"),
        "overview_address": desk.address("overview"),
        "wider": _wider(desk, shown),
        "numbers": [(n, desk.address("people", page=n)) for n in _numbers(shown.page, shown.pages)],
        "next_address": desk.address("people", page=shown.page + 1) if shown.page < shown.pages else "",
    }
    return render(request, "reports/people.html", context)


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _chips(desk: Desk, shown: selectors.PeoplePage) -> list[tuple[str, str]]:
    """What narrows the list beyond its figure: each with the address that takes it off."""
    filters, chips = desk.filters, []
    if len(shown.crumbs) > 1:
        chips.append((shown.place.name, desk.address("people", shown.crumbs[-2])))
    if filters.worker:
        chips.append((str(Membership.Worker(filters.worker).label), desk.address("people", worker="")))
    if filters.kind:
        chips.append((str(Organisation.Kind(filters.kind).label), desk.address("people", kind="")))
    if filters.designation:
        name = str(designation_names()[filters.designation])
        chips.append((name, desk.address("people", designation="")))
    if filters.is_direct:
        chips.append((_("本级直属"), desk.address("people", is_direct=False)))
    if filters.q:
        chips.append((f"“{filters.q}”", desk.address("people", q="")))
    return chips


def _wider(desk: Desk, shown: selectors.PeoplePage) -> tuple[str, str] | None:
    """Where to look when nobody is here: without the narrowing, then one place up."""
    filters = desk.filters
    if filters.is_narrowing:
        return shown.place.name, desk.address("people", worker="", q="", is_direct=False, kind="", designation="")
    if len(shown.crumbs) > 1:
        return shown.crumbs[-2].name, desk.address("people", shown.crumbs[-2])
    return None


def _numbers(page: int, pages: int) -> list[int]:
    """The page numbers worth showing; a gap between two is an ellipsis."""
    return sorted({n for n in (1, page - 1, page, page + 1, pages) if 1 <= n <= pages})
