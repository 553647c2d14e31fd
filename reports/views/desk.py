"""Where an officer stands on every page of the desk: which place, which programme, and the addresses from there."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from courses.models import Programme
from people.models import Membership
from reports import places, selectors
from reports.places import OutsideScope, Place
from reports.selectors import Filters


@dataclass(frozen=True)
class Desk:
    """`place` is None where she holds several and has not chosen; `programme` where there is none yet."""

    place: Place | None
    roots: tuple[Place, ...]  # filled only where she must choose
    programme: Programme | None
    programmes: tuple[Programme, ...]
    filters: Filters

    def address(self, name: str, place: Place | None = None, *, page: int = 1, **changes) -> str:
        """This will give the address of a page of the desk at a place, with the filters changed as said."""
        filters = replace(self.filters, **changes)
        place = place or self.place
        query: dict[str, str | int] = {place.kind: place.key} if place else {}
        if len(self.programmes) > 1 and self.programme:
            query["programme"] = self.programme.code
        if name in ("people", "export", "remind"):
            query["which"] = filters.which
            query |= {"direct": "1"} if filters.is_direct else {}
            query |= {"q": filters.q} if filters.q else {}
            query |= {"kind": filters.kind} if filters.kind else {}
            query |= {"designation": filters.designation} if filters.designation else {}
        query |= {"worker": filters.worker} if filters.worker else {}
        if page > 1:
            query["page"] = page
        return f"{reverse(f'reports:{name}')}?{urlencode(query)}"

    def list_at(self, which: str, place: Place | None = None, is_direct: bool = False, **changes) -> str:
        """This will give the address of the whole list behind a figure, of one kind of worker where that is looked at."""
        plain = {"kind": "", "designation": ""}
        return self.address("people", place, which=which, q="", is_direct=is_direct, **plain | changes)


def desk_of(request: HttpRequest) -> Desk:
    """This will read from the address where she stands. A place that is not hers is not there: 404."""
    data = request.GET
    try:
        found, tops = _place(request)
    except OutsideScope as outside:
        raise Http404 from outside
    programmes = tuple(selectors.programmes())
    code = data.get("programme", "")
    programme = next((p for p in programmes if p.code == code), programmes[0] if programmes else None)
    if code and programme and programme.code != code:
        raise Http404
    return Desk(found, tops, programme, programmes, Filters.read(data))


def frame(request: HttpRequest, here: str) -> dict:
    """This will give what the frame of a desk page shows: where she is, and whose desk it is."""
    membership = Membership.objects.on(request.scope.on_date).filter(user=request.user).select_related("organisation")
    post = membership.first()
    return {"here": here, "desk_organisation": post.organisation.name if post else ""}


def _place(request: HttpRequest) -> tuple[Place | None, tuple[Place, ...]]:
    region, organisation = request.GET.get("region", ""), request.GET.get("organisation", "")
    if region or organisation:
        return places.find(scope=request.scope, region=region, organisation=organisation), ()
    tops = tuple(places.roots(scope=request.scope))
    return (tops[0], ()) if len(tops) == 1 else (None, tops)
