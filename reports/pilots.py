"""Pilot and demonstration places beside the rest of a region: the same figures, each side by side."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from courses.models import Programme
from people.models import RegionDesignation
from reports.designations import DESIGNATIONS, REST, about, outermost
from reports.places import Place
from reports.selectors import Counts, tallied


@dataclass(frozen=True)
class Side:
    """One side of the comparison. places: how many were designated; of the rest it is not known."""

    kind: str
    counts: Counts
    places: int | None


@dataclass(frozen=True)
class Comparison:
    sides: tuple[Side, ...]
    total: Counts
    designations: tuple[RegionDesignation, ...]


def compare(*, place: Place, programme: Programme, on_date: date) -> Comparison:
    """This will count a region's people by what their place is, in two queries at any size.

    Who is in a pilot that is also a demonstration counts on both sides, and once in the total. A region inside a
    designated one is all of that kind.
    """
    found = about(place, on_date=on_date)
    paths = {kind: [one.region.path for one in found if one.kind == kind] for kind in DESIGNATIONS}
    paths[REST] = [one.region.path for one in found]  # the union, taken from the total
    wanted = {path for some in paths.values() for path in outermost(some) if path.startswith(place.path)}
    sums = tallied(Q(region__path__in={*wanted, place.path}), by="region__path", programme=programme, on_date=on_date)
    total = sums.get(place.path, Counts())

    def inside(kind: str) -> Counts:
        if any(place.path.startswith(path) for path in paths[kind]):
            return total
        return sum((sums.get(path, Counts()) for path in outermost(paths[kind])), Counts())

    sides = [
        Side(kind, total - inside(kind), None) if kind == REST else Side(kind, inside(kind), len(paths[kind]))
        for kind in DESIGNATIONS
    ]
    return Comparison(tuple(sides), total, tuple(found))
