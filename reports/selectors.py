"""What staff see of the people in their scope: the figures of a place, and the people behind each figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any, cast

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from courses.models import Programme, Standing, Tally
from people.models import Membership, Organisation
from people.scope import Scope
from reports import places
from reports.designations import DESIGNATIONS, designated
from reports.models import ClosedFigures, MonthClose
from reports.places import Place
from reports.words import Person, person_of

EXPIRING_DAYS = 90
PAGE_SIZE = 50

State = Standing.State
Fact = Tally.Fact


@dataclass(frozen=True)
class Counts:
    """The figures of one place on one day. Each opens a list of as many people."""

    learners: int = 0
    studying: int = 0
    certified: int = 0
    expiring: int = 0
    overdue: int = 0
    expired: int = 0
    revoked: int = 0

    @property
    def none(self) -> int:
        return self.learners - self.certified

    @property
    def not_started(self) -> int:
        return self.learners - self.studying - self.certified - self.expired - self.revoked

    @property
    def ratio(self) -> float | None:
        return self.certified * 100 / self.learners if self.learners else None

    def __sub__(self, other: "Counts") -> "Counts":
        return Counts(**{f.name: getattr(self, f.name) - getattr(other, f.name) for f in fields(self)})

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


WHICH = ("learners", "studying", "not_started", "certified", "none", "expiring", "expired", "overdue", "revoked")


@dataclass(frozen=True)
class Row:
    place: Place
    counts: Counts


@dataclass(frozen=True)
class Overview:
    """A place's figures, those of everything straight under it from the lowest ratio up, and what is its own."""

    place: Place
    crumbs: tuple[Place, ...]
    counts: Counts
    rows: tuple[Row, ...]
    own: Counts  # people placed at the place itself and not below it
    since: date | None = None  # the last month's close that is compared with, or the one that is shown
    changes: dict[int, Counts] = field(default_factory=dict)  # since then, by the key of a place; none where unknown
    closes: tuple[date, ...] = ()  # the days that can be asked for
    is_past: bool = False  # the figures are those of `since`, not today's

    @property
    def change(self) -> Counts | None:
        return self.changes.get(self.place.pk)


def programmes() -> list[Programme]:
    return list(Programme.objects.order_by("code"))


def overview(
    *, scope: Scope, region: Place, programme: Programme, on_date: date, worker: str = "", day: date | None = None
) -> Overview:
    """This will give the figures of a place and of each place under it, at most 6 queries at any size.

    A region's come from Tally alone. An organisation's tree is not the regions' and has no tally: its are counted, and
    so are those of one kind of worker. `day`: as they were when a month began; a day that was not closed is the present.
    """
    closes = dict(MonthClose.objects.filter(day__lte=on_date).values_list("day", "pk"))
    is_kept = not worker and _is_whole(scope, region)  # a close counts everybody of a place
    closed = closes.get(day) if day and is_kept else None
    if closed:
        counts = _closed(closed, place=region, programme=programme)
    elif region.is_region and not worker:
        counts = _tallied(place=region, programme=programme, on_date=on_date)
    else:
        counts = _counted(scope=scope, place=region, programme=programme, on_date=on_date, worker=worker)
    below = places.children(place=region, on_date=on_date, even=[pk for pk in counts if pk != region.pk])
    rows = [Row(child, counts.get(child.pk, Counts())) for child in below]
    rows.sort(key=lambda r: (r.counts.ratio is None, r.counts.ratio or 0, r.place.path))
    total = counts.get(region.pk, Counts())
    since = day if closed else max(closes, default=None)
    changes = {}
    if since and is_kept and not closed:
        then = _closed(closes[since], place=region, programme=programme)
        changes = {pk: counts.get(pk, Counts()) - then.get(pk, Counts()) for pk in {*counts, *then}}
    return Overview(
        place=region,
        crumbs=places.way_up(scope=scope, place=region),
        counts=total,
        rows=tuple(rows),
        own=total - sum((r.counts for r in rows), Counts()),
        since=since,
        changes=changes,
        closes=tuple(closes),
        is_past=closed is not None,
    )


