"""Where an officer may stand: a region or an organisation inside her scope, and the way up that she may see."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from people.models import Organisation, Region
from people.scope import Scope


class OutsideScope(Exception):
    """She asked for a place that is not hers, or that does not exist: the two are answered alike."""


@dataclass(frozen=True)
class Place:
    """One node of the region tree or of the organisation tree. `query` names it in an address."""

    kind: str  # "region" or "organisation"
    key: str
    pk: int
    name: str
    path: str
    level: int | None = None
    parent_id: int | None = None
    full_name: str = ""

    @property
    def query(self) -> str:
        return f"{self.kind}={self.key}"

    def step_towards(self, path: str) -> str:
        """The path of what lies straight under this place on the way down to another."""
        return f"{self.path}{path[len(self.path) :].split('/')[0]}/"

    @property
    def is_region(self) -> bool:
        return self.kind == "region"


def of_region(region: Region) -> Place:
    return Place(
        "region", region.code, region.pk, region.name, region.path, region.level, region.parent_id, region.full_name
    )


def of_organisation(organisation: Organisation) -> Place:
    return Place(
        "organisation",
        str(organisation.pk),
        organisation.pk,
        organisation.name,
        organisation.path,
        None,
        organisation.parent_id,
        organisation.name,
    )


def roots(*, scope: Scope) -> list[Place]:
    """This will list the tops of what she may see, a place inside another left out. At most two queries."""
    found: list[Place] = []
    if paths := _outermost(scope.region_paths):
        found += [of_region(r) for r in Region.objects.on(scope.on_date).filter(path__in=paths)]
    if paths := _outermost(scope.organisation_paths):
        found += [of_organisation(o) for o in Organisation.objects.on(scope.on_date).filter(path__in=paths)]
    return found


def find(*, scope: Scope, region: str = "", organisation: str = "") -> Place:
    """This will give the place she asked for. Raises OutsideScope for one that is not hers or is not there."""
    if region:
        row = Region.objects.on(scope.on_date).filter(code=region[:12]).first()
        if row is not None and scope.covers_region(row.path):
            return of_region(row)
    elif organisation.isascii() and organisation.isdigit() and len(organisation) <= 12:
        unit = Organisation.objects.on(scope.on_date).filter(pk=int(organisation)).select_related("region").first()
        if unit is not None and (
            any(unit.path.startswith(root) for root in scope.organisation_paths)
            or scope.covers_region(unit.region.path)  # hers by where it is: she sees its people who are in her places
        ):
            return of_organisation(unit)
    raise OutsideScope


def named(*, scope: Scope, text: str) -> list[Region]:
    """This will find the regions inside a scope with a name, a full name or a code. At most one query."""
    found = Region.objects.on(scope.on_date).filter(Q(code=text) | Q(name=text) | Q(full_name=text))
    return [region for region in found[:100] if scope.covers_region(region.path)]


def way_up(*, scope: Scope, place: Place) -> tuple[Place, ...]:
    """This will give the places from the top of her scope down to this one, both included. At most one query."""
    steps = place.path.strip("/").split("/")
    paths = ["/".join(steps[: n + 1]) + "/" for n in range(len(steps))]
    tops = scope.region_paths if place.is_region else scope.organisation_paths
    seen = [path for path in paths[:-1] if any(path.startswith(top) for top in tops)]
    if not seen:
        return (place,)
    if place.is_region:
        above = [of_region(r) for r in Region.objects.on(scope.on_date).filter(path__in=seen).order_by("path")]
    else:
        above = [of_organisation(o) for o in Organisation.objects.filter(path__in=seen).order_by("path")]
    return (*above, place)


def children(*, place: Place, on_date: date, even: list[int] | None = None) -> list[Place]:
    """This will list what lies straight under a place on a day, and `even` what no longer stands but is counted."""
    model = Region if place.is_region else Organisation
    make = of_region if place.is_region else of_organisation
    below = model.objects.filter(parent_id=place.pk)
    standing = below.on(on_date)
    if even:
        standing |= below.filter(pk__in=even)
    return [make(row) for row in standing.order_by("path")]


def _outermost(paths: tuple[str, ...]) -> list[str]:
    return [p for p in paths if not any(p != other and p.startswith(other) for other in paths)]
