"""Which places are pilots or demonstrations on a day, and whose people are in them."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from people.models import RegionDesignation
from reports.places import Place

Kind = RegionDesignation.Kind
REST = "rest"  # places of no kind
DESIGNATIONS = (*Kind.values, REST)


def standing(*, on_date: date) -> QuerySet[RegionDesignation]:
    """This will give what is in force on a day, all over the country."""
    return RegionDesignation.objects.on(on_date).select_related("region")


def about(place: Place, *, on_date: date) -> list[RegionDesignation]:
    """This will give what is in force in a region: its own and what lies below, and of those above that cover it."""
    steps = place.path.strip("/").split("/")
    above = ["/".join(steps[:n]) + "/" for n in range(1, len(steps))]
    here = Q(region__path__startswith=place.path) | Q(region__path__in=above)
    return list(standing(on_date=on_date).filter(here).order_by("kind", "region__path"))


def outermost(paths: Iterable[str]) -> list[str]:
    """This will leave out what lies inside another, so that nobody counts twice."""
    kept = sorted(set(paths))
    return [path for path in kept if not any(path != other and path.startswith(other) for other in kept)]


def designated(kind: str, *, on_date: date) -> Q:
    """This will say in one condition on a row with a region who is in a place of a kind, or (REST) of none."""
    found = standing(on_date=on_date)
    if kind != REST:
        found = found.filter(kind=kind)
    inside = Q(pk__in=[])
    for path in outermost(found.values_list("region__path", flat=True)):
        inside |= Q(region__path__startswith=path)
    return ~inside if kind == REST else inside