def _is_whole(scope: Scope, place: Place) -> bool:
    """Does she see everybody of the place? Of a body that she knows only by its region she may see a part."""
    return place.is_region or any(place.path.startswith(root) for root in scope.organisation_paths)


def which_q(which: str, on_date: date) -> Q:
    """This will say in one condition on Standing who is meant by a figure. The same rule as Tally, row by row."""
    soon = on_date + timedelta(days=EXPIRING_DAYS)
    certified = Q(state=State.CERTIFIED)
    lasting = Q(valid_until_date__isnull=True) | Q(valid_until_date__gte=on_date)
    return {
        "learners": Q(),
        "studying": Q(state=State.STUDYING),
        "not_started": Q(state=State.NOT_STARTED),
        "certified": certified & lasting,
        "none": ~certified | Q(valid_until_date__lt=on_date),
        "expiring": certified & Q(valid_until_date__gte=on_date, valid_until_date__lte=soon),
        "expired": certified & Q(valid_until_date__lt=on_date),
        "overdue": Q(state__in=[State.NOT_STARTED, State.STUDYING], due_date__lt=on_date),
        "revoked": Q(state=State.REVOKED),
    }[which]


def _tallied(*, place: Place, programme: Programme, on_date: date) -> dict[int, Counts]:
    here = Q(region_id=place.pk) | Q(region__parent_id=place.pk)
    return tallied(here, by="region_id", programme=programme, on_date=on_date)


def tallied(where: Q, *, by: str, programme: Programme, on_date: date) -> dict[Any, Counts]:
    """This will read the kept sums of some regions, by whatever names a region; those without learners are left out."""
    soon = on_date + timedelta(days=EXPIRING_DAYS)
    facts = {
        "learners": Q(fact=Fact.LEARNER),
        "studying": Q(fact=Fact.STUDYING),
        "certified": Q(fact=Fact.CERTIFIED, date__gte=on_date),
        "expiring": Q(fact=Fact.CERTIFIED, date__gte=on_date, date__lte=soon),
        "expired": Q(fact=Fact.CERTIFIED, date__lt=on_date),
        "overdue": Q(fact=Fact.DUE, date__lt=on_date),
        "revoked": Q(fact=Fact.REVOKED),
    }
    rows = (
        Tally.objects.filter(where, programme=programme, count__gt=0)
        .values(by)
        .annotate(**{name: Coalesce(Sum("count", filter=q), 0) for name, q in facts.items()})
        .order_by()
    )
    return {row.pop(by): Counts(**row) for row in cast("Iterable[dict[str, Any]]", rows)}


def counts_of(on_date: date) -> dict[str, Count]:
    return {f.name: Count("pk", filter=which_q(f.name, on_date)) for f in fields(Counts)}


def _counted(*, scope: Scope, place: Place, programme: Programme, on_date: date, worker: str = "") -> dict[int, Counts]:
    """Of a place and of each straight under it, from the rows that the scope holds."""
    path = f"{place.kind}__path"
    rows = Standing.objects.filter(scope.as_q(), programme=programme, **{f"{path}__startswith": place.path})
    if worker:
        rows = rows.filter(membership__worker=worker)
    below = {one.path: one.pk for one in places.children(place=place, on_date=on_date)}
    sums: dict[int, Counts] = {}
    for row in cast("Iterable[dict[str, Any]]", rows.values(path).annotate(**counts_of(on_date)).order_by()):
        at = row.pop(path)
        counts = Counts(**row)
        child = below.get(place.step_towards(at)) if at != place.path else None
        for pk in [place.pk, *([child] if child else [])]:
            sums[pk] = sums.get(pk, Counts()) + counts
    return sums


