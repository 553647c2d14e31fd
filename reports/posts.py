"""Posts and bodies of a place: which posts certified workers hold, which stations have one, how each body stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Count

from courses.models import Programme, Standing
from people.models import Membership, Organisation, Region
from people.scope import Scope
from reports import places
from reports.places import Place
from reports.selectors import Counts, counts_of, which_q

Kind = Organisation.Kind


@dataclass(frozen=True)
class Bodies:
    """Bodies of one kind: how many stand, how many have somebody certified, and how their people stand."""

    kind: str
    standing: int
    with_certified: int
    counts: Counts

    @property
    def name(self) -> str:
        return str(Kind(self.kind).label)


@dataclass(frozen=True)
class Stations:
    """Township stations of one place below: how many, and how many have at least one certified worker."""

    place: Place
    standing: int
    with_certified: int

    @property
    def ratio(self) -> float | None:
        return self.with_certified * 100 / self.standing if self.standing else None


@dataclass(frozen=True)
class Posts:
    place: Place
    crumbs: tuple[Place, ...]
    workers: tuple[tuple[str, str, Counts], ...]
    kinds: tuple[Bodies, ...]
    stations: tuple[Stations, ...]
    bodies: tuple[tuple[Place, Counts], ...]  # one by one, where there are few enough to read


def posts(*, scope: Scope, place: Place, programme: Programme, on_date: date) -> Posts:
    """This will answer the whole page in at most 7 queries at any size."""
    path = f"{place.kind}__path__startswith"
    rows = Standing.objects.filter(scope.as_q(), programme=programme, **{path: place.path})
    certified = which_q("certified", on_date)
    by_worker = {
        row.pop("membership__worker"): Counts(**row)
        for row in _grouped(rows.values("membership__worker"), counts_of(on_date))
    }
    by_kind = {
        row.pop("organisation__kind"): row
        for row in _grouped(
            rows.values("organisation__kind"),
            counts_of(on_date) | {"with_certified": Count("organisation", distinct=True, filter=certified)},
        )
    }
    own = "path__startswith" if not place.is_region else "region__path__startswith"
    standing = dict(
        Organisation.objects.on(on_date)
        .filter(**{own: place.path})
        .values_list("kind")
        .annotate(n=Count("pk"))
        .order_by()
    )
    kinds = []
    for kind in Kind.values:
        row = dict(by_kind.get(kind, {}))
        with_certified = row.pop("with_certified", 0)
        if row or standing.get(kind):
            kinds.append(Bodies(kind, standing.get(kind, 0), with_certified, Counts(**row)))
    return Posts(
        place=place,
        crumbs=places.way_up(scope=scope, place=place),
        workers=tuple(
            (value, str(label), by_worker.get(value, Counts())) for value, label in Membership.Worker.choices
        ),
        kinds=tuple(kinds),
        stations=_stations(rows, certified, place=place, on_date=on_date) if place.is_region else (),
        bodies=_bodies(rows, place=place, on_date=on_date),
    )


def _stations(rows, certified, *, place: Place, on_date: date) -> tuple[Stations, ...]:
    below = places.children(place=place, on_date=on_date)
    if not below:
        return ()
    all_of = Organisation.objects.on(on_date).filter(kind=Kind.STATION, region__path__startswith=place.path)
    held = set(rows.filter(certified, organisation__kind=Kind.STATION).values_list("organisation_id", flat=True))
    sums = {one.path: [0, 0] for one in below}
    for pk, path in all_of.values_list("pk", "region__path"):
        child = place.step_towards(path)
        if path != place.path and child in sums:
            sums[child][0] += 1
            sums[child][1] += pk in held
    found = [Stations(one, *sums[one.path]) for one in below if sums[one.path][0]]
    return tuple(sorted(found, key=lambda one: (one.ratio or 0, one.place.path)))


def _bodies(rows, *, place: Place, on_date: date) -> tuple[tuple[Place, Counts], ...]:
    """Of a county, a township or a body: each with its people. Higher up there are too many to read."""
    if place.is_region and (place.level or 0) < Region.Level.COUNTY:
        return ()
    names = ("organisation_id", "organisation__name", "organisation__path")
    found = []
    for row in _grouped(rows.values(*names), counts_of(on_date)):
        pk, name, path = (row.pop(key) for key in names)
        found.append((Place("organisation", str(pk), pk, name, path), Counts(**row)))
    return tuple(sorted(found, key=lambda one: (one[1].ratio or 0, one[0].path)))


def _grouped(rows, sums: dict[str, Count]) -> Iterable[dict[str, Any]]:
    return cast("Iterable[dict[str, Any]]", rows.annotate(**sums).order_by())