def _closed(close_pk: int, *, place: Place, programme: Programme) -> dict[int, Counts]:
    """What a month's close says of a place and of each straight under it."""
    key = f"{place.kind}_id"
    rows = ClosedFigures.objects.filter(
        Q(**{key: place.pk}) | Q(**{f"{place.kind}__parent_id": place.pk}), close_id=close_pk, programme=programme
    )
    return {
        row.pop(key): Counts(**row)
        for row in cast("Iterable[dict[str, Any]]", rows.values(key, *(f.name for f in fields(Counts))))
    }


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to, as it stands in the address."""

    which: str = "learners"
    worker: str = ""
    q: str = ""
    is_direct: bool = False  # placed at the place itself and not below it
    kind: str = ""  # of the body she is placed in
    designation: str = ""  # of the place she is counted in: a kind, or REST for none

    @property
    def is_narrowing(self) -> bool:
        """Does anything but the figure narrow the list?"""
        return bool(self.worker or self.q or self.is_direct or self.kind or self.designation)

    @classmethod
    def read(cls, data: Mapping) -> "Filters":
        """This will take what is known from an address and leave out the rest."""
        which, worker = data.get("which", ""), data.get("worker", "")
        return cls(
            which=which if which in WHICH else "learners",
            worker=worker if worker in Membership.Worker.values else "",
            q=" ".join(data.get("q", "").replace("\x00", "").split())[:60],
            is_direct=data.get("direct") == "1",
            kind=data.get("kind", "") if data.get("kind", "") in Organisation.Kind.values else "",
            designation=data.get("designation", "") if data.get("designation", "") in DESIGNATIONS else "",
        )

    @classmethod
    def kept(cls, stored: Mapping) -> "Filters":
        """This will take them from an export's row; one written before a filter was thought of lacks it."""
        return cls(**{f.name: stored[f.name] for f in fields(cls) if f.name in stored})


@dataclass(frozen=True)
class PeoplePage:
    place: Place
    crumbs: tuple[Place, ...]
    filters: Filters
    counts: Counts
    total: int
    rows: tuple[Person, ...]
    page: int
    pages: int
    below: tuple[Place, ...]

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE_SIZE, self.total)


def standings(*, scope: Scope, region: Place, programme: Programme, filters: Filters) -> QuerySet[Standing]:
    """This will give the people of a place inside the scope, narrowed to the filters but for `which`."""
    rows = Standing.objects.filter(scope.as_q(), programme=programme)
    if filters.is_direct:
        rows = rows.filter(**{f"{region.kind}_id": region.pk})
    else:
        rows = rows.filter(**{f"{region.kind}__path__startswith": region.path})
    if filters.worker:
        rows = rows.filter(membership__worker=filters.worker)
    if filters.kind:
        rows = rows.filter(organisation__kind=filters.kind)
    if filters.designation:
        rows = rows.filter(designated(filters.designation, on_date=scope.on_date))
    if filters.q:
        rows = rows.filter(
            Q(user__name__icontains=filters.q)
            | Q(membership__village__icontains=filters.q)
            | Q(certificate__number__istartswith=filters.q)
        )
    return rows


def chosen(*, scope: Scope, region: Place, programme: Programme, filters: Filters, on_date: date) -> QuerySet[Standing]:
    """This will give the rows of a list, in its order, with all that a line of it shows."""
    rows = standings(scope=scope, region=region, programme=programme, filters=filters)
    return (
        rows.filter(which_q(filters.which, on_date))
        .select_related("user", "membership", "region", "organisation", "certificate")
        .order_by("region_id", "id")
    )


def people(
    *, scope: Scope, region: Place, programme: Programme, filters: Filters, page: int, on_date: date
) -> PeoplePage:
    """This will give one page of the people behind a figure, at most 4 queries at any size."""
    if region.is_region and not filters.is_narrowing:
        counts = _tallied(place=region, programme=programme, on_date=on_date).get(region.pk, Counts())
    else:
        narrowed = standings(scope=scope, region=region, programme=programme, filters=filters)
        counts = Counts(**narrowed.aggregate(**counts_of(on_date)))
    total = getattr(counts, filters.which)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = chosen(scope=scope, region=region, programme=programme, filters=filters, on_date=on_date)
    return PeoplePage(
        place=region,
        crumbs=places.way_up(scope=scope, place=region),
        filters=filters,
        counts=counts,
        total=total,
        rows=tuple(person_of(s, on_date=on_date) for s in rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        page=page,
        pages=pages,
        below=tuple(places.children(place=region, on_date=on_date)),
    )
